// JSON Schema of DoctorReport, proven equal to the type by the compiler.
import type { Diagnosis, DoctorReport, Viewer } from '../report.ts'
import { count, list, nullable, object, oneOf, sha256, text, time } from './json-schema.ts'
import type { JsonSchema, Schema } from './json-schema.ts'
import { code, overall } from './parts.ts'

const words = object<Diagnosis['message']>({ en: text, vi: text })
const args: Schema<Diagnosis['args']> = {
  json: { type: 'object', additionalProperties: { anyOf: [{ type: 'string' }, { type: 'number' }] } },
}

const diagnosis = object<Diagnosis>(
  {
    code,
    severity: oneOf<Diagnosis['severity']>({ error: true, warning: true, info: true }),
    viewers: list(oneOf<Viewer>({ acrobat: true, foxit: true, pdfsig: true, browsers: true, all: true })),
    signature: nullable(text),
    message: words,
    advice: words,
    args,
  },
  'Why another viewer may say something else, and what to do.',
)

const report = object<DoctorReport>({
  schema: { json: { const: 'countersign/doctor-report/1' } },
  document: object<DoctorReport['document']>({ sha256, bytes: count }),
  overall,
  diagnoses: list(diagnosis),
  validationTime: time,
  engine: text,
})

/** What `countersign doctor --json` prints. */
export const DOCTOR_REPORT_SCHEMA: JsonSchema = {
  $schema: 'https://json-schema.org/draft/2020-12/schema',
  $id: 'urn:countersign:schema:doctor-report:1',
  title: 'Countersign doctor report',
  ...report.json,
}
