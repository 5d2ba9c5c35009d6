// Reading and writing files: coded errors, and an output that is whole or not there.
import { CountersignError } from '@countersign/core'
import type { ByteSource } from '@countersign/core'
import { fileSource } from '@countersign/core/node'
import { randomBytes } from 'node:crypto'
import { open, readFile, rename, rm, stat, writeFile } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { UsageError } from './usage.ts'

/** A file that cannot be read or written; `code` is FILE_NOT_FOUND, FILE_NOT_READABLE or FILE_NOT_WRITABLE. */
export class FileError extends Error {
  override readonly name: string = 'FileError'
  readonly code: 'FILE_NOT_FOUND' | 'FILE_NOT_READABLE' | 'FILE_NOT_WRITABLE'

  constructor(code: FileError['code'], message: string) {
    super(message)
    this.code = code
  }
}

function systemReason(error: unknown): string {
  const code = (error as { code?: unknown }).code
  return typeof code === 'string' ? code : (error as Error).message
}

/** @throws FileError */
export async function readInput(path: string): Promise<Uint8Array> {
  try {
    return new Uint8Array(await readFile(path))
  } catch (error) {
    const reason = systemReason(error)
    if (reason === 'ENOENT') throw new FileError('FILE_NOT_FOUND', `${path} does not exist`)
    throw new FileError('FILE_NOT_READABLE', `${path} cannot be read (${reason})`)
  }
}

/** A document to read, and how to be done with it. */
export interface Input {
  readonly source: Uint8Array | ByteSource
  close(): Promise<void>
}

/**
 * A document: files of any size are read block by block, what has no size (a pipe) at once.
 *
 * @throws FileError
 */
export async function openInput(path: string): Promise<Input> {
  if (!(await isRegularFile(path))) return { source: await readInput(path), close: () => Promise.resolve() }
  try {
    const source = await fileSource(path)
    return { source, close: () => source.close() }
  } catch (error) {
    if (error instanceof CountersignError) throw new FileError('FILE_NOT_READABLE', error.message)
    throw error
  }
}

async function isRegularFile(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isFile()
  } catch {
    // Reading it says why.
    return false
  }
}

/**
 * A file named in an option.
 *
 * @throws FileError that names the option
 */
export async function readOption(path: string, option: string): Promise<Uint8Array> {
  try {
    return await readInput(path)
  } catch (error) {
    if (error instanceof FileError) throw new FileError(error.code, `--${option}: ${error.message}`)
    throw error
  }
}

/** For commands whose exit code 1 is a verdict: a file of the command line that is not there is a mistake in its use. */
export async function usageErrors<T>(work: Promise<T>): Promise<T> {
  try {
    return await work
  } catch (error) {
    if (error instanceof FileError) throw new UsageError(error.message, error.code)
    throw error
  }
}

/** A pipe or device: it takes what is written to it and is never replaced by a file. */
async function isStreamed(path: string): Promise<boolean> {
  try {
    const found = await stat(path)
    return !found.isFile() && !found.isDirectory()
  } catch {
    return false
  }
}

/**
 * Writes beside the target and renames, so that OUT is the old file, the whole new one, or not there.
 *
 * @throws FileError
 */
export async function writeOutput(path: string, bytes: Uint8Array): Promise<void> {
  const temporary = join(dirname(path), `.${basename(path)}.${randomBytes(6).toString('hex')}.tmp`)
  try {
    if (await isStreamed(path)) return await writeFile(path, bytes)
    const mode = await modeOf(path)
    const handle = await open(temporary, 'wx', mode)
    try {
      await handle.writeFile(bytes)
      await handle.sync()
    } finally {
      await handle.close()
    }
    await rename(temporary, path)
  } catch (error) {
    await rm(temporary, { force: true }).catch(() => {})
    throw new FileError('FILE_NOT_WRITABLE', `${path} cannot be written (${systemReason(error)})`)
  }
}

async function modeOf(path: string): Promise<number> {
  try {
    return (await stat(path)).mode & 0o777
  } catch {
    return 0o666
  }
}

/** A password file is UTF-8; the mark that some editors put before it and one final LF or CRLF are dropped, nothing else. */
export async function readPassword(path: string, option: string): Promise<string> {
  const bytes = await readOption(path, option)
  let text: string
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    throw new UsageError(`--${option}: ${path} is not UTF-8 text`)
  }
  if (text.endsWith('\r\n')) return text.slice(0, -2)
  return text.endsWith('\n') ? text.slice(0, -1) : text
}
