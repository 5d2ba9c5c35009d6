import type { Texts } from './types.ts'

export const CHANGES_TEXTS: Texts = {}
