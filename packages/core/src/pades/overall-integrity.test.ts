// V-03: a signature whose bytes were not seen to be intact is never part of a valid verdict, whatever its indication says.
// Found by review: an EdDSA value could be checked where the runtime lacks its digest, and nothing said so.
import { expect, test } from '@jest/globals'
import type { Integrity, SignatureReport } from '../report.ts'
import { overallOf } from './overall.ts'

const signature = (integrity: Integrity): SignatureReport => ({
  id: 'S1',
  field: 'Signature1',
  kind: 'signature',
  role: 'approval',
  subFilter: 'ETSI.CAdES.detached',
  indication: 'TOTAL-PASSED',
  subIndication: null,
  level: 'B-B',
  integrity,
  coverage: 'whole-file',
  changes: { level: 'none', permitted: true, items: [] },
  signer: null,
  algorithms: { digest: null, signature: null },
  times: { claimed: null, best: null, provenBefore: null, provenBy: null },
  timestamps: [],
  certificatePath: [],
  revocation: [],
  risksAtSigning: [],
  findings: [],
})

test.each([
  ['intact', 'valid'],
  ['unknown', 'indeterminate'],
  ['broken', 'invalid'],
] as const)('integrity %s gives %s', (integrity, overall) => {
  expect(overallOf([signature(integrity)], [])).toBe(overall)
})
