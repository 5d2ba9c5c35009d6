// Levels above B-B: what is stored, what verifies offline, what is an error (T8, L1 to L11).
import { describe, expect, test } from '@jest/globals'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { hasWitness, runProgram } from '../../../test/support/witnesses.ts'
import { CountersignError } from '../src/error.ts'
import { buildSignedAttributes, buildSignedData } from '../src/cms/build.ts'
import type { Signer } from '../src/cms/signer.ts'
import { digest as digestOf } from '../src/crypto/index.ts'
import { complete } from '../src/pades/complete.ts'
import { extend } from '../src/pades/extend.ts'
import { LevelNotReachedError } from '../src/pades/extension-types.ts'
import { prepare } from '../src/pades/prepare.ts'
import { sign } from '../src/pades/sign.ts'
import type { Prepared } from '../src/pades/signing-types.ts'
import { timestamp } from '../src/pades/timestamp.ts'
import { verify } from '../src/pades/verify.ts'
import { openDocument } from '../src/pdf/document.ts'
import { findSignatures } from '../src/pdf/signatures.ts'
import type { ByteSource } from '../src/pdf/types.ts'
import type { ImprintRequest } from '../src/tsp/authority.ts'
import type { RevocationSource } from '../src/validation/revocation.ts'
import { vriKey } from '../src/pdf/dss-update.ts'
import { preparedReport, twoPages } from './support/make-pdf.ts'
import { ANCHORS, CAST, offline, options, signed, START, states, world } from './support/long-term-cast.ts'
import type { Name } from './support/long-term-cast.ts'
import { member, World } from './support/long-term.ts'
import { withFolder } from './support/signers.ts'

/** What the signer wants of a prepared signature. */
async function inputOf(signer: Signer, { key, digest: name }: Prepared): Promise<Uint8Array> {
  const { accepts } = await signer.info()
  return accepts === 'data' ? key!.signedAttributes : digestOf(name, key!.signedAttributes)
}

/** A finished CMS, as a remote service gives it. */
async function cmsBy(signer: Signer, documentDigest: Uint8Array): Promise<Uint8Array> {
  const { certificate, chain, schemes, accepts } = await signer.info()
  const scheme = schemes.find((one) => 'digest' in one && one.digest === 'sha256')!
  const signedAttributes = await buildSignedAttributes({ documentDigest, certificate, scheme })
  const input = accepts === 'data' ? signedAttributes : await digestOf('sha256', signedAttributes)
  const [signature] = await signer.sign([{ ref: 'x', input, documentDigest }], { scheme, idempotencyKey: 'x' })
  return buildSignedData({ signedAttributes, signature: signature!, certificate, chain, scheme })
}

async function failure(work: Promise<unknown>): Promise<LevelNotReachedError> {
  const error = await work.then(
    () => undefined,
    (caught: unknown) => caught,
  )
  if (!(error instanceof LevelNotReachedError)) throw error
  return error
}

describe('signing at a level', () => {
  test('B-T: one revision, the time stamp over the signature value', async () => {
    const w = world()
    const bytes = await signed(w, 'B-T')
    const document = await openDocument(bytes)
    expect(document.revisions).toHaveLength(2)
    const report = await verify(bytes, { trust: w.trust(...ANCHORS), at: w.now, sources: w.sources })
    expect(report.signatures[0]).toMatchObject({ level: 'B-T', times: { provenBy: 'S1-T1' } })
  })

  test.each(['ocsp', 'crl'] as const)('B-LT: verifies with the embedded data alone (L7), by %s', async (kind) => {
    const w = world()
    w.kind = kind
    const bytes = await signed(w, 'B-LT')
    expect(states(await offline(w, bytes))).toEqual([['TOTAL-PASSED', 'B-LT']])
    expect((await openDocument(bytes)).revisions).toHaveLength(3)
  })

  test('B-LTA: the document timestamp covers the data, and can be checked offline itself', async () => {
    const w = world()
    const report = await offline(w, await signed(w, 'B-LTA'))
    expect(states(report)).toEqual([
      ['TOTAL-PASSED', 'B-LTA'],
      ['TOTAL-PASSED', null],
    ])
  })

  test('another archive authority: its data are stored before it stamps (T6, L10)', async () => {
    const w = world()
    const other = new World<Name>({ ...CAST, tsa2: member('tsa', 'leafEc', 'caTsa', -0.1, 8) }, START)
    const bytes = await signed(other, 'B-LTA', { archiveTsa: other.tsa('tsa2') })
    expect(states(await offline(other, bytes))).toEqual([
      ['TOTAL-PASSED', 'B-LTA'],
      ['TOTAL-PASSED', null],
    ])
    expect(w.attempts).toEqual([])
    // once for the chain, once over the document
    expect(other.attempts.map(({ source }) => source)).toEqual(['tsa', 'tsa2', 'tsa2'])
  })

  test('an authority that answers with another key than before: its data follow, so that the file passes alone', async () => {
    const other = new World<Name>({ ...CAST, tsa2: member('tsa', 'leafEc', 'caTsa', -0.1, 8) }, START)
    const [first, second] = [other.tsa('tsa'), other.tsa('tsa2')]
    let asked = 0
    const tsa = { timestamp: (request: ImprintRequest) => (asked++ === 0 ? first : second).timestamp(request) }
    const signer = await other.signer('signer')
    const { bytes, report } = await sign(twoPages(), {
      signer,
      at: other.now,
      level: 'B-LTA',
      ...options(other, { tsa }),
    })
    expect([report.reachedLevel, report.longTerm?.gaps]).toEqual(['B-LTA', []])
    expect(states(await offline(other, bytes))).toEqual([
      ['TOTAL-PASSED', 'B-LTA'],
      ['TOTAL-PASSED', null],
    ])
    // signature, data, document timestamp, its data
    expect((await openDocument(bytes)).revisions).toHaveLength(5)
  })

  test('VRI entries on request, one for each signature, keyed by the padded contents (B15)', async () => {
    const w = world()
    const bytes = await signed(w, 'B-LT', { vri: true })
    const document = await openDocument(bytes)
    const { latest } = document
    const vri = latest.dict(latest.dict(latest.root?.get('DSS'))?.get('VRI'))
    const [signature] = findSignatures(document).signatures
    expect([...(vri?.map.keys() ?? [])]).toEqual([await vriKey(signature!.contents!)])
    expect(states(await offline(w, bytes))).toEqual([['TOTAL-PASSED', 'B-LT']])
    const plain = await openDocument(await signed(w, 'B-LT'))
    expect(plain.latest.dict(plain.latest.root?.get('DSS'))?.has('VRI')).toBe(false)
  })

  test('what is asked of the level is asked before the key is used', async () => {
    const w = world()
    const signer = await w.signer('signer')
    const counted = { info: signer.info.bind(signer), sign: () => Promise.reject(new Error('the key was used')) }
    const { tsa, trust } = options(w)
    for (const given of [{ level: 'B-T' }, { level: 'B-LT', tsa: tsa! }, { level: 'B-LTA', trust }] as const)
      await expect(sign(twoPages(), { signer: counted, ...given })).rejects.toMatchObject({ code: 'LEVEL_NOT_REACHED' })
  })

  test('an authority that no anchor vouches for: an error that holds the file as it is, not a B-T', async () => {
    const w = world()
    const error = await failure(signed(w, 'B-T', { trust: w.trust('root2') }))
    expect([error.code, error.reached, error.partial?.level]).toEqual(['LEVEL_NOT_REACHED', 'B-B', 'B-B'])
    const report = await verify(error.partial!.bytes, { trust: w.trust('root2'), at: w.now })
    expect(report.signatures[0]).toMatchObject({ integrity: 'intact', level: 'B-B' })
  })

  test('a token that does not fit is asked for again, with room (P2, B26)', async () => {
    const w = world()
    const real = w.tsa('tsa')
    const small = { timestamp: real.timestamp.bind(real), sizeHint: () => 10 }
    const { bytes } = await timestamp(twoPages(), { tsa: small })
    expect(w.attempts).toHaveLength(2)
    expect((await offline(w, bytes)).signatures[0]).toMatchObject({ integrity: 'intact' })
    expect(states(await offline(w, await signed(w, 'B-LTA', { tsa: small })))[0]).toEqual(['TOTAL-PASSED', 'B-LTA'])
  })

  test('an authority is not taken at its word', async () => {
    const w = world()
    const real = w.tsa('tsa')
    const lying = {
      timestamp: (request: Parameters<typeof real.timestamp>[0]) =>
        real.timestamp({ ...request, imprint: new Uint8Array(request.imprint.length) }),
    }
    await expect(timestamp(twoPages(), { tsa: lying })).rejects.toMatchObject({
      code: 'TSA_FAILED',
      details: { code: 'TSA_IMPRINT_MISMATCH' },
    })
  })
})

describe('extension', () => {
  test.each([
    ['B-T', 3],
    ['B-LT', 4],
    ['B-LTA', 5],
  ] as const)('B-B to %s: the signature itself is not touched (L11)', async (to, revisions) => {
    const w = world()
    const before = await signed(w, 'B-B')
    const { bytes, report } = await extend(before, { to, ...options(w) })
    expect(bytes.subarray(0, before.length)).toEqual(before)
    expect((await openDocument(bytes)).revisions).toHaveLength(revisions)
    expect(report).toMatchObject({
      requestedLevel: to,
      reachedLevel: to,
      signatures: [{ before: 'B-B', after: to }],
      gaps: [],
      document: { addedBytes: bytes.length - before.length },
    })
    if (to !== 'B-T') expect(states(await offline(w, bytes))[0]).toEqual(['TOTAL-PASSED', to])
  })

  test('several signatures share one DSS revision (L6); what is stored is stored once (W28)', async () => {
    const w = world()
    const first = await sign(preparedReport(), { signer: await w.signer('signer'), at: w.now, field: 'officer' })
    const both = await sign(first.bytes, { signer: await w.signer('second'), at: w.now, field: 'seal' })
    const { bytes, report } = await extend(both.bytes, { to: 'B-LTA', ...options(w) })
    expect(states(await offline(w, bytes)).slice(0, 2)).toEqual([
      ['TOTAL-PASSED', 'B-LTA'],
      ['TOTAL-PASSED', 'B-LTA'],
    ])
    const document = await openDocument(bytes)
    expect(document.revisions).toHaveLength(6)
    const dss = document.latest.dict(document.latest.root?.get('DSS'))
    const count = (key: string): number => document.latest.array(dss?.get(key))?.items.length ?? 0
    expect(count('Certs') + count('OCSPs') + count('CRLs')).toBe(report.added)
  })

  test('more signers than one verification may ask about (L-24)', async () => {
    const many = Object.fromEntries(
      Array.from({ length: 12 }, (_, i) => [
        `s${i}`,
        member('signer', 'officerEc', `c${i}`, -0.1, 3, { subject: [`CN=signer ${i} (TEST)`] }),
      ]),
    )
    const issuers = Object.fromEntries(
      Array.from({ length: 12 }, (_, i) => [
        `c${i}`,
        member('ca', 'caEc', 'rootTsa', -1, 9, { subject: [`CN=issuer ${i} (TEST)`] }),
      ]),
    )
    const large = new World<string>({ ...CAST, ...many, ...issuers }, START)
    let bytes = twoPages()
    for (const name of Object.keys(many))
      bytes = (await sign(bytes, { signer: await large.signer(name), at: large.now, newField: name })).bytes
    const { find } = large.sources
    const bounded: RevocationSource = {
      find: async (request) => {
        if (request.budget.requests <= 0) return { problems: [] }
        request.budget.requests -= request.missing.length
        return find!(request)
      },
    }
    const how = { tsa: large.tsa('tsa'), trust: large.trust(...ANCHORS), sources: bounded, now: () => large.now }
    const { report } = await extend(bytes, { to: 'B-LT', ...how })
    expect([report.reachedLevel, report.signatures.length, report.gaps]).toEqual(['B-LT', 12, []])
  })

  test('a file that is there already is not written again', async () => {
    const w = world()
    const bytes = await signed(w, 'B-LT')
    for (const to of ['B-T', 'B-LT'] as const) {
      const again = await extend(bytes, { to, ...options(w) })
      expect(again.bytes).toEqual(bytes)
      expect(again.report.timestamps).toEqual([])
    }
  })

  test('a certified document that forbids every change can still be extended (L11)', async () => {
    const w = world()
    const { bytes } = await sign(twoPages(), { signer: await w.signer('signer'), at: w.now, certify: 1 })
    const extended = await extend(bytes, { to: 'B-LTA', ...options(w) })
    const report = await offline(w, extended.bytes)
    expect(states(report)[0]).toEqual(['TOTAL-PASSED', 'B-LTA'])
    expect(report.signatures[0]!.changes).toMatchObject({ level: 'ltv', permitted: true })
  })

  test('a revoked signer stops it, with a report (L5)', async () => {
    const w = world()
    const { bytes } = await sign(twoPages(), { signer: await w.signer('revoked'), at: w.now })
    const error = await failure(extend(bytes, { to: 'B-LT', ...options(w) }))
    expect(error.details['reasons']).toEqual([expect.stringMatching(/^S1 REVOKED_NO_POE/)])
    expect(error.reached).toBe(null)
  })

  test('gaps name each certificate without data', async () => {
    const w = world()
    const before = await signed(w, 'B-T')
    const silent = { ...options(w), sources: {} }
    const error = await failure(extend(before, { to: 'B-LT', ...silent }))
    const roles = error.record.gaps.map(({ role, for: id }) => `${role} ${id}`)
    expect(roles.toSorted()).toEqual(['ca S1', 'signer S1', 'tsa S1-T1', 'tsa-ca S1-T1'])
    expect(new Set(error.record.gaps.map(({ reason }) => reason))).toEqual(new Set(['REVOCATION_MISSING']))
  })

  test('nothing to extend; wrong arguments', async () => {
    const w = world()
    await expect(extend(twoPages(), { to: 'B-T', ...options(w) })).rejects.toMatchObject({ code: 'NOTHING_TO_EXTEND' })
    const bytes = await signed(w, 'B-T')
    const { tsa: _, ...without } = options(w)
    await expect(extend(bytes, { to: 'B-LTA', ...without })).rejects.toMatchObject({ code: 'ARGUMENT_INVALID' })
    const weaker = { ...options(w), archiveDigest: 'sha256' } as const
    const strong = (await extend(bytes, { to: 'B-LTA', ...options(w), archiveDigest: 'sha512' })).bytes
    await expect(extend(strong, { to: 'B-LTA', ...weaker })).rejects.toMatchObject({ code: 'ARGUMENT_INVALID' })
  })
})

describe('every form of file, every way of signing', () => {
  test.each([
    ['a table', () => preparedReport()],
    ['a cross-reference stream', () => preparedReport({ form: 'stream' })],
  ] as const)('B-LTA and a renewal over %s', async (_, make) => {
    const w = world()
    const first = await sign(make(), {
      signer: await w.signer('signer'),
      at: w.now,
      level: 'B-LTA',
      newField: 'Own',
      ...options(w),
    })
    const again = await extend(first.bytes, { to: 'B-LTA', ...options(w) })
    expect(states(await offline(w, again.bytes))).toEqual([
      ['TOTAL-PASSED', 'B-LTA'],
      ['TOTAL-PASSED', null],
      ['TOTAL-PASSED', null],
    ])
  })

  test.each([['128'], ['256']] as const)('an encrypted file of %s bits stays encrypted', async (bits) => {
    if (!hasWitness('qpdf')) return
    const w = world()
    await withFolder(async (folder) => {
      const [plain, locked] = [join(folder, 'plain.pdf'), join(folder, 'locked.pdf')]
      await writeFile(plain, twoPages())
      const aes = bits === '128' ? ['--use-aes=y'] : []
      const weak = bits === '128' ? ['--allow-weak-crypto'] : []
      expect(
        (await runProgram('qpdf', [...weak, '--encrypt', 'u', 'owner', bits, ...aes, '--', plain, locked])).code,
      ).toBe(0)
      const password = 'owner'
      const input = new Uint8Array(await readFile(locked))
      const made = await sign(input, {
        signer: await w.signer('signer'),
        at: w.now,
        password,
        level: 'B-LT',
        ...options(w),
      })
      const { bytes } = await extend(made.bytes, { to: 'B-LTA', password, ...options(w) })
      const report = await verify(bytes, { trust: w.trust(...ANCHORS), at: w.now, password: 'u' })
      expect(states(report)[0]).toEqual(['TOTAL-PASSED', 'B-LTA'])
      await writeFile(locked, bytes)
      expect((await runProgram('qpdf', ['--check', '--password=u', locked])).code).toBe(0)
    })
  })

  test('in two steps: the level is reached at completion', async () => {
    const w = world()
    const signer = await w.signer('signer')
    const how = { signer, at: w.now, level: 'B-LTA', ...options(w) } as const
    const prepared = await prepare(twoPages(), how)
    const [signature] = await signer.sign(
      [{ ref: 'x', input: await inputOf(signer, prepared), documentDigest: prepared.documentDigest }],
      {
        scheme: prepared.key!.scheme,
        idempotencyKey: 'x',
      },
    )
    const { bytes, report } = await complete(twoPages(), prepared, { signature: signature! }, options(w))
    expect(report.reachedLevel).toBe('B-LTA')
    expect(states(await offline(w, bytes))[0]).toEqual(['TOTAL-PASSED', 'B-LTA'])
  })

  test.each(['B-T', 'B-LTA'] as const)(
    'a whole CMS from elsewhere reaches %s by a document timestamp (L11)',
    async (level) => {
      const w = world()
      const inner = await w.signer('signer')
      const signer = {
        maxCmsSize: 8192,
        signCms: async (batch: readonly { readonly documentDigest: Uint8Array }[]) => [
          await cmsBy(inner, batch[0]!.documentDigest),
        ],
      }
      const { bytes, report } = await sign(twoPages(), { signer, at: w.now, level, ...options(w) })
      expect([report.reachedLevel, report.longTerm?.timestamps[0]?.kind]).toEqual([level, 'document'])
      const verified = await verify(bytes, { trust: w.trust(...ANCHORS), at: w.now, sources: w.sources })
      expect(verified.signatures[0]).toMatchObject({ level, indication: 'TOTAL-PASSED' })
    },
  )

  test('a prepared field takes the time stamp (W24); what is declared is what will be needed (W27)', async () => {
    const w = world()
    const { bytes, report } = await timestamp(preparedReport(), { tsa: w.tsa('tsa'), field: 'seal' })
    expect(report.timestamps).toMatchObject([{ kind: 'document', field: 'seal' }])
    const levelOf = async (file: Uint8Array): Promise<unknown> => {
      const { latest } = await openDocument(file)
      return latest.dict(latest.dict(latest.root?.get('Extensions'))?.get('ESIC'))?.get('ExtensionLevel')
    }
    // another signature field is waiting: it will want level 2, which must not come later
    expect(await levelOf(bytes)).toBe(2)
    expect(await levelOf((await timestamp(twoPages(), { tsa: w.tsa('tsa') })).bytes)).toBe(1)
    await expect(timestamp(bytes, { tsa: w.tsa('tsa'), field: 'seal' })).rejects.toMatchObject({ code: 'FIELD_SIGNED' })
  })

  test('T8: the dictionary of a document timestamp holds nothing else', async () => {
    const w = world()
    const document = await openDocument((await timestamp(twoPages(), { tsa: w.tsa('tsa') })).bytes)
    const [{ dict } = { dict: undefined }] = findSignatures(document).signatures
    expect([...(dict?.map.keys() ?? [])].toSorted((a, b) => a.localeCompare(b))).toEqual([
      'ByteRange',
      'Contents',
      'Filter',
      'SubFilter',
      'Type',
    ])
  })
})

describe('freshness (L3)', () => {
  test('after-timestamp: data from before the proof are not enough; the error says when to come back', async () => {
    const w = world()
    const hours = 3_600_000
    w.issued = () => new Date(w.now.getTime() - hours)
    const error = await failure(signed(w, 'B-LT', { freshness: 'after-timestamp' }))
    expect(new Set(error.record.gaps.map(({ reason }) => reason))).toEqual(new Set(['REVOCATION_NOT_FRESH']))
    expect([error.reached, error.partial?.level]).toEqual(['B-T', 'B-T'])
    const later = new Date(error.record.extendAfter!)
    expect(later.getTime()).toBe(w.now.getTime() + 23 * hours)
    // the file was kept: a delayed job goes on with it
    w.now = later
    const { bytes, report } = await extend(error.partial!.bytes, {
      to: 'B-LT',
      ...options(w, { freshness: 'after-timestamp' }),
    })
    expect(report.signatures).toMatchObject([{ before: 'B-T', after: 'B-LT' }])
    expect(states(await offline(w, bytes))).toEqual([['TOTAL-PASSED', 'B-LT']])
  })

  test('after-timestamp: older data at hand are replaced by newer ones', async () => {
    const w = world()
    const kept = await signed(w, 'B-LTA')
    w.now = new Date(w.now.getTime() + 3_600_000)
    const { report } = await extend(kept, { to: 'B-LT', ...options(w, { freshness: { maxAge: 60_000 } }) })
    expect(report.added).toBeGreaterThan(0)
  })

  test('a B-T says from when on it can be extended', async () => {
    const w = world()
    const { report } = await extend(await signed(w, 'B-B'), { to: 'B-T', ...options(w) })
    expect(report.extendAfter).toBe(w.now.toISOString())
  })
})

test('S5: a B-LTA signature reads the bytes of the original once', async () => {
  const w = world()
  const input = twoPages()
  let read = 0
  const source: ByteSource = {
    size: input.length,
    read: (offset, into) => {
      const part = input.subarray(offset, offset + into.length)
      into.set(part)
      read += part.length
      return Promise.resolve(part.length)
    },
  }
  const { bytes } = await sign(source, { signer: await w.signer('signer'), at: w.now, level: 'B-LTA', ...options(w) })
  expect(read).toBe(input.length)
  expect(states(await offline(w, bytes))[0]).toEqual(['TOTAL-PASSED', 'B-LTA'])
})

test('errors of a level are errors of the library', () => {
  expect(
    new LevelNotReachedError(
      'B-LT',
      null,
      { timestamps: [], added: 0, gaps: [], extendAfter: null, renewBefore: null },
      [],
    ),
  ).toBeInstanceOf(CountersignError)
})
