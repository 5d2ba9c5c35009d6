// What every Signer has to do, wherever its key is; the files are judged by other programs too.
import { expect, test } from '@jest/globals'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createHash } from 'node:crypto'
import { complete, createTrustStore, prepare, sign, verify } from '../../packages/core/src/index.ts'
import type { KeyInfo, Scheme, Signer, ToBeSigned } from '../../packages/core/src/index.ts'
import { twoPages } from '../../packages/core/test/support/make-pdf.ts'
import { verifyWith } from './verify-value.ts'
import { hasWitness, runProgram } from './witnesses.ts'

export interface SignerCase {
  readonly name: string
  /** A fresh signer, closed afterwards. */
  readonly make: () => Promise<Signer> | Signer
  readonly root: Uint8Array
  readonly at: Date
  /** pdfsig knows the algorithm (it does not know Ed25519). */
  readonly pdfsig?: boolean
}

async function withSigner<T>({ make }: SignerCase, body: (signer: Signer) => Promise<T>): Promise<T> {
  const signer = await make()
  try {
    return await body(signer)
  } finally {
    await signer.close?.()
  }
}

async function pdfsigSaysValid(bytes: Uint8Array): Promise<boolean> {
  const folder = await mkdtemp(join(tmpdir(), 'countersign-signer-'))
  try {
    await writeFile(join(folder, 'signed.pdf'), bytes)
    const { stdout } = await runProgram('pdfsig', ['-nocert', join(folder, 'signed.pdf')])
    return stdout.includes('Signature is Valid') && stdout.includes('Total document signed')
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

const digestFor = (scheme: Scheme): string =>
  scheme.name === 'eddsa' || scheme.name === 'ml-dsa' ? 'sha512' : scheme.digest

function requests(info: KeyInfo, scheme: Scheme, texts: readonly string[]): readonly ToBeSigned[] {
  return texts.map((text, index) => {
    const data = new TextEncoder().encode(text)
    const documentDigest = new Uint8Array(createHash(digestFor(scheme)).update(data).digest())
    return { ref: `document ${index}`, input: info.accepts === 'data' ? data : documentDigest, documentDigest }
  })
}

/** The conformance suite of signers (G1..G6). */
export function signerSuite(one: SignerCase): void {
  const { name, root, at, pdfsig = true } = one

  test(`${name}: signs a file that we and pdfsig call valid, with each of its schemes`, async () => {
    await withSigner(one, async (signer) => {
      const { schemes } = await signer.info()
      expect(schemes.length).toBeGreaterThan(0)
      for (const scheme of schemes) {
        const { bytes, report } = await sign(twoPages(), { signer, at, schemes: [scheme] })
        expect(report.algorithms.signature).toBe(scheme.name)
        const { signatures } = await verify(bytes, { trust: createTrustStore([root]), at })
        expect(signatures[0]).toMatchObject({ integrity: 'intact', coverage: 'whole-file', binding: 'ess' })
        if (pdfsig && hasWitness('pdfsig')) expect(await pdfsigSaysValid(bytes)).toBe(true)
      }
    })
  })

  test(`${name}: info is stable, and its sizes are those of the values`, async () => {
    await withSigner(one, async (signer) => {
      const [first, second] = [await signer.info(), await signer.info()]
      expect(second.certificate).toEqual(first.certificate)
      const [scheme] = first.schemes
      const values = await signer.sign(requests(first, scheme!, ['one']), { scheme: scheme!, idempotencyKey: 'size' })
      expect(values[0]!.length).toBeLessThanOrEqual(first.maxSignatureSize(scheme!))
    })
  })

  test(`${name}: a batch gives one value per document, in order`, async () => {
    await withSigner(one, async (signer) => {
      const info = await signer.info()
      const scheme = info.schemes[0]!
      const texts = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h']
      const values = await signer.sign(requests(info, scheme, texts), { scheme, idempotencyKey: 'batch' })
      expect(values).toHaveLength(texts.length)
      for (const [index, value] of values.entries()) {
        const data = new TextEncoder().encode(texts[index]!)
        expect(verifyWith(info.certificate, scheme, data, value)).toBe(true)
        expect(verifyWith(info.certificate, scheme, new TextEncoder().encode('other'), value)).toBe(false)
      }
    })
  })

  test(`${name}: a cancelled call is ABORTED, and the signer goes on`, async () => {
    await withSigner(one, async (signer) => {
      const info = await signer.info()
      const scheme = info.schemes[0]!
      const signal = AbortSignal.abort()
      const batch = requests(info, scheme, ['one'])
      await expect(signer.sign(batch, { scheme, idempotencyKey: 'k', signal })).rejects.toMatchObject({
        code: 'ABORTED',
      })
      expect(await signer.sign(batch, { scheme, idempotencyKey: 'k' })).toHaveLength(1)
    })
  })

  test(`${name}: an impossible scheme is refused with a code`, async () => {
    await withSigner(one, async (signer) => {
      const info = await signer.info()
      const batch = requests(info, info.schemes[0]!, ['one'])
      const scheme: Scheme = { name: 'ml-dsa', level: 65 }
      await expect(signer.sign(batch, { scheme, idempotencyKey: 'k' })).rejects.toMatchObject({
        code: expect.stringMatching(/^UNSUPPORTED_ALGORITHM$|^SIGNER_REJECTED$/) as unknown,
      })
    })
  })

  test(`${name}: what was prepared is completed with the value that came later`, async () => {
    await withSigner(one, async (signer) => {
      const input = twoPages()
      const prepared = await prepare(input, { signer, at })
      const { scheme, signedAttributes } = prepared.key!
      const digest = new Uint8Array(createHash(digestFor(scheme)).update(signedAttributes).digest())
      const info = await signer.info()
      const request = {
        ref: 'later',
        input: info.accepts === 'data' ? signedAttributes : digest,
        documentDigest: prepared.documentDigest,
      }
      const [signature] = await signer.sign([request], { scheme, idempotencyKey: 'later' })
      const { report } = await complete(input, prepared, { signature: signature! })
      expect(report.field).toBe(prepared.field)
    })
  })
}
