// JSON Schema of ExtensionReport, proven equal to the type by the compiler.
import type { ExtendedSignature, ExtensionReport, Gap, LongTermRecord, StampRecord } from '../pades/extension-types.ts'
import { count, list, nullable, object, oneOf, optional, sha256, text, time } from './json-schema.ts'
import type { JsonSchema, Properties } from './json-schema.ts'
import { finding, level } from './parts.ts'

const stamp = object<StampRecord>({
  kind: oneOf<StampRecord['kind']>({ signature: true, document: true }),
  field: optional(text),
  genTime: time,
  serial: text,
  tsa: text,
  digest: text,
  bytes: count,
})

const gap = object<Gap>({
  role: oneOf<Gap['role']>({
    signer: true,
    ca: true,
    tsa: true,
    'tsa-ca': true,
    'ocsp-responder': true,
    'crl-issuer': true,
  }),
  for: text,
  subject: text,
  sha256,
  reason: text,
})

/** What was done beyond the signature itself. */
export const longTermRecord: Properties<LongTermRecord> = {
  timestamps: list(stamp),
  added: count,
  gaps: list(gap),
  extendAfter: nullable(time),
  renewBefore: nullable(time),
}

const report = object<ExtensionReport>({
  schema: { json: { const: 'countersign/extension-report/1' } },
  requestedLevel: nullable(level),
  reachedLevel: nullable(level),
  signatures: list(
    object<ExtendedSignature>({ id: text, field: text, before: nullable(level), after: nullable(level) }),
  ),
  ...longTermRecord,
  document: object<ExtensionReport['document']>({ sha256, bytes: count, addedBytes: count }),
  warnings: list(finding),
})

/** What `countersign extend --json` and `countersign timestamp --json` print. */
export const EXTENSION_REPORT_SCHEMA: JsonSchema = {
  $schema: 'https://json-schema.org/draft/2020-12/schema',
  $id: 'urn:countersign:schema:extension-report:1',
  title: 'Countersign extension report',
  ...report.json,
}
