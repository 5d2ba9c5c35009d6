// Signers from certs-test (never trust those keys) and the programs that judge their signatures.
import { readFile } from 'node:fs/promises'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { root, runProgram } from '../../../../test/support/witnesses.ts'
import type { Signer } from '../../src/cms/signer.ts'
import type { LocalKeyOptions } from '../../src/keys/local.ts'
import { pemSigner } from '../../src/keys/pem.ts'

const folder = join(root, 'certs-test')

export async function certificatePem(name: string): Promise<string> {
  return readFile(join(folder, `${name}.pem`), 'utf8')
}

export async function testFile(name: string): Promise<Uint8Array> {
  return new Uint8Array(await readFile(join(folder, name)))
}

/** Signer of an actor of certs-test, its chain included. */
export async function testSigner(name: string, options: LocalKeyOptions = {}): Promise<Signer> {
  const key = await readFile(join(folder, `${name}.key`), 'utf8')
  const certificates = (await certificatePem(name)) + (await certificatePem('chain')) + (await certificatePem('root'))
  return pemSigner({ ...options, key, certificates })
}

/** A folder for files that witnesses read, removed afterwards. */
export async function withFolder<T>(body: (path: string) => Promise<T>): Promise<T> {
  const path = await mkdtemp(join(tmpdir(), 'countersign-'))
  try {
    return await body(path)
  } finally {
    await rm(path, { recursive: true, force: true })
  }
}

/** One signature as cut from the file by this test alone: covered bytes and the CMS without its zero padding. */
export interface CutSignature {
  readonly content: Uint8Array
  readonly cms: Uint8Array
}

function derLength(bytes: Uint8Array): number {
  const first = bytes[1]!
  if (first < 0x80) return 2 + first
  let length = 0
  for (let i = 0; i < (first & 0x7f); i++) length = length * 256 + bytes[2 + i]!
  return 2 + (first & 0x7f) + length
}

/** Cuts every ByteRange out of the bytes, without any of the code under test. */
export function cutSignatures(pdf: Uint8Array): readonly CutSignature[] {
  const text = Buffer.from(pdf).toString('latin1')
  const found: CutSignature[] = []
  for (const match of text.matchAll(/\/ByteRange ?\[0 (\d+) (\d+) (\d+)\]/g)) {
    const [before, after, rest] = match.slice(1).map(Number) as [number, number, number]
    const padded = Buffer.from(text.slice(before + 1, after - 1), 'hex')
    const content = Buffer.concat([pdf.subarray(0, before), pdf.subarray(after, after + rest)])
    found.push({ content, cms: padded.subarray(0, derLength(padded)) })
  }
  return found
}

/** J4: exit code of `openssl cms -verify -cades` over the cut ranges. */
export async function opensslAccepts(cut: CutSignature, path: string): Promise<boolean> {
  await writeFile(join(path, 'sig.der'), cut.cms)
  await writeFile(join(path, 'ranges.bin'), cut.content)
  const files = ['-in', join(path, 'sig.der'), '-content', join(path, 'ranges.bin')]
  const trust = ['-CAfile', join(folder, 'root.pem'), '-purpose', 'any', '-out', '/dev/null']
  const form = ['-verify', '-cades', '-binary', '-inform', 'DER']
  return (await runProgram('openssl', ['cms', ...form, ...files, ...trust])).code === 0
}

/** J1: how often pdfsig says valid, and whether the last signature covers the whole document. */
export async function pdfsigCounts(file: string, password?: string): Promise<{ valid: number; whole: number }> {
  const passwords = password === undefined ? [] : ['-upw', password, '-opw', password]
  const { stdout } = await runProgram('pdfsig', ['-nocert', ...passwords, file])
  return {
    valid: stdout.split('Signature is Valid').length - 1,
    whole: stdout.split('Total document signed').length - 1,
  }
}
