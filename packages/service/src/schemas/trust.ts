import { z } from 'zod'

const hash = z.string().regex(/^[0-9a-f]{64}$/)
const time = z.iso.datetime()
const line = z
  .string()
  .min(1)
  .max(2000)
  // oxlint-disable-next-line no-control-regex -- they are what must not occur
  .regex(/^[^\u0000-\u001f\u007f]*$/)
const names = z
  .array(z.string().min(1).max(500))
  .min(1)
  .max(100)
  .meta({ description: 'dns:gov.vn, email:.gov.vn, uri:gov.vn or directory:O=...,C=VN' })

/** What is said of an anchor, whoever says it. */
const described = {
  profiles: z.array(z.enum(['gov', 'public'])).min(1),
  purposes: z.array(z.enum(['signer', 'tsa'])).min(1),
  provenance: line.meta({ description: 'Where the certificate was obtained, by whom, how its hash was compared' }),
  from: time.optional(),
  until: time.optional(),
  pathLength: z.int().min(0).max(100).optional(),
  permitted: names.optional(),
  excluded: names.optional(),
}

/** Who confirms says what was seen: a proposal that was taken back and made again with wider limits is another one. */
export const trustConfirmationBody = z.strictObject({ proposal: hash }).meta({ id: 'TrustConfirmation' })

export const trustAnchorPath = z.strictObject({ sha256: hash })

export const trustAnchorBody = z
  .strictObject({
    certificate: z.string().min(1).max(100_000).meta({ description: 'PEM or base64 of DER' }),
    sha256: z
      .string()
      .regex(/^[0-9a-fA-F]{2}(:?[0-9a-fA-F]{2}){31}$/)
      .meta({ description: 'As its publisher states it' }),
    ...described,
  })
  .meta({ id: 'TrustAnchorRequest' })

export const trustAnchorSchema = z
  .strictObject({
    sha256: hash,
    subject: z.string(),
    ...described,
    proposal: hash.meta({ description: 'Over all that was proposed, by whom and when; a confirmation names it' }),
    state: z.enum(['proposed', 'trusted']),
    proposedBy: z.string(),
    proposedAt: time,
    confirmedBy: z.string().nullable(),
    confirmedAt: time.nullable(),
  })
  .meta({ id: 'TrustAnchor' })

const configuredAnchor = z.strictObject({ sha256: hash, subject: z.string() }).meta({ id: 'ConfiguredAnchor' })

export const trustListSchema = z
  .strictObject({ configured: z.array(configuredAnchor), anchors: z.array(trustAnchorSchema) })
  .meta({ id: 'TrustList' })
