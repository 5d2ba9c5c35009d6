import { CountersignError, verify } from '@countersign/core'
import type { VerificationReport, VerifyOptions } from '@countersign/core'
import { FileError, readInput } from '../files.ts'
import { unreadableReport } from '../unreadable.ts'

/** A file that cannot be opened still gets its report. */
export async function verifyFile(file: string, options: VerifyOptions): Promise<VerificationReport> {
  let bytes: Uint8Array | undefined
  try {
    bytes = await readInput(file)
    return await verify(bytes, options)
  } catch (error) {
    if (error instanceof FileError || (error instanceof CountersignError && error.code !== 'ABORTED'))
      return unreadableReport(error.code, error.message, bytes, options.at)
    throw error
  }
}
