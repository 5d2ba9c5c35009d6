import type { CountersignError } from '@countersign/core'
import { HttpProblem } from './problem.ts'

/** What an error of core means over HTTP; its message stays here, its code goes along as `coreCode`. */
export function coreProblem(error: CountersignError): HttpProblem {
  const options = { coreCode: error.code, cause: error }
  if (error.code.startsWith('LIMIT_')) return new HttpProblem('pdf.limit', options)
  if (error.code === 'PDF_NOT_PDF' || error.code === 'PDF_DAMAGED') return new HttpProblem('pdf.malformed', options)
  if (error.code === 'LEVEL_NOT_REACHED') return new HttpProblem('level.notReached', options)
  if (error.code.startsWith('TSA_')) return new HttpProblem('tsa.failed', options)
  if (error.code === 'NOTHING_TO_EXTEND') return new HttpProblem('pdf.notSignable', options)
  if (/^(?:CERT|KEY|P12|SIGNER)_/u.test(error.code)) return new HttpProblem('key.unavailable', options)
  if (/^(?:PDF|FIELD|CERTIFICATION|IMAGE|APPEARANCE)_/u.test(error.code)) {
    return new HttpProblem('pdf.notSignable', options)
  }
  return new HttpProblem('internal', { cause: error })
}
