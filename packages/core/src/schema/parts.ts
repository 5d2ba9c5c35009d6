// What the three reports have in common: findings, certificates, revocation data, signers.
import type {
  Algorithms,
  BaselineLevel,
  ByteSpan,
  Cert,
  Finding,
  Indication,
  Overall,
  Revocation,
  SignerIdentity,
  SubIndication,
} from '../report.ts'
import { args, count, flag, list, nullable, object, oneOf, optional, sha256, text, time } from './json-schema.ts'
import type { Schema } from './json-schema.ts'

export const indication: Schema<Indication> = oneOf<Indication>({
  'TOTAL-PASSED': true,
  INDETERMINATE: true,
  'TOTAL-FAILED': true,
})

export const subIndication: Schema<SubIndication | null> = nullable(
  oneOf<SubIndication>({
    FORMAT_FAILURE: true,
    HASH_FAILURE: true,
    SIG_CRYPTO_FAILURE: true,
    REVOKED: true,
    EXPIRED: true,
    NOT_YET_VALID: true,
    NO_SIGNING_CERTIFICATE_FOUND: true,
    NO_CERTIFICATE_CHAIN_FOUND: true,
    NO_CERTIFICATE_CHAIN_FOUND_NO_POE: true,
    CERTIFICATE_CHAIN_GENERAL_FAILURE: true,
    CHAIN_CONSTRAINTS_FAILURE: true,
    REVOKED_NO_POE: true,
    REVOKED_CA_NO_POE: true,
    OUT_OF_BOUNDS_NO_POE: true,
    OUT_OF_BOUNDS_NOT_REVOKED: true,
    REVOCATION_OUT_OF_BOUNDS_NO_POE: true,
    TRY_LATER: true,
    CRYPTO_CONSTRAINTS_FAILURE: true,
    CRYPTO_CONSTRAINTS_FAILURE_NO_POE: true,
    SIG_CONSTRAINTS_FAILURE: true,
    TIMESTAMP_ORDER_FAILURE: true,
    NO_POE: true,
    SIGNED_DATA_NOT_FOUND: true,
    SIGNATURE_POLICY_NOT_AVAILABLE: true,
    POLICY_PROCESSING_ERROR: true,
    GENERIC: true,
  }),
)

export const level: Schema<BaselineLevel> = oneOf<BaselineLevel>({
  'B-B': true,
  'B-T': true,
  'B-LT': true,
  'B-LTA': true,
})

export const overall: Schema<Overall> = oneOf<Overall>({
  valid: true,
  'valid-with-notes': true,
  indeterminate: true,
  invalid: true,
  unsigned: true,
  unreadable: true,
})

/** In capitals: stable, for programs. */
export const code: Schema<string> = { json: { type: 'string', pattern: '^[A-Z][A-Z0-9_]*$' } }

export const finding: Schema<Finding> = object<Finding>(
  {
    rule: text,
    severity: oneOf<Finding['severity']>({ error: true, warning: true, info: true }),
    code,
    message: object<Finding['message']>({ en: text, vi: text }),
    args,
  },
  'One observation. The code is stable, the message is for people.',
)

export const span: Schema<ByteSpan> = object<ByteSpan>({ start: count, end: count })

type Claim = NonNullable<SignerIdentity['claims']>[number]

export const signerIdentity: Schema<SignerIdentity> = object<SignerIdentity>({
  commonName: nullable(text),
  organization: nullable(text),
  subject: text,
  issuer: text,
  serial: text,
  sha256,
  email: optional(text),
  trust: optional(oneOf<NonNullable<SignerIdentity['trust']>>({ anchored: true, 'not-anchored': true })),
  claims: optional(list(object<Claim>({ statement: text, value: optional(text) }))),
})

export const algorithms: Schema<Algorithms> = object<Algorithms>({
  digest: nullable(text),
  signature: nullable(text),
  keyBits: optional(count),
  curve: optional(text),
})

export const cert: Schema<Cert> = object<Cert>({
  subject: text,
  issuer: text,
  serial: text,
  sha256,
  notBefore: time,
  notAfter: time,
  anchor: flag,
  source: text,
})

export const revocation: Schema<Revocation> = object<Revocation>({
  certificate: sha256,
  type: oneOf<Revocation['type']>({ crl: true, ocsp: true }),
  status: oneOf<Revocation['status']>({ good: true, revoked: true, hold: true, unknown: true }),
  thisUpdate: time,
  nextUpdate: nullable(time),
  producedAt: optional(time),
  revocationTime: optional(time),
  reason: optional(text),
  sha256,
})
