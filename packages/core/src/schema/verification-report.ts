// JSON Schema of VerificationReport, proven equal to the type by the compiler.
import type {
  Change,
  ChangeKind,
  ChangeLevel,
  Changes,
  CheckResult,
  Coverage,
  Integrity,
  SignatureReport,
  TimestampReport,
  VerificationReport,
} from '../report.ts'
import {
  count,
  flag,
  list,
  named,
  nullable,
  number,
  object,
  oneOf,
  optional,
  sha256,
  text,
  time,
} from './json-schema.ts'
import type { JsonSchema, Schema } from './json-schema.ts'
import * as parts from './parts.ts'

const definitions = new Map<string, JsonSchema>()
const define = <T>(name: string, schema: Schema<T>): Schema<T> => named(name, schema, definitions)

const finding = define('finding', parts.finding)
const span = define('span', parts.span)
const indication = define('indication', parts.indication)
const subIndication = define('subIndication', parts.subIndication)
const signer = define('signer', parts.signerIdentity)
const algorithms = define('algorithms', parts.algorithms)
const cert = define('cert', parts.cert)
const revocation = define('revocation', parts.revocation)

const changeLevel = define(
  'changeLevel',
  oneOf<ChangeLevel>({ none: true, ltv: true, form: true, annotation: true, other: true, unknown: true }),
)

const changeKind: Schema<ChangeKind> = oneOf<ChangeKind>({
  'dss-updated': true,
  'doc-timestamp-added': true,
  'signature-added': true,
  'signature-field-added': true,
  'field-value-changed': true,
  'appearance-changed': true,
  'widget-visibility-changed': true,
  'annotation-added': true,
  'annotation-changed': true,
  'annotation-removed': true,
  'page-added': true,
  'page-removed': true,
  'page-reordered': true,
  'page-content-changed': true,
  'font-changed': true,
  'attachment-changed': true,
  'script-or-action-changed': true,
  'metadata-changed': true,
  'layer-changed': true,
  'form-structure-changed': true,
  'object-freed': true,
  'unreferenced-data': true,
  'trailing-data': true,
  unknown: true,
})

const change = define(
  'change',
  object<Change>(
    {
      revision: count,
      madeBefore: nullable(text),
      kind: changeKind,
      page: optional(count),
      field: optional(text),
      path: text,
      object: text,
      before: optional(text),
      after: optional(text),
      level: changeLevel,
      permitted: nullable(flag),
      rule: text,
    },
    'One change made after a signature (M-26). `permitted` null: undecided.',
  ),
)

type Fingerprint = NonNullable<Changes['pageFingerprints']>[number]

const changes = define(
  'changes',
  object<Changes>({
    level: changeLevel,
    permitted: nullable(flag),
    items: list(change),
    allowed: optional(changeLevel),
    unchangedPages: optional(text),
    pageFingerprints: optional(list(object<Fingerprint>({ page: count, atSigning: text, now: text }))),
  }),
)

const timestamp = define(
  'timestamp',
  object<TimestampReport>({
    id: text,
    genTime: time,
    accuracySeconds: optional(number),
    imprint: oneOf<TimestampReport['imprint']>({ match: true, mismatch: true, unknown: true }),
    indication,
    subIndication,
    tsa: nullable(signer),
    algorithms,
    certificatePath: list(cert),
    revocation: list(revocation),
    findings: list(finding),
  }),
)

const check = define('check', oneOf<CheckResult>({ pass: true, fail: true, unknown: true, skipped: true }))

const checks = object<NonNullable<SignatureReport['checks']>>({
  format: check,
  bytesIntact: check,
  signatureValue: check,
  signer: check,
  chain: check,
  revocation: check,
  algorithms: check,
  time: check,
})

const times = object<SignatureReport['times']>(
  {
    claimed: nullable(time),
    best: nullable(time),
    provenBefore: nullable(time),
    provenBy: nullable(text),
    provenAfter: optional(time),
  },
  'Claimed is what the signer states; only provenBefore is proven.',
)

type Evidence = NonNullable<SignatureReport['evidence']>[number]

const evidence = object<Evidence>({
  type: oneOf<Evidence['type']>({ certificate: true, crl: true, ocsp: true, timestamp: true }),
  sha256,
})

const signature = define(
  'signature',
  object<SignatureReport>({
    id: text,
    field: text,
    page: optional(count),
    kind: oneOf<SignatureReport['kind']>({ signature: true, 'document-timestamp': true }),
    role: nullable(oneOf<NonNullable<SignatureReport['role']>>({ approval: true, certification: true })),
    subFilter: nullable(text),
    indication,
    subIndication,
    level: nullable(
      oneOf<NonNullable<SignatureReport['level']>>({
        'B-B': true,
        'B-T': true,
        'B-LT': true,
        'B-LTA': true,
        PKCS7: true,
      }),
    ),
    pkcs7Level: optional(oneOf<NonNullable<SignatureReport['pkcs7Level']>>({ B: true, T: true, LT: true, LTA: true })),
    integrity: oneOf<Integrity>({ intact: true, broken: true, unknown: true }),
    coverage: oneOf<Coverage>({ 'whole-file': true, revision: true, broken: true }),
    changes,
    signer: nullable(signer),
    binding: optional(oneOf<NonNullable<SignatureReport['binding']>>({ ess: true, 'sid-only': true })),
    algorithms,
    times,
    timestamps: list(timestamp),
    certificatePath: list(cert, 'Signer first, anchor last.'),
    revocation: list(revocation),
    checks: optional(checks),
    longTermUntil: optional(time),
    retryAfter: optional(time),
    reason: optional(text),
    location: optional(text),
    evidence: optional(list(evidence)),
    risksAtSigning: list(finding),
    findings: list(finding),
  }),
)

const report = object<VerificationReport>({
  schema: { json: { const: 'countersign/verification-report/1' } },
  document: object<VerificationReport['document']>({
    sha256,
    bytes: count,
    revisions: count,
    revisionInfo: optional(list(span)),
    unaccountedBytes: optional(list(span)),
  }),
  overall: parts.overall,
  signatures: list(signature, 'In signing order, document time stamps included, never filtered.'),
  unsignedFields: list(text),
  removedSignatures: list(text),
  orphanSignatures: count,
  findings: list(finding, 'About the document and its parsing.'),
  finalContentSignedBy: optional(list(text)),
  policy: object<VerificationReport['policy']>({
    id: text,
    version: text,
    hash: optional(text),
    relaxations: list(text),
  }),
  validationTime: time,
  engine: text,
})

/** What `countersign verify --json` prints, one per line. */
export const VERIFICATION_REPORT_SCHEMA: JsonSchema = {
  $schema: 'https://json-schema.org/draft/2020-12/schema',
  $id: 'urn:countersign:schema:verification-report:1',
  title: 'Countersign verification report',
  ...report.json,
  $defs: Object.fromEntries(definitions),
}
