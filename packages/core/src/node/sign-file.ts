import { checkExtendOptions, extendOpened, openingOf } from '../pades/extend.ts'
import type { ExtendOptions, ExtensionReport, TimestampOptions } from '../pades/extension-types.ts'
import { openInput } from '../pades/prepare.ts'
import { signOpened } from '../pades/sign.ts'
import type { SigningReport, SignOptions } from '../pades/signing-types.ts'
import { checkTimestampOptions, timestampOpened } from '../pades/timestamp.ts'
import { openDocument } from '../pdf/document.ts'
import { appendToFile } from './append-to-file.ts'
import { nodeDisk } from './disk.ts'
import type { Disk } from './disk.ts'

/** `signFile` over any disk. */
export async function signFileOn(
  disk: Disk,
  input: string,
  output: string,
  options: SignOptions,
): Promise<SigningReport> {
  return appendToFile(disk, input, output, {
    run: async (source, pass) => signOpened(await openInput(source, options), options, pass),
    signal: options.signal,
  })
}

/**
 * Signs a PDF file of any size in bounded memory: `sign` for files. The file is read block by block and hashed once.
 *
 * `output` is a path or `in-place`. With a path the signed file appears there whole or not at all, whatever stops the call; a file that was there is replaced.
 * The copy shares its blocks with the input where the file system can (reflink). `in-place` appends to the input itself, under a
 * lock and a journal beside the file: a crash leaves the old file or the new one, which the next call (or `recoverFile`) sees to.
 * A file that is really named so is `./in-place`.
 *
 * A level that is not reached is an error and nothing is written; the error's `steps` hold the sections that were made, the signature's
 * first: behind the input they are the file at the level reached.
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

/**
 * Extends the signatures of a PDF file to a level: `extend` for files, which are read once and written as `signFile` does.
 *
 * @throws LevelNotReachedError with what is missing, and nothing is written; CountersignError the codes of `extend`, and FILE_NOT_FOUND,
 * FILE_NOT_READABLE, FILE_NOT_WRITABLE, FILE_LOCKED, FILE_JOURNAL_MISMATCH, BASE_CHANGED
 * @example
 * ```ts
 * await extendFile('report.pdf', 'in-place', { to: 'B-LTA', tsa, trust, sources: onlineSource() })
 * ```
 */
export async function extendFile(input: string, output: string, options: ExtendOptions): Promise<ExtensionReport> {
  checkExtendOptions(options)
  return appendToFile(nodeDisk, input, output, {
    run: async (source, pass) => extendOpened(await openDocument(source, openingOf(options)), options, pass),
    signal: options.signal,
  })
}

/**
 * Adds a document timestamp to a PDF file: `timestamp` for files, which are read once and written as `signFile` does.
 *
 * @throws CountersignError the codes of `timestamp`, and FILE_NOT_FOUND, FILE_NOT_READABLE, FILE_NOT_WRITABLE, FILE_LOCKED,
 * FILE_JOURNAL_MISMATCH, BASE_CHANGED
 * @example
 * ```ts
 * await timestampFile('report.pdf', 'in-place', { tsa: httpTimestampAuthority(['http://tsa.example/tsr']) })
 * ```
 */
export async function timestampFile(
  input: string,
  output: string,
  options: TimestampOptions,
): Promise<ExtensionReport> {
  checkTimestampOptions(options)
  return appendToFile(nodeDisk, input, output, {
    run: async (source, pass) => timestampOpened(await openDocument(source, openingOf(options)), options, pass),
    signal: options.signal,
  })
}
