import type { Texts } from './types.ts'

/**
 * Findings of signing. Warnings of a SigningReport are defects of the input and have their texts in `pdf.ts`; what signing refuses
 * is an error, with its text in `errors.ts`.
 */
export const SIGNING_TEXTS: Texts = {}
