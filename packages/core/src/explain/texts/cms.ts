import type { Texts } from './types.ts'

export const CMS_TEXTS: Texts = {}
