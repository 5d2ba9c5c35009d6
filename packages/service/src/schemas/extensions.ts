import { z } from 'zod'
import { finding } from './validation.ts'

const hash = z.string().regex(/^sha256:[0-9a-f]{64}$/)
const bare = z.string().regex(/^[0-9a-f]{64}$/)
const time = z.iso.datetime()
const level = z.enum(['B-B', 'B-T', 'B-LT', 'B-LTA'])

export const outputPath = z.strictObject({ id: z.string().regex(/^[0-9a-f]{32}$/) })

export const timestampQuery = z.strictObject({
  digest: z
    .enum(['sha256', 'sha384', 'sha512'])
    .default('sha256')
    .meta({ description: 'Digest of the document timestamp' }),
})

export const extensionQuery = z.strictObject({
  to: z.enum(['B-T', 'B-LT', 'B-LTA']).meta({ description: 'Level for every signature; a file at B-LTA is renewed' }),
})

const report = z
  .strictObject({
    schema: z.literal('countersign/extension-report/1'),
    requestedLevel: level.nullable(),
    reachedLevel: level.nullable(),
    signatures: z.array(
      z.strictObject({ id: z.string(), field: z.string(), before: level.nullable(), after: level.nullable() }),
    ),
    timestamps: z.array(
      z.strictObject({
        kind: z.enum(['signature', 'document']),
        field: z.string().optional(),
        genTime: time,
        serial: z.string(),
        tsa: z.string(),
        digest: z.string(),
        bytes: z.int(),
      }),
    ),
    added: z.int(),
    gaps: z.array(
      z.strictObject({
        role: z.enum(['signer', 'ca', 'tsa', 'tsa-ca', 'ocsp-responder', 'crl-issuer']),
        for: z.string(),
        subject: z.string(),
        sha256: bare,
        reason: z.string(),
      }),
    ),
    extendAfter: time.nullable(),
    renewBefore: time.nullable(),
    document: z.strictObject({ sha256: bare, bytes: z.int(), addedBytes: z.int() }),
    warnings: z.array(finding),
  })
  .meta({ id: 'ExtensionReport' })

export const outputSchema = z
  .strictObject({
    id: z.string(),
    createdAt: time,
    source: hash.meta({ description: 'SHA-256 of the file that was sent' }),
    file: z.strictObject({ sha256: hash, length: z.int(), url: z.string() }),
    report,
  })
  .meta({ id: 'Extension', description: 'A file that was stamped or extended, with what was done' })
