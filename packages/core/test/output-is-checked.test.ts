// N4: what does not pass its own check is not delivered, whatever went wrong while it was made.
import { expect, test } from '@jest/globals'
import { buildSignedAttributes } from '../src/cms/build.ts'
import { digest } from '../src/crypto/index.ts'
import { buildCms, complete, embed } from '../src/pades/complete.ts'
import { planObjects } from '../src/pades/plan.ts'
import type { Plan } from '../src/pades/plan.ts'
import { planField } from '../src/pades/plan.ts'
import { prepare, prepareOpened } from '../src/pades/prepare.ts'
import { sign } from '../src/pades/sign.ts'
import { openDocument } from '../src/pdf/document.ts'
import { PdfDict, PdfRef, PdfStream } from '../src/pdf/objects.ts'
import { preparedReport } from './support/make-pdf.ts'
import { testSigner } from './support/signers.ts'

const AT = new Date('2026-01-14T08:00:00Z')
const signer = await testSigner('officer')
const options = { signer, field: 'seal', at: AT }

/** A faulty writer: a second signature whose revision does something else besides. */
async function withSideEffect(input: Uint8Array, effect: (update: Plan['update']) => void): Promise<unknown> {
  const document = await openDocument(input)
  const { prepared, base, leaf } = await prepareOpened(document, options)
  const plan = planField(document, options)
  await planObjects(plan, options, { time: AT, room: 8192, extensions: [] })
  effect(plan.update)
  const section = plan.update.build((length) => new Uint8Array(length))
  const { start, end } = section.placeholder!.contents
  const documentDigest = await digest('sha256', input, section.bytes.subarray(0, start), section.bytes.subarray(end))
  const key = prepared.key!
  const signedAttributes = await buildSignedAttributes({ documentDigest, ...key })
  const faulty = { ...prepared, section, documentDigest, key: { ...key, signedAttributes } }
  const [signature] = await signer.sign([{ ref: 'r', input: signedAttributes, documentDigest }], {
    scheme: key.scheme,
    idempotencyKey: 'k',
  })
  const cms = await buildCms(faulty, leaf, { signature: signature! }, undefined)
  return embed(base, faulty, cms, { leaf, level: undefined })
}

const first = (await sign(preparedReport(), { signer, field: 'officer', at: AT })).bytes

test('the harness signs when there is no side effect', async () => {
  await expect(withSideEffect(first, () => {})).resolves.toMatchObject({ report: { signatureId: 'S2' } })
})

test.each<[string, (update: Plan['update']) => void]>([
  [
    'page content that the first signature covers',
    (update) => update.set(new PdfRef(6, 0), new PdfStream(new PdfDict(new Map()), new TextEncoder().encode('BT ET'))),
  ],
  [
    'the value of the first signature',
    (update) => {
      const field = update.dict(new PdfRef(11, 0))!
      update.set(new PdfRef(11, 0), new PdfDict(new Map([...field.map].filter(([key]) => key !== 'V'))))
    },
  ],
  ['an object that nobody refers to', (update) => void update.create(new PdfDict(new Map([['JS', true]])))],
])('a revision that also changes %s', async (title, effect) => {
  const attempt = withSideEffect(first, effect)
  // What nothing refers to changes nothing that anybody sees; the rules of changes say whether it is permitted.
  if (title.startsWith('an object')) await expect(attempt).resolves.toBeDefined()
  else await expect(attempt).rejects.toMatchObject({ code: 'OUTPUT_NOT_VERIFIED' })
})

test('a stored section in which one byte was changed is not embedded', async () => {
  const input = preparedReport()
  const prepared = await prepare(input, options)
  const { signedAttributes, scheme } = prepared.key!
  const request = { ref: 'r', input: signedAttributes, documentDigest: prepared.documentDigest }
  const [signature] = await signer.sign([request], { scheme, idempotencyKey: 'k' })
  for (const at of [20, prepared.section.placeholder!.contents.start - 5]) {
    const stored = structuredClone(prepared)
    stored.section.bytes[at]! ^= 1
    await expect(complete(input, stored, { signature: signature! })).rejects.toMatchObject({
      code: expect.stringMatching(/^(BASE_CHANGED|OUTPUT_NOT_VERIFIED|PDF_DAMAGED)$/) as unknown,
    })
  }
})
