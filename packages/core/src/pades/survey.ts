import type { SignatureSurvey } from '../pdf/found-signature.ts'
import { findSignatures } from '../pdf/signatures.ts'
import type { PdfDocument } from '../pdf/types.ts'

const surveys = new WeakMap<PdfDocument, SignatureSurvey>()

/** The signatures of a document as strict rules find them; looked for once. */
export function surveyOf(document: PdfDocument): SignatureSurvey {
  let survey = surveys.get(document)
  if (survey === undefined) {
    survey = findSignatures(document)
    surveys.set(document, survey)
  }
  return survey
}
