// Signed, extended and renewed through the public calls, and judged twenty years on (L10, E-05 to E-08).
import { describe, expect, test } from '@jest/globals'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { runProgram, witnessTest } from '../../../test/support/witnesses.ts'
import { extend } from '../src/pades/extend.ts'
import { sign } from '../src/pades/sign.ts'
import { verify } from '../src/pades/verify.ts'
import { ANCHORS, options, signed, START, world } from './support/long-term-cast.ts'
import type { Name } from './support/long-term-cast.ts'
import type { World } from './support/long-term.ts'
import { twoPages } from './support/make-pdf.ts'
import { withFolder } from './support/signers.ts'
import { cutStamps, opensslCms, opensslTs, pkijsAccepts } from './support/stamp-witnesses.ts'

describe('twenty years (L10)', () => {
  async function aged(): Promise<{ readonly w: World<Name>; readonly bytes: Uint8Array }> {
    const w = world()
    const first = await sign(twoPages(), { signer: await w.signer('signer'), at: w.now, level: 'B-LTA', ...options(w) })
    // the year's certificate end less 60 days comes before the end of its algorithms
    expect(first.report.longTerm?.renewBefore).toBe(
      new Date(w.pki.actors.tsa.notAfter.getTime() - 60 * 86_400_000).toISOString(),
    )
    w.at(7)
    const once = await extend(first.bytes, {
      to: 'B-LTA',
      ...options(w, { archiveTsa: w.tsa('tsa2'), archiveDigest: 'sha384' }),
    })
    expect(once.report.timestamps.map(({ digest, tsa }) => [digest, tsa])).toEqual([
      ['sha384', expect.stringContaining('leafEc')],
    ])
    w.at(14)
    const twice = await extend(once.bytes, { to: 'B-LTA', ...options(w, { archiveTsa: w.tsa('tsa3') }) })
    expect(twice.report.timestamps.map(({ digest }) => digest)).toEqual(['sha384'])
    expect(twice.report.signatures).toMatchObject([{ before: 'B-LTA', after: 'B-LTA' }])
    return { w, bytes: twice.bytes }
  }

  test('two renewals, the first chain long expired, the CA revoked: it still passes', async () => {
    const { w, bytes } = await aged()
    w.at(20)
    const names = ['signer', 'ca', 'root', 'tsa', 'caTsa', 'rootTsa', 'ocsp'] as const
    for (const name of names) expect(w.pki.actors[name].notAfter < w.now).toBe(true)
    // the last time stamp's own authority lives: its status is asked of today
    const report = await verify(bytes, { trust: w.trust(...ANCHORS), at: w.now, sources: w.sources })
    expect(report.signatures.map(({ indication }) => indication)).toEqual(
      Array.from({ length: 4 }, () => 'TOTAL-PASSED'),
    )
    expect(report.signatures[0]).toMatchObject({ level: 'B-LTA', times: { best: START.toISOString() } })
  })

  test('without the renewals it does not', async () => {
    const w = world()
    const bytes = await signed(w, 'B-LTA')
    w.at(20)
    const report = await verify(bytes, { trust: w.trust(...ANCHORS), at: w.now, sources: w.sources })
    expect(report.signatures[0]!.indication).toBe('INDETERMINATE')
  })

  witnessTest(['pdfsig', 'qpdf', 'openssl'], 'pdfsig, qpdf and openssl ts agree on the renewed file', async () => {
    const { w, bytes } = await aged()
    await withFolder(async (folder) => {
      const file = join(folder, 'aged.pdf')
      await writeFile(file, bytes)
      expect((await runProgram('qpdf', ['--check', file])).code).toBe(0)
      const { stdout } = await runProgram('pdfsig', ['-nocert', file])
      expect(stdout.split('Signature is Valid').length - 1).toBe(1)
      const anchors = ANCHORS.map((name) => w.pki.actors[name].pem).join('')
      const stamps = cutStamps(bytes)
      expect(stamps).toHaveLength(3)
      for (const stamp of stamps) expect(await pkijsAccepts(stamp)).toBe(true)
      // the last one is RSA-PSS, which `openssl ts` cannot check
      const [first, second, last] = stamps
      expect([await opensslTs(first!, anchors, folder), await opensslTs(second!, anchors, folder)]).toEqual([
        'OK',
        'OK',
      ])
      expect(await opensslCms(last!, anchors, folder)).toBe('OK')
    })
  })
})
