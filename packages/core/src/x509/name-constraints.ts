import { OID } from '../der/oids.ts'
import { LimitError } from '../error.ts'
import type { Problem } from '../problem.ts'
import type { Certificate } from './certificate.ts'
import type { NameConstraints, Subtree } from './extensions.ts'
import type { GeneralName } from './general-name.ts'
import { chainProblem } from './shape.ts'

/** L-22. */
const MAX_WORK = 250_000

type Kind = GeneralName['kind']
/** `malformed`: the name or the constraint cannot be compared, which never passes. */
type Match = boolean | 'malformed'

/** Where local part and host of a mailbox part; undefined for what is none. A second @ must be quoted (RFC 5321 4.1.2). */
function mailboxAt(text: string): number | undefined {
  const at = text.lastIndexOf('@')
  if (at < 1 || at === text.length - 1) return undefined
  const local = text.slice(0, at)
  const quoted = local.length > 2 && local.startsWith('"') && local.endsWith('"')
  return local.includes('@') && !quoted ? undefined : at
}

function email(name: string, base: string): Match {
  const at = mailboxAt(name)
  if (at === undefined) return 'malformed'
  const host = name.slice(at + 1).toLowerCase()
  const baseAt = base.includes('@') ? mailboxAt(base) : -1
  if (baseAt === undefined) return 'malformed'
  if (baseAt >= 0) return name.slice(0, at) === base.slice(0, baseAt) && host === base.slice(baseAt + 1).toLowerCase()
  return hostWithin(host, base.toLowerCase())
}

/** `.example.com` holds the subdomains only, `example.com` that host only: rule of e-mail and URI constraints. */
function hostWithin(host: string, base: string): boolean {
  if (base === '') return true
  return base.startsWith('.') ? host.endsWith(base) && host.length > base.length : host === base
}

function isDnsName(name: string, wildcard: boolean): boolean {
  const labels = name.split('.')
  if (wildcard && labels[0] === '*' && labels.length > 1) labels.shift()
  return labels.every((label) => label !== '' && label.length < 64 && !label.includes('*') && !label.includes(' '))
}

function dnsWithin(host: string, base: string): boolean {
  return base === '' || host === base || host.endsWith(`.${base}`)
}

function dns(name: string, constraint: string, excluded: boolean): Match {
  const host = name.toLowerCase()
  const base = constraint.toLowerCase()
  if (!isDnsName(host, true) || (base !== '' && !isDnsName(base, false))) return 'malformed'
  if (!host.startsWith('*.')) return dnsWithin(host, base)
  // A wildcard stands for its whole subtree: wholly inside to be permitted, excluded where it overlaps at all.
  const parent = host.slice(2)
  return dnsWithin(parent, base) || (excluded && dnsWithin(base, parent))
}

/** Host of a URI, undefined when there is none or it is an IP address (RFC 5280 4.2.1.10). */
function uriHost(text: string): string | undefined {
  const start = text.indexOf('://')
  if (start < 1) return undefined
  let end = start + 3
  while (end < text.length && !'/?#'.includes(text[end]!)) end++
  const authority = text.slice(start + 3, end)
  const host = authority.slice(authority.lastIndexOf('@') + 1)
  if (host.startsWith('[')) return undefined
  const colon = host.indexOf(':')
  const name = (colon < 0 ? host : host.slice(0, colon)).toLowerCase()
  const last = name.split('.').at(-1)!
  return name === '' || !Number.isNaN(Number(last === '' ? 'x' : last)) ? undefined : name
}

function uri(name: string, base: string): Match {
  const host = uriHost(name)
  return host === undefined ? 'malformed' : hostWithin(host, base.toLowerCase())
}

/** True when the mask is ones followed by zeros. */
function isContiguous(mask: Uint8Array): boolean {
  let ended = false
  for (const octet of mask)
    for (let bit = 0x80; bit > 0; bit >>= 1) {
      if ((octet & bit) === 0) ended = true
      else if (ended) return false
    }
  return true
}

function ip(address: Uint8Array, base: Uint8Array): Match {
  const size = base.length / 2
  if ((size !== 4 && size !== 16) || (address.length !== 4 && address.length !== 16)) return 'malformed'
  const mask = base.subarray(size)
  if (!isContiguous(mask)) return 'malformed'
  return (
    address.length === size && address.every((octet, index) => (octet & mask[index]!) === (base[index]! & mask[index]!))
  )
}

function matches(name: GeneralName, base: GeneralName, excluded: boolean): Match {
  if (name.kind === 'directory' && base.kind === 'directory') return name.value.isWithin(base.value)
  if (name.kind === 'ip' && base.kind === 'ip') return ip(name.value, base.value)
  if (name.kind === 'email' && base.kind === 'email') return email(name.value, base.value)
  if (name.kind === 'dns' && base.kind === 'dns') return dns(name.value, base.value, excluded)
  if (name.kind === 'uri' && base.kind === 'uri') return uri(name.value, base.value)
  // A constrained type that we cannot compare (otherName, ...) never passes.
  return 'malformed'
}

function ofKind(subtrees: readonly Subtree[], kind: Kind): readonly Subtree[] {
  return subtrees.filter((subtree) => subtree.base.kind === kind)
}

/** Every name of a certificate that constraints apply to. */
function namesOf(certificate: Certificate): readonly GeneralName[] {
  const names: GeneralName[] = [...(certificate.subjectAltNames ?? [])]
  if (!certificate.subject.isEmpty) names.push({ kind: 'directory', value: certificate.subject })
  if (!names.some((name) => name.kind === 'email'))
    for (const value of certificate.subject.get(OID.emailAddress)) names.push({ kind: 'email', value })
  return names
}

/** Comparisons over everything that shares it (L-22). */
export interface NameWork {
  comparisons: number
}

/** The name constraints gathered from the anchor down; a name must pass each CA's set, so sets never widen one another. */
export class NameConstraintState {
  readonly #sets: NameConstraints[] = []
  readonly #work: NameWork

  constructor(work: NameWork = { comparisons: 0 }) {
    this.#work = work
  }

  /** RFC 5280 6.1.4 (g). */
  add(constraints: NameConstraints): void {
    this.#sets.push(constraints)
  }

  #count(): void {
    if (++this.#work.comparisons > MAX_WORK)
      throw new LimitError('NC_WORK', `more than ${MAX_WORK} name-constraint comparisons`)
  }

  #fault(name: GeneralName, set: NameConstraints): string | undefined {
    const permitted = ofKind(set.permitted, name.kind)
    const excluded = ofKind(set.excluded, name.kind)
    if ([...permitted, ...excluded].some((subtree) => subtree.minimum !== 0 || subtree.hasMaximum))
      return 'NAME_CONSTRAINT_BOUNDS'
    for (const { base } of excluded) {
      this.#count()
      const match = matches(name, base, true)
      if (match !== false) return match === true ? 'NAME_EXCLUDED' : 'NAME_NOT_COMPARABLE'
    }
    let found: Match = permitted.length === 0
    for (const { base } of permitted) {
      this.#count()
      const match = matches(name, base, false)
      if (match === true) found = true
      else if (match === 'malformed') return 'NAME_NOT_COMPARABLE'
    }
    return found ? undefined : 'NAME_NOT_PERMITTED'
  }

  /** RFC 5280 6.1.3 (b), (c). @throws LimitError NC_WORK */
  check(certificate: Certificate): readonly Problem[] {
    if (this.#sets.length === 0) return []
    const codes = new Set<string>()
    for (const name of namesOf(certificate))
      for (const set of this.#sets) {
        const fault = this.#fault(name, set)
        if (fault !== undefined) codes.add(fault)
      }
    return [...codes].map((code) => chainProblem('X-05', code, certificate))
  }
}
