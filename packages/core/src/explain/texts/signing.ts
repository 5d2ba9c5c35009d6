import type { Texts } from './types.ts'

export const SIGNING_TEXTS: Texts = {}
