import type { Texts } from './types.ts'

export const X509_TEXTS: Texts = {}
