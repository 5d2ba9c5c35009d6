import { CountersignError } from '../error.ts'
import { fileError, nodeDisk, systemCode } from './disk.ts'
import type { Disk, DiskFile } from './disk.ts'
import { journalPath, locked, readJournal, settleJournal } from './journal.ts'
import type { FoundJournal } from './journal.ts'
import { hasEnded } from './owner.ts'

/** `clean`: there was nothing to do. `restored`: a half-written signature was cut off, the file is what it was before. */
export type Recovery = 'clean' | 'restored'

export interface RecoverOptions {
  /** Do it although the journal's process may live on another machine, or its user is another one. Only for who knows better. */
  readonly force?: boolean
}

/** What was appended is the journal's section as far as it got; blocks that never reached the disk read as zeros. */
function isOurs(tail: Uint8Array, section: Uint8Array): boolean {
  return tail.length <= section.length && tail.every((byte, index) => byte === section[index] || byte === 0)
}

function mismatch(path: string): CountersignError {
  return new CountersignError(
    'FILE_JOURNAL_MISMATCH',
    `${path} was changed after signing it broke off, or the journal is not of its owner: look at it, then remove ${journalPath(path)}`,
  )
}

/** Whoever may write to a folder can put a journal into it; only who could shorten the file anyway is believed. */
function mayShorten(user: number, owner: number): boolean {
  return user === owner || user === 0 || user === process.geteuid?.()
}

async function cut(file: DiskFile, path: string, entry: FoundJournal, force: boolean): Promise<Recovery> {
  const { length, section } = entry
  const { size, owner } = await file.state()
  // Nothing is appended before the section is noted: any other length is somebody else's doing.
  if (section === undefined) return 'clean'
  if (size < length) throw mismatch(path)
  if (size === length) return 'clean'
  if (size - length > section.length) throw mismatch(path)
  const tail = new Uint8Array(size - length)
  await file.read(length, tail)
  if (!isOurs(tail, section) || (!force && !mayShorten(entry.user, owner))) throw mismatch(path)
  await file.truncate(length)
  await file.sync()
  return 'restored'
}

async function openIfThere(disk: Disk, path: string): Promise<DiskFile | undefined> {
  try {
    return await disk.open(path, 'r+')
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return undefined
    throw fileError(error, path, 'write')
  }
}

async function restore(disk: Disk, path: string, entry: FoundJournal, force: boolean): Promise<Recovery> {
  const file = await openIfThere(disk, path)
  if (file === undefined) return 'clean'
  try {
    return await cut(file, path, entry, force)
  } finally {
    await file.close()
  }
}

/** A journal without content can only come from a file system without hard links, moments after its birth or after a crash then. */
const UNFINISHED_MS = 60_000

async function removeUnfinished(disk: Disk, path: string, force: boolean): Promise<void> {
  const journal = journalPath(path)
  let file: DiskFile
  try {
    file = await disk.open(journal, 'r')
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return
    throw fileError(error, journal, 'read')
  }
  const { changed } = await file.state()
  await file.close()
  const age = Date.now() - Number(changed / 1_000_000n)
  if (!force && age < UNFINISHED_MS) throw locked(path, undefined)
  await disk.unlink(journal)
}

/** `recoverFile` over any disk, the path free of symbolic links. */
export async function recoverOn(disk: Disk, path: string, options: RecoverOptions = {}): Promise<Recovery> {
  const entry = await readJournal(disk, path)
  const force = options.force === true
  if (entry === undefined) {
    await removeUnfinished(disk, path, force)
    return 'clean'
  }
  if (!force && !hasEnded(entry.owner)) throw locked(path, entry.owner)
  let recovery: Recovery = 'clean'
  await settleJournal(disk, path, entry, async () => {
    recovery = await restore(disk, path, entry, force)
  })
  return recovery
}

/**
 * Makes a file whole again whose signing in place broke off, by a crash or a power cut: what was appended is cut off (S6). `signFile`
 * does the same before it signs in place; call it for files that nobody will sign again.
 *
 * @throws CountersignError FILE_LOCKED (it is being signed; or was, on a machine that this one knows nothing of), FILE_JOURNAL_MISMATCH
 * (somebody else has written to it since), FILE_NOT_READABLE, FILE_NOT_WRITABLE
 * @example
 * ```ts
 * const recovery = await recoverFile('report.pdf') // 'clean' or 'restored'
 * ```
 */
export async function recoverFile(path: string, options: RecoverOptions = {}): Promise<Recovery> {
  const real = await nodeDisk.realpath(path).catch((error: unknown) => {
    throw fileError(error, path, 'read')
  })
  return recoverOn(nodeDisk, real, options)
}
