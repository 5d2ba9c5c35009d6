import type { Texts } from './types.ts'

export const VALIDATION_TEXTS: Texts = {}
