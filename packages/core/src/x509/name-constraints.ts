import { OID } from '../der/oids.ts'
import { parseDer } from '../der/reader.ts'
import { readString } from '../der/values.ts'
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

/** Longer names are none (RFC 1035 2.3.4, RFC 5321 4.5.3.1), and would make each comparison dear. */
const MAX_HOST = 255
const MAX_NAME = 8192

function isLetterOfHost(code: number): boolean {
  return (code >= 0x61 && code <= 0x7a) || (code >= 0x30 && code <= 0x39) || code === 0x2d || code === 0x5f
}

/** Lower-case labels and single dots between them: other spellings of a host (a final dot, %76) would slip past a constraint. */
function isHost(text: string): boolean {
  if (text.length > MAX_HOST) return false
  return text.split('.').every((label) => {
    for (let index = 0; index < label.length; index++) if (!isLetterOfHost(label.charCodeAt(index))) return false
    return label !== '' && label.length < 64
  })
}

/** Base of an e-mail or URI constraint: `example.com` is that host, `.example.com` its subdomains, nothing is everything. */
function isHostBase(text: string): boolean {
  return text === '' || isHost(text.startsWith('.') ? text.slice(1) : text)
}

/** A name or a base made ready to be compared, once; `host` undefined where it cannot be. */
interface Ready {
  readonly name: GeneralName
  readonly host?: string | undefined
  /** Local part of a mailbox; absent in the constraint of a host. */
  readonly local?: string
}

/** Local part and host of a mailbox; undefined for what is none. A second @ must be quoted (RFC 5321 4.1.2). */
function mailbox(text: string): { local: string; host: string } | undefined {
  if (text.length > MAX_NAME) return undefined
  const at = text.lastIndexOf('@')
  if (at < 1 || at === text.length - 1) return undefined
  const local = text.slice(0, at)
  const quoted = local.length > 2 && local.startsWith('"') && local.endsWith('"')
  const host = text.slice(at + 1).toLowerCase()
  return (local.includes('@') && !quoted) || !isHost(host) ? undefined : { local, host }
}

/** `.example.com` holds the subdomains only, `example.com` that host only: rule of e-mail and URI constraints. */
function hostWithin(host: string, base: string): boolean {
  if (base === '') return true
  return base.startsWith('.') ? host.endsWith(base) && host.length > base.length : host === base
}

function isDnsName(name: string, wildcard: boolean): boolean {
  if (name.length > MAX_HOST) return false
  const labels = name.split('.')
  if (wildcard && labels[0] === '*' && labels.length > 1) labels.shift()
  return labels.every((label) => label !== '' && label.length < 64 && !label.includes('*') && !label.includes(' '))
}

function dnsWithin(host: string, base: string): boolean {
  return base === '' || host === base || host.endsWith(`.${base}`)
}

function dns(host: string, base: string, excluded: boolean): boolean {
  if (!host.startsWith('*.')) return dnsWithin(host, base)
  // A wildcard stands for its whole subtree: wholly inside to be permitted, excluded where it overlaps at all.
  const parent = host.slice(2)
  return dnsWithin(parent, base) || (excluded && dnsWithin(base, parent))
}

function isScheme(text: string): boolean {
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index)
    const letter = (code | 0x20) >= 0x61 && (code | 0x20) <= 0x7a
    if (!letter && (index === 0 || !((code >= 0x30 && code <= 0x39) || '+-.'.includes(text[index]!)))) return false
  }
  return text !== ''
}

/** Host of a URI, undefined when there is none or it is an IP address (RFC 5280 4.2.1.10), or when readers would differ about it. */
function uriHost(text: string): string | undefined {
  const start = text.slice(0, MAX_NAME).indexOf('://')
  if (start < 1 || !isScheme(text.slice(0, start))) return undefined
  let end = start + 3
  while (end < text.length && !'/?#'.includes(text[end]!)) if (++end > MAX_NAME) return undefined
  const authority = text.slice(start + 3, end)
  const host = authority.slice(authority.lastIndexOf('@') + 1)
  // Browsers take a backslash for a slash: the host would be another.
  if (host.startsWith('[') || authority.includes('\\')) return undefined
  const colon = host.indexOf(':')
  const name = (colon < 0 ? host : host.slice(0, colon)).toLowerCase()
  return isHost(name) && Number.isNaN(Number(name.split('.').at(-1))) ? name : undefined
}

/** A name of a certificate, or the base of a constraint (`isBase`). */
function ready(name: GeneralName, isBase: boolean): Ready {
  switch (name.kind) {
    case 'email': {
      const box = name.value.includes('@') || !isBase ? mailbox(name.value) : undefined
      if (box !== undefined) return { name, ...box }
      const host = name.value.toLowerCase()
      return { name, host: isBase && isHostBase(host) ? host : undefined }
    }
    case 'dns': {
      const host = name.value.toLowerCase()
      return { name, host: (isBase && host === '') || isDnsName(host, !isBase) ? host : undefined }
    }
    case 'uri': {
      if (!isBase) return { name, host: uriHost(name.value) }
      const host = name.value.toLowerCase()
      return { name, host: isHostBase(host) ? host : undefined }
    }
    case 'other':
    case 'x400':
    case 'edi':
    case 'directory':
    case 'ip':
    case 'rid':
      break
  }
  return { name }
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

function matches(own: Ready, base: Ready, excluded: boolean): Match {
  const [name, other] = [own.name, base.name]
  if (name.kind === 'directory' && other.kind === 'directory') return name.value.isWithin(other.value)
  if (name.kind === 'ip' && other.kind === 'ip') return ip(name.value, other.value)
  // A constrained type that we cannot compare (otherName, ...) never passes.
  if (own.host === undefined || base.host === undefined) return 'malformed'
  if (name.kind === 'dns') return dns(own.host, base.host, excluded)
  if (base.local !== undefined) return own.local === base.local && own.host === base.host
  return hostWithin(own.host, base.host)
}

/** The subtrees of one kind in one certificate. */
interface KindSet {
  readonly permitted: Ready[]
  readonly excluded: Ready[]
  /** A subtree with a minimum or a maximum, which nobody may use. */
  bounded: boolean
}

/** By kind, so that a name meets only what may concern it. */
function byKind(constraints: NameConstraints): ReadonlyMap<Kind, KindSet> {
  const sets = new Map<Kind, KindSet>()
  const put = (side: 'permitted' | 'excluded', { base, minimum, hasMaximum }: Subtree): void => {
    let set = sets.get(base.kind)
    if (set === undefined) sets.set(base.kind, (set = { permitted: [], excluded: [], bounded: false }))
    set[side].push(ready(base, true))
    set.bounded ||= minimum !== 0 || hasMaximum
  }
  for (const subtree of constraints.permitted) put('permitted', subtree)
  for (const subtree of constraints.excluded) put('excluded', subtree)
  return sets
}

/** id-on-SmtpUTF8Mailbox: constraints of e-mail hold for it as for rfc822Name (RFC 9598 section 6). */
const SMTP_UTF8_MAILBOX = '1.3.6.1.5.5.7.8.9'

/** The mailbox in an otherName; the empty text, which is none, where it cannot be read. */
function utf8Mailbox(value: Uint8Array): string {
  try {
    return readString(parseDer(value))
  } catch {
    return ''
  }
}

/** Every name of a certificate that constraints apply to. */
function namesOf(certificate: Certificate): readonly GeneralName[] {
  const names: GeneralName[] = [...(certificate.subjectAltNames ?? [])]
  if (!certificate.subject.isEmpty) names.push({ kind: 'directory', value: certificate.subject })
  if (!names.some((name) => name.kind === 'email'))
    for (const value of certificate.subject.get(OID.emailAddress)) names.push({ kind: 'email', value })
  for (const name of certificate.subjectAltNames ?? [])
    if (name.kind === 'other' && name.type === SMTP_UTF8_MAILBOX)
      names.push({ kind: 'email', value: utf8Mailbox(name.value) })
  return names
}

/** Comparisons over everything that shares it (L-22). */
export interface NameWork {
  comparisons: number
}

/** The name constraints gathered from the anchor down; a name must pass each CA's set, so sets never widen one another. */
export class NameConstraintState {
  readonly #sets: ReadonlyMap<Kind, KindSet>[] = []
  readonly #work: NameWork

  constructor(work: NameWork = { comparisons: 0 }) {
    this.#work = work
  }

  /** RFC 5280 6.1.4 (g). */
  add(constraints: NameConstraints): void {
    this.#sets.push(byKind(constraints))
  }

  #count(): void {
    if (++this.#work.comparisons > MAX_WORK)
      throw new LimitError('NC_WORK', `more than ${MAX_WORK} name-constraint comparisons`)
  }

  #fault(name: Ready, { permitted, excluded, bounded }: KindSet): string | undefined {
    if (bounded) return 'NAME_CONSTRAINT_BOUNDS'
    for (const base of excluded) {
      this.#count()
      const match = matches(name, base, true)
      if (match !== false) return match === true ? 'NAME_EXCLUDED' : 'NAME_NOT_COMPARABLE'
    }
    let found: Match = permitted.length === 0
    for (const base of permitted) {
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
    for (const name of namesOf(certificate)) {
      const concerned = this.#sets.flatMap((set) => set.get(name.kind) ?? [])
      const own = concerned.length === 0 ? undefined : ready(name, false)
      for (const set of concerned) {
        const fault = this.#fault(own!, set)
        if (fault !== undefined) codes.add(fault)
      }
    }
    return [...codes].map((code) => chainProblem('X-05', code, certificate))
  }
}
