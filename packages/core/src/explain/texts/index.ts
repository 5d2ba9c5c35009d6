import { CHANGES_TEXTS } from './changes.ts'
import { CMS_TEXTS } from './cms.ts'
import { PDF_TEXTS } from './pdf.ts'
import { SIGNING_TEXTS } from './signing.ts'
import type { Text, Texts } from './types.ts'
import { VALIDATION_TEXTS } from './validation.ts'
import { X509_TEXTS } from './x509.ts'

const TEXTS: ReadonlyMap<string, Text> = new Map(
  [PDF_TEXTS, CMS_TEXTS, X509_TEXTS, CHANGES_TEXTS, VALIDATION_TEXTS, SIGNING_TEXTS].flatMap((texts: Texts) =>
    Object.entries(texts),
  ),
)

function fill(template: string, args: Readonly<Record<string, unknown>>): string {
  let result = template
  for (const [name, value] of Object.entries(args)) result = result.replaceAll(`{${name}}`, () => String(value))
  return result
}

/** True when the code has its texts. */
export function hasText(code: string): boolean {
  return TEXTS.has(code)
}

/** English and Vietnamese text of a code with its arguments filled in; the code itself where no text exists. */
export function textFor(code: string, args: Readonly<Record<string, unknown>> = {}): Text {
  const text = TEXTS.get(code)
  return text === undefined ? { en: code, vi: code } : { en: fill(text.en, args), vi: fill(text.vi, args) }
}

/** The template of a code, its places still open. */
export function templateFor(code: string): Text | undefined {
  return TEXTS.get(code)
}
