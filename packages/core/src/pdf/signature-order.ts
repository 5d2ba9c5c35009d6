import { problem } from '../problem.ts'
import type { PdfDict } from './objects.ts'
import type { FoundSignature } from './found-signature.ts'

/**
 * P-12: in order of covered end, each signature's gap begins at or after the end of what the one before covers.
 * The one that begins inside fails; the earlier one keeps its verdict.
 */
export function checkSignatureOrder(signatures: readonly FoundSignature[]): readonly FoundSignature[] {
  let covered: { end: number; dict: PdfDict; field: string } | undefined
  return signatures.map((found) => {
    if (found.byteRange === undefined || found.coverage === 'broken') return found
    const { first, second } = found.byteRange
    const previous = covered
    if (previous === undefined || previous.end <= first.end || previous.dict === found.dict) {
      covered = { end: second.end, dict: found.dict, field: found.field }
      return found
    }
    const overlap = problem('P-12', 'BYTERANGE_OVERLAP', 'F', { earlier: previous.field })
    return { ...found, problems: [...found.problems, overlap] }
  })
}
