import { dirname, resolve } from 'node:path'
import { CountersignError } from '../error.ts'
import { openInput } from '../pades/prepare.ts'
import { signOpened } from '../pades/sign.ts'
import type { SigningReport, SignOptions } from '../pades/signing-types.ts'
import { joinSections, throwIfAborted } from '../pades/step.ts'
import type { Pass } from '../pades/digests.ts'
import type { ByteSource } from '../pdf/types.ts'
import { fileError, nodeDisk } from './disk.ts'
import type { Disk, DiskFile, FileState } from './disk.ts'
import { filePass } from './file-pass.ts'
import { Journal } from './journal.ts'
import { recoverOn } from './recover-file.ts'
import { discardTemporary, openTemporary } from './temporary.ts'

function sourceOf(file: DiskFile, size: number): ByteSource {
  return {
    size,
    read: (offset, into) => file.read(offset, into),
    readSync: (offset, into) => file.readSync(offset, into),
  }
}

interface Added {
  readonly bytes: Uint8Array
  readonly report: SigningReport
}

/** Signs what stands in an open file; the result is checked before anything is written. */
async function signOpenFile(file: DiskFile, size: number, pass: Pass, options: SignOptions): Promise<Added> {
  const document = await openInput(sourceOf(file, size), options)
  const { steps, report } = await signOpened(document, options, pass)
  return { bytes: joinSections(steps), report }
}

/** What was read must be what is there: nobody else may have written meanwhile. */
async function requireUnchanged(file: DiskFile, before: FileState): Promise<void> {
  const now = await file.state()
  if (now.size !== before.size || now.changed !== before.changed)
    throw new CountersignError('BASE_CHANGED', 'the file was changed by another program while it was being signed')
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
async function signJournaled(disk: Disk, path: string, file: DiskFile, options: SignOptions): Promise<SigningReport> {
  const before = await file.state()
  const journal = await Journal.create(disk, path, before.size)
  let written = false
  try {
    const added = await signOpenFile(file, before.size, filePass(file, before.size), options)
    await requireUnchanged(file, before)
    throwIfAborted(options.signal)
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

async function signInPlace(disk: Disk, input: string, options: SignOptions): Promise<SigningReport> {
  const path = await disk.realpath(input).catch((error: unknown) => {
    throw fileError(error, input, 'read')
  })
  try {
    await recoverOn(disk, path)
    const file = await disk.open(path, 'r+')
    try {
      return await signJournaled(disk, path, file, options)
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

/** S6 (b): a clone or a copy beside the target, made while hashing; it gets the target's name when it is whole and durable. */
async function signToNewFile(disk: Disk, input: string, output: string, options: SignOptions): Promise<SigningReport> {
  const { file: source, before } = await openSource(disk, input)
  try {
    const temporary = await openTemporary(disk, input, output)
    try {
      const { file, cloned } = temporary
      const size = cloned ? (await file.state()).size : before.size
      const pass = cloned ? filePass(file, size) : filePass(source, size, file)
      const added = await signOpenFile(cloned ? file : source, size, pass, options)
      if (!cloned) await requireUnchanged(source, before)
      await append(file, size, added.bytes)
      throwIfAborted(options.signal)
      await file.close()
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

/** `signFile` over any disk. */
export async function signFileOn(
  disk: Disk,
  input: string,
  output: string,
  options: SignOptions,
): Promise<SigningReport> {
  if (typeof input !== 'string' || typeof output !== 'string' || input === '' || output === '')
    throw new CountersignError('ARGUMENT_INVALID', 'signFile: input and output must be paths')
  if (output === 'in-place') return signInPlace(disk, input, options)
  return signToNewFile(disk, input, resolve(output), options)
}

/**
 * Signs a PDF file of any size in bounded memory: `sign` for files. The file is read block by block and hashed once.
 *
 * `output` is a path or `in-place`. With a path the signed file appears there whole or not at all, whatever stops the call; a file that was there is replaced.
 * The copy shares its blocks with the input where the file system can (reflink). `in-place` appends to the input itself, under a
 * lock and a journal beside the file: a crash leaves the old file or the new one, which the next call (or `recoverFile`) sees to.
 * A file that is really named so is `./in-place`.
 *
 * @throws CountersignError the codes of `sign`, and FILE_NOT_FOUND, FILE_NOT_READABLE, FILE_NOT_WRITABLE, FILE_LOCKED,
 * FILE_JOURNAL_MISMATCH, BASE_CHANGED (another program wrote to the file meanwhile)
 * @example
 * ```ts
 * await signFile('report.pdf', 'report.signed.pdf', { signer })
 * await signFile('archive.pdf', 'in-place', { signer, onProgress: ({ bytes, total }) => bar.show(bytes / total) })
 * ```
 */
export async function signFile(input: string, output: string, options: SignOptions): Promise<SigningReport> {
  return signFileOn(nodeDisk, input, output, options)
}
