// C-10 over the kinds of signatures that Wycheproof collects, on both platforms: no wrong one is accepted, no right one refused.
import { afterEach, describe, expect, jest, test } from '@jest/globals'
import * as node from '../src/crypto/node.ts'
import type { Platform, VerifyResult } from '../src/crypto/types.ts'
import * as web from '../src/crypto/web.ts'
import { signatureVectors } from './support/signature-vectors.ts'
import type { Vector } from './support/signature-vectors.ts'

const vectors = signatureVectors()
const groups = [...new Set(vectors.map(({ group }) => group))]
const ANSWERS: Readonly<Record<Vector['expected'], VerifyResult>> = {
  valid: 'valid',
  lenient: 'valid-lenient',
  invalid: 'invalid',
}

async function answers(platform: Platform, group: string): Promise<readonly (readonly [string, VerifyResult])[]> {
  const found: [string, VerifyResult][] = []
  for (const { name, scheme, spki, message, signature } of vectors.filter((one) => one.group === group))
    found.push([name, await platform.verifySignature(scheme, spki, message, signature)])
  return found
}

const wanted = (group: string): unknown =>
  vectors.filter((one) => one.group === group).map(({ name, expected }) => [name, ANSWERS[expected]])

test('there are more than 500 vectors, nearly all of them wrong', () => {
  expect(vectors.length).toBeGreaterThan(500)
  expect(vectors.filter(({ expected }) => expected === 'valid').length).toBeGreaterThan(10)
})

describe.each([
  ['node', node],
  ['web', web],
] as const)('%s', (_name, platform) => {
  test.each(groups)('%s', async (group) => expect(await answers(platform, group)).toEqual(wanted(group)))
})

describe('a browser without Ed448 and Ed25519', () => {
  const { subtle } = globalThis.crypto
  afterEach(() => {
    jest.restoreAllMocks()
  })

  test.each(['ed448', 'ed25519'])('%s is unsupported there, never wrong, never right', async (group) => {
    jest.spyOn(subtle, 'importKey').mockRejectedValue(new DOMException('not here', 'NotSupportedError'))
    const results = new Set((await answers(web, group)).map(([, result]) => result))
    // Values of a wrong length are wrong without any key.
    expect([...results].toSorted()).toEqual(['invalid', 'unsupported'])
    const [first] = await answers(web, group)
    expect(first).toEqual(['right', 'unsupported'])
  })

  test('SHAKE256, which Ed448 in CMS hashes with, is not there either: it says so', async () => {
    expect([web.supportsDigest('shake256-512'), node.supportsDigest('shake256-512')]).toEqual([false, true])
    await expect(web.digest('shake256-512', new Uint8Array(1))).rejects.toThrow(
      expect.objectContaining({ code: 'UNSUPPORTED_ALGORITHM' }),
    )
  })
})
