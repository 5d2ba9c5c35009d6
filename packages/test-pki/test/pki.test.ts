import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { BmpString, Utf8String } from 'asn1js'
import { Certificate } from 'pkijs'
import { runProgram, witnessTest } from '../../../test/support/witnesses.ts'
import { createTestPki, rootOf } from '../src/index.ts'
import type { ActorDeclaration, CertificateFlaw, DefaultActor } from '../src/index.ts'
import { ATTIME, NOW, clock, temporaryFolder } from './support.ts'
import type { Folder } from './support.ts'

const pki = createTestPki({ clock })
let folder: Folder
beforeAll(() => {
  folder = temporaryFolder()
})
afterAll(() => folder.remove())

const parse = (der: Uint8Array): Certificate => Certificate.fromBER(Uint8Array.from(der))

async function opensslVerify(name: DefaultActor, ...more: string[]): Promise<string> {
  const actor = pki.actors[name]
  const root = folder.write('root.pem', pki.actors.root.pem)
  const { ca, caVn, caEc, caRevoked } = pki.actors
  const chain = folder.write('chain.pem', [ca, caVn, caEc, caRevoked].map((one) => one.pem).join(''))
  const leaf = folder.write(`${name}.pem`, actor.pem)
  const files = ['-CAfile', root, '-untrusted', chain, '-attime', ATTIME]
  const { code, stdout, stderr } = await runProgram('openssl', ['verify', ...files, ...more, leaf])
  return code === 0 ? 'OK' : (/error \d+ at/.exec(stdout + stderr)?.[0] ?? `exit ${code}`)
}

describe('certificates', () => {
  test('the same declaration and clock give the same bytes', () => {
    const again = createTestPki({ clock })
    const fixed = pki.names.filter((name) => pki.actors[name].issuer !== pki.actors.caEc)
    for (const name of fixed) expect(again.actors[name].sha256).toBe(pki.actors[name].sha256)
    expect(fixed.length).toBeGreaterThan(25)
  })

  test('dates follow the injected clock', () => {
    const later = createTestPki({ clock: () => new Date('2080-01-01T00:00:00Z') })
    expect(later.actors.officer.toX509().validTo).toBe('Dec 30 00:00:00 2084 GMT')
    expect(parse(later.actors.officer.certificate).notAfter.type).toBe(1)
    expect(parse(pki.actors.officer.certificate).notAfter.type).toBe(0)
  })

  test.each(pki.names)('%s: pkijs and node:crypto accept the signature of its issuer', async (name) => {
    const actor = pki.actors[name]
    expect(actor.toX509().verify(actor.issuer.toX509().publicKey)).toBe(true)
    // WebCrypto knows no id-RSASSA-PSS keys; only their certificates, signed by others, are checked here
    expect(await parse(actor.certificate).verify(parse(actor.issuer.certificate))).toBe(true)
  })

  // PKI-05, PKI-06
  test('a Vietnamese subject keeps its text, both OUs and the UID', () => {
    const subject = parse(pki.actors.officer.certificate).subject.typesAndValues
    const values = (type: string): string[] =>
      subject.filter((one) => one.type === type).map((one): string => one.value.valueBlock.value)
    expect(values('2.5.4.11')).toEqual(['Sở Nội vụ KIỂM THỬ', 'Ban Giám đốc'])
    expect(values('0.9.2342.19200300.100.1.1')).toEqual(['CCCD:000000000001'])
    expect(values('2.5.4.3')).toEqual(['Nguyễn Thị Ánh Tuyết (TEST)'])
    expect(subject.find((one) => one.type === '2.5.4.3')?.value).toBeInstanceOf(Utf8String)
    expect(pki.actors.officer.toX509().issuer).toContain('CA phục vụ các cơ quan Nhà nước KIỂM THỬ')
  })

  test('string types and multi-valued names are declared', () => {
    const declared: ActorDeclaration = {
      subject: ['C=VN', ['CN:bmp=Đức', 'UID=MST:1']],
      key: 'leaf',
      profile: 'root',
      validity: { from: 0, to: 1 },
    }
    const one = createTestPki<'it'>({ clock, declaration: { it: declared } }).actors.it
    const values = parse(one.certificate).subject.typesAndValues
    expect(values.find((value) => value.type === '2.5.4.3')?.value).toBeInstanceOf(BmpString)
    expect(one.toX509().subject).toContain('CN=Đức')
  })

  test('chains leave the root out and end at it', () => {
    expect(pki.actors.officer.chain).toEqual([pki.actors.caVn.certificate])
    expect(pki.actors.ca.chain).toEqual([])
    expect(rootOf(pki.actors.officer)).toBe(pki.actors.root)
  })
})

const EXPECTED: readonly (readonly [DefaultActor, string])[] = [
  ['officer', 'OK'],
  ['seal', 'OK'],
  ['officerEc', 'OK'],
  ['officerP384', 'OK'],
  ['officerP521', 'OK'],
  ['officerEd25519', 'OK'],
  ['officerPssKey', 'OK'],
  ['officerUnderEc', 'OK'],
  ['tsa', 'OK'],
  ['ocsp', 'OK'],
  ['underRevokedCa', 'OK'],
  ['expired', 'error 10 at'],
  ['notYetValid', 'error 9 at'],
  ['selfSigned', 'error 18 at'],
]

witnessTest(['openssl'], 'openssl verify agrees on the default cast', async () => {
  for (const [name, verdict] of EXPECTED) expect([name, await opensslVerify(name)]).toEqual([name, verdict])
  expect(await opensslVerify('wrongPurpose', '-purpose', 'smimesign')).toBe('error 26 at')
  expect(await opensslVerify('tsa', '-purpose', 'timestampsign')).toBe('OK')
  expect(await opensslVerify('tsaWrongPurpose', '-purpose', 'timestampsign')).toBe('error 26 at')
  expect(await opensslVerify('smallKey', '-auth_level', '2')).toBe('error 66 at')
  expect(await opensslVerify('weakHash', '-auth_level', '2')).toBe('error 68 at')
})

witnessTest(['openssl'], 'openssl sees revocation in our CRLs', async () => {
  const list = (name: 'root' | 'ca' | 'caRevoked'): string => {
    const pem = Buffer.from(pki.issueCrl(name)).toString('base64').replace(/.{64}/g, '$&\n')
    return folder.write(`${name}.crl`, `-----BEGIN X509 CRL-----\n${pem}\n-----END X509 CRL-----\n`)
  }
  const check = ['-crl_check_all', '-CRLfile', list('root'), '-CRLfile', list('ca'), '-CRLfile', list('caRevoked')]
  expect(await opensslVerify('officerEc', ...check)).toBe('OK')
  expect(await opensslVerify('revoked', ...check)).toBe('error 23 at')
  expect(await opensslVerify('onHold', ...check)).toBe('error 23 at')
  expect(await opensslVerify('underRevokedCa', ...check)).toBe('error 23 at')
})

describe('flaws', () => {
  const flawed = (flaw: CertificateFlaw): Uint8Array => {
    const declaration: Record<'root' | 'leaf', ActorDeclaration> = {
      root: { subject: ['CN=Root TEST'], key: 'root', profile: 'root', validity: { from: -1, to: 1 } },
      leaf: {
        subject: ['CN=Leaf TEST'],
        issuer: 'root',
        key: 'leaf',
        profile: 'signer',
        validity: { from: -1, to: 1 },
        flaws: [flaw],
      },
    }
    return createTestPki({ clock, declaration }).actors.leaf.certificate
  }
  const root = (): Certificate => parse(createTestPki({ clock }).actors.root.certificate)

  test.each(['bad-signature', 'signed-by-another-key'] as const)('%s: the signature does not verify', async (flaw) => {
    expect(await parse(flawed(flaw)).verify(root())).toBe(false)
  })

  test('each flaw is where it says', () => {
    const serial = (flaw: CertificateFlaw): string =>
      Buffer.from(parse(flawed(flaw)).serialNumber.valueBlock.valueHexView).toString('hex')
    expect(serial('zero-serial')).toBe('00')
    expect(serial('negative-serial').startsWith('80')).toBe(true)
    expect(serial('long-serial')).toHaveLength(48)
    expect(parse(flawed('version-1')).version).toBe(0)
    expect(parse(flawed('empty-issuer')).issuer.typesAndValues).toEqual([])
    const { signature, signatureAlgorithm } = parse(flawed('mismatched-algorithms'))
    expect(signature.algorithmId).not.toBe(signatureAlgorithm.algorithmId)
    const ids = parse(flawed('duplicate-extension')).extensions?.map((one) => one.extnID) ?? []
    expect(new Set(ids).size).toBe(ids.length - 1)
    const swapped = parse(flawed('swapped-validity'))
    expect(swapped.notBefore.value > swapped.notAfter.value).toBe(true)
    expect(flawed('trailing-data').at(-1)).toBe(0)
    expect(Buffer.from(flawed('fractional-seconds')).includes('.5Z')).toBe(true)
  })
})

test('a name that is not declared is a clear error', () => {
  const declaration = {
    leaf: { subject: ['CN=x'], issuer: 'nobody', key: 'leaf', profile: 'signer', validity: { from: 0, to: 1 } },
  } as const
  expect(() => createTestPki({ clock: () => NOW, declaration }).actors.leaf).toThrow('no actor nobody')
  expect(
    () =>
      createTestPki<'leaf'>({
        clock,
        declaration: { leaf: { subject: ['XX=x'], key: 'leaf', profile: 'root', validity: { from: 0, to: 1 } } },
      }).actors.leaf,
  ).toThrow('unknown attribute')
})
