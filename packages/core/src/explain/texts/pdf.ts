import type { Texts } from './types.ts'

export const PDF_TEXTS: Texts = {}
