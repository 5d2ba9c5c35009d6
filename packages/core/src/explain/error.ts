import { ERROR_TEXTS_VI, LIMIT_TEXT_VI } from './texts/errors.ts'
import { safe } from './plain.ts'
import type { Language } from './plain.ts'

/**
 * One line for a person about an error: in Vietnamese what the code means, then the error's own line.
 *
 * @example
 * ```ts
 * explainError({ code: 'FIELD_SIGNED', message: 'field "officer" is signed' }, 'vi')
 * // 'Trường này đã được ký. (field "officer" is signed)'
 * ```
 */
export function explainError(error: { readonly code: string; readonly message: string }, language: Language): string {
  const message = safe(error.message, 500).trim()
  if (language === 'en') return message
  const meaning = ERROR_TEXTS_VI[error.code] ?? (error.code.startsWith('LIMIT_') ? LIMIT_TEXT_VI : undefined)
  return meaning === undefined ? message : `${meaning} (${message})`
}
