import { describe, expect, test } from '@jest/globals'
import { execFileSync } from 'node:child_process'
import { X509Certificate } from 'node:crypto'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { root, witnessTest } from '../../../../test/support/witnesses.ts'
import { testFile, withFolder } from '../../test/support/signers.ts'
import { encodeInteger, encodeOctetString, encodeOid, encodeSequence, encodeExplicit } from '../der/writer.ts'
import { p12Signer } from './p12.ts'

const folder = join(root, 'certs-test')

function subject(certificate: Uint8Array): string {
  return new X509Certificate(certificate).subject
}

describe('files of certs-test', () => {
  test.each(['officer', 'officer-ec', 'officer-p384', 'officer-p521', 'officer-ed25519', 'officer-pss-key'])(
    '%s.p12 gives a signer with its chain, issuer after issuer',
    async (name) => {
      const signer = await p12Signer(await testFile(`${name}.p12`), { password: 'test' })
      const info = await signer.info()
      expect(subject(info.certificate)).toBe(subject(await readFile(join(folder, `${name}.pem`))))
      expect(info.chain.length).toBeGreaterThan(0)
      const path = [info.certificate, ...info.chain].map((one) => new X509Certificate(one))
      for (const [index, one] of path.slice(0, -1).entries()) expect(one.checkIssued(path[index + 1]!)).toBe(true)
    },
  )

  test('3DES and SHA-1 of older tools are read with node-forge', async () => {
    const signer = await p12Signer(await testFile('officer-legacy.p12'), { password: 'test' })
    expect((await signer.info()).schemes[0]).toEqual({ name: 'rsa-pkcs1', digest: 'sha256' })
  })

  test.each(['officer', 'officer-legacy'])('%s.p12 with another password: P12_PASSWORD_WRONG', async (name) => {
    const file = await testFile(`${name}.p12`)
    await expect(p12Signer(file, { password: 'Test' })).rejects.toMatchObject({ code: 'P12_PASSWORD_WRONG' })
    const unset = { password: undefined as unknown as string }
    await expect(p12Signer(file, unset)).rejects.toMatchObject({ code: 'ARGUMENT_INVALID' })
    await expect(p12Signer(file, { password: '' })).rejects.toMatchObject({ code: 'P12_PASSWORD_WRONG' })
  })
})

describe('what is no usable key file', () => {
  test('random bytes, a PDF, an empty file: P12_INVALID', async () => {
    for (const bytes of [Uint8Array.of(), new TextEncoder().encode('%PDF-1.7'), Uint8Array.of(0x30, 0x03, 1, 2, 3)])
      await expect(p12Signer(bytes, { password: 'x' })).rejects.toMatchObject({ code: 'P12_INVALID' })
  })

  test('a file protected by a public key: P12_UNSUPPORTED', async () => {
    const signedData = encodeSequence(
      encodeOid('1.2.840.113549.1.7.2'),
      encodeExplicit(0, encodeOctetString(new Uint8Array(1))),
    )
    const file = encodeSequence(encodeInteger(3), signedData)
    await expect(p12Signer(file, { password: 'x' })).rejects.toMatchObject({ code: 'P12_UNSUPPORTED' })
  })

  test('every prefix and every changed byte of a good file gives a coded error or a signer', async () => {
    const good = await testFile('officer-ec.p12')
    for (let at = 0; at < good.length; at += 37) {
      const changed = good.slice()
      changed[at]! ^= 0x55
      for (const bytes of [good.subarray(0, at), changed]) {
        const outcome = await p12Signer(bytes, { password: 'test' }).then(
          () => 'signer',
          (error: unknown) => (error as { code?: string }).code,
        )
        expect(outcome).toMatch(/^(signer|P12_|KEY_MISMATCH|CERT_INVALID|LIMIT_|UNSUPPORTED_ALGORITHM)/)
      }
    }
  })
})

/** Kinds that openssl makes; `-legacy` needs its legacy provider. */
const KINDS: readonly (readonly [title: string, args: readonly string[], password?: string])[] = [
  ['AES-256 and SHA-256', []],
  ['AES-128 and SHA-512', ['-keypbe', 'AES-128-CBC', '-certpbe', 'AES-128-CBC', '-macalg', 'sha512']],
  ['no encryption of certificates', ['-certpbe', 'NONE']],
  ['neither encryption', ['-certpbe', 'NONE', '-keypbe', 'NONE']],
  ['no MAC', ['-nomac']],
  ['3DES', ['-keypbe', 'PBE-SHA1-3DES', '-certpbe', 'PBE-SHA1-3DES', '-macalg', 'sha1']],
  ['a Vietnamese password', [], 'mật khẩu số 1'],
  ['an empty password', [], ''],
  ['100,000 iterations', ['-iter', '100000']],
]

describe('files made by openssl', () => {
  for (const [title, args, password = 'secret'] of KINDS)
    witnessTest(['openssl'], title, () =>
      withFolder(async (path) => {
        const out = join(path, 'made.p12')
        const key = ['-inkey', join(folder, 'officer-ec.key'), '-in', join(folder, 'officer-ec.pem')]
        const chain = ['-certfile', join(folder, 'chain.pem'), '-name', 'cán bộ']
        await writeFile(join(path, 'password'), password)
        execFileSync('openssl', [
          'pkcs12',
          '-export',
          ...key,
          ...chain,
          ...args,
          '-passout',
          `pass:${password}`,
          '-out',
          out,
        ])
        const bytes = new Uint8Array(await readFile(out))
        const info = await (await p12Signer(bytes, { password, alias: 'cán bộ' })).info()
        expect(info.schemes[0]).toEqual({ name: 'ecdsa', digest: 'sha256', curve: 'P-256' })
        expect(info.chain.length).toBeGreaterThan(0)
        if (!args.includes('-nomac') || !args.includes('NONE'))
          await expect(p12Signer(bytes, { password: `${password}x` })).rejects.toMatchObject({
            code: 'P12_PASSWORD_WRONG',
          })
        await expect(p12Signer(bytes, { password, alias: 'another' })).rejects.toMatchObject({ code: 'P12_NO_KEY' })
      }),
    )

  witnessTest(['openssl'], 'certificates without a key: P12_NO_KEY', () =>
    withFolder(async (path) => {
      const out = join(path, 'made.p12')
      execFileSync('openssl', [
        'pkcs12',
        '-export',
        '-nokeys',
        '-in',
        join(folder, 'officer.pem'),
        '-passout',
        'pass:x',
        '-out',
        out,
      ])
      const bytes = new Uint8Array(await readFile(out))
      await expect(p12Signer(bytes, { password: 'x' })).rejects.toMatchObject({ code: 'P12_NO_KEY' })
    }),
  )

  witnessTest(['openssl'], 'a key without any certificate: CERT_INVALID', () =>
    withFolder(async (path) => {
      const [plain, out] = [join(path, 'key.pem'), join(path, 'made.p12')]
      await writeFile(plain, await readFile(join(folder, 'officer-ec.key')))
      const mixed = ['-inkey', plain, '-nocerts', '-passout', 'pass:x', '-out', out]
      execFileSync('openssl', ['pkcs12', '-export', ...mixed, '-in', plain])
      const bytes = new Uint8Array(await readFile(out))
      await expect(p12Signer(bytes, { password: 'x' })).rejects.toMatchObject({ code: 'CERT_INVALID' })
    }),
  )
})
