// The default cast: the certificates that tests, examples and certs-test use.
import type { ActorDeclaration, NameDeclaration, PkiDeclaration } from './declaration.ts'

export type DefaultActor =
  | 'root'
  | 'ca'
  | 'caVn'
  | 'caEc'
  | 'caRevoked'
  | 'officer'
  | 'officer2'
  | 'inspected'
  | 'clerk'
  | 'seal'
  | 'officerEc'
  | 'officerP384'
  | 'officerP521'
  | 'officerEd25519'
  | 'officerPss'
  | 'officerPssKey'
  | 'officerUnderEc'
  | 'tsa'
  | 'tsaEc'
  | 'tsaWrongPurpose'
  | 'ocspRoot'
  | 'ocsp'
  | 'ocspVn'
  | 'ocspEc'
  | 'expired'
  | 'notYetValid'
  | 'revoked'
  | 'onHold'
  | 'underRevokedCa'
  | 'wrongPurpose'
  | 'caAsLeaf'
  | 'smallKey'
  | 'weakHash'
  | 'selfSigned'

const ORG: NameDeclaration = ['C=VN', 'O=Countersign TEST']
const YEARS = 365
const CA_VALIDITY = { from: -2 * YEARS, to: 20 * YEARS }
const LEAF_VALIDITY = { from: -YEARS, to: 5 * YEARS }

function person(commonName: string, email: string, extra: Partial<ActorDeclaration>): ActorDeclaration {
  return {
    subject: [...ORG, 'OU=Phòng Cải cách hành chính KIỂM THỬ', `CN=${commonName}`],
    issuer: 'ca',
    key: 'leaf',
    profile: 'signer',
    validity: LEAF_VALIDITY,
    ...extra,
    extensions: { subjectAltName: { names: [`email:${email}`] }, ...extra.extensions },
  }
}

const AUTHORITIES = {
  root: { subject: [...ORG, 'CN=Countersign TEST Root CA'], key: 'root', profile: 'root', validity: CA_VALIDITY },
  ca: {
    subject: [...ORG, 'CN=Countersign TEST Issuing CA'],
    issuer: 'root',
    key: 'ca',
    profile: 'ca',
    validity: CA_VALIDITY,
  },
  // vietnam.md 3: an issuer as the government PKI names it
  caVn: {
    subject: ['C=VN', 'O=Ban Cơ yếu KIỂM THỬ (TEST)', 'CN=CA phục vụ các cơ quan Nhà nước KIỂM THỬ'],
    issuer: 'root',
    key: 'caVn',
    profile: 'ca',
    validity: CA_VALIDITY,
  },
  caEc: {
    subject: [...ORG, 'CN=Countersign TEST Issuing CA EC'],
    issuer: 'root',
    key: 'caEc',
    profile: 'ca',
    validity: CA_VALIDITY,
  },
  caRevoked: {
    subject: [...ORG, 'CN=Countersign TEST Revoked CA'],
    issuer: 'root',
    key: 'stranger',
    profile: 'ca',
    validity: CA_VALIDITY,
    revoked: { at: -30, reason: 'cACompromise' },
  },
} satisfies Partial<PkiDeclaration<DefaultActor>>

const PEOPLE = {
  // PKI-05, PKI-06: Vietnamese text, repeated OU, UID with a prefix
  officer: {
    subject: [
      'C=VN',
      'O=Ủy ban nhân dân tỉnh KIỂM THỬ',
      'OU=Sở Nội vụ KIỂM THỬ',
      'OU=Ban Giám đốc',
      'L=Đồng Tháp',
      'CN=Nguyễn Thị Ánh Tuyết (TEST)',
      'UID=CCCD:000000000001',
    ],
    issuer: 'caVn',
    key: 'officer',
    profile: 'signer-vn',
    validity: LEAF_VALIDITY,
    extensions: { subjectAltName: { names: ['email:officer@pki.test'] } },
  },
  officer2: person('Trần Văn Đức (TEST)', 'officer2@pki.test', {
    issuer: 'caVn',
    key: 'officer2',
    profile: 'signer-vn',
  }),
  inspected: {
    subject: [
      'C=VN',
      'O=Ủy ban nhân dân xã KIỂM THỬ',
      'L=Đồng Tháp',
      'CN=Lê Hoàng Phước (TEST)',
      'UID=CCCD:000000000002',
    ],
    issuer: 'ca',
    key: 'inspected',
    profile: 'signer',
    validity: LEAF_VALIDITY,
  },
  clerk: person('Phạm Thị Hòa, văn thư (TEST)', 'clerk@pki.test', { key: 'clerk' }),
  seal: {
    subject: [
      'C=VN',
      'L=Đồng Tháp',
      'O=Ủy ban nhân dân tỉnh KIỂM THỬ',
      'CN=Sở Nội vụ tỉnh KIỂM THỬ (TEST)',
      'UID=MST:0000000000-029',
    ],
    issuer: 'caVn',
    key: 'seal',
    profile: 'signer-vn',
    validity: LEAF_VALIDITY,
  },
  officerEc: person('Officer EC P-256 (TEST)', 'ec@pki.test', { key: 'officerEc' }),
  officerP384: person('Officer EC P-384 (TEST)', 'p384@pki.test', { key: 'officerP384' }),
  officerP521: person('Officer EC P-521 (TEST)', 'p521@pki.test', { key: 'officerP521' }),
  officerEd25519: person('Officer Ed25519 (TEST)', 'ed25519@pki.test', { key: 'officerEd25519' }),
  officerPss: person('Officer RSA-PSS (TEST)', 'pss@pki.test', { key: 'officerPss', signs: 'rsa-pss-sha256' }),
  officerPssKey: person('Officer PSS-only key (TEST)', 'pss-key@pki.test', { key: 'officerPssKey' }),
  officerUnderEc: person('Officer under the EC CA (TEST)', 'under-ec@pki.test', { issuer: 'caEc', key: 'leafEc' }),
} satisfies Partial<PkiDeclaration<DefaultActor>>

const SERVICES = {
  tsa: {
    subject: [...ORG, 'CN=Countersign TEST TSA'],
    issuer: 'ca',
    key: 'tsa',
    profile: 'tsa',
    validity: { from: -YEARS, to: 10 * YEARS },
  },
  tsaEc: {
    subject: [...ORG, 'CN=Countersign TEST TSA EC'],
    issuer: 'ca',
    key: 'tsaEc',
    profile: 'tsa',
    validity: { from: -YEARS, to: 10 * YEARS },
  },
  // RFC 3161 2.3: a TSA whose purpose is not critical
  tsaWrongPurpose: {
    subject: [...ORG, 'CN=Countersign TEST TSA without critical purpose'],
    issuer: 'ca',
    key: 'leaf',
    profile: 'tsa',
    validity: { from: -YEARS, to: 10 * YEARS },
    extensions: { extendedKeyUsage: { purposes: ['timeStamping', 'emailProtection'] } },
  },
  ocspRoot: {
    subject: [...ORG, 'CN=Countersign TEST OCSP responder of the root'],
    issuer: 'root',
    key: 'ocsp',
    profile: 'ocsp',
    validity: LEAF_VALIDITY,
  },
  ocsp: {
    subject: [...ORG, 'CN=Countersign TEST OCSP responder'],
    issuer: 'ca',
    key: 'ocsp',
    profile: 'ocsp',
    validity: LEAF_VALIDITY,
  },
  ocspVn: {
    subject: [...ORG, 'CN=Countersign TEST OCSP responder VN'],
    issuer: 'caVn',
    key: 'ocspVn',
    profile: 'ocsp',
    validity: LEAF_VALIDITY,
  },
  ocspEc: {
    subject: [...ORG, 'CN=Countersign TEST OCSP responder EC'],
    issuer: 'caEc',
    key: 'ocspEc',
    profile: 'ocsp',
    validity: LEAF_VALIDITY,
  },
} satisfies Partial<PkiDeclaration<DefaultActor>>

const FLAWED = {
  expired: person('Expired (TEST)', 'expired@pki.test', { validity: { from: -2 * YEARS, to: -30 } }),
  notYetValid: person('Not yet valid (TEST)', 'future@pki.test', { validity: { from: 30, to: 5 * YEARS } }),
  revoked: person('Revoked (TEST)', 'revoked@pki.test', { revoked: { at: -10, reason: 'keyCompromise' } }),
  onHold: person('On hold (TEST)', 'hold@pki.test', { revoked: { at: -10, reason: 'certificateHold' } }),
  underRevokedCa: person('Under a revoked CA (TEST)', 'under@pki.test', { issuer: 'caRevoked' }),
  // a purpose that has nothing to do with documents
  wrongPurpose: person('web.pki.test', 'web@pki.test', { profile: 'server' }),
  // a CA certificate used to sign a document
  caAsLeaf: person('A CA as signer (TEST)', 'ca-leaf@pki.test', { profile: 'ca', issuer: 'root' }),
  smallKey: person('RSA-1024 (TEST)', 'small@pki.test', { key: 'small' }),
  weakHash: person('SHA-1 certificate (TEST)', 'sha1@pki.test', { signature: 'rsa-sha1' }),
  selfSigned: {
    subject: [...ORG, 'CN=Self-signed signer (TEST)'],
    key: 'leaf',
    profile: 'signer',
    validity: LEAF_VALIDITY,
    extensions: { pointers: null },
  },
} satisfies Partial<PkiDeclaration<DefaultActor>>

export const DEFAULT_DECLARATION: PkiDeclaration<DefaultActor> = { ...AUTHORITIES, ...PEOPLE, ...SERVICES, ...FLAWED }
