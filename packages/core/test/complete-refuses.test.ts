// The second half of a signature takes what came from outside: a state and an answer. Neither throws without a code, and neither may
// keep the earlier signatures from being checked (N4, S7).
import { expect, test } from '@jest/globals'
import { digest } from '../src/crypto/index.ts'
import { complete } from '../src/pades/complete.ts'
import { prepare } from '../src/pades/prepare.ts'
import { sign } from '../src/pades/sign.ts'
import { smallPdf } from './support/pdf-builder.ts'
import { testSigner } from './support/signers.ts'

const signer = await testSigner('officer')
const options = { signer, at: new Date('2026-01-14T08:00:00Z'), utcOffset: 0 }
const { bytes: base } = await sign(smallPdf().table('/Root 1 0 R').bytes(), options)
// A copy without its text form: plain data.
const prepared = { ...(await prepare(base, options)) }
const { scheme, signedAttributes } = prepared.key!
const { accepts } = await signer.info()
const input = accepts === 'data' ? signedAttributes : await digest(prepared.digest, signedAttributes)
const asked = { ref: 'one', input, documentDigest: prepared.documentDigest }
const [value] = await signer.sign([asked], { scheme, idempotencyKey: 'one' })
const outcome = { signature: value! }

test('a state that hides the earlier signature: it is found and checked all the same', async () => {
  const hiding = { ...prepared, base: { ...prepared.base, revisions: 1, signatures: 0 } }
  const { report } = await complete(base, hiding, outcome)
  expect(report).toMatchObject({ earlierSignatures: 1, revision: 2, signatureId: 'S2' })
})

test.each([
  ['no base', { base: undefined }],
  ['no place for the CMS', { section: { ...prepared.section, placeholder: undefined } }],
  ['a place that is none', { section: { ...prepared.section, placeholder: { contents: {}, byteRange: {} } } }],
  ['no digest', { documentDigest: undefined }],
  ['a key that is none', { key: 5 }],
  ['a key without a scheme', { key: { ...prepared.key!, scheme: undefined } }],
  ['a chain of numbers', { key: { ...prepared.key!, chain: [5] } }],
  ['no field', { fieldObject: 5 }],
])('a state with %s: PREPARED_INVALID', async (_what, change) => {
  const damaged = { ...prepared, ...change } as unknown as typeof prepared
  await expect(complete(base, damaged, outcome)).rejects.toMatchObject({ code: 'PREPARED_INVALID' })
})

test.each([null, undefined, {}, { signature: null }, { signature: 'text' }, { cms: 'text' }])(
  'an answer that is none, %j: ARGUMENT_INVALID',
  async (answer) => {
    const wrong = answer as unknown as typeof outcome
    await expect(complete(base, prepared, wrong)).rejects.toMatchObject({ code: 'ARGUMENT_INVALID' })
  },
)
