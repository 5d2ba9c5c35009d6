/** What an approval statement or an audit record may hold. Numbers are integers: RFC 8785's number rules are then plain digits. */
export type Canonical =
  string | number | boolean | null | readonly Canonical[] | { readonly [name: string]: Canonical | undefined }

/**
 * RFC 8785 canonical JSON for strings, integers, booleans, null, arrays and objects: members sorted by their UTF-16 code
 * units, no white space. Members that are undefined are left out.
 *
 * @throws TypeError for a number that is not a safe integer, or a lone surrogate.
 */
export function canonicalJson(value: Canonical): string {
  if (typeof value === 'number' && !Number.isSafeInteger(value)) throw new TypeError('not an integer')
  if (typeof value === 'string' && /\p{Surrogate}/u.test(value))
    throw new TypeError('a lone surrogate has no UTF-8 form')
  if (value === null || typeof value !== 'object') return JSON.stringify(value)
  if (Array.isArray(value)) return `[${value.map((item: Canonical) => canonicalJson(item)).join(',')}]`
  const members = value as Readonly<Record<string, Canonical | undefined>>
  const parts: string[] = []
  // RFC 8785 3.2.3: `sort` without an argument compares UTF-16 code units.
  for (const name of Object.keys(members).sort()) {
    const member = members[name]
    if (member !== undefined) parts.push(`${canonicalJson(name)}:${canonicalJson(member)}`)
  }
  return `{${parts.join(',')}}`
}
