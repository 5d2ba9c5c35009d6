// The one conformance suite over the signers of core: PEM, PKCS#12, WebCrypto in Node and the adapter for @signpdf both ways.
import { describe, expect, test } from '@jest/globals'
import { createPrivateKey } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { signerSuite } from '../../../test/support/signer-suite.ts'
import { root } from '../../../test/support/witnesses.ts'
import type { Signer } from '../src/cms/signer.ts'
import { p12Signer } from '../src/keys/p12.ts'
import { webCryptoSigner, type WebCryptoKey } from '../src/keys/webcrypto.ts'
import { sign } from '../src/pades/sign.ts'
import { preparedReport } from './support/make-pdf.ts'
import { testFile, testSigner } from './support/signers.ts'

const rootPem = await testFile('root.pem')
const at = new Date('2026-01-14T08:00:00Z')
/** pdfsig knows neither EdDSA nor keys that are bound to PSS; openssl judges those in signed-files-hold-elsewhere. */
const pdfsig = (name: string): boolean => !['officer-ed25519', 'officer-pss-key'].includes(name)

type KeyAlgorithm = Parameters<typeof crypto.subtle.importKey>[2]

/** A key as WebCrypto holds it: it cannot be exported again. */
async function webKey(name: string, algorithm: KeyAlgorithm): Promise<WebCryptoKey> {
  const key = createPrivateKey(await readFile(join(root, 'certs-test', `${name}.key`)))
  const der = Uint8Array.from(key.export({ format: 'der', type: 'pkcs8' }))
  return crypto.subtle.importKey('pkcs8', der, algorithm, false, ['sign'])
}

async function web(name: string, algorithm: KeyAlgorithm): Promise<Signer> {
  const { certificate, chain } = await (await testSigner(name)).info()
  return webCryptoSigner({ key: await webKey(name, algorithm), certificate, chain })
}

for (const name of ['officer', 'officer-ec', 'officer-p384', 'officer-p521', 'officer-ed25519', 'officer-pss-key']) {
  signerSuite({ name: `PEM ${name}`, make: () => testSigner(name), root: rootPem, at, pdfsig: pdfsig(name) })
  signerSuite({
    name: `PKCS#12 ${name}`,
    make: async () => p12Signer(await testFile(`${name}.p12`), { password: 'test' }),
    root: rootPem,
    at,
    pdfsig: pdfsig(name),
  })
}

const RSA = ['RSASSA-PKCS1-v1_5', 'RSA-PSS'].flatMap((name) =>
  ['SHA-256', 'SHA-384', 'SHA-512'].map((hash) => ['officer', { name, hash }] as const),
)
const EC = [
  ['officer-ec', { name: 'ECDSA', namedCurve: 'P-256' }],
  ['officer-p384', { name: 'ECDSA', namedCurve: 'P-384' }],
  ['officer-p521', { name: 'ECDSA', namedCurve: 'P-521' }],
  ['officer-ed25519', { name: 'Ed25519' }],
] as const

for (const [name, algorithm] of [...RSA, ...EC])
  signerSuite({
    name: `WebCrypto ${Object.values(algorithm).join(' ')}`,
    make: () => web(name, algorithm),
    root: rootPem,
    at,
    pdfsig: pdfsig(name),
  })

describe('WebCrypto', () => {
  test('the key is not extractable, and must belong to the certificate', async () => {
    const key = await webKey('officer-ec', { name: 'ECDSA', namedCurve: 'P-256' })
    await expect(crypto.subtle.exportKey('pkcs8', key)).rejects.toThrow()
    const { certificate } = await (await testSigner('officer')).info()
    await expect(webCryptoSigner({ key, certificate }).info()).rejects.toMatchObject({ code: 'KEY_MISMATCH' })
    const signer = webCryptoSigner({ key, certificate })
    await expect(sign(preparedReport(), { signer, field: 'officer', at })).rejects.toMatchObject({
      code: 'KEY_MISMATCH',
    })
  })

  test('keys that cannot sign documents are refused', async () => {
    const { certificate } = await (await testSigner('officer')).info()
    const pair = (await crypto.subtle.generateKey({ name: 'ECDSA', namedCurve: 'P-256' }, false, [
      'sign',
      'verify',
    ])) as CryptoKeyPair
    expect(() => webCryptoSigner({ key: pair.publicKey, certificate })).toThrow(
      expect.objectContaining({ code: 'ARGUMENT_INVALID' }) as unknown as Error,
    )
    const sha1 = await webKey('officer', { name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-1' })
    expect(() => webCryptoSigner({ key: sha1, certificate })).toThrow(
      expect.objectContaining({ code: 'UNSUPPORTED_ALGORITHM' }) as unknown as Error,
    )
  })
})
