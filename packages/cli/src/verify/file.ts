import { CountersignError, verify } from '@countersign/core'
import type { VerificationReport, VerifyOptions } from '@countersign/core'
import { FileError, openInput } from '../files.ts'
import { unreadableReport } from '../unreadable.ts'

/** A file that cannot be opened still gets its report. */
export async function verifyFile(file: string, options: VerifyOptions): Promise<VerificationReport> {
  try {
    const input = await openInput(file)
    try {
      return await verify(input.source, options)
    } finally {
      await input.close()
    }
  } catch (error) {
    if (error instanceof FileError || (error instanceof CountersignError && error.code !== 'ABORTED'))
      return unreadableReport(error.code, error.message, undefined, options.at)
    throw error
  }
}
