// JSON Schema of SigningReport, proven equal to the type by the compiler.
import type { SigningReport } from '../pades/signing-types.ts'
import { count, list, nullable, object, oneOf, optional, sha256, text, time } from './json-schema.ts'
import type { JsonSchema } from './json-schema.ts'
import type { LongTermRecord } from '../pades/extension-types.ts'
import { longTermRecord } from './extension-report.ts'
import { finding, level, signerIdentity } from './parts.ts'

const report = object<SigningReport>({
  schema: { json: { const: 'countersign/signing-report/1' } },
  requestedLevel: level,
  reachedLevel: level,
  signatureId: text,
  field: text,
  page: optional(count),
  role: oneOf<SigningReport['role']>({ approval: true, certification: true }),
  revision: count,
  claimedTime: time,
  signer: nullable(signerIdentity),
  algorithms: object<SigningReport['algorithms']>({ digest: text, signature: nullable(text) }),
  filled: list(text),
  earlierSignatures: count,
  document: object<SigningReport['document']>({ sha256, bytes: count, addedBytes: count }),
  longTerm: optional(object<LongTermRecord>(longTermRecord)),
  warnings: list(finding),
})

/** What `countersign sign --json` prints. */
export const SIGNING_REPORT_SCHEMA: JsonSchema = {
  $schema: 'https://json-schema.org/draft/2020-12/schema',
  $id: 'urn:countersign:schema:signing-report:1',
  title: 'Countersign signing report',
  ...report.json,
}
