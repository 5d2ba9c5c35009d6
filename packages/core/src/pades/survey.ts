import type { SignatureSurvey } from '../pdf/found-signature.ts'
import { findSignatures } from '../pdf/signatures.ts'
import type { PdfDocument } from '../pdf/types.ts'

/** The signatures of a document as strict rules find them; looked for once. */
export function surveyOf(document: PdfDocument): SignatureSurvey {
  return document.once(surveyOf, () => findSignatures(document))
}
