// A row of signatures on one file: each leaves those before it as they were. `npm run bench:hundred` makes a hundred and measures.
import { expect, test } from '@jest/globals'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { runProgram, witnessTest } from '../../../test/support/witnesses.ts'
import { sign } from '../src/pades/sign.ts'
import { verify } from '../src/pades/verify.ts'
import { createTrustStore } from '../src/validation/trust.ts'
import { preparedReport, twoPages } from './support/make-pdf.ts'
import { pdfsigCounts, testFile, testSigner, withFolder } from './support/signers.ts'

const AT = new Date('2026-11-01T00:00:00Z')

test.each(['table', 'stream'] as const)(
  'twelve signatures over a cross-reference %s: all valid, none changed',
  async (form) => {
    const signer = await testSigner('officer-ec')
    let bytes = twoPages({}, { form })
    for (let i = 0; i < 12; i++) {
      const { bytes: longer, report } = await sign(bytes, { signer, at: AT })
      expect(report).toMatchObject({ earlierSignatures: i, signatureId: `S${i + 1}`, field: `Signature${i + 1}` })
      expect(Buffer.compare(longer.subarray(0, bytes.length), bytes)).toBe(0) // W1
      bytes = longer
    }
    const trust = createTrustStore([await testFile('root.pem')])
    const report = await verify(bytes, { trust, at: AT, policy: { revocation: 'none' } })
    expect(report.signatures.map((one) => [one.indication, one.integrity, one.changes.permitted])).toEqual(
      Array.from({ length: 12 }, () => ['TOTAL-PASSED', 'intact', true]),
    )
  },
)

witnessTest(
  ['pdfsig'],
  'B30: a second signature on a base that we made keeps the first valid, for other readers too',
  () =>
    withFolder(async (path) => {
      const first = await sign(preparedReport(), { signer: await testSigner('officer'), field: 'officer', at: AT })
      const { bytes } = await sign(first.bytes, { signer: await testSigner('seal'), field: 'seal', at: AT })
      await writeFile(join(path, 'twice.pdf'), bytes)
      expect(await pdfsigCounts(join(path, 'twice.pdf'))).toEqual({ valid: 2, whole: 1 })
    }),
)

/** The pages as pixels. */
async function drawn(path: string, name: string, bytes: Uint8Array): Promise<readonly string[]> {
  await writeFile(join(path, `${name}.pdf`), bytes)
  const { code } = await runProgram('pdftoppm', ['-r', '40', join(path, `${name}.pdf`), join(path, name)])
  expect(code).toBe(0)
  const sums = await Promise.all(['1', '2'].map((page) => runProgram('md5sum', [join(path, `${name}-${page}.ppm`)])))
  return sums.map(({ stdout }) => stdout.split(' ')[0]!)
}

witnessTest(['pdftoppm', 'md5sum'], 'B31: a visible signature on page 1 leaves page 2 as it was, pixel by pixel', () =>
  withFolder(async (path) => {
    const input = preparedReport()
    const appearance = twoPages({ 2: '<< /Type /Pages /Kids [3 0 R] /Count 1 >>' })
    const signer = await testSigner('officer')
    const { bytes } = await sign(input, { signer, field: 'officer', appearance, at: AT })
    const [before, after] = [await drawn(path, 'before', input), await drawn(path, 'after', bytes)]
    expect(after[1]).toBe(before[1])
    expect(after[0]).not.toBe(before[0])
  }),
)
