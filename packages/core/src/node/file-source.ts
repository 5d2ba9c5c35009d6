import { readSync } from 'node:fs'
import * as fs from 'node:fs/promises'
import type { FileHandle } from 'node:fs/promises'
import { CountersignError } from '../error.ts'
import type { ByteSource } from '../pdf/types.ts'
import { fileError } from './disk.ts'

/** An open file as a source of bytes; it is read block by block, however large it is. */
export interface FileSource extends ByteSource {
  readSync(offset: number, into: Uint8Array): number
  /** Closes the file; nothing can be read afterwards. */
  close(): Promise<void>
}

class OpenFile implements FileSource {
  readonly size: number
  private readonly handle: FileHandle

  constructor(handle: FileHandle, size: number) {
    this.handle = handle
    this.size = size
  }

  async read(offset: number, into: Uint8Array): Promise<number> {
    return (await this.handle.read(into, 0, into.length, offset)).bytesRead
  }

  readSync(offset: number, into: Uint8Array): number {
    return readSync(this.handle.fd, into, 0, into.length, offset)
  }

  close(): Promise<void> {
    return this.handle.close()
  }
}

/**
 * Opens a file for `verify`, `inspect` or `sign`. Sources of this kind have no size limit (L-01) and ten million cross-reference entries
 * (L-02); memory stays bounded. The file must not change while it is read. Close it when done.
 *
 * @throws CountersignError FILE_NOT_FOUND, FILE_NOT_READABLE
 * @example
 * ```ts
 * const source = await fileSource('archive.pdf')
 * try {
 *   const report = await verify(source, { trust })
 * } finally {
 *   await source.close()
 * }
 * ```
 */
export async function fileSource(path: string): Promise<FileSource> {
  try {
    const handle = await fs.open(path, 'r')
    const stat = await handle.stat()
    if (stat.isFile()) return new OpenFile(handle, stat.size)
    await handle.close()
  } catch (error) {
    throw fileError(error, path, 'read')
  }
  throw new CountersignError('FILE_NOT_READABLE', `${path} is not a file`)
}
