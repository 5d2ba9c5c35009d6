import { z } from 'zod'
import { ROLES, STATES } from '../workflow/flow.ts'

// The one source of the runtime checks, the types and OpenAPI (API-02). Objects are closed (API-03). Patterns carry no
// flags: they go into JSON Schema as they are.

const documentId = z.string().regex(/^[0-9a-f]{32}$/)
const prefixedHash = z
  .string()
  .regex(/^sha256:[0-9a-f]{64}$/)
  .meta({ description: 'SHA-256 of the exact bytes, lower-case hex' })
/** One line of text people read: no control characters, which a reader would not see. */
const line = (max: number): z.ZodString =>
  z
    .string()
    .min(1)
    .max(max)
    // oxlint-disable-next-line no-control-regex -- they are what must not occur
    .regex(/^[^\u0000-\u001f\u007f]*$/)
const reason = line(2000)
const time = z.iso.datetime()

export const documentPath = z.strictObject({ id: documentId })
export const noQuery = z.strictObject({})
export const noPath = z.strictObject({})
export const emptyBody = z.strictObject({})

export const documentQuery = z.strictObject({
  title: line(500).meta({ description: 'Trích yếu: what the document is about' }),
  symbol: z
    .string()
    .regex(/^[A-ZĐ]{1,10}(-[A-ZĐ0-9]{1,20}){1,3}$/)
    .meta({ description: 'Ký hiệu, such as TB-SNV; the number comes with the seal' }),
})

export const listQuery = z.strictObject({
  state: z.enum(STATES).optional(),
  after: documentId.optional(),
  limit: z.coerce.number().int().min(1).max(200).default(50),
})

export const reviewBody = z
  .discriminatedUnion('outcome', [
    z.strictObject({ kind: z.enum(['content', 'form']), outcome: z.literal('passed'), sha256: prefixedHash }),
    z.strictObject({ kind: z.enum(['content', 'form']), outcome: z.literal('returned'), reason }),
  ])
  .meta({ id: 'ReviewRequest' })

export const approvalBody = z
  .discriminatedUnion('outcome', [
    z.strictObject({
      outcome: z.literal('approved'),
      sha256: prefixedHash,
      jws: z
        .string()
        .max(8192)
        .optional()
        .meta({ description: 'Compact JWS of the approval statement by an enrolled key; required in production' }),
    }),
    z.strictObject({ outcome: z.literal('returned'), reason }),
  ])
  .meta({ id: 'ApprovalRequest' })

export const withdrawalBody = z.strictObject({ reason }).meta({ id: 'WithdrawalRequest' })
export const signatureBody = z
  .strictObject({ sha256: prefixedHash.meta({ description: 'What the officer saw; must be the approved bytes' }) })
  .meta({ id: 'SignatureRequest' })

const fileIdentity = z.strictObject({ sha256: prefixedHash, length: z.int() }).meta({ id: 'FileIdentity' })
const person = z.strictObject({ id: z.string(), name: z.string() }).meta({ id: 'Person' })

const historyEntry = z
  .strictObject({
    version: z.int(),
    at: time,
    type: z.string(),
    by: person,
    sha256: prefixedHash.optional(),
    kind: z.enum(['content', 'form']).optional(),
    reason: z.string().optional(),
  })
  .meta({ id: 'HistoryEntry' })

export const registerEntrySchema = z
  .strictObject({
    seq: z.int(),
    code: z.string().meta({ description: 'Số, ký hiệu, such as 01/TB-SNV' }),
    number: z.int(),
    symbol: z.string(),
    year: z.int(),
    date: z.iso.date().meta({ description: 'Calendar date in Vietnam (UTC+7)' }),
    title: z.string(),
    document: documentId,
    sha256: prefixedHash,
    signer: z.string(),
    clerk: z.string(),
    issuedAt: time,
  })
  .meta({ id: 'RegisterEntry' })

export const documentSchema = z
  .strictObject({
    id: documentId,
    title: z.string(),
    symbol: z.string(),
    state: z.enum(STATES),
    version: z.int(),
    createdAt: time,
    file: fileIdentity,
    approved: fileIdentity.nullable().meta({ description: 'The bytes whose approval is in force' }),
    code: z.string().nullable().meta({ description: 'Number and symbol once assigned' }),
    date: z.iso.date().nullable(),
    registerEntry: registerEntrySchema.nullable(),
    history: z.array(historyEntry),
    test: z.boolean().meta({ description: 'True: signed with a throw-away test CA, of no legal value' }),
  })
  .meta({ id: 'Document' })

export const documentListSchema = z
  .strictObject({
    documents: z.array(
      z.strictObject({
        id: documentId,
        title: z.string(),
        symbol: z.string(),
        state: z.enum(STATES),
        version: z.int(),
        createdAt: time,
      }),
    ),
    next: documentId.nullable(),
  })
  .meta({ id: 'DocumentList' })

export const registerQuery = z.strictObject({
  year: z.coerce.number().int().min(2000).max(2999).optional(),
  after: z.coerce.number().int().min(0).default(0),
  limit: z.coerce.number().int().min(1).max(200).default(50),
})
export const registerPath = z.strictObject({ n: z.coerce.number().int().min(1) })
export const registerListSchema = z
  .strictObject({ entries: z.array(registerEntrySchema), next: z.int().nullable() })
  .meta({ id: 'RegisterList' })

export const auditQuery = z.strictObject({
  after: z.coerce.number().int().min(0).default(0),
  limit: z.coerce.number().int().min(1).max(1000).default(200),
})
export const auditSchema = z
  .strictObject({
    entries: z.array(
      z.strictObject({
        seq: z.int(),
        at: time,
        request: z.string(),
        actor: z.string(),
        event: z.string(),
        document: documentId.nullable(),
        data: z.record(z.string(), z.unknown()),
        previous: z.string(),
        hash: z.string(),
      }),
    ),
    intact: z.boolean(),
    firstBad: z.int().nullable(),
    head: z.strictObject({ seq: z.int(), hash: z.string() }),
  })
  .meta({ id: 'Audit' })

export const apiKeyBody = z
  .strictObject({
    person: z
      .string()
      .regex(/^[a-z0-9][a-z0-9._-]{0,63}$/)
      .meta({ description: 'Stable id of a natural person; two keys with one id are one person' }),
    name: line(100),
    roles: z.array(z.enum(ROLES)).min(1),
    expiresAt: time.optional(),
  })
  .meta({ id: 'ApiKeyRequest' })

export const apiKeySchema = z
  .strictObject({
    id: documentId,
    person: z.string(),
    name: z.string(),
    roles: z.array(z.enum(ROLES)),
    createdAt: time,
    expiresAt: time,
    revokedAt: time.nullable(),
  })
  .meta({ id: 'ApiKey' })
export const newApiKeySchema = apiKeySchema
  .extend({ key: z.string().meta({ description: 'Shown only now' }) })
  .meta({ id: 'NewApiKey' })
export const apiKeyListSchema = z.strictObject({ keys: z.array(apiKeySchema) }).meta({ id: 'ApiKeyList' })

export const validationQuery = z.strictObject({ at: time.optional() })
const encodedObject = z.string().min(1).max(200_000).meta({ description: 'PEM, or base64 of DER' })
export const certificateValidationBody = z
  .strictObject({
    certificate: encodedObject,
    intermediates: z.array(encodedObject).max(64).default([]),
    crls: z.array(encodedObject).max(64).default([]),
    ocsps: z.array(encodedObject).max(64).default([]),
    at: time.optional(),
    policies: z
      .array(z.string().regex(/^[0-2](\.\d{1,20}){1,40}$/))
      .max(256)
      .default([]),
    requireExplicitPolicy: z.boolean().default(false),
    inhibitPolicyMapping: z.boolean().default(false),
    inhibitAnyPolicy: z.boolean().default(false),
    revocation: z.enum(['none', 'prefer', 'require']).default('require'),
    purpose: z.enum(['any', 'signing', 'timestamping', 'ocsp']).default('signing'),
    algorithms: z.enum(['policy', 'any']).default('policy'),
  })
  .meta({ id: 'CertificateValidationRequest' })
