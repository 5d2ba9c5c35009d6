// What `inspect` found, as text for people: claims, labelled as unchecked.
import { HUMAN_LABELS } from './texts/human.ts'
import type { ExplainOptions } from './human.ts'
import { localTime, safe, say } from './plain.ts'

/** What `inspect` returns, as far as it is shown. */
export interface Claim {
  readonly field: string
  readonly claimedSigner: { readonly commonName: string | null; readonly subject: string } | null
  readonly claimedTime: string | null
}

/** Claims of a file, labelled as unchecked. */
export function explainClaims(claims: readonly Claim[], options: ExplainOptions): string {
  const { language } = options
  const name = options.name === undefined ? '' : `${safe(options.name)}: `
  if (claims.length === 0) return `${name}${HUMAN_LABELS.noClaims[language]}`
  const lines = claims.map(({ field, claimedSigner, claimedTime }) => {
    const who = claimedSigner?.commonName ?? claimedSigner?.subject ?? HUMAN_LABELS.unnamed[language]
    const t = claimedTime === null ? HUMAN_LABELS.noTimeWord[language] : localTime(claimedTime, language)
    return `  - ${safe(field)}: ${say(HUMAN_LABELS.claimedSigner, language, { name: who, t })}`
  })
  return [`${name}${HUMAN_LABELS.claims[language]}`, ...lines].join('\n')
}
