// P-15, R-11: what readers repair each in its own way is never said to be permitted.
import { beforeAll, expect, test } from '@jest/globals'
import { sign } from '../src/pades/sign.ts'
import { verify } from '../src/pades/verify.ts'
import { createTrustStore } from '../src/validation/trust.ts'
import { twoPages } from './support/make-pdf.ts'
import { certificatePem, testSigner } from './support/signers.ts'

const at = new Date('2026-06-01T00:00:00Z')
let twice: Uint8Array
let gap: { start: number; end: number }

beforeAll(async () => {
  const signer = await testSigner('officer-ec')
  const once = await sign(twoPages(), { signer, at })
  twice = (await sign(once.bytes, { signer, at })).bytes
  const text = Buffer.from(twice).toString('latin1')
  const start = text.lastIndexOf('/Contents <') + '/Contents '.length
  gap = { start, end: text.indexOf('>', start) }
})

async function firstOf(bytes: Uint8Array): Promise<{ integrity: string; permitted: boolean | null }> {
  const trust = createTrustStore([new TextEncoder().encode(await certificatePem('root'))])
  const { signatures } = await verify(bytes, { trust, at })
  return { integrity: signatures[0]!.integrity, permitted: signatures[0]!.changes.permitted }
}

test('a second signature is permitted', async () => {
  expect(await firstOf(twice)).toEqual({ integrity: 'intact', permitted: true })
})

test.each([
  ['a letter that is no digit', 'v'],
  ['a closing bracket', '>'],
  ['a parenthesis', ')'],
])('a later /Contents with %s is read two ways: nothing of it is said to be permitted', async (_, letter) => {
  const bytes = twice.slice()
  bytes[gap.start + 400] = letter.codePointAt(0)!
  const { integrity, permitted } = await firstOf(bytes)
  expect(integrity).toBe('intact')
  expect(permitted).not.toBe(true)
})
