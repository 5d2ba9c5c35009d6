// WebCrypto checks Ed448 values but has no SHAKE256, so the document's digest stays uncomputed there (C-10, V-03). Found by review: the
// value alone let such a signature pass.
import { expect, jest, test } from '@jest/globals'
import { createHash } from 'node:crypto'
import { algorithm, craftIdentity } from './support/craft-certificate.ts'
import { craftCms } from './support/craft-cms.ts'
import { baseObjects, CraftedPdf } from './support/craft-pdf.ts'

jest.unstable_mockModule('../src/crypto/node.ts', () => import('../src/crypto/web.ts'))
const { verify } = await import('../src/pades/verify.ts')
const { createTrustStore } = await import('../src/validation/trust.ts')
const { supportsDigest } = await import('../src/crypto/index.ts')
const { OID } = await import('../src/der/oids.ts')
const { encodeInteger } = await import('../src/der/writer.ts')

const signer = craftIdentity({ kind: 'ed448', name: 'Signer' })
const trust = createTrustStore([signer.certificate])

function shake256(bytes: Uint8Array): Uint8Array {
  return new Uint8Array(createHash('shake256', { outputLength: 64 }).update(bytes).digest())
}

function signed(): Uint8Array {
  const digestAlgorithm = algorithm(OID.shake256Len, encodeInteger(512))
  const sign = (covered: Uint8Array): Uint8Array =>
    craftCms({ signer, digest: shake256(covered), digestAlgorithm, digestAlgorithms: [digestAlgorithm] })
  return new CraftedPdf().appendSigned(baseObjects(), 5, { sign }).bytes
}

test('the signature is indeterminate and says why', async () => {
  expect([supportsDigest('sha256'), supportsDigest('shake256-512')]).toEqual([true, false])
  const report = await verify(signed(), {
    trust,
    at: new Date('2026-06-02T00:00:00Z'),
    policy: { revocation: 'none' },
  })
  const [own] = report.signatures
  expect([report.overall, own!.indication, own!.integrity]).toEqual(['indeterminate', 'INDETERMINATE', 'unknown'])
  expect(own!.findings.map(({ code }) => code)).toContain('UNSUPPORTED_ALGORITHM')
  expect(own!.checks).toMatchObject({ bytesIntact: 'unknown' })
})
