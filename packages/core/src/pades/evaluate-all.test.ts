import { afterEach, expect, jest, test } from '@jest/globals'
import { makePdf } from '../../test/support/make-pdf.ts'
import { testSigner } from '../../test/support/signers.ts'
import type { ByteSource } from '../pdf/types.ts'
import { sign } from './sign.ts'
import { verify } from './verify.ts'

const at = new Date('2026-11-01T00:00:00Z')
const page = '<< /Type /Page /Parent 2 0 R /MediaBox [0 0 200 100] >>'
const objects = { 1: '<< /Type /Catalog /Pages 2 0 R >>', 2: '<< /Type /Pages /Kids [3 0 R] /Count 1 >>', 3: page }

afterEach(() => {
  jest.restoreAllMocks()
})

test('reading and hashing a file do not count as computing time (L-24)', async () => {
  const { bytes } = await sign(makePdf({ objects }), { signer: await testSigner('officer'), at })
  let clock = 0
  jest.spyOn(performance, 'now').mockImplementation(() => clock)
  const readSync = (offset: number, into: Uint8Array): number => {
    const part = bytes.subarray(offset, offset + into.length)
    into.set(part)
    return part.length
  }
  // A disk that takes a minute for each piece.
  const read = (offset: number, into: Uint8Array): Promise<number> => {
    clock += 60_000
    return Promise.resolve(readSync(offset, into))
  }
  const source: ByteSource = { size: bytes.length, read, readSync }
  const report = await verify(source, { trust: { anchors: [] }, at })
  expect(clock).toBeGreaterThan(20_000)
  expect(report.signatures.map(({ integrity }) => integrity)).toEqual(['intact'])
})
