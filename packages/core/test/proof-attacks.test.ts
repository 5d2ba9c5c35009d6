// Attempts to get proof, or a verdict that rests on it, from what proves nothing (E-05 to E-08).
import { expect, test } from '@jest/globals'
import { verify } from '../src/pades/verify.ts'
import type { VerificationReport } from '../src/report.ts'
import { Archive, of, type Cast } from './support/archive.ts'

const CAST: Cast = {
  root: of('root', undefined, -1, 30),
  ca: of('ca', 'root', -1, 20),
  signer: of('signer', 'ca', -0.5, 1),
  tsa: of('tsa', 'root', -0.5, 10),
}
const QUICK = { fingerprints: false, risks: false } as const

function verdict({ signatures }: VerificationReport, field = 'Field1'): string {
  const { indication, subIndication } = signatures.find((one) => one.field === field)!
  return `${indication} ${subIndication ?? ''}`.trim()
}

// Found by review: the numbers of a later field put it, and the DSS beside it, before an earlier document timestamp.
test('a field whose numbers end before a document timestamp does not stand there, nor does what stands beside it', async () => {
  const file = new Archive({ ...CAST, ca: of('ca', 'root', -1, 2) })
  file.sign('signer', { stamp: 'tsa' }).travel(file.day(0.5))
  const data = file.materialOf('signer', 'tsa')
  file.travel(file.day(1)).seal('tsa').store(data).seal('tsa')
  const bytes = Uint8Array.from(file.bytes)
  const at = Buffer.from(bytes).lastIndexOf('/ByteRange [') + '/ByteRange '.length
  bytes.set(new TextEncoder().encode('[0 10 20 10]'.padEnd(60)), at)
  file.travel(file.year(5))
  const options = { trust: { anchors: file.anchors('root') }, at: file.now, sources: { crls: [file.crl('root')] } }
  const report = await verify(bytes, { ...options, ...QUICK })
  expect(verdict(report)).toBe('INDETERMINATE NO_POE')
  expect(report.overall).not.toMatch(/^valid/u)
})
