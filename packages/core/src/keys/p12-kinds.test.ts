// Key files as openssl, keytool and node-forge make them, old and new; what is wrong with a file is told apart.
import { describe, expect, test } from '@jest/globals'
import { execFileSync } from 'node:child_process'
import { createHmac, pbkdf2Sync, X509Certificate } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { performance as clock } from 'node:perf_hooks'
import forge from 'node-forge'
import { root, witnessTest } from '../../../../test/support/witnesses.ts'
import { withFolder } from '../../test/support/signers.ts'
import { parseDer } from '../der/reader.ts'
import { readOctetString } from '../der/values.ts'
import { encodeInteger, encodeNull, encodeOctetString, encodeOid, encodeSequence } from '../der/writer.ts'
import { p12Signer } from './p12.ts'

const pki = join(root, 'certs-test')
const pem = (name: string): string => readFileSync(join(pki, name), 'utf8')
const bytesAt = (path: string): Uint8Array => new Uint8Array(readFileSync(path))

async function requireOfficer(file: Uint8Array, password: string, actor = 'officer'): Promise<void> {
  const { certificate, chain } = await (await p12Signer(file, { password })).info()
  expect(new X509Certificate(certificate).fingerprint256).toBe(new X509Certificate(pem(`${actor}.pem`)).fingerprint256)
  const path = [certificate, ...chain].map((one) => new X509Certificate(one))
  expect(path.length).toBeGreaterThan(1)
  for (const [index, one] of path.slice(0, -1).entries()) expect(one.checkIssued(path[index + 1]!)).toBe(true)
}

async function codeOf(file: Uint8Array, password: string, alias?: string): Promise<string> {
  return p12Signer(file, { password, ...(alias === undefined ? {} : { alias }) }).then(
    () => 'signer',
    (error: unknown) => (error as { code?: string }).code ?? String(error),
  )
}

function openssl(folder: string, args: readonly string[], password = 'secret', actor = 'officer'): Uint8Array {
  const out = join(folder, 'made.p12')
  const source = [
    '-inkey',
    join(pki, `${actor}.key`),
    '-in',
    join(pki, `${actor}.pem`),
    '-certfile',
    join(pki, 'chain.pem'),
  ]
  execFileSync('openssl', ['pkcs12', '-export', ...source, ...args, '-passout', `pass:${password}`, '-out', out])
  return bytesAt(out)
}

const pbe = (key: string, certificates: string): readonly string[] => ['-keypbe', key, '-certpbe', certificates]

describe('openssl', () => {
  const kinds: readonly (readonly [title: string, args: readonly string[], password?: string, actor?: string])[] = [
    ['PBES2, AES-256, SHA-256', []],
    ['PBES2, AES-192, MAC with SHA-512', [...pbe('AES-192-CBC', 'AES-192-CBC'), '-macalg', 'sha512']],
    ['3DES with SHA-1', [...pbe('PBE-SHA1-3DES', 'PBE-SHA1-3DES'), '-macalg', 'sha1']],
    ['two-key 3DES', [...pbe('PBE-SHA1-2DES', 'PBE-SHA1-2DES'), '-macalg', 'sha1']],
    ['RC2-40 certificates, 3DES key', ['-legacy', ...pbe('PBE-SHA1-3DES', 'PBE-SHA1-RC2-40'), '-macalg', 'sha1']],
    ['RC2-128', ['-legacy', ...pbe('PBE-SHA1-RC2-128', 'PBE-SHA1-RC2-128'), '-macalg', 'sha1']],
    ['RC4-128', ['-legacy', ...pbe('PBE-SHA1-RC4-128', 'PBE-SHA1-RC4-128'), '-macalg', 'sha1']],
    ['RC4-40', ['-legacy', ...pbe('PBE-SHA1-RC4-40', 'PBE-SHA1-RC4-40'), '-macalg', 'sha1']],
    ['no MAC', ['-nomac', ...pbe('AES-256-CBC', 'AES-256-CBC')]],
    ['P-256', [], 'secret', 'officer-ec'],
    ['Ed25519', [], 'secret', 'officer-ed25519'],
    ['a Vietnamese password, PBES2', [], 'mật khẩu số 1 – ký'],
    ['a Vietnamese password, 3DES', pbe('PBE-SHA1-3DES', 'PBE-SHA1-3DES'), 'mật khẩu số 1 – ký'],
  ]
  for (const [title, args, password = 'secret', actor = 'officer'] of kinds)
    witnessTest(['openssl'], title, () =>
      withFolder(async (folder) => {
        const file = openssl(folder, args, password, actor)
        await requireOfficer(file, password, actor)
        expect(await codeOf(file, `${password}x`)).toBe('P12_PASSWORD_WRONG')
        expect(await codeOf(file, '')).toBe('P12_PASSWORD_WRONG')
        expect(await codeOf(file, password, 'nobody')).toBe('P12_NO_KEY')
      }),
    )

  /** openssl 3.0 makes no PBMAC1 (RFC 9579): its content under a MAC made here. */
  function withPbmac1(file: Uint8Array, password: string, prf: string): Uint8Array {
    const [version, contentInfo] = parseDer(file).children
    const content = readOctetString(contentInfo!.children[1]!.children[0]!)
    const salt = new Uint8Array(16).fill(5)
    const key = pbkdf2Sync(password, salt, 2048, 32, 'sha256')
    const algorithm = encodeSequence(encodeOid(prf), encodeNull())
    const hmac = encodeSequence(encodeOid('1.2.840.113549.2.9'), encodeNull())
    const kdfParameters = encodeSequence(encodeOctetString(salt), encodeInteger(2048), encodeInteger(32), hmac)
    const kdf = encodeSequence(encodeOid('1.2.840.113549.1.5.12'), kdfParameters)
    const pbmac1 = encodeSequence(encodeOid('1.2.840.113549.1.5.14'), encodeSequence(kdf, algorithm))
    const value = new Uint8Array(createHmac('sha256', key).update(content).digest())
    const mac = encodeSequence(
      encodeSequence(pbmac1, encodeOctetString(value)),
      encodeOctetString(salt),
      encodeInteger(1),
    )
    return encodeSequence(version!.bytes, contentInfo!.bytes, mac)
  }

  witnessTest(['openssl'], 'PBMAC1; with an unknown function it is unsupported, not a wrong password', () =>
    withFolder(async (folder) => {
      const bare = openssl(folder, ['-nomac', ...pbe('AES-256-CBC', 'AES-256-CBC')])
      const file = withPbmac1(bare, 'secret', '1.2.840.113549.2.9')
      await requireOfficer(file, 'secret')
      expect(await codeOf(file, 'wrong')).toBe('P12_PASSWORD_WRONG')
      expect(await codeOf(withPbmac1(bare, 'secret', '1.2.840.113549.2.99'), 'secret')).toBe('P12_UNSUPPORTED')
    }),
  )

  witnessTest(['openssl'], 'more iterations than the cap: refused at once', () =>
    withFolder(async (folder) => {
      const [version, contentInfo] = parseDer(openssl(folder, [])).children
      const sha256 = encodeSequence(encodeOid('2.16.840.1.101.3.4.2.1'), encodeNull())
      const info = encodeSequence(sha256, encodeOctetString(new Uint8Array(32)))
      const mac = encodeSequence(info, encodeOctetString(new Uint8Array(8)), encodeInteger(10_000_001))
      const started = clock.now()
      const file = encodeSequence(version!.bytes, contentInfo!.bytes, mac)
      expect(await codeOf(file, 'secret')).toBe('LIMIT_KDF_ITERATIONS')
      expect(clock.now() - started).toBeLessThan(1000)
    }),
  )
})

describe('node-forge', () => {
  const key = forge.pki.privateKeyFromPem(pem('officer.key'))
  const leaf = forge.pki.certificateFromPem(pem('officer.pem'))
  const certificates = (pem('root.pem') + pem('chain.pem'))
    .split(/(?=-----BEGIN)/u)
    .filter((text) => text.includes('BEGIN CERTIFICATE'))
    .flatMap((text) => {
      try {
        return [forge.pki.certificateFromPem(text)]
      } catch {
        return [] // node-forge reads RSA only
      }
    })

  test.each(['3des', 'aes128', 'aes256'] as const)(
    '%s, certificates from the root down and the leaf last',
    async (algorithm) => {
      const asn1 = forge.pkcs12.toPkcs12Asn1(key, [...certificates, leaf], 'secret', {
        algorithm,
        generateLocalKeyId: false,
      })
      const file = new Uint8Array(Buffer.from(forge.asn1.toDer(asn1).getBytes(), 'latin1'))
      await requireOfficer(file, 'secret')
      expect(await codeOf(file, 'wrong')).toBe('P12_PASSWORD_WRONG')
    },
  )
})

describe('keytool', () => {
  function keytool(folder: string, from: string, alias: string, more: readonly string[] = []): void {
    const source = ['-srckeystore', join(pki, `${from}.p12`), '-srcstoretype', 'PKCS12', '-srcstorepass', 'test']
    const target = ['-destkeystore', join(folder, 'store.p12'), '-deststoretype', 'PKCS12', '-deststorepass', 'secret1']
    const fast = ['-J-XX:TieredStopAtLevel=1', '-J-XX:+UseSerialGC']
    execFileSync(
      'keytool',
      ['-importkeystore', '-noprompt', ...fast, ...more, ...source, ...target, '-srcalias', alias, '-destalias', from],
      { stdio: 'ignore' },
    )
  }

  witnessTest(
    ['keytool'],
    'several keys by their alias; the old encryption of Java',
    () =>
      withFolder(async (folder) => {
        keytool(folder, 'officer', 'officer test')
        await requireOfficer(bytesAt(join(folder, 'store.p12')), 'secret1')
        keytool(folder, 'officer-ec', 'officerec test')
        const both = bytesAt(join(folder, 'store.p12'))
        for (const [alias, curve] of [
          ['officer', undefined],
          ['officer-ec', 'P-256'],
        ] as const) {
          const { schemes } = await (await p12Signer(both, { password: 'secret1', alias })).info()
          expect('curve' in schemes[0]! ? schemes[0].curve : undefined).toBe(curve)
        }
        await withFolder(async (other) => {
          keytool(other, 'officer', 'officer test', ['-J-Dkeystore.pkcs12.legacy'])
          await requireOfficer(bytesAt(join(other, 'store.p12')), 'secret1')
        })
      }),
    60_000,
  )
})
