// CRLs (RFC 5280 5) for the CAs of the test PKI.
import type { Actor } from './actor.ts'
import {
  bitString,
  boolean,
  enumerated,
  explicit,
  generalizedTime,
  implicit,
  integer,
  rawInteger,
  sequence,
  time,
} from './asn1.ts'
import type { RevocationReason } from './declaration.ts'
import { encodeExtension, keyIdentifier } from './extensions.ts'
import { publicKeyBits } from './keys.ts'
import { encodeGeneralName, encodeName } from './name.ts'
import { signData, signatureAlgorithm } from './signature.ts'
import type { SignatureName } from './signature.ts'

/** CRLReason by name (RFC 5280 5.3.1). */
export const REASON_CODES: Readonly<Record<RevocationReason, number>> = {
  unspecified: 0,
  keyCompromise: 1,
  cACompromise: 2,
  affiliationChanged: 3,
  superseded: 4,
  cessationOfOperation: 5,
  certificateHold: 6,
  removeFromCRL: 8,
  privilegeWithdrawn: 9,
  aACompromise: 10,
}

export interface CrlEntry {
  readonly serial: Uint8Array
  readonly at: Date
  readonly reason?: RevocationReason
  readonly invalidityDate?: Date
  /** Encoded as an unknown critical entry extension. */
  readonly unknownCritical?: boolean
}

export interface IssuingDistributionPoint {
  readonly url?: string
  readonly onlyUser?: boolean
  readonly onlyCa?: boolean
  readonly onlyAttribute?: boolean
  readonly indirect?: boolean
}

export type CrlFlaw = 'bad-signature' | 'unknown-critical-extension' | 'no-number' | 'version-1' | 'wrong-issuer-name'

export interface CrlOptions {
  /** Default: the clock. */
  readonly thisUpdate?: Date
  /** Default: seven days after thisUpdate; null leaves it out. */
  readonly nextUpdate?: Date | null
  readonly number?: number
  /** Default: the actors declared as revoked at thisUpdate. */
  readonly entries?: readonly CrlEntry[]
  /** Makes a delta CRL on that base number. */
  readonly deltaOf?: number
  readonly distributionPoint?: IssuingDistributionPoint
  /** Signs instead of the CA. */
  readonly signer?: Actor
  readonly signature?: SignatureName
  readonly flaws?: readonly CrlFlaw[]
}

function encodeEntry(entry: CrlEntry): Uint8Array {
  const extensions: Uint8Array[] = []
  if (entry.reason !== undefined && entry.reason !== 'unspecified') {
    extensions.push(encodeExtension('2.5.29.21', false, enumerated(REASON_CODES[entry.reason])))
  }
  if (entry.invalidityDate !== undefined) {
    extensions.push(encodeExtension('2.5.29.24', false, generalizedTime(entry.invalidityDate)))
  }
  if (entry.unknownCritical === true) extensions.push(encodeExtension('2.999.1', true, boolean(true)))
  const rest = extensions.length === 0 ? [] : [sequence(...extensions)]
  return sequence(rawInteger(entry.serial), time(entry.at), ...rest)
}

function encodeDistributionPoint(point: IssuingDistributionPoint): Uint8Array {
  const fields: Uint8Array[] = []
  const yes = Uint8Array.of(0xff)
  if (point.url !== undefined) fields.push(explicit(0, explicit(0, encodeGeneralName(`uri:${point.url}`))))
  if (point.onlyUser === true) fields.push(implicit(1, yes))
  if (point.onlyCa === true) fields.push(implicit(2, yes))
  if (point.indirect === true) fields.push(implicit(4, yes))
  if (point.onlyAttribute === true) fields.push(implicit(5, yes))
  return sequence(...fields)
}

function crlExtensions(ca: Actor, options: CrlOptions): Uint8Array[] {
  const parts = [encodeExtension('2.5.29.35', false, sequence(implicit(0, keyIdentifier(publicKeyBits(ca.keyObject)))))]
  if (options.flaws?.includes('no-number') !== true) {
    parts.push(encodeExtension('2.5.29.20', false, integer(options.number ?? 1)))
  }
  if (options.deltaOf !== undefined) parts.push(encodeExtension('2.5.29.27', true, integer(options.deltaOf)))
  if (options.distributionPoint !== undefined) {
    parts.push(encodeExtension('2.5.29.28', true, encodeDistributionPoint(options.distributionPoint)))
  }
  if (options.flaws?.includes('unknown-critical-extension') === true) {
    parts.push(encodeExtension('2.999.2', true, boolean(true)))
  }
  return parts
}

const WEEK = 7 * 86_400_000

/** DER of a CRL; `now` and `entries` are what the options do not say. */
export function buildCrl(ca: Actor, now: Date, entries: readonly CrlEntry[], options: CrlOptions): Uint8Array {
  const thisUpdate = options.thisUpdate ?? now
  const nextUpdate = options.nextUpdate === undefined ? new Date(thisUpdate.getTime() + WEEK) : options.nextUpdate
  const signer = options.signer ?? ca
  const signature = options.signature ?? signer.signature
  const versionOne = options.flaws?.includes('version-1') === true
  const stranger = options.flaws?.includes('wrong-issuer-name') === true
  const listed = (options.entries ?? entries).map((entry) => encodeEntry(entry))
  const tbs = sequence(
    ...(versionOne ? [] : [integer(1)]),
    signatureAlgorithm(signature),
    encodeName(stranger ? ['CN=Nobody TEST CA'] : ca.declaration.subject),
    time(thisUpdate),
    ...(nextUpdate === null ? [] : [time(nextUpdate)]),
    ...(listed.length === 0 ? [] : [sequence(...listed)]),
    ...(versionOne ? [] : [explicit(0, sequence(...crlExtensions(ca, options)))]),
  )
  const value = Uint8Array.from(signData(signature, signer.keyObject, tbs))
  if (options.flaws?.includes('bad-signature') === true) value[value.length >> 1]! ^= 1
  return sequence(tbs, signatureAlgorithm(signature), bitString(value))
}
