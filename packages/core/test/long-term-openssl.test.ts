// Every level against `openssl ts` and `openssl ocsp` as responders, judged by programs that share no code with ours.
import { afterAll, beforeAll, expect, jest } from '@jest/globals'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { hasWitness, runProgram, witnessTest } from '../../../test/support/witnesses.ts'
import {
  createTrustStore,
  extend,
  httpTimestampAuthority,
  onlineSource,
  pemSigner,
  sign,
  timestamp,
  verify,
} from '../src/node.ts'
import type { BaselineLevel, RevocationSource, Signer, TimestampAuthority, TrustStore } from '../src/node.ts'
import { twoPages } from './support/make-pdf.ts'
import { startOpensslPki } from './support/openssl-pki.ts'
import type { OpensslPki } from './support/openssl-pki.ts'
import { cutStamps, opensslTs, pkijsAccepts } from './support/stamp-witnesses.ts'
import { withFolder } from './support/signers.ts'

jest.setTimeout(60_000)

const WITNESSES = ['openssl', 'pdfsig', 'qpdf']
const text = (bytes: Uint8Array): string => new TextDecoder().decode(bytes)
let pki: OpensslPki
let trust: TrustStore
let tsa: TimestampAuthority
let sources: RevocationSource
let signer: Signer

beforeAll(async () => {
  if (!WITNESSES.every(hasWitness)) return
  pki = await startOpensslPki()
  trust = createTrustStore([pki.file('ca.pem')])
  tsa = httpTimestampAuthority([pki.tsaUrl])
  sources = onlineSource({ allowHosts: [pki.ocspHost] })
  signer = await pemSigner({ key: text(pki.file('signer.key')), certificates: text(pki.file('signer.pem')) })
})
afterAll(() => pki?.close())

/** pdfsig for the signer, qpdf for the file, openssl ts and pkijs for each document timestamp. */
async function requireWitnesses(bytes: Uint8Array, stamps: number, signatures = 1): Promise<void> {
  await withFolder(async (folder) => {
    const file = join(folder, 'out.pdf')
    await writeFile(file, bytes)
    const { stdout } = await runProgram('pdfsig', ['-nocert', file])
    expect(stdout.split('Signature is Valid').length - 1).toBe(signatures)
    expect((await runProgram('qpdf', ['--check', file])).code).toBe(0)
    const cut = cutStamps(bytes)
    expect(cut).toHaveLength(stamps)
    for (const stamp of cut)
      expect([await opensslTs(stamp, text(pki.file('ca.pem')), folder), await pkijsAccepts(stamp)]).toEqual([
        'OK',
        true,
      ])
  })
}

/** With nothing but what the file holds. */
async function offlineLevels(bytes: Uint8Array): Promise<unknown[]> {
  const { signatures } = await verify(bytes, { trust })
  return signatures.map(({ kind, indication, level }) => `${kind === 'signature' ? level : 'stamp'} ${indication}`)
}

witnessTest(WITNESSES, 'sign at every level', async () => {
  const expected: readonly (readonly [BaselineLevel, number, readonly string[]])[] = [
    ['B-T', 0, ['B-B INDETERMINATE']],
    ['B-LT', 0, ['B-LT TOTAL-PASSED']],
    ['B-LTA', 1, ['B-LTA TOTAL-PASSED', 'stamp TOTAL-PASSED']],
  ]
  for (const [level, stamps, offline] of expected) {
    const { bytes, report } = await sign(twoPages(), { signer, level, tsa, trust, sources })
    expect([report.reachedLevel, report.longTerm?.gaps]).toEqual([level, []])
    // B-T holds nothing that tells whether its certificates were revoked
    expect(await offlineLevels(bytes)).toEqual(offline)
    await requireWitnesses(bytes, stamps)
  }
  const online = await verify((await sign(twoPages(), { signer, level: 'B-T', tsa, trust })).bytes, { trust, sources })
  expect(online.signatures[0]).toMatchObject({ level: 'B-T', indication: 'TOTAL-PASSED' })
})

witnessTest(WITNESSES, 'extend from B-B to every level, and renew', async () => {
  const { bytes: plain } = await sign(twoPages(), { signer })
  for (const [to, stamps] of [
    ['B-T', 1],
    ['B-LT', 1],
    ['B-LTA', 2],
  ] as const) {
    const { bytes } = await extend(plain, { to, tsa, trust, sources })
    await requireWitnesses(bytes, stamps)
    if (to === 'B-T') continue
    expect((await offlineLevels(bytes))[0]).toBe(`${to} TOTAL-PASSED`)
    if (to === 'B-LT') continue
    const renewed = await extend(bytes, { to, tsa, trust, sources, archiveDigest: 'sha512' })
    await requireWitnesses(renewed.bytes, 3)
    expect((await offlineLevels(renewed.bytes))[0]).toBe('B-LTA TOTAL-PASSED')
  }
})

witnessTest(WITNESSES, 'a document timestamp alone', async () => {
  const { bytes } = await timestamp(twoPages(), { tsa, digest: 'sha384' })
  await requireWitnesses(bytes, 1, 0)
})
