import { describe, expect, test } from '@jest/globals'
import { createHash } from 'node:crypto'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { runProgram, witnessTest } from '../../../test/support/witnesses.ts'
import { parseDer } from '../src/der/reader.ts'
import { readOid } from '../src/der/values.ts'
import type { LocalKeyOptions } from '../src/keys/local.ts'
import { sign } from '../src/pades/sign.ts'
import { preparedReport, twoPages } from './support/make-pdf.ts'
import {
  certificatePem,
  cutSignatures,
  opensslAccepts,
  pdfsigCounts,
  testSigner,
  withFolder,
} from './support/signers.ts'

const KEYS: readonly (readonly [title: string, actor: string, options: LocalKeyOptions])[] = [
  ['RSA PKCS#1 with SHA-256, Vietnamese issuer', 'officer', {}],
  ['RSA PKCS#1 with SHA-512', 'officer', { digest: 'sha512' }],
  ['RSA-PSS with SHA-256', 'officer', { rsaPadding: 'pss' }],
  ['RSA-PSS with SHA-384', 'officer', { rsaPadding: 'pss', digest: 'sha384' }],
  ['ECDSA P-256', 'officer-ec', {}],
  ['ECDSA P-384', 'officer-p384', {}],
  ['ECDSA P-521', 'officer-p521', {}],
]

const FORMS = ['table', 'stream'] as const

function startsWith(bytes: Uint8Array, prefix: Uint8Array): boolean {
  return Buffer.compare(bytes.subarray(0, prefix.length), prefix) === 0
}

async function expectHolds(bytes: Uint8Array, signatures: number): Promise<void> {
  await withFolder(async (path) => {
    const file = join(path, 'signed.pdf')
    await writeFile(file, bytes)
    expect(await pdfsigCounts(file)).toEqual({ valid: signatures, whole: 1 })
    expect(await runProgram('qpdf', ['--check', file])).toMatchObject({ code: 0 })
    expect(await runProgram('mutool', ['info', file])).toMatchObject({ code: 0 })
    const cuts = cutSignatures(bytes)
    expect(cuts).toHaveLength(signatures)
    for (const cut of cuts) expect(await opensslAccepts(cut, path)).toBe(true)
  })
}

// pdfsig (NSS) cannot use a key of type id-RSASSA-PSS in CMS; openssl can.
witnessTest(['openssl'], 'a key restricted to PSS: openssl accepts', async () => {
  const { bytes } = await sign(twoPages(), { signer: await testSigner('officer-pss-key') })
  await withFolder(async (path) => expect(await opensslAccepts(cutSignatures(bytes)[0]!, path)).toBe(true))
})

describe.each(FORMS)('an input with a cross-reference %s', (form) => {
  for (const [title, actor, options] of KEYS)
    witnessTest(
      ['pdfsig', 'qpdf', 'mutool', 'openssl'],
      `${title}: pdfsig, qpdf, mutool and openssl accept`,
      async () => {
        const input = twoPages({}, { form })
        const { bytes, report } = await sign(input, { signer: await testSigner(actor, options), reason: 'Phê duyệt' })
        expect(startsWith(bytes, input)).toBe(true)
        expect(report).toMatchObject({ reachedLevel: 'B-B', field: 'Signature1', revision: 1, warnings: [] })
        await expectHolds(bytes, 1)
      },
    )

  witnessTest(
    ['pdfsig', 'qpdf', 'mutool', 'openssl'],
    'one to five signatures in a row hold, each over its own revision',
    async () => {
      let bytes = preparedReport({ form })
      const actors = ['officer', 'seal', 'officer-ec', 'officer-p384', 'officer2']
      for (const [index, actor] of actors.entries()) {
        const before = bytes
        const field = index === 0 ? { field: 'officer' } : index === 1 ? { field: 'seal' } : {}
        bytes = (await sign(before, { signer: await testSigner(actor), ...field })).bytes
        expect(startsWith(bytes, before)).toBe(true)
        await expectHolds(bytes, index + 1)
      }
    },
  )
})

/** Signed attributes and signature value of a SignedData, by position (RFC 5652). */
function signerParts(cms: Uint8Array): { attributes: Uint8Array; messageDigest: Uint8Array; signature: Uint8Array } {
  const signerInfos = parseDer(cms).children[1]!.children[0]!.children.at(-1)!
  const [, , , attributes, , signature] = signerInfos.children[0]!.children
  const signed = attributes!.bytes.slice()
  signed[0] = 0x31
  const digest = attributes!.children.find((one) => readOid(one.children[0]!) === '1.2.840.113549.1.9.4')!
  return { attributes: signed, messageDigest: digest.children[1]!.children[0]!.content, signature: signature!.content }
}

witnessTest(
  ['openssl'],
  'Ed25519: openssl pkeyutl accepts the signed attributes, the message digest is SHA-512',
  async () => {
    const { bytes } = await sign(twoPages(), { signer: await testSigner('officer-ed25519') })
    const [cut] = cutSignatures(bytes)
    const { attributes, messageDigest, signature } = signerParts(cut!.cms)
    expect(Buffer.from(messageDigest)).toEqual(createHash('sha512').update(cut!.content).digest())
    await withFolder(async (path) => {
      await writeFile(join(path, 'leaf.pem'), await certificatePem('officer-ed25519'))
      await writeFile(join(path, 'attributes'), attributes)
      await writeFile(join(path, 'signature'), signature)
      const key = ['-verify', '-certin', '-inkey', join(path, 'leaf.pem'), '-rawin']
      const files = ['-in', join(path, 'attributes'), '-sigfile', join(path, 'signature')]
      expect(await runProgram('openssl', ['pkeyutl', ...key, ...files])).toMatchObject({ code: 0 })
    })
  },
)

test('B25: no signing-time, four attributes in DER order', async () => {
  const { bytes } = await sign(twoPages(), { signer: await testSigner('officer') })
  const { attributes } = signerParts(cutSignatures(bytes)[0]!.cms)
  const oids = parseDer(attributes).children.map((one) => readOid(one.children[0]!))
  expect(oids.toSorted()).toEqual([
    '1.2.840.113549.1.9.16.2.47',
    '1.2.840.113549.1.9.3',
    '1.2.840.113549.1.9.4',
    '1.2.840.113549.1.9.52',
  ])
  const encoded = parseDer(attributes).children.map((one) => Buffer.from(one.bytes))
  expect(encoded.toSorted(Buffer.compare)).toEqual(encoded)
})

test('P1: a signer is asked once, and the CMS fits its room', async () => {
  const signer = await testSigner('officer')
  let calls = 0
  const counting = {
    info: () => signer.info(),
    sign: (...args: Parameters<typeof signer.sign>) => {
      calls++
      return signer.sign(...args)
    },
  }
  await sign(twoPages(), { signer: counting })
  expect(calls).toBe(1) // B19
})
