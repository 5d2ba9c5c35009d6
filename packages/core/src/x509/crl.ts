import { OID } from '../der/oids.ts'
import { parseDer } from '../der/reader.ts'
import type { DerNode } from '../der/reader.ts'
import {
  readSignatureValue,
  readBoolean,
  readInteger,
  readNamedBits,
  readSmallInteger,
  readTime,
} from '../der/values.ts'
import { equalBytes } from '../der/writer.ts'
import { CountersignError, LimitError } from '../error.ts'
import { parseAlgorithm } from './algorithm.ts'
import type { AlgorithmId } from './algorithm.ts'
import {
  parseAccess,
  parseAuthorityKeyId,
  parseDistributionPoints,
  parseExtensions,
  parsePointName,
} from './extensions.ts'
import type {
  AccessDescription,
  AuthorityKeyId,
  DistributionPoint,
  Extension,
  PointName,
  ReasonFlags,
} from './extensions.ts'
import { parseGeneralNames } from './general-name.ts'
import { Name } from './name.ts'

/** L-18 for fetched lists, L-19. */
const MAX_BYTES = 64 * 1024 * 1024
const MAX_ENTRIES = 5_000_000
const MAX_ANSWERS = 100

/** IssuingDistributionPoint (RFC 5280 5.2.5). */
export interface IssuingDistributionPoint {
  readonly name?: PointName
  readonly onlyUser: boolean
  readonly onlyCa: boolean
  readonly onlyAttribute: boolean
  readonly indirect: boolean
  readonly reasons?: ReasonFlags
  /** The extension's value, for comparing scopes. */
  readonly der: Uint8Array
}

export interface CrlEntry {
  readonly revocationDate: Date
  /** CRLReason, 0 unspecified when absent. */
  readonly reason: number
  readonly invalidityDate?: Date
}

const KNOWN: ReadonlySet<string> = new Set([
  OID.authorityKeyIdentifier,
  OID.issuerAltName,
  OID.crlNumber,
  OID.deltaCrlIndicator,
  OID.issuingDistributionPoint,
  OID.freshestCrl,
  OID.expiredCertsOnCrl,
  OID.authorityInfoAccess,
])
const KNOWN_IN_ENTRY: ReadonlySet<string> = new Set([OID.reasonCode, OID.invalidityDate, OID.certificateIssuer])

function invalid(what: string): CountersignError {
  return new CountersignError('DER_INVALID', `revocation list: ${what}`)
}

function parseIdp(value: Uint8Array): IssuingDistributionPoint {
  const idp: { -readonly [K in keyof IssuingDistributionPoint]: IssuingDistributionPoint[K] } = {
    onlyUser: false,
    onlyCa: false,
    onlyAttribute: false,
    indirect: false,
    der: value,
  }
  for (const part of parseDer(value).children) {
    const [inner] = part.children
    if (part.isContext(0) && inner !== undefined) idp.name = parsePointName(inner)
    else if (part.isContext(1)) idp.onlyUser = readBoolean(part)
    else if (part.isContext(2)) idp.onlyCa = readBoolean(part)
    else if (part.isContext(3)) idp.reasons = readNamedBits(part)
    else if (part.isContext(4)) idp.indirect = readBoolean(part)
    else if (part.isContext(5)) idp.onlyAttribute = readBoolean(part)
    else throw invalid('bad IssuingDistributionPoint')
  }
  if ([idp.onlyUser, idp.onlyCa, idp.onlyAttribute].filter(Boolean).length > 1)
    throw invalid('IssuingDistributionPoint excludes everything')
  return idp
}

/** A reasonCode extension alone: the usual entry extension, recognised without parsing. */
const REASON_ONLY = Uint8Array.of(0x30, 0x0c, 0x30, 0x0a, 0x06, 0x03, 0x55, 0x1d, 0x15, 0x04, 0x03, 0x0a, 0x01)

function isReasonOnly(bytes: Uint8Array, start: number, end: number): boolean {
  if (end - start !== REASON_ONLY.length + 1) return false
  for (let index = 0; index < REASON_ONLY.length; index++) if (bytes[start + index] !== REASON_ONLY[index]) return false
  return true
}

/** What the extensions of one entry say. */
interface EntryExtensions {
  readonly reason: number
  readonly invalidityDate?: Date
  readonly issuer?: Name
  readonly unknownCritical: boolean
}

function parseEntryExtensions(bytes: Uint8Array): EntryExtensions {
  const { all, duplicates } = parseExtensions(parseDer(bytes))
  if (duplicates.length > 0) throw invalid('an entry extension occurs twice')
  const value = (oid: string): DerNode | undefined => {
    const extension = all.get(oid)
    return extension === undefined ? undefined : parseDer(extension.value)
  }
  const [reason, date, issuer] = [value(OID.reasonCode), value(OID.invalidityDate), value(OID.certificateIssuer)]
  const name = issuer === undefined ? undefined : parseGeneralNames(issuer).find(({ kind }) => kind === 'directory')
  if (issuer !== undefined && name?.kind !== 'directory') throw invalid('certificateIssuer holds no directory name')
  return {
    reason: reason === undefined ? 0 : readSmallInteger(reason),
    ...(date === undefined ? {} : { invalidityDate: readTime(date) }),
    ...(name?.kind === 'directory' ? { issuer: name.value } : {}),
    unknownCritical: [...all.values()].some(({ oid, critical }) => critical && !KNOWN_IN_ENTRY.has(oid)),
  }
}

/** Start and end of the content of the element at `position`; `next` is `end`. Definite minimal lengths only. */
function contentAt(bytes: Uint8Array, position: number, bound: number, tag: number): { start: number; end: number } {
  if (position + 2 > bound || bytes[position] !== tag) throw invalid(`bad entry at byte ${position}`)
  let length = bytes[position + 1]!
  let start = position + 2
  if (length >= 0x80) {
    const count = length & 0x7f
    if (count === 0 || count > 4 || start + count > bound) throw invalid(`bad entry at byte ${position}`)
    length = 0
    for (let index = 0; index < count; index++) length = length * 256 + bytes[start + index]!
    start += count
    if (length < 0x80) throw invalid(`bad entry at byte ${position}`)
  }
  if (start + length > bound) throw invalid(`bad entry at byte ${position}`)
  return { start, end: start + length }
}

/** `worst wins` among entries for one certificate: revoked, then on hold, then removed. */
function severity(reason: number): number {
  return reason === 8 ? 0 : reason === 6 ? 1 : 2
}

/**
 * A certificate revocation list as received, complete or delta. The list of entries is walked byte by byte, never built up
 * in memory (L-19): lists of several megabytes are usual.
 */
export class Crl {
  readonly der: Uint8Array
  readonly tbs: Uint8Array
  readonly version: number
  readonly signatureAlgorithm: AlgorithmId
  readonly innerAlgorithm: AlgorithmId
  readonly signatureValue: Uint8Array
  readonly issuer: Name
  readonly thisUpdate: Date
  readonly nextUpdate: Date | undefined
  readonly extensions: ReadonlyMap<string, Extension>
  readonly idp: IssuingDistributionPoint | undefined
  readonly number: bigint | undefined
  /** BaseCRLNumber of a delta list. */
  readonly deltaBase: bigint | undefined
  readonly authorityKeyId: AuthorityKeyId | undefined
  /** Set when expired certificates stay listed: those that expired since then. */
  readonly expiredSince: Date | undefined
  readonly #entries: DerNode | undefined
  #unknownCriticalEntry: boolean | undefined
  /** Answers given, since the signatures of one document ask for the same certificates. */
  readonly #found: Map<string, CrlEntry | undefined> = new Map()

  private constructor(node: DerNode) {
    const [tbs, algorithm, value] = node.children
    if (!node.is(16) || node.children.length !== 3 || tbs?.is(16) !== true) throw invalid('not a CertificateList')
    const parts = [...tbs.children]
    this.version = parts[0]?.is(2) === true ? readSmallInteger(parts.shift()!) + 1 : 1
    const [inner, issuer, thisUpdate, ...rest] = parts
    if (inner === undefined || issuer === undefined || thisUpdate === undefined) throw invalid('incomplete')
    const isTime = rest[0]?.is(23) === true || rest[0]?.is(24) === true
    this.nextUpdate = isTime ? readTime(rest.shift()!, { fractions: false }) : undefined
    this.#entries = rest[0]?.is(16) === true ? rest.shift() : undefined
    const extensions = rest[0]?.isContext(0) === true ? rest.shift()!.children[0] : undefined
    if (rest.length > 0) throw invalid('unknown field')
    this.der = node.bytes
    this.tbs = tbs.bytes
    this.signatureAlgorithm = parseAlgorithm(algorithm!)
    this.innerAlgorithm = parseAlgorithm(inner)
    this.signatureValue = readSignatureValue(value!)
    this.issuer = Name.fromNode(issuer)
    this.thisUpdate = readTime(thisUpdate, { fractions: false })
    const parsed = extensions === undefined ? undefined : parseExtensions(extensions)
    if (parsed !== undefined && parsed.duplicates.length > 0) throw invalid('an extension occurs twice')
    this.extensions = parsed?.all ?? new Map()
    this.idp = this.#read(OID.issuingDistributionPoint, parseIdp)
    this.number = this.#read(OID.crlNumber, (bytes) => readInteger(parseDer(bytes)))
    this.deltaBase = this.#read(OID.deltaCrlIndicator, (bytes) => readInteger(parseDer(bytes)))
    this.authorityKeyId = this.#read(OID.authorityKeyIdentifier, parseAuthorityKeyId)
    this.expiredSince = this.#read(OID.expiredCertsOnCrl, (bytes) => readTime(parseDer(bytes)))
  }

  #read<T>(oid: string, parse: (value: Uint8Array) => T): T | undefined {
    const extension = this.extensions.get(oid)
    return extension === undefined ? undefined : parse(extension.value)
  }

  /** Where newer, delta lists are (RFC 5280 5.2.6); undefined too when it cannot be read, since it decides nothing. */
  get freshestCrl(): readonly DistributionPoint[] | undefined {
    return this.#tried(OID.freshestCrl, parseDistributionPoints)
  }

  /** Where the certificate of its issuer is (RFC 5280 5.2.7). */
  get authorityInfoAccess(): readonly AccessDescription[] | undefined {
    return this.#tried(OID.authorityInfoAccess, parseAccess)
  }

  #tried<T>(oid: string, parse: (value: Uint8Array) => T): T | undefined {
    try {
      return this.#read(oid, parse)
    } catch {
      return undefined
    }
  }

  /** Reads a list from DER. @throws CountersignError DER_INVALID, LimitError CRL_SIZE */
  static parse(der: Uint8Array): Crl {
    if (der.length > MAX_BYTES) throw new LimitError('CRL_SIZE', `a revocation list has more than ${MAX_BYTES} bytes`)
    return new Crl(parseDer(der, { shallow: true }))
  }

  /** why this list cannot be used at all; undefined when it can. */
  get fault(): string | undefined {
    if (!equalBytes(this.signatureAlgorithm.der, this.innerAlgorithm.der)) return 'its two signature algorithms differ'
    for (const { oid, critical } of this.extensions.values())
      if (critical && !KNOWN.has(oid)) return `unknown critical extension ${oid}`
    return undefined
  }

  /** version 2 with a number that is not critical; compat takes others too. */
  get profileFault(): string | undefined {
    if (this.version !== 2) return 'it is not of version 2'
    const number = this.extensions.get(OID.crlNumber)
    return number === undefined || number.critical ? 'its number is missing or critical' : undefined
  }

  /** True when an entry holds a critical extension we do not know: then only what is listed counts. */
  get hasUnknownCriticalEntry(): boolean {
    if (this.#unknownCriticalEntry === undefined) this.find(new Uint8Array(0), this.issuer)
    return this.#unknownCriticalEntry ?? false
  }

  /**
   * The entry for a certificate, by its serial number's content octets and its issuer: the same serial under another issuer
   * is not ours, and certificateIssuer holds for the entries after it too.
   *
   * @throws CountersignError DER_INVALID, LimitError CRL_ENTRIES
   */
  find(serial: Uint8Array, issuer: Name): CrlEntry | undefined {
    if (this.#entries === undefined) return undefined
    const key = `${serial.join('.')} ${issuer.key}`
    if (!this.#found.has(key)) {
      if (this.#found.size >= MAX_ANSWERS) this.#found.clear()
      this.#found.set(key, this.#search(this.#entries, serial, issuer))
    }
    return this.#found.get(key)
  }

  #search(entries: DerNode, serial: Uint8Array, issuer: Name): CrlEntry | undefined {
    const { source, contentStart, contentEnd } = entries
    let sticky = this.issuer
    let found: CrlEntry | undefined
    let unknownCritical = false
    let count = 0
    for (let position = contentStart; position < contentEnd;) {
      if (++count > MAX_ENTRIES)
        throw new LimitError('CRL_ENTRIES', `a revocation list has more than ${MAX_ENTRIES} entries`)
      const entry = contentAt(source, position, contentEnd, 0x30)
      const number = contentAt(source, entry.start, entry.end, 0x02)
      const time = contentAt(source, number.end, entry.end, source[number.end] === 0x18 ? 0x18 : 0x17)
      const matches = sameOctets(source, number.start, number.end, serial)
      const bare = time.end === entry.end || isReasonOnly(source, time.end, entry.end)
      if (!bare || matches) {
        const extensions =
          time.end === entry.end ? undefined : parseEntryExtensions(source.subarray(time.end, entry.end))
        sticky = extensions?.issuer ?? sticky
        unknownCritical ||= extensions?.unknownCritical ?? false
        if (matches && sticky.equals(issuer))
          found = worse(found, toEntry(source.subarray(number.end, time.end), extensions))
      }
      position = entry.end
    }
    this.#unknownCriticalEntry = unknownCritical
    return found
  }
}

function toEntry(time: Uint8Array, extensions: EntryExtensions | undefined): CrlEntry {
  const entry = { revocationDate: readTime(parseDer(time), { fractions: false }), reason: extensions?.reason ?? 0 }
  return extensions?.invalidityDate === undefined ? entry : { ...entry, invalidityDate: extensions.invalidityDate }
}

function worse(a: CrlEntry | undefined, b: CrlEntry): CrlEntry {
  return a === undefined || severity(b.reason) > severity(a.reason) ? b : a
}

function sameOctets(bytes: Uint8Array, start: number, end: number, wanted: Uint8Array): boolean {
  if (end - start !== wanted.length || wanted.length === 0) return false
  for (let index = 0; index < wanted.length; index++) if (bytes[start + index] !== wanted[index]) return false
  return true
}
