import { createHash, randomBytes } from 'node:crypto'
import { mkdir, open, readFile, rename, rm, stat } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { FileIdentity } from '../workflow/flow.ts'

/** A file taken in but not yet kept. */
export interface IncomingFile extends FileIdentity {
  readonly path: string
}

/** More bytes came than the caller allowed. */
export class FileTooLarge extends Error {
  override readonly name: string = 'FileTooLarge'
}

/** Files by their SHA-256: `sha256/ab/cdef…`. No name from outside ever touches the disk (SEC-09). */
export interface FileStore {
  /** Streams bytes to a temporary file, hashing them on the way (API-01). */
  receive(chunks: AsyncIterable<Uint8Array>, limit: number): Promise<IncomingFile>
  readIncoming(file: IncomingFile): Promise<Uint8Array>
  /** Keeps a received file under its hash, durably. */
  keep(file: IncomingFile): Promise<void>
  /** Throws a received file away; no error when it is gone. */
  discard(file: IncomingFile): Promise<void>
  /** Keeps bytes that were made here. */
  put(bytes: Uint8Array): Promise<FileIdentity>
  /** The bytes as they lie on the disk now: whoever needs them to be right hashes them. Undefined when there are none. */
  read(sha256: string): Promise<Uint8Array | undefined>
}

export function sha256Of(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex')
}

/** A file store in a folder; `put` and `keep` return after the bytes and their name are on the disk. */
export async function openFileStore(folder: string): Promise<FileStore> {
  const incoming = join(folder, 'incoming')
  // What an earlier run left half-written is of no use to anybody.
  await rm(incoming, { recursive: true, force: true })
  await mkdir(incoming, { recursive: true })
  const pathOf = (sha256: string): string => join(folder, 'sha256', sha256.slice(0, 2), sha256.slice(2))
  const temporary = (): string => join(incoming, randomBytes(16).toString('hex'))

  async function keep(file: IncomingFile): Promise<void> {
    const path = pathOf(file.sha256)
    await mkdir(dirname(path), { recursive: true })
    try {
      await rename(file.path, path)
    } catch (error) {
      // Windows does not replace a file that somebody reads just now; it has the same bytes by its name.
      if (process.platform !== 'win32' || (await stat(path)).size !== file.length) throw error
      await rm(file.path, { force: true })
    }
    await syncFolder(dirname(path))
  }

  async function receive(chunks: AsyncIterable<Uint8Array>, limit: number): Promise<IncomingFile> {
    const path = temporary()
    try {
      return { path, ...(await writeDurably(path, chunks, limit)) }
    } catch (error) {
      await rm(path, { force: true })
      throw error
    }
  }

  return {
    receive,
    readIncoming: async (file) => new Uint8Array(await readFile(file.path)),
    keep,
    discard: (file) => rm(file.path, { force: true }),
    async put(bytes) {
      const file = await receive(asChunks(bytes), bytes.length)
      await keep(file)
      return { sha256: file.sha256, length: file.length }
    },
    async read(sha256) {
      if (!/^[0-9a-f]{64}$/u.test(sha256)) return undefined
      try {
        return new Uint8Array(await readFile(pathOf(sha256)))
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
        throw error
      }
    },
  }
}

async function* asChunks(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  await Promise.resolve()
  yield bytes
}

async function writeDurably(path: string, chunks: AsyncIterable<Uint8Array>, limit: number): Promise<FileIdentity> {
  const hash = createHash('sha256')
  let length = 0
  const handle = await open(path, 'wx', 0o600)
  try {
    for await (const chunk of chunks) {
      length += chunk.length
      if (length > limit) throw new FileTooLarge()
      hash.update(chunk)
      await handle.writeFile(chunk)
    }
    await handle.sync()
  } finally {
    await handle.close()
  }
  return { sha256: hash.digest('hex'), length }
}

/** Makes a rename durable. Windows has no such call for folders, and NTFS journals the rename itself. */
async function syncFolder(folder: string): Promise<void> {
  if (process.platform === 'win32') return
  const handle = await open(folder, 'r')
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}
