import { z } from 'zod'

// The shapes of verification.md 7.1 as they appear in a ValidationResult (API-05); times and hashes of nested objects are
// those of the VerificationReport.

const indication = z.enum(['TOTAL-PASSED', 'TOTAL-FAILED', 'INDETERMINATE'])

export const finding = z
  .strictObject({
    rule: z.string(),
    severity: z.enum(['error', 'warning', 'info']),
    code: z.string(),
    message: z.strictObject({ en: z.string(), vi: z.string() }),
    args: z.record(z.string(), z.unknown()),
  })
  .meta({ id: 'Finding' })

const signerIdentity = z
  .strictObject({
    commonName: z.string().nullable(),
    organization: z.string().nullable(),
    subject: z.string(),
    issuer: z.string(),
    serial: z.string(),
    sha256: z.string(),
    email: z.string().optional(),
    trust: z.enum(['anchored', 'not-anchored']).optional(),
    claims: z.array(z.strictObject({ statement: z.string(), value: z.string().optional() })).optional(),
  })
  .meta({ id: 'SignerIdentity' })

const certificate = z
  .strictObject({
    subject: z.string(),
    issuer: z.string(),
    serial: z.string(),
    sha256: z.string(),
    notBefore: z.string(),
    notAfter: z.string(),
    anchor: z.boolean(),
    source: z.string(),
  })
  .meta({ id: 'Cert' })

const change = z
  .strictObject({
    revision: z.int(),
    madeBefore: z.string().nullable(),
    kind: z.string(),
    page: z.int().optional(),
    field: z.string().optional(),
    path: z.string(),
    object: z.string(),
    before: z.string().optional(),
    after: z.string().optional(),
    level: z.enum(['none', 'ltv', 'form', 'annotation', 'other', 'unknown']),
    permitted: z.boolean().nullable(),
    rule: z.string(),
  })
  .meta({ id: 'Change' })

const signature = z
  .strictObject({
    index: z.int(),
    indication,
    subIndication: z.string().optional(),
    level: z.strictObject({ claimed: z.string().nullable(), achieved: z.string().nullable() }),
    scope: z.strictObject({
      byteRange: z.array(z.int()),
      wholeRevision: z.boolean(),
      laterChanges: z.array(change),
    }),
    signer: signerIdentity.nullable(),
    times: z.strictObject({
      claimed: z.string().optional(),
      best: z.string().nullable(),
      source: z.string().nullable(),
    }),
    chain: z.array(certificate),
    findings: z.array(finding),
  })
  .meta({ id: 'ValidatedSignature' })

export const validationResult = z
  .strictObject({
    verdict: z.enum(['valid', 'invalid', 'indeterminate']),
    signatureCount: z.int(),
    validCount: z.int(),
    documentHash: z.string(),
    validationTime: z.string(),
    policy: z.strictObject({ id: z.string(), version: z.string(), url: z.string(), hash: z.string() }),
    signatures: z.array(signature),
    findings: z.array(finding),
    report: z.record(z.string(), z.unknown()).meta({ description: 'The full VerificationReport' }),
  })
  .meta({ id: 'ValidationResult' })

export const certificateReport = z
  .strictObject({
    valid: z.boolean(),
    indication: z.enum(['PASSED', 'FAILED', 'INDETERMINATE']),
    subIndication: z.string().nullable(),
    path: z.array(certificate),
    revocation: z.array(z.record(z.string(), z.unknown())).optional(),
    findings: z.array(finding),
  })
  .meta({ id: 'CertificateReport' })

export const policySchema = z
  .strictObject({ id: z.string(), version: z.string(), hash: z.string(), rules: z.record(z.string(), z.unknown()) })
  .meta({ id: 'Policy' })
