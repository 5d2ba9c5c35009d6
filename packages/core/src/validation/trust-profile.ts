// Trust profiles: which roots are trusted, for what, and where they came from (PKI-01, PKI-03, VN-15). Pure: files are the caller's.
import { digest } from '../crypto/index.ts'
import { CountersignError } from '../error.ts'
import { Certificate } from '../x509/certificate.ts'
import type { AnchorConstraints } from '../x509/chain.ts'
import type { Subtree } from '../x509/extensions.ts'
import { parseNameText } from '../x509/name-text.ts'
import { hexOf } from '../x509/identity.ts'
import { readCertificates } from './trust.ts'
import type { TrustAnchor, TrustStore } from './trust.ts'

/** Government roots, roots over the public certification authorities, or all. */
export type TrustSelection = 'gov' | 'public' | 'both'

export interface ProfileAnchor {
  /** Name of the certificate's file beside the profile: DER, PEM or PKCS#7. */
  readonly file: string
  /** Of the certificate's DER, lower-case hex. */
  readonly sha256: string
  /** The certificate's subject, for readers; the hash decides. */
  readonly subject: string
  readonly profiles: readonly ('gov' | 'public')[]
  /** What it may vouch for. */
  readonly purposes: readonly ('signer' | 'tsa')[]
  /** Where the certificate was obtained, by whom, and how its hash was compared. */
  readonly provenance: string
  /** Trusted from this time on only, ISO 8601. */
  readonly from?: string
  /** Trusted no longer after this time, ISO 8601. */
  readonly until?: string
  /** How many CAs may stand below it; 0: it issues to people only. */
  readonly pathLength?: number
  /**
   * Names that its certificates must bear: `dns:gov.vn`, `email:gov.vn`, `uri:.gov.vn`, `directory:O=Sở Nội vụ,C=VN`. Each kind
   * by itself; a kind that is not listed is free (RFC 5280 4.2.1.10).
   */
  readonly permitted?: readonly string[]
  /** Names that its certificates must not bear. */
  readonly excluded?: readonly string[]
}

export interface TrustProfile {
  readonly schema: typeof SCHEMA
  readonly anchors: readonly ProfileAnchor[]
}

const SCHEMA = 'countersign/trust-profile/1'
const MAX_ANCHORS = 1_000
const MAX_TEXT = 2_000
const MAX_NAMES = 100

/** A profile without anchors. */
export const EMPTY_PROFILE: TrustProfile = { schema: SCHEMA, anchors: [] }

function invalid(what: string): CountersignError {
  return new CountersignError('TRUST_PROFILE_INVALID', `The trust profile is not valid: ${what}.`)
}

function text(value: unknown, what: string): string {
  if (typeof value !== 'string' || value.trim() === '' || value.length > MAX_TEXT) throw invalid(`${what} is missing`)
  return value
}

/** A file beside the profile: a name, never a path. */
function fileName(value: unknown): string {
  const name = text(value, 'file')
  for (const letter of name)
    if (letter < ' ' || '/\\:'.includes(letter)) throw invalid('file must be a name, not a path')
  if (name.startsWith('.') || name.length > 200) throw invalid('file must be a name, not a path')
  return name
}

function someOf<T extends string>(value: unknown, words: readonly T[], what: string): readonly T[] {
  if (!Array.isArray(value) || value.length === 0) throw invalid(`${what} is missing`)
  return (value as readonly unknown[]).map((one) => {
    const found = words.find((word) => word === one)
    if (found === undefined) throw invalid(`${what} must be among ${words.join(', ')}`)
    return found
  })
}

/** Lower-case hex of a SHA-256 value as people write it: colons and spaces are left out. */
export function parseSha256(value: string): string | undefined {
  let hex = ''
  for (const letter of value.toLowerCase()) {
    if (letter === ':' || letter === ' ') continue
    if (!'0123456789abcdef'.includes(letter)) return undefined
    hex += letter
  }
  return hex.length === 64 ? hex : undefined
}

function parseAnchor(value: unknown): ProfileAnchor {
  if (typeof value !== 'object' || value === null) throw invalid('an anchor is no object')
  const given = value as Readonly<Record<string, unknown>>
  const sha256 = parseSha256(text(given['sha256'], 'sha256'))
  if (sha256 === undefined) throw invalid('sha256 is no SHA-256 value')
  return {
    file: fileName(given['file']),
    sha256,
    subject: text(given['subject'], 'subject'),
    profiles: someOf(given['profiles'], ['gov', 'public'], 'profiles'),
    purposes: someOf(given['purposes'], ['signer', 'tsa'], 'purposes'),
    provenance: text(given['provenance'], 'provenance'),
    ...limitsOf(given),
  }
}

type Limits = Pick<ProfileAnchor, 'from' | 'until' | 'pathLength' | 'permitted' | 'excluded'>

function limitsOf(given: Readonly<Record<string, unknown>>): Limits {
  const limits: { -readonly [K in keyof Limits]: Limits[K] } = {}
  for (const key of ['from', 'until'] as const) {
    const time = given[key]
    if (time === undefined) continue
    if (typeof time !== 'string' || Number.isNaN(Date.parse(time))) throw invalid(`${key} is no ISO 8601 time`)
    limits[key] = time
  }
  const { pathLength } = given
  if (pathLength !== undefined) {
    if (typeof pathLength !== 'number' || !Number.isSafeInteger(pathLength) || pathLength < 0)
      throw invalid('pathLength is no whole number')
    limits.pathLength = pathLength
  }
  for (const key of ['permitted', 'excluded'] as const) {
    const names = given[key]
    if (names === undefined) continue
    if (!Array.isArray(names) || names.length === 0 || names.length > MAX_NAMES)
      throw invalid(`${key} is no list of names`)
    limits[key] = (names as readonly unknown[]).map((name) => text(name, key))
    limits[key].forEach(subtreeOf)
  }
  return limits
}

/** `KIND:NAME` as a subtree of name constraints. */
function subtreeOf(written: string): Subtree {
  const colon = written.indexOf(':')
  const [kind, name] = [written.slice(0, colon), written.slice(colon + 1)]
  try {
    if (kind === 'directory') return { base: { kind, value: parseNameText(name) }, minimum: 0, hasMaximum: false }
  } catch (error) {
    throw new CountersignError('TRUST_PROFILE_INVALID', `The trust profile is not valid: ${(error as Error).message}.`)
  }
  if ((kind !== 'dns' && kind !== 'email' && kind !== 'uri') || name === '')
    throw invalid(`"${written}" is no name such as dns:gov.vn or directory:O=Sở Nội vụ,C=VN`)
  return { base: { kind, value: name }, minimum: 0, hasMaximum: false }
}

function constraintsOf({ pathLength, permitted = [], excluded = [] }: ProfileAnchor): AnchorConstraints | undefined {
  const named = permitted.length > 0 || excluded.length > 0
  if (pathLength === undefined && !named) return undefined
  return {
    ...(pathLength === undefined ? {} : { pathLength }),
    ...(named ? { names: { permitted: permitted.map(subtreeOf), excluded: excluded.map(subtreeOf) } } : {}),
  }
}

/** Reads a profile from its JSON text. @throws CountersignError TRUST_PROFILE_INVALID */
export function parseTrustProfile(json: string): TrustProfile {
  let value: unknown
  try {
    value = JSON.parse(json)
  } catch (error) {
    throw new CountersignError('TRUST_PROFILE_INVALID', 'The trust profile is no JSON.', { cause: error })
  }
  const { schema, anchors } = (value ?? {}) as { schema?: unknown; anchors?: unknown }
  if (schema !== SCHEMA) throw invalid(`schema must be ${SCHEMA}`)
  if (!Array.isArray(anchors) || anchors.length > MAX_ANCHORS) throw invalid('anchors is no list')
  const parsed = anchors.map(parseAnchor)
  if (new Set(parsed.map(({ sha256 }) => sha256)).size !== parsed.length) throw invalid('an anchor stands there twice')
  return { schema: SCHEMA, anchors: parsed }
}

/** JSON text of a profile, for people too. */
export function encodeTrustProfile(profile: TrustProfile): string {
  return `${JSON.stringify(profile, null, 2)}\n`
}

async function sha256Of(der: Uint8Array): Promise<string> {
  return hexOf(await digest('sha256', der))
}

/**
 * The certificate of a file that has this SHA-256, or the only one when no hash is given.
 *
 * @throws CountersignError TRUST_PIN_MISMATCH, CERT_INVALID
 */
export async function pinnedCertificate(
  file: Uint8Array,
  pin?: string,
): Promise<{ readonly certificate: Certificate; readonly sha256: string }> {
  const found: { readonly der: Uint8Array; readonly sha256: string }[] = []
  for (const der of readCertificates(file)) found.push({ der, sha256: await sha256Of(der) })
  const wanted = pin === undefined ? found : found.filter(({ sha256 }) => sha256 === pin)
  const [one] = wanted
  const hashes = found.map(({ sha256 }) => sha256)
  if (one === undefined || new Set(wanted.map(({ sha256 }) => sha256)).size > 1) {
    const what =
      pin === undefined ? 'The file holds several certificates' : 'No certificate of the file has this SHA-256'
    throw new CountersignError('TRUST_PIN_MISMATCH', `${what}; it holds ${hashes.slice(0, 5).join(', ')}.`, {
      details: { sha256: hashes },
    })
  }
  return { certificate: Certificate.parse(one.der), sha256: one.sha256 }
}

/** Those anchors of a profile that a selection names. */
export function selectAnchors(profile: TrustProfile, selection: TrustSelection): readonly ProfileAnchor[] {
  return profile.anchors.filter(({ profiles }) => selection === 'both' || profiles.includes(selection))
}

/**
 * The trust store of a profile. Every certificate is held against its pinned SHA-256; one that differs or is not there
 * opens nothing.
 *
 * @param readFile gives the content of a file beside the profile
 * @throws CountersignError TRUST_PROFILE_INVALID, TRUST_PIN_MISMATCH, CERT_INVALID
 */
export async function openTrustProfile(
  profile: TrustProfile,
  readFile: (name: string) => Promise<Uint8Array>,
  selection: TrustSelection = 'both',
): Promise<TrustStore> {
  const anchors: TrustAnchor[] = []
  for (const anchor of selectAnchors(profile, selection)) {
    const { file, sha256, purposes, profiles, from, until } = anchor
    const { certificate } = await pinnedCertificate(await readFile(file), sha256)
    const constraints = constraintsOf(anchor)
    anchors.push({
      certificate,
      purposes,
      profiles,
      ...(from === undefined ? {} : { start: new Date(from) }),
      ...(until === undefined ? {} : { sunset: new Date(until) }),
      ...(constraints === undefined ? {} : { constraints }),
    })
  }
  return { anchors }
}

/** The profile with one more anchor. @throws CountersignError TRUST_PROFILE_INVALID when it is there already or lacks something */
export function addAnchor(profile: TrustProfile, anchor: ProfileAnchor): TrustProfile {
  return parseTrustProfile(encodeTrustProfile({ ...profile, anchors: [...profile.anchors, anchor] }))
}

/** The profile without an anchor, and that anchor. @throws CountersignError TRUST_PROFILE_INVALID when it is not there */
export function removeAnchor(
  profile: TrustProfile,
  sha256: string,
): { readonly profile: TrustProfile; readonly removed: ProfileAnchor } {
  const removed = profile.anchors.find((anchor) => anchor.sha256 === sha256)
  if (removed === undefined) throw invalid(`no anchor has the SHA-256 ${sha256}`)
  return { profile: { ...profile, anchors: profile.anchors.filter((anchor) => anchor !== removed) }, removed }
}
