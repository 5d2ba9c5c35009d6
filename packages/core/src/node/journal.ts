import { randomBytes } from 'node:crypto'
import { basename, dirname, join } from 'node:path'
import { CountersignError } from '../error.ts'
import { beside } from './beside.ts'
import { fileError, systemCode } from './disk.ts'
import type { Disk, DiskFile } from './disk.ts'
import { hasEnded, thisOwner } from './owner.ts'
import type { Owner } from './owner.ts'

/** What a journal says of the file beside it (S6). */
export interface JournalEntry {
  readonly id: string
  readonly owner: Owner
  /** Length to go back to. */
  readonly length: number
  /** What will be appended, once that is known; nothing was written before. */
  readonly section: Uint8Array | undefined
}

const SCHEMA = 'countersign/journal/1'

/** The journal of a file: in its own folder, so that both are on one file system. */
export function journalPath(path: string): string {
  return beside(path, '.countersign-journal')
}

function encodeJournal({ id, owner, length, section }: JournalEntry): Uint8Array {
  const header = { schema: SCHEMA, id, owner, length, section: section?.length ?? null }
  return Buffer.concat([Buffer.from(`${JSON.stringify(header)}\n`), section ?? new Uint8Array(0)])
}

function isOwner(value: unknown): value is Owner {
  if (typeof value !== 'object' || value === null) return false
  const { pid, host, boot, started } = value as Record<string, unknown>
  // Zero and below stand for groups of processes.
  if (!Number.isSafeInteger(pid) || (pid as number) <= 0) return false
  return [host, boot, started].every((one) => typeof one === 'string')
}

/** It becomes a part of file names. */
function isId(value: unknown): value is string {
  return typeof value === 'string' && /^[0-9a-f]{1,64}$/.test(value)
}

function isLength(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0
}

/** Reads a journal; undefined for one that was never finished, before which nothing is appended. */
export function parseJournal(bytes: Uint8Array): JournalEntry | undefined {
  const end = bytes.indexOf(0x0a)
  if (end < 0) return undefined
  let header: Record<string, unknown>
  try {
    const value: unknown = JSON.parse(new TextDecoder().decode(bytes.subarray(0, end)))
    header = typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {}
  } catch {
    return undefined
  }
  const { id, owner, length, section } = header
  const rest = bytes.subarray(end + 1)
  if (header['schema'] !== SCHEMA || !isId(id) || !isOwner(owner) || !isLength(length)) return undefined
  if (section !== null && section !== rest.length) return undefined
  return { id, owner, length, section: section === null ? undefined : rest }
}

/** Journals hold one section, which is built in memory. */
const LARGEST = 256 * 1024 * 1024

/** The whole of a small file, and the user it belongs to; nothing of a pipe or a file that cannot be ours. */
async function readAll(disk: Disk, path: string): Promise<{ readonly bytes: Uint8Array; readonly user: number }> {
  const file = await disk.open(path, 'r')
  try {
    const { size, owner, regular } = await file.state()
    const bytes = new Uint8Array(regular && size <= LARGEST ? size : 0)
    return { bytes: bytes.subarray(0, await file.read(0, bytes)), user: owner }
  } finally {
    await file.close()
  }
}

async function writeNew(disk: Disk, path: string, bytes: Uint8Array): Promise<void> {
  const file: DiskFile = await disk.open(path, 'wx', 0o600)
  try {
    await file.write(0, bytes)
    await file.sync()
  } catch (error) {
    // On a full disk a part of it would take the last of the room.
    await unlinkQuietly(disk, path)
    throw error
  } finally {
    await file.close()
  }
}

async function unlinkQuietly(disk: Disk, path: string): Promise<void> {
  try {
    await disk.unlink(path)
  } catch {
    // A leftover of ours with a name of its own harms nobody, and the next call removes it.
  }
}

/** File systems without hard links, such as those of memory cards. */
const NO_LINKS: ReadonlySet<string> = new Set(['EPERM', 'ENOSYS', 'ENOTSUP', 'EOPNOTSUPP', 'EACCES', 'EMLINK'])

/** Makes a file that appears at once and whole, or fails with EEXIST where its name is taken. */
async function writeOnce(disk: Disk, path: string, draft: string, bytes: Uint8Array): Promise<void> {
  await writeNew(disk, draft, bytes)
  try {
    await disk.link(draft, path)
  } catch (error) {
    if (!NO_LINKS.has(systemCode(error))) throw error
    await writeNew(disk, path, bytes)
  } finally {
    await unlinkQuietly(disk, draft)
  }
}

/** Removes what ended processes have left beside the journal; only who holds the lock may. */
async function removeLeftovers(disk: Disk, journal: string): Promise<void> {
  const prefix = `${basename(journal)}.`
  const names = await disk.list(dirname(journal)).catch(() => [])
  for (const name of names) if (name.startsWith(prefix)) await unlinkQuietly(disk, join(dirname(journal), name))
}

export function locked(path: string, owner: Owner | undefined): CountersignError {
  const who = owner === undefined ? 'another process' : `process ${owner.pid} on ${owner.host}`
  return new CountersignError('FILE_LOCKED', `${path} is being signed by ${who}`, { retryable: true })
}

/** The lock on a file that is signed in place, and at once the note of how long it was (S6). */
export class Journal {
  readonly path: string
  private readonly disk: Disk
  private entry: JournalEntry

  private constructor(disk: Disk, path: string, entry: JournalEntry) {
    this.disk = disk
    this.path = path
    this.entry = entry
  }

  /** Takes the lock. @throws CountersignError FILE_LOCKED, FILE_NOT_WRITABLE */
  static async create(disk: Disk, file: string, length: number): Promise<Journal> {
    const entry = { id: randomBytes(12).toString('hex'), owner: thisOwner(), length, section: undefined }
    const journal = new Journal(disk, journalPath(file), entry)
    try {
      await writeOnce(disk, journal.path, journal.draftPath, encodeJournal(entry))
    } catch (error) {
      // ENOENT: another process got the lock and removed what it took for a leftover.
      if (systemCode(error) === 'EEXIST' || systemCode(error) === 'ENOENT') throw locked(file, undefined)
      throw fileError(error, journal.path, 'write')
    }
    await removeLeftovers(disk, journal.path)
    return journal
  }

  private get draftPath(): string {
    return `${this.path}.${this.entry.id}`
  }

  /** Notes durably what will be appended; only now may the file be written to. */
  async announce(section: Uint8Array): Promise<void> {
    this.entry = { ...this.entry, section }
    await writeNew(this.disk, this.draftPath, encodeJournal(this.entry))
    await this.disk.rename(this.draftPath, this.path)
    await this.disk.syncFolder(dirname(this.path))
  }

  /** Gives the lock back; once this returns, no crash brings the journal back. */
  async remove(): Promise<void> {
    await this.disk.unlink(this.path)
    await this.disk.syncFolder(dirname(this.path))
  }
}

const MAX_CLAIMS = 100

/**
 * The right to deal with the journal of an ended process: of many that try at once one gets it. A claim is a file that can be made
 * once; one whose owner has ended too is followed by the next number. Its path; undefined when the journal is gone meanwhile.
 */
async function claim(disk: Disk, file: string, entry: JournalEntry): Promise<string | undefined> {
  const own = new TextEncoder().encode(JSON.stringify(thisOwner()))
  const path = journalPath(file)
  let taken = ''
  for (let number = 1; taken === '' && number <= MAX_CLAIMS; number++) {
    const name = `${path}.${entry.id}.${number}`
    try {
      await writeOnce(disk, name, `${path}.${randomBytes(12).toString('hex')}`, own)
      taken = name
    } catch (error) {
      if (systemCode(error) !== 'EEXIST') throw fileError(error, name, 'write')
      const other = await ownerOf(disk, name)
      if (other === undefined || !hasEnded(other)) throw locked(file, other)
    }
  }
  if (taken === '') throw locked(file, undefined)
  // Whoever had a claim before removes the journal first and the claims then.
  if ((await readJournal(disk, file))?.id === entry.id) return taken
  await unlinkQuietly(disk, taken)
  return undefined
}

/** Runs `work` as the only one that deals with an ended process's journal, then removes the journal; false when it is gone. */
export async function settleJournal(
  disk: Disk,
  file: string,
  entry: JournalEntry,
  work: () => Promise<void>,
): Promise<boolean> {
  const taken = await claim(disk, file, entry)
  if (taken === undefined) return false
  const path = journalPath(file)
  try {
    await work()
  } catch (error) {
    // The journal stays for whoever looks into it.
    await unlinkQuietly(disk, taken)
    throw error
  }
  await disk.unlink(path)
  await disk.syncFolder(dirname(path))
  await removeLeftovers(disk, path)
  return true
}

async function ownerOf(disk: Disk, path: string): Promise<Owner | undefined> {
  try {
    const value: unknown = JSON.parse(new TextDecoder().decode((await readAll(disk, path)).bytes))
    return isOwner(value) ? value : undefined
  } catch {
    return undefined
  }
}

/** A journal as it was found. */
export interface FoundJournal extends JournalEntry {
  /** The user that wrote it: in a folder for all, anybody may put one beside a file that is not theirs. */
  readonly user: number
}

/** The journal beside a file; undefined where there is none or one that was never finished. */
export async function readJournal(disk: Disk, file: string): Promise<FoundJournal | undefined> {
  try {
    const { bytes, user } = await readAll(disk, journalPath(file))
    const entry = parseJournal(bytes)
    return entry && { ...entry, user }
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return undefined
    throw fileError(error, journalPath(file), 'read')
  }
}
