// S9: whoever waits for a large file hears how far it is, and can stop it.
import { expect, test } from '@jest/globals'
import { sign } from '../src/pades/sign.ts'
import { verify } from '../src/pades/verify.ts'
import type { ByteSource } from '../src/pdf/types.ts'
import { streamBody, twoPages } from './support/make-pdf.ts'
import { testFile, testSigner } from './support/signers.ts'
import { createTrustStore } from '../src/validation/trust.ts'

const AT = new Date('2026-01-14T08:00:00Z')
const SIZE = 6 * 1024 * 1024
const input = twoPages({ 8: streamBody('', 'x'.repeat(SIZE)) })

/** Read block by block, as a file is. */
function blocks(bytes: Uint8Array): ByteSource {
  const readSync = (offset: number, into: Uint8Array): number => {
    const part = bytes.subarray(offset, offset + into.length)
    into.set(part)
    return part.length
  }
  return { size: bytes.length, readSync, read: async (offset, into) => readSync(offset, into) }
}

test.each([
  ['bytes', input],
  ['a source', blocks(input)],
])('sign and verify %s: progress grows to the end, once over the bytes', async (_title, source) => {
  const signer = await testSigner('officer')
  const hashed: number[] = []
  const { bytes } = await sign(source, {
    signer,
    at: AT,
    onProgress: ({ step, bytes: done, total }) => {
      expect(total).toBe(input.length)
      if (step === 'hash') hashed.push(done)
    },
  })
  expect(hashed.length).toBeGreaterThan(3)
  expect(hashed).toEqual(hashed.toSorted((a, b) => a - b))
  expect(hashed.at(-1)).toBe(input.length)

  const seen: number[] = []
  const trust = createTrustStore([await testFile('root.pem')])
  const options = { trust, at: AT, policy: { revocation: 'none' } } as const
  const signed = source instanceof Uint8Array ? bytes : blocks(bytes)
  const report = await verify(signed, { ...options, onProgress: ({ bytes: done }) => seen.push(done) })
  expect(report.signatures[0]).toMatchObject({ indication: 'TOTAL-PASSED', integrity: 'intact' })
  expect(seen).toEqual(seen.toSorted((a, b) => a - b))
  expect(seen.at(-1)).toBe(bytes.length)
})

test.each([
  ['bytes', input],
  ['a source', blocks(input)],
])('sign and verify %s: stopped at the first piece', async (_title, source) => {
  const signer = await testSigner('officer')
  let pieces = 0
  const stopping = (): { signal: AbortSignal; onProgress: () => void } => {
    const stop = new AbortController()
    pieces = 0
    return {
      signal: stop.signal,
      onProgress: () => {
        pieces++
        stop.abort()
      },
    }
  }
  await expect(sign(source, { signer, at: AT, ...stopping() })).rejects.toMatchObject({ code: 'ABORTED' })
  expect(pieces).toBe(1)
  const trust = createTrustStore([await testFile('root.pem')])
  await expect(verify(source, { trust, at: AT, ...stopping() })).rejects.toMatchObject({ code: 'ABORTED' })
  expect(pieces).toBe(1)
})
