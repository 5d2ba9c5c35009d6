// adbe.pkcs7.detached on request, with the signer's revocation data inside (C-05, C-13).
import { expect, test } from '@jest/globals'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createTestPki } from '@countersign/test-pki'
import { runProgram, witnessTest } from '../../../test/support/witnesses.ts'
import { pemSigner } from '../src/keys/pem.ts'
import { sign } from '../src/pades/sign.ts'
import type { SignOptions } from '../src/pades/signing-types.ts'
import { verify } from '../src/pades/verify.ts'
import { createTrustStore } from '../src/validation/trust.ts'
import { twoPages } from './support/make-pdf.ts'
import { cutSignatures, withFolder } from './support/signers.ts'

const NOW = new Date('2026-06-01T08:00:00Z')
const pki = createTestPki({ clock: () => NOW })
const { officer, caVn, root } = pki.actors
const trust = createTrustStore([root.certificate])
const crls = [pki.issueCrl('caVn'), pki.issueCrl('root')]
const base = { format: 'pkcs7', at: NOW, trust, now: () => NOW } as const

async function signed(options: Partial<SignOptions>): Promise<Uint8Array> {
  const signer = await pemSigner({ key: officer.privateKeyPem, certificates: officer.pem + caVn.pem })
  return (await sign(twoPages(), { ...base, signer, ...options })).bytes
}

test('without an archive: PKCS7 at level B, with the claimed time inside', async () => {
  const report = await verify(await signed({}), { trust, at: NOW, sources: { crls } })
  expect(report.signatures).toMatchObject([
    { subFilter: 'adbe.pkcs7.detached', level: 'PKCS7', pkcs7Level: 'B', indication: 'TOTAL-PASSED', binding: 'ess' },
  ])
})

test.each([
  ['lists', { crls }],
  ['responses', { ocsps: [pki.ocspResponse('officer'), pki.ocspResponse('caVn')] }],
] as const)('the archive holds verified %s and nothing else: it verifies offline', async (_, given) => {
  const stale = pki.issueCrl('caVn', { thisUpdate: new Date('2026-01-01T00:00:00Z') })
  const sources = { ...given, crls: [...('crls' in given ? given.crls : []), stale, pki.issueCrl('ca')] }
  const bytes = await signed({ archiveRevocation: true, sources })
  const report = await verify(bytes, { trust, at: NOW })
  expect(report.signatures).toMatchObject([{ level: 'PKCS7', indication: 'TOTAL-PASSED' }])
  const [{ cms } = { cms: new Uint8Array() }] = cutSignatures(bytes)
  for (const other of [stale, pki.issueCrl('ca')]) expect(Buffer.from(cms).includes(Buffer.from(other))).toBe(false)
})

test('what cannot be archived is an error, not a signature without it', async () => {
  await expect(signed({ archiveRevocation: true })).rejects.toMatchObject({ code: 'LEVEL_NOT_REACHED' })
  const wrong = { archiveRevocation: true, format: 'pades', sources: { crls } } as const
  await expect(signed(wrong)).rejects.toMatchObject({ code: 'ARGUMENT_INVALID' })
  const { trust: _, ...without } = base
  const signer = await pemSigner({ key: officer.privateKeyPem, certificates: officer.pem })
  await expect(sign(twoPages(), { ...without, signer, archiveRevocation: true })).rejects.toMatchObject({
    code: 'ARGUMENT_INVALID',
  })
})

witnessTest(['pdfsig', 'openssl', 'qpdf'], 'pdfsig, openssl and qpdf accept it', async () => {
  const bytes = await signed({ archiveRevocation: true, sources: { crls } })
  await withFolder(async (folder) => {
    const [file, cms, content, anchor] = ['a.pdf', 'cms.der', 'data', 'root.pem'].map((name) => join(folder, name)) as [
      string,
      string,
      string,
      string,
    ]
    const [cut] = cutSignatures(bytes)
    await Promise.all([
      writeFile(file, bytes),
      writeFile(cms, cut!.cms),
      writeFile(content, cut!.content),
      writeFile(anchor, root.pem),
    ])
    const { stdout } = await runProgram('pdfsig', ['-nocert', file])
    expect(stdout).toContain('Signature Type: adbe.pkcs7.detached')
    expect(stdout).toContain('Signature is Valid')
    expect((await runProgram('qpdf', ['--check', file])).code).toBe(0)
    const words = ['cms', '-verify', '-binary', '-inform', 'DER', '-in', cms, '-content', content, '-CAfile', anchor]
    const when = ['-purpose', 'any', '-attime', String(NOW.getTime() / 1000), '-out', join(folder, 'out')]
    expect(await runProgram('openssl', [...words, ...when])).toMatchObject({ code: 0 })
    const { stdout: parsed } = await runProgram('openssl', ['asn1parse', '-inform', 'DER', '-in', cms])
    expect(parsed).toContain('1.2.840.113583.1.1.8')
  })
})
