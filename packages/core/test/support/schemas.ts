// The published JSON Schemas, compiled by an independent validator.
import { Ajv2020 } from 'ajv/dist/2020.js'
import type { ValidateFunction } from 'ajv/dist/2020.js'
import { CERTIFICATE_REPORT_SCHEMA } from '../../src/schema/certificate-report.ts'
import { DOCTOR_REPORT_SCHEMA } from '../../src/schema/doctor-report.ts'
import { EXTENSION_REPORT_SCHEMA } from '../../src/schema/extension-report.ts'
import type { JsonSchema } from '../../src/schema/json-schema.ts'
import { SIGNING_REPORT_SCHEMA } from '../../src/schema/signing-report.ts'
import { VERIFICATION_REPORT_SCHEMA } from '../../src/schema/verification-report.ts'

/** File under `packages/core/schema` -> the schema as the source has it. */
export const SCHEMAS: ReadonlyMap<string, JsonSchema> = new Map([
  ['verification-report', VERIFICATION_REPORT_SCHEMA],
  ['certificate-report', CERTIFICATE_REPORT_SCHEMA],
  ['signing-report', SIGNING_REPORT_SCHEMA],
  ['doctor-report', DOCTOR_REPORT_SCHEMA],
  ['extension-report', EXTENSION_REPORT_SCHEMA],
])

const compiled = new Map<string, ValidateFunction>()

/** Where a value, as JSON, is not what the schema says; empty when it is. */
export function schemaFaults(name: string, value: unknown): readonly string[] {
  let validate = compiled.get(name)
  if (validate === undefined) {
    // `format` is for people here: the pattern beside it is what counts.
    validate = new Ajv2020({ strict: true, allErrors: true, formats: { 'date-time': true } }).compile(
      SCHEMAS.get(name) as object,
    )
    compiled.set(name, validate)
  }
  // As it is printed: what JSON leaves out must not count.
  validate(JSON.parse(JSON.stringify(value)))
  return (validate.errors ?? []).map(({ instancePath, message, params }) =>
    `${instancePath} ${message ?? ''} ${JSON.stringify(params)}`.trim(),
  )
}
