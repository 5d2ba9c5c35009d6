// signCms and verifyCms against openssl, both ways; over bytes and over a digest alone.
import { describe, expect, test } from '@jest/globals'
import { createHash } from 'node:crypto'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { root, runProgram, witnessTest } from '../../../test/support/witnesses.ts'
import type { CmsSigner } from '../src/cms/signer.ts'
import { signCms } from '../src/pades/sign-cms.ts'
import { verifyCms } from '../src/pades/verify-cms.ts'
import { createTrustStore, readCertificates } from '../src/validation/trust.ts'
import { testFile, testSigner, withFolder } from './support/signers.ts'

const pki = join(root, 'certs-test')
const at = new Date('2026-01-14T08:00:00Z')
const data = new TextEncoder().encode('<hoSo>Biên bản số 12</hoSo>')
const trust = createTrustStore([await testFile('root.pem')])
const intermediates = readCertificates(await testFile('chain.pem'))
const options = { trust, at, revocation: 'none' } as const
const sha256 = (bytes: Uint8Array): Uint8Array => new Uint8Array(createHash('sha256').update(bytes).digest())

async function opensslVerifies(cms: Uint8Array, content: Uint8Array): Promise<boolean> {
  return withFolder(async (folder) => {
    await writeFile(join(folder, 'cms.der'), cms)
    await writeFile(join(folder, 'data'), content)
    const args = '-verify -cades -binary -inform DER -in cms.der -content data -purpose any -out /dev/null -CAfile'
    const full = args
      .replace('cms.der', join(folder, 'cms.der'))
      .replace('-content data', `-content ${join(folder, 'data')}`)
    const when = ['-attime', String(at.getTime() / 1000)]
    const { code } = await runProgram('openssl', ['cms', ...full.split(' '), join(pki, 'root.pem'), ...when])
    return code === 0
  })
}

describe.each(['officer', 'officer-ec', 'officer-p521', 'officer-ed25519', 'officer-pss-key'])('%s', (name) => {
  witnessTest(['openssl'], 'over bytes: openssl and verifyCms accept it, and nothing else with it', async () => {
    const cms = await signCms(data, { signer: await testSigner(name), at })
    // openssl cms knows no EdDSA before 3.2
    if (name !== 'officer-ed25519') expect(await opensslVerifies(cms, data)).toBe(true)
    expect(await opensslVerifies(cms, data.subarray(1))).toBe(false)
    const report = await verifyCms(cms, data, options)
    expect(report).toMatchObject({
      indication: 'TOTAL-PASSED',
      integrity: 'intact',
      binding: 'ess',
      claimedTime: at.toISOString(),
    })
    expect(await verifyCms(cms, data.subarray(1), options)).toMatchObject({
      indication: 'TOTAL-FAILED',
      subIndication: 'HASH_FAILURE',
      integrity: 'broken',
    })
  })
})

describe('a digest alone', () => {
  witnessTest(['openssl'], 'the data stay where they are: openssl accepts the CMS with them', async () => {
    const content = { digest: 'sha256', value: sha256(data) } as const
    const cms = await signCms(content, { signer: await testSigner('officer'), at, signingTime: false })
    expect(await opensslVerifies(cms, data)).toBe(true)
    expect(await verifyCms(cms, content, options)).toMatchObject({ indication: 'TOTAL-PASSED', claimedTime: null })
    const other = { digest: 'sha256', value: sha256(data.subarray(1)) } as const
    expect(await verifyCms(cms, other, options)).toMatchObject({ subIndication: 'HASH_FAILURE' })
    const unknown = { digest: 'sha512', value: new Uint8Array(64) } as const
    expect(await verifyCms(cms, unknown, options)).toMatchObject({ indication: 'INDETERMINATE', integrity: 'unknown' })
  })

  test('a value of another length is a mistake; a digest that no scheme of the key goes with is not signed', async () => {
    const signer = await testSigner('officer-ed25519')
    const wrong = { digest: 'sha512', value: new Uint8Array(32) } as const
    await expect(signCms(wrong, { signer, at })).rejects.toMatchObject({ code: 'ARGUMENT_INVALID' })
    const sha3 = { digest: 'sha256', value: new Uint8Array(32) } as const
    await expect(signCms(sha3, { signer, at })).rejects.toMatchObject({ code: 'SCHEME_NOT_AGREED' })
  })

  test('a signer of whole CMS gets the digest', async () => {
    const inner = await testSigner('officer')
    const signer: CmsSigner = {
      maxCmsSize: 8000,
      signCms: (batch) =>
        Promise.all(
          batch.map(({ documentDigest: value, digest }) => signCms({ digest, value }, { signer: inner, at })),
        ),
    }
    expect((await verifyCms(await signCms(data, { signer }), data, options)).indication).toBe('TOTAL-PASSED')
  })
})

describe('verdicts', () => {
  test('without revocation data, without trust, after the end of the certificate: not passed', async () => {
    const cms = await signCms(data, { signer: await testSigner('officer'), at })
    expect((await verifyCms(cms, data, { trust, at })).indication).toBe('INDETERMINATE')
    expect((await verifyCms(cms, data, { ...options, trust: createTrustStore([]) })).indication).toBe('INDETERMINATE')
    const late = new Date('2090-01-01T00:00:00Z')
    expect((await verifyCms(cms, data, { ...options, at: late })).indication).toBe('INDETERMINATE')
  })

  test('nothing, noise, a cut and a changed CMS never throw and never pass', async () => {
    const cms = await signCms(data, { signer: await testSigner('officer'), at })
    for (const bytes of [new Uint8Array(), new Uint8Array(40), data, cms.subarray(0, 700)])
      expect((await verifyCms(bytes, data, options)).indication).not.toBe('TOTAL-PASSED')
    const signed = cms.slice()
    signed[cms.length - 5]! ^= 1
    expect(await verifyCms(signed, data, options)).toMatchObject({ subIndication: 'SIG_CRYPTO_FAILURE' })
  })

  witnessTest(['openssl'], 'what openssl signed is verified, attached content is refused', async () => {
    await withFolder(async (folder) => {
      const file = join(folder, 'data')
      await writeFile(file, data)
      const common = [
        'cms',
        '-sign',
        '-binary',
        '-md',
        'sha256',
        '-signer',
        join(pki, 'officer.pem'),
        '-inkey',
        join(pki, 'officer.key'),
      ]
      const rest = ['-in', file, '-outform', 'DER', '-out', join(folder, 'cms')]
      await runProgram('openssl', [...common, ...rest])
      const detached = new Uint8Array(await readFile(join(folder, 'cms')))
      expect(await verifyCms(detached, data, { ...options, intermediates })).toMatchObject({
        indication: 'TOTAL-PASSED',
        binding: 'sid-only',
      })
      await runProgram('openssl', [...common, '-nodetach', ...rest])
      const attached = new Uint8Array(await readFile(join(folder, 'cms')))
      expect((await verifyCms(attached, data, { ...options, intermediates })).indication).toBe('TOTAL-FAILED')
    })
  })
})
