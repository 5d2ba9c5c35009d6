import { describe, expect, test } from '@jest/globals'
import type { VerificationReport } from '../report.ts'
import { createTrustStore } from '../validation/trust.ts'
import { craftIdentity } from '../../test/support/craft-certificate.ts'
import { craftCms, hash } from '../../test/support/craft-cms.ts'
import { baseObjects, CraftedPdf } from '../../test/support/craft-pdf.ts'
import { requireSignedBy } from './require-signed-by.ts'
import { verify } from './verify.ts'

const root = craftIdentity({ name: 'Root', ca: true, kind: 'ec', serial: 1 })
const signer = craftIdentity({ issuer: root, name: 'Nguyễn Văn Ánh', kind: 'ec' })

function reportOf(trusted: boolean): Promise<VerificationReport> {
  const sign = (covered: Uint8Array): Uint8Array => craftCms({ signer, digest: hash('sha256', covered) })
  const pdf = new CraftedPdf().appendSigned(baseObjects(), 5, { sign })
  const trust = createTrustStore([root.certificate])
  return verify(pdf.bytes, {
    trust: trusted ? trust : { anchors: [] },
    at: new Date('2026-06-02T00:00:00Z'),
    policy: { revocation: 'none' },
  })
}

describe('requireSignedBy', () => {
  test('finds the signer by certificate, by part of the subject, by issuer', async () => {
    const report = await reportOf(true)
    const sha256 = Buffer.from(hash('sha256', signer.certificate)).toString('hex')
    const byHash = requireSignedBy(report, { signer: { sha256: sha256.toUpperCase() }, level: 'B-B', changes: 'none' })
    expect([byHash.signature.id, byHash.provenBefore]).toEqual(['S1', null])
    const decomposed = 'văn ánh'.normalize('NFD')
    expect(requireSignedBy(report, { signer: { subject: decomposed, issuer: 'CN=Root' } }).signer.sha256).toBe(sha256)
  })

  test('says why not', async () => {
    const report = await reportOf(true)
    const code = (demand: Parameters<typeof requireSignedBy>[1], from = report): unknown => {
      try {
        return requireSignedBy(from, demand)
      } catch (error) {
        return (error as { code: string }).code
      }
    }
    expect(code({ signer: { subject: 'Somebody else' } })).toBe('SIGNER_MISMATCH')
    expect(code({ signer: { subject: 'Ánh' }, level: 'B-T' })).toBe('LEVEL_NOT_REACHED')
    expect(code({ signer: {} })).toBe('ARGUMENT_INVALID')
    expect(code({ signer: { subject: ' ' } })).toBe('ARGUMENT_INVALID')
    expect(code({ signer: { subject: 'Ánh' } }, await reportOf(false))).toBe('SIGNER_MISMATCH')
  })
})
