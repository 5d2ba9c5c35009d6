import { expect, test } from '@jest/globals'
import { createStaticPki } from '@countersign/test-pki'
import { createTrustStore } from '../validation/trust.ts'
import { validateCertificate } from './certificate-report.ts'

test('reports with texts in both languages', async () => {
  const pki = createStaticPki()
  const trust = createTrustStore([pki.actors.root.certificate])
  const intermediates = [pki.actors.ca.certificate, pki.actors.caVn.certificate]
  const common = { trust, intermediates, at: pki.clock() }
  const good = await validateCertificate(pki.actors.officer.certificate, { ...common, revocation: 'none' })
  expect([good.valid, good.indication, good.path.length]).toEqual([true, 'PASSED', 3])
  const unknown = await validateCertificate(pki.actors.officer.certificate, common)
  expect(unknown.valid).toBe(false)
  const error = unknown.findings.find(({ severity }) => severity === 'error')
  expect(error?.message.en).not.toBe('')
  expect(error?.message.vi).not.toBe(error?.message.en)
  expect((await validateCertificate(new Uint8Array([1]), common)).indication).toBe('FAILED')
})
