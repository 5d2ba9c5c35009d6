// The extensions of a certificate: those of its profile with the declared ones laid over.
import { createHash } from 'node:crypto'
import { boolean, explicit, implicit, integer, namedBits, nullValue, octetString, oid, sequence, tlv } from './asn1.ts'
import type { ExtensionsDeclaration, GeneralNameDeclaration, KeyUsage, Profile } from './declaration.ts'
import { encodeGeneralName } from './name.ts'

export const EKU_OIDS: Readonly<Record<string, string>> = {
  serverAuth: '1.3.6.1.5.5.7.3.1',
  clientAuth: '1.3.6.1.5.5.7.3.2',
  codeSigning: '1.3.6.1.5.5.7.3.3',
  emailProtection: '1.3.6.1.5.5.7.3.4',
  timeStamping: '1.3.6.1.5.5.7.3.8',
  OCSPSigning: '1.3.6.1.5.5.7.3.9',
  documentSigning: '1.3.6.1.5.5.7.3.36',
  adobeAuthenticDocuments: '1.2.840.113583.1.1.5',
  microsoftDocumentSigning: '1.3.6.1.4.1.311.10.3.12',
  microsoftSmartcardLogon: '1.3.6.1.4.1.311.20.2.2',
  anyExtendedKeyUsage: '2.5.29.37.0',
}

const KEY_USAGE_BITS: readonly KeyUsage[] = [
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

const CA: ExtensionsDeclaration = {
  basicConstraints: { ca: true, critical: true },
  keyUsage: { bits: ['keyCertSign', 'cRLSign'], critical: true },
}

const PROFILES: Readonly<Record<Profile, ExtensionsDeclaration>> = {
  root: { ...CA, pointers: null, authorityKeyId: null },
  ca: { ...CA, basicConstraints: { ca: true, pathLength: 0, critical: true } },
  signer: {
    keyUsage: { bits: ['digitalSignature', 'nonRepudiation'], critical: true },
    extendedKeyUsage: { purposes: ['documentSigning', 'emailProtection'] },
  },
  // vietnam.md 3.2, government G2: uses and purposes as in the certificates measured there
  'signer-vn': {
    basicConstraints: { ca: false, critical: true },
    keyUsage: {
      bits: ['digitalSignature', 'nonRepudiation', 'keyEncipherment', 'dataEncipherment'],
      critical: true,
    },
    extendedKeyUsage: { purposes: ['clientAuth', 'emailProtection', 'microsoftSmartcardLogon'] },
    policies: { oids: ['2.999.704.1.1.1'] },
  },
  // RFC 3161 2.3: the only purpose, critical
  tsa: {
    keyUsage: { bits: ['digitalSignature'], critical: true },
    extendedKeyUsage: { purposes: ['timeStamping'], critical: true },
  },
  ocsp: {
    keyUsage: { bits: ['digitalSignature'], critical: true },
    extendedKeyUsage: { purposes: ['OCSPSigning'] },
    ocspNoCheck: true,
    pointers: null,
  },
  server: {
    keyUsage: { bits: ['digitalSignature', 'keyEncipherment'], critical: true },
    extendedKeyUsage: { purposes: ['serverAuth'] },
  },
}

export interface ExtensionContext {
  readonly profile: Profile
  readonly declared: ExtensionsDeclaration | undefined
  readonly subjectKeyBits: Uint8Array
  readonly authorityKeyBits: Uint8Array
  /** CRL, OCSP and issuer certificate of the issuing CA. */
  readonly urls: { readonly crl: string; readonly ocsp: string; readonly issuer: string }
}

/** RFC 5280 4.2.1.2 (1): SHA-1 over the key bits. */
export function keyIdentifier(keyBits: Uint8Array): Uint8Array {
  return createHash('sha1').update(keyBits).digest()
}

export function encodeExtension(id: string, critical: boolean | undefined, value: Uint8Array): Uint8Array {
  return sequence(oid(id), ...(critical === true ? [boolean(true)] : []), octetString(value))
}

const names = (all: readonly GeneralNameDeclaration[]): Uint8Array[] => all.map((name) => encodeGeneralName(name))

function constraintExtensions(e: ExtensionsDeclaration): Uint8Array[] {
  const parts: Uint8Array[] = []
  const { basicConstraints: basic, keyUsage: usage, extendedKeyUsage: purposes, nameConstraints: limits } = e
  if (basic) {
    const fields = basic.ca ? [boolean(true)] : []
    if (basic.pathLength !== undefined) fields.push(integer(basic.pathLength))
    parts.push(encodeExtension('2.5.29.19', basic.critical, sequence(...fields)))
  }
  if (usage) {
    const bits = namedBits(usage.bits.map((bit) => KEY_USAGE_BITS.indexOf(bit)))
    parts.push(encodeExtension('2.5.29.15', usage.critical, bits))
  }
  if (purposes) {
    const list = purposes.purposes.map((purpose) => oid(EKU_OIDS[purpose] ?? purpose))
    parts.push(encodeExtension('2.5.29.37', purposes.critical, sequence(...list)))
  }
  if (limits) {
    const trees = (tag: number, all: readonly GeneralNameDeclaration[] | undefined): Uint8Array[] =>
      all === undefined ? [] : [explicit(tag, ...names(all).map((name) => sequence(name)))]
    const value = sequence(...trees(0, limits.permitted), ...trees(1, limits.excluded))
    parts.push(encodeExtension('2.5.29.30', limits.critical ?? true, value))
  }
  return parts
}

function policyExtensions(e: ExtensionsDeclaration): Uint8Array[] {
  const parts: Uint8Array[] = []
  if (e.policies) {
    const list = e.policies.oids.map((policy) => sequence(oid(policy)))
    parts.push(encodeExtension('2.5.29.32', e.policies.critical, sequence(...list)))
  }
  if (e.policyMappings) {
    const list = e.policyMappings.map(([from, to]) => sequence(oid(from), oid(to)))
    parts.push(encodeExtension('2.5.29.33', true, sequence(...list)))
  }
  if (e.policyConstraints) {
    const { requireExplicit, inhibitMapping } = e.policyConstraints
    const fields: Uint8Array[] = []
    if (requireExplicit !== undefined) fields.push(implicit(0, integer(requireExplicit).subarray(2)))
    if (inhibitMapping !== undefined) fields.push(implicit(1, integer(inhibitMapping).subarray(2)))
    parts.push(encodeExtension('2.5.29.36', true, sequence(...fields)))
  }
  if (typeof e.inhibitAnyPolicy === 'number') {
    parts.push(encodeExtension('2.5.29.54', true, integer(e.inhibitAnyPolicy)))
  }
  return parts
}

function pointerExtensions(e: ExtensionsDeclaration, urls: ExtensionContext['urls']): Uint8Array[] {
  if (e.pointers === null || e.pointers === false) return []
  const point = sequence(explicit(0, explicit(0, encodeGeneralName(`uri:${urls.crl}`))))
  const access = (method: string, url: string): Uint8Array => sequence(oid(method), encodeGeneralName(`uri:${url}`))
  return [
    encodeExtension('2.5.29.31', false, sequence(point)),
    encodeExtension(
      '1.3.6.1.5.5.7.1.1',
      false,
      sequence(access('1.3.6.1.5.5.7.48.1', urls.ocsp), access('1.3.6.1.5.5.7.48.2', urls.issuer)),
    ),
  ]
}

/** The list of encoded extensions, in a fixed order. */
export function buildExtensions(context: ExtensionContext): Uint8Array[] {
  const e: ExtensionsDeclaration = { ...PROFILES[context.profile], ...context.declared }
  const parts = [...constraintExtensions(e), ...policyExtensions(e)]
  if (e.subjectAltName) {
    const value = sequence(...names(e.subjectAltName.names))
    parts.push(encodeExtension('2.5.29.17', e.subjectAltName.critical, value))
  }
  if (e.subjectKeyId !== null) {
    parts.push(encodeExtension('2.5.29.14', false, octetString(keyIdentifier(context.subjectKeyBits))))
  }
  if (e.authorityKeyId !== null) {
    parts.push(encodeExtension('2.5.29.35', false, sequence(implicit(0, keyIdentifier(context.authorityKeyBits)))))
  }
  parts.push(...pointerExtensions(e, context.urls))
  if (e.ocspNoCheck) parts.push(encodeExtension('1.3.6.1.5.5.7.48.1.5', false, nullValue()))
  if (e.qcStatements) {
    const value = sequence(...e.qcStatements.map((statement) => sequence(oid(statement))))
    parts.push(encodeExtension('1.3.6.1.5.5.7.1.3', false, value))
  }
  for (const one of e.other ?? []) parts.push(encodeExtension(one.oid, one.critical, Buffer.from(one.value, 'hex')))
  return parts
}

/** The Extensions field of a certificate ([3]). */
export function encodeExtensions(parts: readonly Uint8Array[]): Uint8Array {
  return tlv(0xa3, sequence(...parts))
}
