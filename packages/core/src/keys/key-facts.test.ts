import { describe, expect, test } from '@jest/globals'
import { testSigner, testFile } from '../../test/support/signers.ts'
import { decodePem } from '../validation/trust.ts'
import { keyFacts } from './key-facts.ts'

const der = async (name: string): Promise<Uint8Array> => decodePem(await testFile(`${name}.pem`), 'CERTIFICATE')[0]!

describe('what a certificate tells of a key elsewhere', () => {
  test.each(['officer', 'officer-ec', 'officer-p384', 'officer-p521', 'officer-ed25519'])(
    '%s: the same schemes and size as the key itself says',
    async (name) => {
      const info = await (await testSigner(name)).info()
      const facts = keyFacts(await der(name))
      expect(facts.schemes).toEqual(info.schemes)
      expect(facts.maxSignatureSize).toBe(info.maxSignatureSize(info.schemes[0]!))
    },
  )

  test('no certificate is CERT_INVALID', () => {
    expect(() => keyFacts(Uint8Array.of(1, 2, 3))).toThrow(expect.objectContaining({ code: 'CERT_INVALID' }))
  })
})
