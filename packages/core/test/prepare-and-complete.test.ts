import { describe, expect, test } from '@jest/globals'
import { buildSignedAttributes, buildSignedData } from '../src/cms/build.ts'
import type { CmsSigner } from '../src/cms/signer.ts'
import { complete } from '../src/pades/complete.ts'
import { prepare } from '../src/pades/prepare.ts'
import { sign } from '../src/pades/sign.ts'
import type { Prepared } from '../src/pades/signing-types.ts'
import { preparedReport } from './support/make-pdf.ts'
import { testSigner } from './support/signers.ts'

async function prepared(input: Uint8Array): Promise<{ state: Prepared; signature: Uint8Array }> {
  const signer = await testSigner('officer')
  const state = await prepare(input, { signer, field: 'officer', at: new Date('2026-01-14T08:00:00Z') })
  const { signedAttributes, scheme } = state.key!
  const request = { ref: 'r', input: signedAttributes, documentDigest: state.documentDigest }
  const [signature] = await signer.sign([request], { scheme, idempotencyKey: 'k' })
  return { state, signature: signature! }
}

describe('two phases', () => {
  test('the value alone finishes what was prepared, without any state of the first pass', async () => {
    const input = preparedReport()
    const { state, signature } = await prepared(input)
    const stored = structuredClone(state)
    const { bytes, report } = await complete(input, stored, { signature })
    expect(Buffer.compare(bytes.subarray(0, input.length), input)).toBe(0)
    expect(report).toMatchObject({
      signatureId: 'S1',
      field: 'officer',
      page: 1,
      claimedTime: '2026-01-14T08:00:00.000Z',
    })
    expect(report.signer?.subject).toContain('Nguyễn Thị Ánh Tuyết')
  })

  test('B28: another length or one changed byte of the base is BASE_CHANGED', async () => {
    const input = preparedReport()
    const { state, signature } = await prepared(input)
    const longer = Buffer.concat([input, Buffer.from('\n')])
    await expect(complete(longer, state, { signature })).rejects.toMatchObject({ code: 'BASE_CHANGED' })
    const changed = input.slice()
    changed[Buffer.from(input).indexOf('Inspection')]! ^= 0x20
    await expect(complete(changed, state, { signature })).rejects.toMatchObject({ code: 'BASE_CHANGED' })
  })

  test('C7: one changed bit of the value, or another signature, is SIGNATURE_MISMATCH', async () => {
    const input = preparedReport()
    const { state, signature } = await prepared(input)
    const changed = signature.slice()
    changed[100]! ^= 1
    await expect(complete(input, state, { signature: changed })).rejects.toMatchObject({ code: 'SIGNATURE_MISMATCH' })
    const other = await prepared(preparedReport({ form: 'stream' }))
    await expect(complete(input, state, { signature: other.signature })).rejects.toMatchObject({
      code: 'SIGNATURE_MISMATCH',
    })
  })
})

test.each(['sha256', 'sha384'] as const)('a signer of whole CMS, %s: its certificate is reported', async (digest) => {
  const local = await testSigner('officer', { digest })
  const { certificate, chain, schemes } = await local.info()
  const cmsSigner: CmsSigner = {
    maxCmsSize: 8000,
    signCms: (batch, context) =>
      Promise.all(
        batch.map(async ({ ref, documentDigest }) => {
          const scheme = schemes[0]!
          const signedAttributes = await buildSignedAttributes({ documentDigest, certificate, scheme })
          const request = { ref, input: signedAttributes, documentDigest }
          const [signature] = await local.sign([request], { scheme, ...context })
          return buildSignedData({ signedAttributes, signature: signature!, certificate, chain, scheme })
        }),
      ),
  }
  const steps: string[] = []
  const { report } = await sign(preparedReport(), {
    signer: cmsSigner,
    field: 'officer',
    digest,
    onProgress: ({ step }) => steps.push(step),
  })
  expect(report.algorithms).toEqual({ digest, signature: null })
  expect(report.signer?.subject).toContain('Nguyễn Thị Ánh Tuyết')
  expect(steps).toEqual(['hash', 'sign', 'verify'])
})
