import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, test } from '@jest/globals'
import { plainAddPlaceholder } from '@signpdf/placeholder-plain'
import { SignPdf } from '@signpdf/signpdf'
import { Signer as SignpdfBase } from '@signpdf/utils'
import forge from 'node-forge'
import { root, runProgram, witnessTest } from '../../../../test/support/witnesses.ts'
import type { Signer } from '../cms/signer.ts'
import { p12Signer } from '../keys/p12.ts'
import { createTrustStore } from '../validation/trust.ts'
import { signWithSignpdf } from './signpdf-signer.ts'
import { createSignpdfAdapter } from './signpdf.ts'
import { verify } from './verify.ts'

const certs = join(root, 'certs-test')
const officer = (name: string): Promise<Signer> =>
  p12Signer(readFileSync(join(certs, `${name}.p12`)), { password: 'test' })

/** A one-page PDF with an xref table, as @signpdf's placeholder wants it. */
function blankPdf(): Buffer {
  const objects = [
    '<< /Type /Catalog /Pages 2 0 R >>',
    '<< /Type /Pages /Kids [3 0 R] /Count 1 >>',
    '<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Resources << >> >>',
  ]
  let text = '%PDF-1.7\n'
  const offsets = objects.map((object, index) => {
    const at = text.length
    text += `${index + 1} 0 obj\n${object}\nendobj\n`
    return at
  })
  const table = offsets.map((at) => `${String(at).padStart(10, '0')} 00000 n \n`).join('')
  const xref = text.length
  text += `xref\n0 4\n0000000000 65535 f \n${table}trailer\n<< /Size 4 /Root 1 0 R >>\nstartxref\n${xref}\n%%EOF\n`
  return Buffer.from(text, 'latin1')
}

function withPlaceholder(): Buffer {
  return plainAddPlaceholder({
    pdfBuffer: blankPdf(),
    reason: 'test',
    contactInfo: '',
    name: '',
    location: '',
    subFilter: 'ETSI.CAdES.detached',
    signatureLength: 8192,
  })
}

async function signed(name: string): Promise<Buffer> {
  const adapter = createSignpdfAdapter(SignpdfBase, await officer(name))
  return new SignPdf().sign(withPlaceholder(), adapter)
}

describe('our signers in @signpdf', () => {
  test('the adapter is an instance of the class it was given', async () => {
    expect(createSignpdfAdapter(SignpdfBase, await officer('officer'))).toBeInstanceOf(SignpdfBase)
  })

  test('@signpdf embeds the CMS', async () => {
    const file = await signed('officer')
    expect(file.includes('/SubFilter /ETSI.CAdES.detached')).toBe(true)
    expect(file.subarray(0, blankPdf().length - 1).equals(blankPdf().subarray(0, -1))).toBe(true)
  })

  test.each(['officer', 'officer-ec', 'officer-ed25519', 'officer-pss-key'])('%s: verify accepts it', async (name) => {
    const read = (file: string): Buffer => readFileSync(join(certs, file))
    const report = await verify(await signed(name), {
      trust: createTrustStore([read('root.pem')]),
      sources: { crls: [read('crl-root.der'), read('crl-ca.der'), read('crl-ca-vn.der')] },
      at: new Date('2026-06-01T00:00:00Z'),
    })
    const [signature] = report.signatures
    expect(signature).toMatchObject({
      integrity: 'intact',
      coverage: 'whole-file',
      indication: 'TOTAL-PASSED',
      level: 'B-B',
    })
    expect(report.overall).toMatch(/^valid/)
  })

  test('a value of another key is not embedded', async () => {
    const one = await officer('officer')
    const other = await officer('officer2')
    const liar: Signer = { info: () => one.info(), sign: (batch, context) => other.sign(batch, context) }
    const signing = new SignPdf().sign(withPlaceholder(), createSignpdfAdapter(SignpdfBase, liar))
    await expect(signing).rejects.toMatchObject({ code: 'SIGNATURE_MISMATCH' })
  })

  test('no value or two values for one request are refused', async () => {
    const one = await officer('officer')
    for (const count of [0, 2]) {
      const odd: Signer = {
        info: () => one.info(),
        sign: () => Promise.resolve(Array.from({ length: count }, () => new Uint8Array(256))),
      }
      await expect(createSignpdfAdapter(SignpdfBase, odd).sign(Buffer.from('x'))).rejects.toMatchObject({
        code: 'SIGNATURE_MISMATCH',
      })
    }
  })
})

witnessTest(['pdfsig'], 'pdfsig accepts what @signpdf wrote with our signers', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'countersign-signpdf-'))
  try {
    for (const name of ['officer', 'officer-ec', 'officer-pss']) {
      const path = join(folder, `${name}.pdf`)
      writeFileSync(path, await signed(name))
      const { stdout } = await runProgram('pdfsig', ['-nocert', path])
      expect([name, stdout]).toEqual([name, expect.stringContaining('Signature is Valid')])
    }
  } finally {
    await rm(folder, { recursive: true })
  }
})

/** As `P12Signer` of @signpdf/signer-p12 makes its CMS: node-forge, with a signing-time attribute. */
class ForgeSigner extends SignpdfBase {
  readonly #key: string
  readonly #certificate: string

  constructor(key: string, certificate: string) {
    super()
    this.#key = key
    this.#certificate = certificate
  }

  override sign(pdf: Buffer, signingTime: Date = new Date()): Promise<Buffer> {
    const p7 = forge.pkcs7.createSignedData()
    p7.content = forge.util.createBuffer(pdf.toString('binary'))
    const certificate = forge.pki.certificateFromPem(this.#certificate)
    p7.addCertificate(certificate)
    p7.addSigner({
      key: forge.pki.privateKeyFromPem(this.#key),
      certificate,
      digestAlgorithm: forge.pki.oids['sha256']!,
      authenticatedAttributes: [
        { type: forge.pki.oids['contentType']!, value: forge.pki.oids['data']! },
        { type: forge.pki.oids['signingTime']!, value: signingTime as unknown as string },
        { type: forge.pki.oids['messageDigest']! },
      ],
    })
    p7.sign({ detached: true })
    return Promise.resolve(Buffer.from(forge.asn1.toDer(p7.toAsn1()).getBytes(), 'binary'))
  }
}

/** node-forge writes names that are not ASCII anew, and so another issuer than the certificate's: those CMS name no certificate (B25). */
function asciiActor(): { key: string; certificate: string } {
  const folder = mkdtempSync(join(tmpdir(), 'countersign-signpdf-'))
  const files = ['-keyout', join(folder, 'key.pem'), '-out', join(folder, 'cert.pem')]
  const subject = ['-subj', '/C=VN/O=Test/CN=Officer', '-addext', 'keyUsage=critical,digitalSignature']
  execFileSync('openssl', ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '3650', ...files, ...subject], {
    stdio: 'ignore',
  })
  const [key, certificate] = ['key.pem', 'cert.pem'].map((name) => readFileSync(join(folder, name), 'utf8'))
  rmSync(folder, { recursive: true })
  return { key: key!, certificate: certificate! }
}

describe('signers of @signpdf in our pipeline', () => {
  witnessTest(['pdfsig', 'openssl'], 'the file is ours, the CMS theirs; we and pdfsig call it valid', async () => {
    const input = new Uint8Array(blankPdf())
    const { key, certificate } = asciiActor()
    const at = new Date()
    const { bytes, report } = await signWithSignpdf(input, new ForgeSigner(key, certificate), {
      newField: 'Signature1',
      at,
    })
    expect(Buffer.compare(bytes.subarray(0, input.length), input)).toBe(0)
    expect(report).toMatchObject({ field: 'Signature1', algorithms: { digest: 'sha256', signature: null } })
    const trust = createTrustStore([Buffer.from(certificate)])
    const { signatures } = await verify(bytes, { trust, at, policy: { revocation: 'none' } })
    expect(signatures[0]).toMatchObject({
      integrity: 'intact',
      subFilter: 'adbe.pkcs7.detached',
    })
    const folder = await mkdtemp(join(tmpdir(), 'countersign-signpdf-'))
    writeFileSync(join(folder, 'signed.pdf'), bytes)
    const { stdout } = await runProgram('pdfsig', ['-nocert', join(folder, 'signed.pdf')])
    await rm(folder, { recursive: true, force: true })
    expect(stdout).toContain('Signature is Valid')
  })

  test('a CMS over other bytes, and one that is none, are not delivered', async () => {
    const good = new ForgeSigner(
      readFileSync(join(certs, 'officer.key'), 'utf8'),
      readFileSync(join(certs, 'officer.pem'), 'utf8'),
    )
    const options = { newField: 'Signature1' }
    const other = { sign: () => good.sign(Buffer.from('other')) }
    await expect(signWithSignpdf(new Uint8Array(blankPdf()), other, options)).rejects.toMatchObject({
      code: 'OUTPUT_NOT_VERIFIED',
    })
    const fails = { sign: () => Promise.reject(new Error('no card')) }
    await expect(signWithSignpdf(new Uint8Array(blankPdf()), fails, options)).rejects.toMatchObject({
      code: 'SIGNER_REJECTED',
    })
  })
})
