import type { Certificate } from './certificate.ts'

/**
 * How many certificates lie between each certificate and the nearest anchor, by names alone: 1 where an anchor bears the issuer's
 * name, absent where no chain of names leads to one. Signatures are not looked at: a distance orders the search, it proves nothing.
 */
export function distancesToAnchors(
  anchors: readonly Certificate[],
  candidates: readonly Certificate[],
): ReadonlyMap<Certificate, number> {
  const issuedBy = new Map<string, Certificate[]>()
  for (const certificate of candidates) {
    const { key } = certificate.issuer
    const others = issuedBy.get(key)
    if (others === undefined) issuedBy.set(key, [certificate])
    else others.push(certificate)
  }
  const distances = new Map<Certificate, number>()
  const seen = new Set(anchors.map(({ subject }) => subject.key))
  let names = [...seen]
  for (let distance = 1; names.length > 0; distance++) {
    const below: string[] = []
    for (const certificate of names.flatMap((name) => issuedBy.get(name) ?? [])) {
      if (distances.has(certificate)) continue
      distances.set(certificate, distance)
      const { key } = certificate.subject
      if (!seen.has(key)) below.push(key)
      seen.add(key)
    }
    names = below
  }
  return distances
}
