import { dirname, resolve } from 'node:path'
import { CountersignError } from '../error.ts'
import type { Pass } from '../pades/digests.ts'
import { joinSections, throwIfAborted } from '../pades/step.ts'
import type { SignedStep } from '../pades/step.ts'
import type { ByteSource } from '../pdf/types.ts'
import { fileError } from './disk.ts'
import type { Disk, DiskFile, FileState } from './disk.ts'
import { filePass } from './file-pass.ts'
import { Journal, locked, readJournal } from './journal.ts'
import { hasEnded } from './owner.ts'
import { recoverOn } from './recover-file.ts'
import { discardTemporary, openTemporary } from './temporary.ts'

/** Work on a PDF file that ends in sections to append, each already checked. */
export interface FileWork<Report> {
  /** `pass` reads the file once and in order; with it the work hashes the file, and a copy of it comes about. */
  run(source: ByteSource, pass: Pass): Promise<{ readonly steps: readonly SignedStep[]; readonly report: Report }>
  readonly signal: AbortSignal | undefined
}

function sourceOf(file: DiskFile, size: number): ByteSource {
  return {
    size,
    read: (offset, into) => file.read(offset, into),
    readSync: (offset, into) => file.readSync(offset, into),
  }
}

interface Added<Report> {
  readonly bytes: Uint8Array
  readonly report: Report
}

/** Runs the work; where it had no need to hash, the pass is made all the same, for the copy that it makes. */
async function workOn<Report>(
  work: FileWork<Report>,
  file: DiskFile,
  size: number,
  pass: Pass,
): Promise<Added<Report>> {
  let passed = false
  const once: Pass = (each, start) => {
    passed = true
    return pass(each, start)
  }
  const { steps, report } = await work.run(sourceOf(file, size), once)
  if (!passed) await pass(() => Promise.resolve(), 0)
  return { bytes: joinSections(steps), report }
}

/** What was read must be what is there: nobody else may have written meanwhile. */
async function requireUnchanged(file: DiskFile, before: FileState): Promise<void> {
  const now = await file.state()
  if (now.size !== before.size || now.changed !== before.changed || now.identity !== before.identity)
    throw new CountersignError('BASE_CHANGED', 'the file was changed by another program while it was being signed')
}

/** Nor may another file have taken over the name: what is written to the one that had it would be lost, or replace the other. */
async function requireStillThere(disk: Disk, path: string, before: FileState): Promise<void> {
  const file = await disk.open(path, 'r')
  try {
    await requireUnchanged(file, before)
  } finally {
    await file.close()
  }
}

async function isSameFile(disk: Disk, path: string, { identity }: FileState): Promise<boolean> {
  try {
    const file = await disk.open(path, 'r')
    const state = await file.state()
    await file.close()
    return state.identity === identity
  } catch {
    // None there; whatever else is wrong with it shows when it is replaced.
    return false
  }
}

/** Appends durably and reads back what was appended. */
async function append(file: DiskFile, size: number, bytes: Uint8Array): Promise<void> {
  await file.write(size, bytes)
  await file.sync()
  const written = new Uint8Array(bytes.length)
  await file.read(size, written)
  const same = written.every((byte, index) => byte === bytes[index])
  if (!same || (await file.state()).size !== size + bytes.length)
    throw new CountersignError('OUTPUT_NOT_VERIFIED', 'what was written does not read back')
}

async function cutBack(file: DiskFile, length: number): Promise<void> {
  await file.truncate(length)
  await file.sync()
}

/** S6 (a): from the moment the journal stands, whatever happens leaves the old file or the new one. */
async function appendJournaled<Report>(
  disk: Disk,
  path: string,
  file: DiskFile,
  work: FileWork<Report>,
): Promise<Report> {
  const before = await file.state()
  if (!before.regular) throw new CountersignError('FILE_NOT_READABLE', `${path} is not a file`)
  const journal = await Journal.create(disk, path, before.size)
  let written = false
  try {
    const added = await workOn(work, file, before.size, filePass(file, before.size))
    await requireStillThere(disk, path, before)
    throwIfAborted(work.signal)
    await journal.announce(added.bytes)
    written = true
    await append(file, before.size, added.bytes)
    await journal.remove()
    return added.report
  } catch (error) {
    // Where even this fails the journal stays, and the next call cuts the file back.
    if (written) await cutBack(file, before.size)
    await journal.remove().catch(() => {})
    throw error
  }
}

async function appendInPlace<Report>(disk: Disk, input: string, work: FileWork<Report>): Promise<Report> {
  const path = await disk.realpath(input).catch((error: unknown) => {
    throw fileError(error, input, 'read')
  })
  try {
    await recoverOn(disk, path)
    const file = await disk.open(path, 'r+')
    try {
      return await appendJournaled(disk, path, file, work)
    } finally {
      await file.close()
    }
  } catch (error) {
    throw fileError(error, input, 'write')
  }
}

/** Opens the input; a folder, pipe or device has no length to append at. */
async function openSource(disk: Disk, input: string): Promise<{ file: DiskFile; before: FileState }> {
  try {
    const file = await disk.open(input, 'r')
    const before = await file.state()
    if (before.regular) return { file, before }
    await file.close()
  } catch (error) {
    throw fileError(error, input, 'read')
  }
  throw new CountersignError('FILE_NOT_READABLE', `${input} is not a file`)
}

/** A file to which a signature in place is being written, or whose signing broke off, may end in half of it. */
async function requireWhole(disk: Disk, input: string, { size }: FileState): Promise<void> {
  const path = await disk.realpath(input)
  const entry = await readJournal(disk, path)
  if (entry?.section === undefined || size <= entry.length) return
  if (!hasEnded(entry.owner)) throw locked(path, entry.owner)
  throw new CountersignError('FILE_LOCKED', `signing ${path} in place broke off: recover it first`)
}

/** S6 (b): a clone or a copy beside the target, made while hashing; it gets the target's name when it is whole and durable. */
async function appendToCopy<Report>(
  disk: Disk,
  input: string,
  output: string,
  work: FileWork<Report>,
): Promise<Report> {
  const { file: source, before } = await openSource(disk, input)
  try {
    await requireWhole(disk, input, before)
    const replacesInput = await isSameFile(disk, output, before)
    const temporary = await openTemporary(disk, input, output)
    try {
      const { file, cloned } = temporary
      const size = cloned ? (await file.state()).size : before.size
      const pass = cloned ? filePass(file, size) : filePass(source, size, file)
      const added = await workOn(work, cloned ? file : source, size, pass)
      if (!cloned) await requireUnchanged(source, before)
      await append(file, size, added.bytes)
      throwIfAborted(work.signal)
      await file.close()
      if (replacesInput) await requireStillThere(disk, output, before)
      await disk.rename(temporary.path, output)
      await disk.syncFolder(dirname(output))
      return added.report
    } catch (error) {
      await discardTemporary(disk, temporary)
      throw fileError(error, output, 'write')
    }
  } finally {
    await source.close()
  }
}

/** Appends to a file in place, or to a copy of it that gets the output's name (S6). */
export async function appendToFile<Report>(
  disk: Disk,
  input: string,
  output: string,
  work: FileWork<Report>,
): Promise<Report> {
  if (typeof input !== 'string' || typeof output !== 'string' || input === '' || output === '')
    throw new CountersignError('ARGUMENT_INVALID', 'input and output must be paths')
  if (output === 'in-place') return appendInPlace(disk, input, work)
  return appendToCopy(disk, input, resolve(output), work)
}
