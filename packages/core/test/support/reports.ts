// Reports for tests of what is told about them: a good one, changed where a test says so.
import type { Cert, Change, SignatureReport, VerificationReport } from '../../src/report.ts'

export const cert = (subject: string, anchor = false): Cert => ({
  subject,
  issuer: 'CN=Root TEST',
  serial: '01',
  sha256: 'ab'.repeat(32),
  notBefore: '2026-01-01T00:00:00Z',
  notAfter: '2027-01-01T00:00:00Z',
  anchor,
  source: 'signature',
})

export const change = (changes: Partial<Change>): Change => ({
  revision: 1,
  madeBefore: null,
  kind: 'unknown',
  path: '/Root',
  object: '1 0',
  level: 'form',
  permitted: true,
  rule: 'M-11',
  ...changes,
})

export const signature = (changes: Partial<SignatureReport> = {}): SignatureReport => ({
  id: 'sig-1',
  field: 'officer',
  kind: 'signature',
  role: 'approval',
  subFilter: 'ETSI.CAdES.detached',
  indication: 'TOTAL-PASSED',
  subIndication: null,
  level: 'B-B',
  integrity: 'intact',
  coverage: 'whole-file',
  changes: { level: 'none', permitted: true, items: [] },
  signer: {
    commonName: 'Nguyễn Thị Ánh Tuyết',
    organization: 'Sở Nội vụ',
    subject: 'CN=Nguyễn Thị Ánh Tuyết,O=Sở Nội vụ',
    issuer: 'CN=CA TEST',
    serial: '01',
    sha256: 'cd'.repeat(32),
  },
  algorithms: { digest: 'sha256', signature: 'rsa-pkcs1', keyBits: 2048 },
  times: { claimed: '2026-10-12T02:15:02Z', best: '2026-10-12T03:00:00Z', provenBefore: null, provenBy: null },
  timestamps: [],
  certificatePath: [cert('CN=Nguyễn Thị Ánh Tuyết,O=Sở Nội vụ'), cert('CN=Root TEST', true)],
  revocation: [],
  checks: {
    format: 'pass',
    bytesIntact: 'pass',
    signatureValue: 'pass',
    signer: 'pass',
    chain: 'pass',
    revocation: 'pass',
    algorithms: 'pass',
    time: 'pass',
  },
  risksAtSigning: [],
  findings: [],
  ...changes,
})

export const report = (
  overall: VerificationReport['overall'],
  signatures: readonly SignatureReport[] = [signature()],
  changes: Partial<VerificationReport> = {},
): VerificationReport => ({
  schema: 'countersign/verification-report/1',
  document: { sha256: '00'.repeat(32), bytes: 1000, revisions: 2 },
  overall,
  signatures,
  unsignedFields: [],
  removedSignatures: [],
  orphanSignatures: 0,
  findings: [],
  policy: { id: 'strict', version: '1', relaxations: [] },
  validationTime: '2026-10-12T03:00:00Z',
  engine: 'test',
  ...changes,
})
