// Files that readers may read in two ways are signed again and again: what is open about them was open before (N4, N6).
import { describe, expect, test } from '@jest/globals'
import { sign } from '../src/pades/sign.ts'
import type { SignOptions } from '../src/pades/signing-types.ts'
import { verify } from '../src/pades/verify.ts'
import { smallPdf } from './support/pdf-builder.ts'
import { testSigner } from './support/signers.ts'

const options = { signer: await testSigner('officer'), at: new Date('2026-01-14T08:00:00Z') }

test.each([
  ['/Prev 0', smallPdf().table('/Root 1 0 R', { prev: 0 })],
  ['a /Size that is too small', smallPdf().table('/Root 1 0 R', { size: 3 })],
  ['/Encrypt null', smallPdf().table('/Root 1 0 R /Encrypt null')],
  ['a word that is no token', smallPdf(undefined, '/Foo bar ').table('/Root 1 0 R')],
])('%s', async (_what, builder) => {
  const first = await sign(builder.bytes(), options)
  const second = await sign(first.bytes, options)
  const { signatures } = await verify(second.bytes, { trust: { anchors: [] }, at: options.at })
  expect(signatures.map(({ integrity }) => integrity)).toEqual(['intact', 'intact'])
})

describe('options that only a mistake can be', () => {
  test.each([
    5,
    null,
    {},
    { name: 5 },
    { name: 'a', rect: 5 },
    { name: 'a', place: 5 },
    { name: 'a', lock: 5 },
    { name: 'a', tooltip: 5 },
  ])('newField %j', async (newField) => {
    const wrong = { ...options, newField } as unknown as SignOptions
    await expect(sign(smallPdf().table('/Root 1 0 R').bytes(), wrong)).rejects.toMatchObject({
      code: 'ARGUMENT_INVALID',
    })
  })
})
