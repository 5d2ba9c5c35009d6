import { CountersignError } from '../error.ts'
import type { PdfDict } from './objects.ts'
import { decodeText } from './text.ts'
import type { View } from './types.ts'

/** Bits of /Ff that make an entry of a seed value binding (ISO 32000-2 table 237). */
const REQUIRED = { subFilter: 1 << 1, digestMethod: 1 << 6 } as const

const DIGESTS: ReadonlyMap<string, string> = new Map([
  ['SHA256', 'sha256'],
  ['SHA384', 'sha384'],
  ['SHA512', 'sha512'],
  ['SHA3-256', 'sha3-256'],
  ['SHA3-384', 'sha3-384'],
  ['SHA3-512', 'sha3-512'],
])

/**
 * What the seed value dictionary of a signature field demands (G1): digests by this library's names, undefined where any will do.
 *
 * @throws CountersignError FIELD_INVALID where the field demands another kind of signature.
 */
export function readSeedDigests(view: View, field: PdfDict): readonly string[] | undefined {
  const seed = view.dict(field.get('SV'))
  if (seed === undefined) return undefined
  const flags = view.number(seed.get('Ff')) ?? 0
  const subFilters = view.array(seed.get('SubFilter'))?.items.map((item) => view.name(item)?.name) ?? []
  // The first SubFilter is binding where flagged; readers take the list as a choice.
  if ((flags & REQUIRED.subFilter) !== 0 && subFilters.length > 0 && !subFilters.includes('ETSI.CAdES.detached'))
    throw new CountersignError('FIELD_INVALID', `the field accepts only ${subFilters.join(', ')} signatures`)
  const methods = view.array(seed.get('DigestMethod'))
  if ((flags & REQUIRED.digestMethod) === 0 || methods === undefined) return undefined
  return methods.items.flatMap((item) => {
    const text = view.string(item)
    const name = text === undefined ? undefined : decodeText(text.bytes).toUpperCase()
    return DIGESTS.get(name ?? '') ?? []
  })
}
