import { OID } from '../der/oids.ts'
import { parseDer } from '../der/reader.ts'
import type { DerNode } from '../der/reader.ts'
import { readBoolean, readNamedBits, readOctetString, readOid, readSmallInteger } from '../der/values.ts'
import { CountersignError } from '../error.ts'
import { parseGeneralName, parseGeneralNames } from './general-name.ts'
import type { GeneralName } from './general-name.ts'
import { parseRelativeName } from './name.ts'
import type { NameAttribute } from './name.ts'

/** One extension of a certificate, CRL, CRL entry or OCSP response. */
export interface Extension {
  readonly oid: string
  readonly critical: boolean
  /** Content of extnValue. */
  readonly value: Uint8Array
}

/** Bits of KeyUsage by name (RFC 5280 4.2.1.3). */
export type KeyUsageBit =
  | 'digitalSignature'
  | 'nonRepudiation'
  | 'keyEncipherment'
  | 'dataEncipherment'
  | 'keyAgreement'
  | 'keyCertSign'
  | 'cRLSign'
  | 'encipherOnly'
  | 'decipherOnly'

/** In the order of their bits, bit 0 first. */
export const KEY_USAGE_BITS: readonly KeyUsageBit[] = [
  'digitalSignature',
  'nonRepudiation',
  'keyEncipherment',
  'dataEncipherment',
  'keyAgreement',
  'keyCertSign',
  'cRLSign',
  'encipherOnly',
  'decipherOnly',
]

export interface BasicConstraints {
  readonly ca: boolean
  readonly pathLen?: number
}

export interface AuthorityKeyId {
  readonly keyId?: Uint8Array
  readonly issuer?: readonly GeneralName[]
  readonly serial?: Uint8Array
}

/** One subtree of NameConstraints. */
export interface Subtree {
  readonly base: GeneralName
  readonly minimum: number
  readonly hasMaximum: boolean
}

export interface NameConstraints {
  readonly permitted: readonly Subtree[]
  readonly excluded: readonly Subtree[]
}

export interface PolicyConstraints {
  readonly requireExplicitPolicy?: number
  readonly inhibitPolicyMapping?: number
}

/** ReasonFlags (RFC 5280 4.2.1.13): numbers of the set bits. */
export type ReasonFlags = ReadonlySet<number>

/** DistributionPointName: full names, or one relative to the CRL issuer's name. */
export type PointName = { readonly full: readonly GeneralName[] } | { readonly relative: readonly NameAttribute[] }

export interface DistributionPoint {
  readonly name?: PointName
  readonly reasons?: ReasonFlags
  readonly crlIssuer?: readonly GeneralName[]
}

export interface AccessDescription {
  readonly method: string
  readonly location: GeneralName
}

/** A QCStatement (EN 319 412-5); `value` is the DER of its statementInfo. */
export interface QcStatement {
  readonly id: string
  readonly value?: Uint8Array
}

function invalid(what: string): CountersignError {
  return new CountersignError('DER_INVALID', `bad ${what}`)
}

function sequence(value: Uint8Array, what: string): readonly DerNode[] {
  const node = parseDer(value)
  if (!node.is(16)) throw invalid(what)
  return node.children
}

/** A SEQUENCE with at least one element, as most extensions are. */
function list(value: Uint8Array, what: string): readonly DerNode[] {
  const children = sequence(value, what)
  if (children.length === 0) throw invalid(what)
  return children
}

/** An extension as parsed: most are asked only whether they are there. */
class ParsedExtension implements Extension {
  readonly oid: string
  readonly critical: boolean
  readonly #node: DerNode
  #value: Uint8Array | undefined

  constructor(oid: string, critical: boolean, node: DerNode) {
    if (!node.is(4)) throw invalid('extension')
    this.oid = oid
    this.critical = critical
    this.#node = node
  }

  get value(): Uint8Array {
    this.#value ??= readOctetString(this.#node)
    return this.#value
  }
}

/** Reads `Extensions`; an extension that occurs twice is named in `duplicates`, its first instance is kept. */
export function parseExtensions(node: DerNode): { all: ReadonlyMap<string, Extension>; duplicates: readonly string[] } {
  const all = new Map<string, Extension>()
  const duplicates: string[] = []
  if (!node.is(16)) throw invalid('extensions')
  for (const child of node.children) {
    const [type, second, third] = child.children
    if (!child.is(16) || type === undefined || second === undefined) throw invalid('extension')
    const flagged = second.is(1)
    // A value too many is one that another reader may take.
    if (child.children.length !== (flagged ? 3 : 2)) throw invalid('extension')
    const oid = readOid(type)
    const extension = new ParsedExtension(oid, flagged && readBoolean(second), flagged ? third! : second)
    if (all.has(oid)) duplicates.push(oid)
    else all.set(oid, extension)
  }
  return { all, duplicates }
}

export function parseBasicConstraints(value: Uint8Array): BasicConstraints {
  const parts = [...sequence(value, 'BasicConstraints')]
  const ca = parts[0]?.is(1) === true ? readBoolean(parts.shift()!) : false
  const pathLen = parts.shift()
  if (parts.length > 0) throw invalid('BasicConstraints')
  if (pathLen === undefined) return { ca }
  const length = readSmallInteger(pathLen)
  if (length < 0) throw invalid('path length')
  return { ca, pathLen: length }
}

export function parseKeyUsage(value: Uint8Array): ReadonlySet<KeyUsageBit> {
  const bits = readNamedBits(parseDer(value))
  return new Set(KEY_USAGE_BITS.filter((_, index) => bits.has(index)))
}

export function parseOidList(value: Uint8Array): readonly string[] {
  return list(value, 'list of identifiers').map(readOid)
}

export function parseKeyIdentifier(value: Uint8Array): Uint8Array {
  return readOctetString(parseDer(value))
}

export function parseAuthorityKeyId(value: Uint8Array): AuthorityKeyId {
  const id: { -readonly [K in keyof AuthorityKeyId]: AuthorityKeyId[K] } = {}
  for (const part of sequence(value, 'AuthorityKeyIdentifier')) {
    if (part.isContext(0)) id.keyId = part.content
    else if (part.isContext(1)) id.issuer = parseGeneralNames(part)
    else if (part.isContext(2)) id.serial = part.content
    else throw invalid('AuthorityKeyIdentifier')
  }
  return id
}

export function parseAltNames(value: Uint8Array): readonly GeneralName[] {
  return list(value, 'alternative names').map(parseGeneralName)
}

function parseSubtree(node: DerNode): Subtree {
  const [base, ...bounds] = node.children
  if (base === undefined) throw invalid('subtree')
  const minimum = bounds.find((bound) => bound.isContext(0))
  return {
    base: parseGeneralName(base),
    minimum: minimum === undefined ? 0 : readSmallInteger(minimum),
    hasMaximum: bounds.some((bound) => bound.isContext(1)),
  }
}

export function parseNameConstraints(value: Uint8Array): NameConstraints {
  const parts = list(value, 'NameConstraints')
  const side = (tag: number): readonly Subtree[] => {
    const found = parts.filter((part) => part.isContext(tag))
    // An empty list would say that nothing, or everything, is meant.
    if (found.length > 1 || found[0]?.children.length === 0) throw invalid('NameConstraints')
    return found[0]?.children.map(parseSubtree) ?? []
  }
  if (parts.some((part) => part.cls !== 2 || part.tag > 1)) throw invalid('NameConstraints')
  return { permitted: side(0), excluded: side(1) }
}

/** The policy identifiers of CertificatePolicies; RFC 5280 4.2.1.4 forbids one twice. */
export function parsePolicies(value: Uint8Array): readonly string[] {
  const policies = list(value, 'CertificatePolicies').map((node) => {
    const [id] = node.children
    if (id === undefined) throw invalid('CertificatePolicies')
    return readOid(id)
  })
  if (new Set(policies).size !== policies.length) throw invalid('CertificatePolicies')
  return policies
}

/** Pairs of issuerDomainPolicy and subjectDomainPolicy. */
export function parsePolicyMappings(value: Uint8Array): readonly (readonly [string, string])[] {
  return list(value, 'PolicyMappings').map((node) => {
    const [issuer, subject] = node.children
    if (issuer === undefined || subject === undefined) throw invalid('PolicyMappings')
    return [readOid(issuer), readOid(subject)] as const
  })
}

export function parsePolicyConstraints(value: Uint8Array): PolicyConstraints {
  const constraints: { -readonly [K in keyof PolicyConstraints]: PolicyConstraints[K] } = {}
  for (const part of list(value, 'PolicyConstraints')) {
    const skip = readSmallInteger(part)
    if (skip < 0) throw invalid('PolicyConstraints')
    if (part.isContext(0)) constraints.requireExplicitPolicy = skip
    else if (part.isContext(1)) constraints.inhibitPolicyMapping = skip
    else throw invalid('PolicyConstraints')
  }
  return constraints
}

export function parseSkipCerts(value: Uint8Array): number {
  const skip = readSmallInteger(parseDer(value))
  if (skip < 0) throw invalid('InhibitAnyPolicy')
  return skip
}

/** DistributionPointName, `[0]` or `[1]`. */
export function parsePointName(node: DerNode): PointName {
  return node.isContext(0) ? { full: parseGeneralNames(node) } : { relative: parseRelativeName(node) }
}

export function parseDistributionPoints(value: Uint8Array): readonly DistributionPoint[] {
  return list(value, 'CRLDistributionPoints').map((node) => {
    const point: { -readonly [K in keyof DistributionPoint]: DistributionPoint[K] } = {}
    for (const part of node.children) {
      const [inner] = part.children
      if (part.isContext(0) && inner !== undefined) point.name = parsePointName(inner)
      else if (part.isContext(1)) point.reasons = readNamedBits(part)
      else if (part.isContext(2)) point.crlIssuer = parseGeneralNames(part)
    }
    return point
  })
}

export function parseAccess(value: Uint8Array): readonly AccessDescription[] {
  return list(value, 'access descriptions').map((node) => {
    const [method, location] = node.children
    if (method === undefined || location === undefined) throw invalid('access description')
    return { method: readOid(method), location: parseGeneralName(location) }
  })
}

export function parseQcStatements(value: Uint8Array): readonly QcStatement[] {
  return sequence(value, 'QCStatements').map((node) => {
    const [id, info] = node.children
    if (id === undefined) throw invalid('QCStatement')
    return info === undefined ? { id: readOid(id) } : { id: readOid(id), value: info.bytes }
  })
}

/**
 * Extensions of certificates that path validation processes; any other one that is critical fails (RFC 5280 6.1.4 (o)). Key
 * identifiers, access descriptions and the place of delta lists are hints here, and no CA may mark them critical (4.2.1.1,
 * 4.2.1.2, 4.2.1.15, 4.2.2): a critical one demands a processing that there is not.
 */
export const PROCESSED_EXTENSIONS: ReadonlySet<string> = new Set([
  OID.keyUsage,
  OID.subjectAltName,
  OID.issuerAltName,
  OID.basicConstraints,
  OID.nameConstraints,
  OID.crlDistributionPoints,
  OID.certificatePolicies,
  OID.policyMappings,
  OID.policyConstraints,
  OID.extendedKeyUsage,
  OID.inhibitAnyPolicy,
  OID.qcStatements,
  OID.ocspNoCheck,
  OID.noRevAvail,
  OID.privateKeyUsagePeriod,
])
