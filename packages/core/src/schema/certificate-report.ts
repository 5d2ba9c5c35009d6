// JSON Schema of CertificateReport, proven equal to the type by the compiler.
import type { CertificateReport } from '../report.ts'
import { flag, list, object, oneOf, optional } from './json-schema.ts'
import type { JsonSchema } from './json-schema.ts'
import { cert, finding, revocation, subIndication } from './parts.ts'

const report = object<CertificateReport>({
  valid: flag,
  indication: oneOf<CertificateReport['indication']>({ PASSED: true, FAILED: true, INDETERMINATE: true }),
  subIndication,
  path: list(cert, 'Leaf first, anchor last.'),
  revocation: optional(list(revocation)),
  findings: list(finding),
})

/** What `countersign certificate validate --json` prints. */
export const CERTIFICATE_REPORT_SCHEMA: JsonSchema = {
  $schema: 'https://json-schema.org/draft/2020-12/schema',
  $id: 'urn:countersign:schema:certificate-report:1',
  title: 'Countersign certificate report',
  ...report.json,
}
