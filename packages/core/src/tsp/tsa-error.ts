import { CountersignError } from '../error.ts'
import type { ErrorCode, ErrorDetails } from '../error.ts'

/** What can go wrong with one TSA; each fault has its own code (B16). */
export type TsaCode = Extract<ErrorCode, `TSA_${string}`>

/** An error of one TSA; who asked it adds which one it was. */
export function tsaError(code: TsaCode, reason: string, cause?: unknown, details: ErrorDetails = {}): CountersignError {
  return new CountersignError(code, `The time-stamping authority gave no usable token: ${reason}.`, {
    retryable: code === 'TSA_UNREACHABLE' || code === 'TSA_TIMEOUT' || code === 'TSA_PAUSED',
    details: { reason, ...details },
    ...(cause === undefined ? {} : { cause }),
  })
}
