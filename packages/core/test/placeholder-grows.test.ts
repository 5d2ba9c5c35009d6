// P2, B26: a CMS larger than its room is placed again by a signer at hand, or refused with both sizes; nothing is truncated.
import { describe, expect, test } from '@jest/globals'
import type { Signer } from '../src/cms/signer.ts'
import { sign } from '../src/pades/sign.ts'
import { verify } from '../src/pades/verify.ts'
import type { ByteSource } from '../src/pdf/types.ts'
import { byteRangeOf, patchByteRange } from '../src/pdf/placeholder.ts'
import { createTrustStore } from '../src/validation/trust.ts'
import { preparedReport } from './support/make-pdf.ts'
import { testSigner } from './support/signers.ts'

const AT = new Date('2026-01-14T08:00:00Z')

/** A signer that announces values far smaller than those it gives, as a time-stamping authority may outgrow its estimate. */
async function underestimating(mayRepeat: boolean): Promise<{
  signer: Signer
  calls: () => number
  keys: readonly string[]
  infos: () => number
}> {
  const real = await testSigner('officer')
  const keys: string[] = []
  let infos = 0
  const signer: Signer = {
    info: async () => {
      infos++
      return { ...(await real.info()), maxSignatureSize: () => -2000, mayRepeat }
    },
    sign: (batch, context) => {
      keys.push(context.idempotencyKey)
      return real.sign(batch, context)
    },
  }
  return { signer, calls: () => keys.length, keys, infos: () => infos }
}

/** A source that counts what is read of it. */
function counted(bytes: Uint8Array): { source: ByteSource; read: () => number } {
  let read = 0
  const readSync = (offset: number, into: Uint8Array): number => {
    const part = bytes.subarray(offset, offset + into.length)
    into.set(part)
    read += part.length
    return part.length
  }
  return { source: { size: bytes.length, readSync, read: async (at, into) => readSync(at, into) }, read: () => read }
}

/** The report with a long comment in its middle, so that the file has a size worth hashing once. */
function longReport(): Uint8Array {
  const report = Buffer.from(preparedReport())
  const at = report.lastIndexOf('xref\n', report.lastIndexOf('startxref') - 1)
  const padding = Buffer.from(`%${'x'.repeat(4 * 1024 * 1024)}\n`)
  const tail = report
    .subarray(at)
    .toString('latin1')
    .replace(/startxref\n\d+/, `startxref\n${at + padding.length}`)
  return new Uint8Array(Buffer.concat([report.subarray(0, at), padding, Buffer.from(tail, 'latin1')]))
}

describe('P2', () => {
  test('a signer at hand signs again with the room that is needed, and the prefix is not hashed again', async () => {
    const input = longReport()
    const { signer, calls } = await underestimating(true)
    const grown = counted(input)
    const { bytes } = await sign(grown.source, { signer, at: AT, field: 'officer' })
    expect(calls()).toBe(2)
    const usual = counted(input)
    await sign(usual.source, { signer: await testSigner('officer'), at: AT, field: 'officer' })
    expect(grown.read()).toBe(usual.read())
    expect(Buffer.compare(bytes.subarray(0, input.length), input)).toBe(0)
    const report = await verify(bytes, { trust: createTrustStore([]), at: AT, policy: { revocation: 'none' } })
    expect(report.signatures.map((one) => one.integrity)).toEqual(['intact'])
  })

  test('B26: a signer that may not be asked again gives CMS_TOO_LARGE with both sizes, after one call', async () => {
    const { signer, calls } = await underestimating(false)
    const attempt = sign(preparedReport(), { signer, at: AT, field: 'officer' })
    await expect(attempt).rejects.toMatchObject({ code: 'CMS_TOO_LARGE' })
    const { details } = (await attempt.catch((error: unknown) => error)) as { details: Record<string, number> }
    expect(details['needed']).toBeGreaterThan(details['reserved']!)
    expect(calls()).toBe(1)
  })

  test('another request for a larger placeholder has another idempotency key; the signer is asked about itself once', async () => {
    const { signer, keys, infos } = await underestimating(true)
    await sign(preparedReport(), { signer, at: AT, field: 'officer', idempotencyKey: 'job-1' })
    expect(keys).toEqual(['job-1', 'job-1.2'])
    expect(infos()).toBe(1)
  })

  test('B19: a signer is called once per signature where the room suffices', async () => {
    let calls = 0
    const real = await testSigner('officer')
    const signer: Signer = {
      info: (options) => real.info(options),
      sign: (batch, context) => {
        calls += batch.length
        return real.sign(batch, context)
      },
    }
    await sign(preparedReport(), { signer, at: AT, field: 'officer' })
    expect(calls).toBe(1)
  })
})

test('W12: numbers of 15 digits fit into the room of /ByteRange', () => {
  const base = 999_999_999_990_000
  const section = new Uint8Array(5000).fill(0x20)
  const placeholder = { byteRange: { start: 100, end: 100 + 51 }, contents: { start: 300, end: 4000 } }
  const numbers = byteRangeOf(base, section, placeholder)
  expect(numbers.map((one) => one.toString().length)).toEqual([1, 15, 15, 4])
  patchByteRange(base, section, placeholder)
  const text = new TextDecoder().decode(section.subarray(100, 151))
  expect(JSON.parse(text.replaceAll(/ +/g, ' ').trim().replaceAll(' ', ','))).toEqual(numbers)
  expect(section.subarray(151, 5000).every((byte) => byte === 0x20)).toBe(true)
})
