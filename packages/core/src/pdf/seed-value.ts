import type { PdfArray, PdfDict } from './objects.ts'
import { decodeText } from './text.ts'
import type { View } from './types.ts'

/** Bits of /Ff that make an entry of a seed value binding (ISO 32000-2 table 237). */
const REQUIRED = {
  Filter: 1,
  SubFilter: 1 << 1,
  V: 1 << 2,
  Reasons: 1 << 3,
  LegalAttestation: 1 << 4,
  AddRevInfo: 1 << 5,
  DigestMethod: 1 << 6,
  LockDocument: 1 << 7,
  AppearanceFilter: 1 << 8,
} as const

/** Bits of /Ff of a certificate seed value (table 238). */
const CERTIFICATE_REQUIRED = { Subject: 1, Issuer: 1 << 1, OID: 1 << 2, SubjectDN: 1 << 3, KeyUsage: 1 << 5 } as const

const DIGESTS: ReadonlyMap<string, string> = new Map([
  ['SHA256', 'sha256'],
  ['SHA384', 'sha384'],
  ['SHA512', 'sha512'],
  ['SHA3-256', 'sha3-256'],
  ['SHA3-384', 'sha3-384'],
  ['SHA3-512', 'sha3-512'],
])

/** What a field demands of the signer's certificate. */
export interface SeedCertificate {
  /** DER of the certificates one of which must sign. */
  readonly subjects: readonly Uint8Array[] | undefined
  /** DER of the certificates one of which must stand in the chain. */
  readonly issuers: readonly Uint8Array[] | undefined
  /** Such as `1X0`: per bit of the key usage 1 set, 0 not set, X either; one of them must fit. */
  readonly keyUsages: readonly string[] | undefined
}

/** What a signature field demands (G1); only what is binding. */
export interface SeedValues {
  /** Digests by this library's names. */
  readonly digests: readonly string[] | undefined
  readonly subFilters: readonly string[] | undefined
  /** Reasons one of which must be given; empty where none may be. */
  readonly reasons: readonly string[] | undefined
  /** 0 an approval, 1 to 3 a certification with that permission. */
  readonly certification: 0 | 1 | 2 | 3 | undefined
  readonly timestamp: boolean
  readonly certificate: SeedCertificate | undefined
  /** Binding entries that nothing here can meet. */
  readonly unsupported: readonly string[]
}

function texts(view: View, array: PdfArray | undefined): readonly string[] {
  return (array?.items ?? []).flatMap((item) => {
    const text = view.string(item)
    return text === undefined ? [] : [decodeText(text.bytes).normalize('NFC')]
  })
}

function encodings(view: View, array: PdfArray | undefined): readonly Uint8Array[] {
  return (array?.items ?? []).flatMap((item) => view.string(item)?.bytes ?? [])
}

function readCertificate(
  view: View,
  dict: PdfDict | undefined,
): {
  readonly certificate: SeedCertificate | undefined
  readonly unsupported: readonly string[]
} {
  if (dict === undefined) return { certificate: undefined, unsupported: [] }
  const flags = view.number(dict.get('Ff')) ?? 0
  const array = (key: 'Subject' | 'Issuer' | 'KeyUsage'): PdfArray | undefined =>
    (flags & CERTIFICATE_REQUIRED[key]) === 0 ? undefined : view.array(dict.get(key))
  const [subject, issuer, usage] = [array('Subject'), array('Issuer'), array('KeyUsage')]
  return {
    certificate: {
      subjects: subject && encodings(view, subject),
      issuers: issuer && encodings(view, issuer),
      keyUsages: usage && texts(view, usage),
    },
    unsupported: (['OID', 'SubjectDN'] as const)
      .filter((key) => (flags & CERTIFICATE_REQUIRED[key]) !== 0 && dict.has(key))
      .map((key) => `Cert/${key}`),
  }
}

function readCertification(view: View, seed: PdfDict): SeedValues['certification'] {
  const value = view.number(view.dict(seed.get('MDP'))?.get('P'))
  return value === 0 || value === 1 || value === 2 || value === 3 ? value : undefined
}

/** The first SubFilter is preferred, and where binding the list is what readers take. */
function readNames(view: View, array: PdfArray | undefined): readonly string[] | undefined {
  const names = array?.items.flatMap((item) => view.name(item)?.name ?? []) ?? []
  return names.length === 0 ? undefined : names
}

function readDigests(view: View, array: PdfArray | undefined): readonly string[] | undefined {
  return array && texts(view, array).flatMap((text) => DIGESTS.get(text.toUpperCase()) ?? [])
}

/** Table 237: a single full stop, or nothing, says that no reason may be given. */
function readReasons(view: View, array: PdfArray | undefined): readonly string[] {
  const reasons = texts(view, array)
  return reasons.length === 1 && reasons[0] === '.' ? [] : reasons
}

/** What the seed value dictionary of a signature field demands (G1); undefined where there is none. */
export function readSeedValues(view: View, field: PdfDict): SeedValues | undefined {
  const seed = view.dict(field.get('SV'))
  if (seed === undefined) return undefined
  const flags = view.number(seed.get('Ff')) ?? 0
  const binds = (key: keyof typeof REQUIRED): boolean => (flags & REQUIRED[key]) !== 0
  const stamp = view.dict(seed.get('TimeStamp'))
  const { certificate, unsupported } = readCertificate(view, view.dict(seed.get('Cert')))
  const filter = view.name(seed.get('Filter'))?.name
  const isTrue = (key: string): boolean => view.resolve(seed.get(key)) === true
  return {
    digests: binds('DigestMethod') ? readDigests(view, view.array(seed.get('DigestMethod'))) : undefined,
    subFilters: binds('SubFilter') ? readNames(view, view.array(seed.get('SubFilter'))) : undefined,
    reasons: binds('Reasons') ? readReasons(view, view.array(seed.get('Reasons'))) : undefined,
    certification: readCertification(view, seed),
    timestamp: stamp !== undefined && ((view.number(stamp.get('Ff')) ?? 0) & 1) !== 0,
    certificate,
    unsupported: [
      ...unsupported,
      ...(binds('Filter') && filter !== undefined && filter !== 'Adobe.PPKLite' ? ['Filter'] : []),
      // Table 237: 1, 2 and 3 are the versions there are.
      ...(binds('V') && (view.number(seed.get('V')) ?? 0) > 3 ? ['V'] : []),
      ...(binds('AddRevInfo') && isTrue('AddRevInfo') ? ['AddRevInfo'] : []),
      ...(binds('LockDocument') && view.name(seed.get('LockDocument'))?.name === 'true' ? ['LockDocument'] : []),
      ...(binds('AppearanceFilter') && seed.has('AppearanceFilter') ? ['AppearanceFilter'] : []),
    ],
  }
}
