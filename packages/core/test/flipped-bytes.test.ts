// One changed byte at a covered position is never reported intact (V-03): 1,000 random positions over a signed, numbered and
// sealed file and its kin, every flip seen by the signatures that cover it.
import { beforeAll, describe, expect, test } from '@jest/globals'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { createTrustStore, p12Signer, sign, verify } from '../src/node.ts'
import { root } from '../../../test/support/witnesses.ts'

const AT = new Date('2026-11-01T00:00:00Z')
const read = (path: string): Uint8Array => new Uint8Array(readFileSync(join(root, path)))

/** A small deterministic generator (mulberry32). */
function random(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296
  }
}

interface Sample {
  readonly bytes: Uint8Array
  /** The gap of each signature, oldest first, and the end of what it covers. */
  readonly ranges: readonly { readonly gap: readonly [number, number]; readonly end: number }[]
}

/** The ranges as another reader would take them from the file: by text, which these files allow. */
function sampleOf(bytes: Uint8Array): Sample {
  const text = Buffer.from(bytes).toString('latin1')
  const ranges = [...text.matchAll(/\/ByteRange\s*\[\s*0\s+(\d+)\s+(\d+)\s+(\d+)\s*\]/g)].map((match) => {
    const [, a, b, c] = match.map(Number)
    return { gap: [a ?? 0, b ?? 0] as const, end: (b ?? 0) + (c ?? 0) }
  })
  return { bytes, ranges }
}

async function makeSample(...signers: readonly string[]): Promise<Sample> {
  let bytes = read('examples/data/letter.pdf')
  for (const name of signers) {
    const signer = await p12Signer(read(`certs-test/${name}.p12`), { password: 'test' })
    bytes = (await sign(bytes, { signer, at: AT })).bytes
  }
  return sampleOf(bytes)
}

async function wrongAt(sample: Sample, position: number, mask: number): Promise<string | undefined> {
  const { bytes, ranges } = sample
  bytes[position]! ^= mask
  const report = await verify(bytes, { trust: createTrustStore([]), at: AT, fingerprints: false, risks: false })
  bytes[position]! ^= mask
  const covering = ranges.filter(({ gap, end }) => position < end && (position < gap[0] || position >= gap[1]))
  const intact = report.signatures.filter((one) => one.integrity === 'intact').length
  const allowed = ranges.length - covering.length
  if (intact <= allowed && report.overall !== 'valid' && report.overall !== 'valid-with-notes') return undefined
  return `byte ${position} ^ ${mask}: ${intact} intact, at most ${allowed} may be; overall ${report.overall}`
}

describe.each([
  ['RSA', ['officer'], 400],
  ['P-256 then RSA then Ed25519', ['officer-ec', 'seal', 'officer-ed25519'], 600],
])('%s', (_name, signers, flips) => {
  let sample: Sample

  beforeAll(async () => {
    sample = await makeSample(...signers)
  })

  test('the untouched file is intact', async () => {
    const report = await verify(sample.bytes, { trust: createTrustStore([]), at: AT })
    expect(report.signatures.map((one) => one.integrity)).toEqual(signers.map(() => 'intact'))
  })

  test(`${flips} flipped covered bytes are all seen`, async () => {
    const next = random(flips)
    const fooled: string[] = []
    for (let count = 0; count < flips;) {
      const position = Math.floor(next() * sample.bytes.length)
      const covered = sample.ranges.some(({ gap, end }) => position < end && (position < gap[0] || position >= gap[1]))
      if (!covered) continue
      count++
      const wrong = await wrongAt(sample, position, 1 << Math.floor(next() * 8))
      if (wrong !== undefined) fooled.push(wrong)
    }
    expect(fooled).toEqual([])
  })
})
