// J6: the bytes of whole sections, as W1 to W27 want them. A difference is a change of what is written into users' files: look at it,
// then run with `-u`.
import { expect, test } from '@jest/globals'
import { planField, planObjects } from '../src/pades/plan.ts'
import type { SignOptions } from '../src/pades/signing-types.ts'
import { openDocument } from '../src/pdf/document.ts'
import { hybrid, preparedReport, twoPages } from './support/make-pdf.ts'
import { testSigner } from './support/signers.ts'

const AT = new Date('2026-01-14T08:00:00Z')

/** The section that would be appended, /Contents of four bytes; bytes outside of printable ASCII as \xNN. */
async function section(input: Uint8Array, options: Partial<SignOptions>): Promise<string> {
  const whole = { signer: await testSigner('officer'), utcOffset: 420, ...options }
  const plan = planField(await openDocument(input), whole)
  await planObjects(plan, whole, { time: AT, room: 4, extensions: [32002] })
  const { bytes } = plan.update.build((length) => new Uint8Array(length).fill(0xab))
  return Buffer.from(bytes)
    .toString('latin1')
    .replaceAll(/[^\n -~]/g, (char) => `\\x${char.charCodeAt(0).toString(16).padStart(2, '0')}`)
}

const CASES: readonly (readonly [title: string, input: Uint8Array, options: Partial<SignOptions>])[] = [
  ['W2 to W8, W18, W19, W22, W27: no form, a table', twoPages(), { reason: 'Phê duyệt (1)', name: 'a\\b' }],
  ['W4: no form, a stream', twoPages({}, { form: 'stream', trailer: '/ID [<01> <02>]' }), {}],
  ['W2, W9: a hybrid file whose catalog stands in an object stream', hybrid(), { newField: { name: 'x', page: -1 } }],
  [
    'W1, W20, W22: an end without a line feed, a visible field',
    twoPages({}, { end: '' }),
    { newField: { name: 'g.x', rect: [10.5, 20, 100, 50] } },
  ],
  [
    'W10, W24: a prepared field: it alone, its appearance and SigFlags; a text field filled',
    preparedReport(),
    { field: 'officer', fill: { number: { value: '12/BC-TTr' } } },
  ],
  [
    'W25: a certification',
    twoPages({ 1: '<< /Type /Catalog /Pages 2 0 R /Perms << /UR3 5 0 R >> >>' }),
    { certify: 2 },
  ],
  [
    'W26, W27: a lock, PDF 2.0',
    twoPages({}, { version: '2.0' }),
    { newField: { name: 'x', lock: { action: 'All', permission: 1 } } },
  ],
]

test.each(CASES)('%s', async (_title, input, options) => {
  expect(await section(input, options)).toMatchSnapshot()
})
