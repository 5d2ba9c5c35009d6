import { constants, readSync } from 'node:fs'
import * as fs from 'node:fs/promises'
import type { FileHandle } from 'node:fs/promises'
import { CountersignError } from '../error.ts'

/** Size and last change of an open file: what tells that somebody else wrote to it. */
export interface FileState {
  readonly size: number
  readonly changed: bigint
  readonly mode: number
  /** False for folders, pipes and devices. */
  readonly regular: boolean
  /** The same for all names of one file, another one for a file that took over the name. */
  readonly identity: string
  /** The user it belongs to; 0 where the system has no such numbers. */
  readonly owner: number
}

/** An open file. Every call that changes it is one step that can fail or be the last before a crash. */
export interface DiskFile {
  /** Reads at once; returns less than asked only at the end. */
  readSync(offset: number, into: Uint8Array): number
  read(offset: number, into: Uint8Array): Promise<number>
  write(offset: number, bytes: Uint8Array): Promise<void>
  truncate(length: number): Promise<void>
  chmod(mode: number): Promise<void>
  /** Until this returns, what was written may be lost with the power. */
  sync(): Promise<void>
  state(): Promise<FileState>
  close(): Promise<void>
}

/** The file system as signing uses it; tests put faults and kills between its calls. */
export interface Disk {
  /** `r` to read, `r+` to change, `wx` to make: fails where the file is there already. */
  open(path: string, flags: 'r' | 'r+' | 'wx', mode?: number): Promise<DiskFile>
  /** A new file that shares its blocks with the original, for its owner to change; false where the file system cannot (S6). */
  clone(from: string, to: string): Promise<boolean>
  /** A second name; fails with EEXIST where the name is taken, so it makes a finished file appear at once. */
  link(from: string, to: string): Promise<void>
  rename(from: string, to: string): Promise<void>
  unlink(path: string): Promise<void>
  /** Makes names in a folder durable; nothing on Windows, which has no such call. */
  syncFolder(path: string): Promise<void>
  list(folder: string): Promise<readonly string[]>
  /** The path behind symbolic links. */
  realpath(path: string): Promise<string>
}

/** The system's error code, such as `ENOENT`. */
export function systemCode(error: unknown): string {
  const code = (error as { code?: unknown } | null)?.code
  return typeof code === 'string' ? code : ''
}

/** An error of the system as one of ours; others pass unchanged. */
export function fileError(error: unknown, path: string, work: 'read' | 'write'): unknown {
  const code = systemCode(error)
  if (error instanceof CountersignError || code === '') return error
  const details = { system: code }
  if (code === 'ENOENT' && work === 'read')
    return new CountersignError('FILE_NOT_FOUND', `${path} does not exist`, { details, cause: error })
  if (work === 'read')
    return new CountersignError('FILE_NOT_READABLE', `${path} cannot be read (${code})`, { details, cause: error })
  return new CountersignError('FILE_NOT_WRITABLE', `${path} cannot be written (${code})`, { details, cause: error })
}

class NodeFile implements DiskFile {
  private readonly handle: FileHandle

  constructor(handle: FileHandle) {
    this.handle = handle
  }

  readSync(offset: number, into: Uint8Array): number {
    let done = 0
    while (done < into.length) {
      const count = readSync(this.handle.fd, into, done, into.length - done, offset + done)
      if (count === 0) break
      done += count
    }
    return done
  }

  async read(offset: number, into: Uint8Array): Promise<number> {
    let done = 0
    while (done < into.length) {
      const { bytesRead } = await this.handle.read(into, done, into.length - done, offset + done)
      if (bytesRead === 0) break
      done += bytesRead
    }
    return done
  }

  async write(offset: number, bytes: Uint8Array): Promise<void> {
    let done = 0
    while (done < bytes.length)
      done += (await this.handle.write(bytes, done, bytes.length - done, offset + done)).bytesWritten
  }

  truncate(length: number): Promise<void> {
    return this.handle.truncate(length)
  }

  chmod(mode: number): Promise<void> {
    return this.handle.chmod(mode)
  }

  sync(): Promise<void> {
    return this.handle.sync()
  }

  async state(): Promise<FileState> {
    const stat = await this.handle.stat({ bigint: true })
    return {
      size: Number(stat.size),
      changed: stat.mtimeNs,
      mode: Number(stat.mode) & 0o777,
      regular: stat.isFile(),
      identity: `${stat.dev} ${stat.ino}`,
      owner: Number(stat.uid),
    }
  }

  close(): Promise<void> {
    return this.handle.close()
  }
}

/** To read; a pipe that nobody writes to is opened and found to be no file, it is not waited for. */
const READ = constants.O_RDONLY | ((constants.O_NONBLOCK as number | undefined) ?? 0)

const FLAGS = { r: READ, 'r+': 'r+', wx: 'wx+' } as const

/** The file system of this machine. */
export const nodeDisk: Disk = {
  open: async (path, flags, mode) => new NodeFile(await fs.open(path, FLAGS[flags], mode)),
  clone: async (from, to) => {
    try {
      await fs.copyFile(from, to, constants.COPYFILE_EXCL | constants.COPYFILE_FICLONE_FORCE)
    } catch (error) {
      // No reflink here: another file system, or one that has none. Anything else shows when the file is copied.
      if (systemCode(error) === '') throw error
      return false
    }
    await fs.chmod(to, 0o600)
    return true
  },
  link: (from, to) => fs.link(from, to),
  rename: (from, to) => fs.rename(from, to),
  unlink: (path) => fs.unlink(path),
  syncFolder: async (path) => {
    if (process.platform === 'win32') return
    const handle = await fs.open(path, 'r')
    try {
      await handle.sync()
    } finally {
      await handle.close()
    }
  },
  list: (folder) => fs.readdir(folder),
  realpath: (path) => fs.realpath(path),
}
