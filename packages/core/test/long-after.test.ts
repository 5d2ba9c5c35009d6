// Twenty years on: a B-LTA file renewed twice, with every certificate of its first chain expired (E-05 to E-08, L10).
import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { OID } from '../src/der/oids.ts'
import { verify } from '../src/pades/verify.ts'
import type { CallerPoe } from '../src/validation/poe.ts'
import { Archive, of, type Cast } from './support/archive.ts'
import { attribute, hash } from './support/craft-cms.ts'

/** The signer's CA is revoked in its second year; each TSA lives long enough to reach the next renewal. */
const CAST: Cast = {
  root: of('root', undefined, -1, 30),
  ca: of('ca', 'root', -1, 5, { revoked: { at: 400, reason: 'cACompromise' } }),
  signer: of('signer', 'ca', -0.1, 3),
  tsaCa: of('ca', 'root', -1, 9),
  tsa: of('tsa', 'tsaCa', -0.1, 8),
  tsaCa2: of('ca', 'root', 5, 16),
  tsa2: of('tsa', 'tsaCa2', 6, 15),
  tsaCa3: of('ca', 'root', 12, 28),
  tsa3: of('tsa', 'tsaCa3', 13, 27),
}

/** Signed, stamped, given its data, sealed: the file on its first day. */
function firstDay(cast: Cast = CAST): Archive {
  const file = new Archive(cast)
  file.sign('signer', { stamp: 'tsa' }).travel(file.day(0.01))
  file.store(file.materialOf('signer', 'tsa'))
  return file.travel(file.day(0.02)).seal('tsa')
}

function renew(file: Archive, years: number, old: string, fresh: string): Archive {
  file.travel(file.year(years)).store(file.materialOf(old))
  return file.seal(fresh)
}

const verdicts = (report: Awaited<ReturnType<Archive['verify']>>): string[] =>
  report.signatures.map(({ indication, subIndication }) => `${indication} ${subIndication ?? ''}`.trim())

describe('after twenty years and two renewals', () => {
  const file = renew(renew(firstDay(), 7, 'tsa', 'tsa2'), 14, 'tsa2', 'tsa3')
  file.travel(file.year(20))
  const fresh = { crls: file.materialOf('tsa3').crls! }

  test('it passes, and says since when it is proven', async () => {
    const report = await file.verify({ sources: fresh })
    expect(verdicts(report)).toEqual(['TOTAL-PASSED', 'TOTAL-PASSED', 'TOTAL-PASSED', 'TOTAL-PASSED'])
    expect(report.overall).toBe('valid-with-notes')
    expect(report.policy.relaxations).toEqual([])
    const [own] = report.signatures
    expect(own).toMatchObject({
      level: 'B-LTA',
      times: { provenBy: 'S1-T1', best: file.start.toISOString() },
      checks: { chain: 'pass', revocation: 'pass', time: 'pass', signatureValue: 'pass' },
      longTermUntil: file.actor('tsa3').notAfter.toISOString(),
    })
    expect(own!.timestamps[0]).toMatchObject({ indication: 'TOTAL-PASSED' })
  })

  test('the report is the same each time (V-10)', async () => {
    expect(JSON.stringify(await file.verify({ sources: fresh }))).toBe(
      JSON.stringify(await file.verify({ sources: fresh })),
    )
  })

  test('the last time stamp needs revocation data of today', async () => {
    const report = await file.verify()
    expect(verdicts(report)[3]).toBe('INDETERMINATE CERTIFICATE_CHAIN_GENERAL_FAILURE')
    expect(report.signatures[0]!.indication).toBe('INDETERMINATE')
  })

  test('a delay that the policy allows is asked of the signer’s claim, not of the time stamps', async () => {
    const report = await file.verify({ sources: fresh, policy: { timestampDelay: 3600 } })
    expect(verdicts(report)).toEqual(Array.from({ length: 4 }, () => 'TOTAL-PASSED'))
  })

  test('data must be as new as the policy demands beside the signature (X-09)', async () => {
    const verdict = async (grace: number): Promise<string> =>
      verdicts(await file.verify({ sources: fresh, policy: { freshness: { signer: { grace } } } }))[0]!
    // signed at the start, the lists were made 0.01 days later
    expect([await verdict(800), await verdict(900)]).toEqual(['TOTAL-PASSED', 'INDETERMINATE TRY_LATER'])
  })

  test('no flipped byte that is sealed leaves the file passing', async () => {
    const { bytes } = file
    const options = {
      trust: { anchors: file.anchors('root') },
      at: file.now,
      sources: fresh,
      fingerprints: false,
      risks: false,
    }
    // Only the newest token's own envelope is covered by nothing yet.
    const open = Buffer.from(bytes).lastIndexOf('/Contents <')
    const close = Buffer.from(bytes).indexOf('>', open)
    const sealed = fc.nat(bytes.length - 1).filter((position) => position < open || position > close)
    for (const position of fc.sample(sealed, { seed: 20, numRuns: 12 })) {
      const report = await verify(bytes.with(position, bytes[position]! ^ 1), options)
      expect([position, report.overall]).not.toEqual([position, expect.stringMatching(/^valid/u)])
    }
  })
})

test('a content time stamp is judged by the past as well', async () => {
  const file = new Archive(CAST)
  file.sign('signer', { stamp: 'tsa', content: 'tsa' }).travel(file.day(0.01)).store(file.materialOf('signer', 'tsa'))
  file.travel(file.day(0.02)).seal('tsa')
  renew(file, 7, 'tsa', 'tsa2').travel(file.year(10))
  const { signatures } = await file.verify({ sources: { crls: file.materialOf('tsa2').crls! } })
  expect(signatures[0]).toMatchObject({
    indication: 'TOTAL-PASSED',
    times: { provenAfter: file.start.toISOString(), provenBefore: file.start.toISOString() },
  })
  expect(signatures[0]!.findings.map(({ code }) => code)).not.toContain('CONTENT_TIMESTAMP_INVALID')
})

describe('what is missing or wrong is not made up for', () => {
  async function first(file: Archive, data: 'tsa2' | 'tsa3' = 'tsa3', anchors = ['root']): Promise<string> {
    file.travel(file.year(20))
    const report = await file.verify({ sources: { crls: file.materialOf(data).crls! }, anchors })
    return verdicts(report)[0]!
  }
  const last = (file: Archive): Archive => renew(file, 14, 'tsa2', 'tsa3')

  test('a renewal is missing: the TSA before it expired unproven', async () => {
    expect(await first(renew(firstDay(), 7, 'tsa', 'tsa2'), 'tsa2')).toMatch(/^INDETERMINATE/u)
    const skipped = firstDay()
    skipped.travel(skipped.year(14)).store(skipped.materialOf('tsa')).seal('tsa3')
    expect(await first(skipped)).toMatch(/^INDETERMINATE/u)
  })

  test('a renewal came after the TSA had expired', async () => {
    expect(await first(last(renew(firstDay(), 8.5, 'tsa', 'tsa2')))).toMatch(/^INDETERMINATE/u)
  })

  test('the renewal does not cover the data on the TSA before it', async () => {
    const file = firstDay()
    file.travel(file.year(7)).seal('tsa2').store(file.materialOf('tsa'))
    expect(await first(last(file))).toMatch(/^INDETERMINATE/u)
  })

  test('the renewal is over an earlier revision', async () => {
    const file = firstDay()
    const { bytes } = file
    file.travel(file.year(7)).store(file.materialOf('tsa'))
    file.seal('tsa2', {}, () => file.token('tsa2', bytes))
    expect(await first(last(file))).toMatch(/^INDETERMINATE/u)
  })

  test('a genuine time stamp of another document is wrapped into this one (A-23)', async () => {
    let genuine = new Uint8Array()
    const other = firstDay()
    other.travel(other.year(7)).store(other.materialOf('tsa'))
    other.seal('tsa2', {}, (covered) => (genuine = Uint8Array.from(other.token('tsa2', covered))))
    const file = firstDay()
    file
      .travel(file.year(7))
      .store(file.materialOf('tsa'))
      .seal('tsa2', {}, () => genuine)
    expect(await first(last(file))).toMatch(/^INDETERMINATE/u)
  })

  test('the same time stamp twice proves once (A-22)', async () => {
    let genuine = new Uint8Array()
    const file = firstDay()
    file.travel(file.year(7)).store(file.materialOf('tsa'))
    file.seal('tsa2', {}, (covered) => (genuine = Uint8Array.from(file.token('tsa2', covered))))
    file.seal('tsa2', {}, () => genuine)
    const report = await last(file).verify({ sources: { crls: file.materialOf('tsa3').crls! } })
    expect(report.signatures.map(({ integrity }) => integrity)).toEqual([
      'intact',
      'intact',
      'intact',
      'broken',
      'intact',
    ])
    expect(verdicts(report)[0]).toBe('TOTAL-PASSED')
  })

  test('a time stamp copied from another signature proves nothing (A-22)', async () => {
    let genuine = new Uint8Array()
    new Archive(CAST).sign('signer', {
      unsigned: (value) => {
        const file = new Archive(CAST)
        return [attribute(OID.signatureTimeStampToken, (genuine = Uint8Array.from(file.token('tsa', value))))]
      },
    })
    const file = new Archive(CAST)
    file.travel(file.day(2)).sign('signer', { unsigned: () => [attribute(OID.signatureTimeStampToken, genuine)] })
    const { signatures } = await file.verify({ sources: file.materialOf('signer', 'tsa') })
    expect(signatures[0]).toMatchObject({
      indication: 'TOTAL-PASSED',
      level: 'B-B',
      times: { provenBefore: null, best: file.now.toISOString() },
      timestamps: [{ imprint: 'mismatch', indication: 'TOTAL-FAILED', subIndication: 'HASH_FAILURE' }],
    })
  })

  test('the CA was revoked before the signature is proven', async () => {
    const revoked = { ...CAST, ca: of('ca', 'root', -1, 5, { revoked: { at: -1, reason: 'cACompromise' } }) }
    expect(await first(last(renew(firstDay(revoked), 7, 'tsa', 'tsa2')))).toBe('INDETERMINATE REVOKED_CA_NO_POE')
  })

  test('revocation data on the signer are proven only after its CA was revoked', async () => {
    const file = new Archive(CAST)
    file.sign('signer', { stamp: 'tsa' }).travel(file.day(0.01))
    const { crls, ...others } = file.materialOf('signer', 'tsa')
    file
      .store({ ...others, crls: crls!.slice(1) })
      .travel(file.day(0.02))
      .seal('tsa')
    const late = [crls![0]!]
    file.travel(file.year(7)).store({ ...file.materialOf('tsa'), crls: [...file.materialOf('tsa').crls!, ...late] })
    expect(await first(last(file.seal('tsa2')))).toMatch(/^INDETERMINATE/u)
  })

  test('data on the signer’s CA of the first day suffice where nothing newer speaks of it', async () => {
    const { tsaCa, tsaCa2, tsaCa3, ...rest } = CAST
    const under = (one: Cast[string] | undefined): Cast[string] => ({ ...one!, issuer: 'tsaRoot' })
    const cast = {
      ...rest,
      tsaRoot: of('root', undefined, -1, 30),
      tsaCa: under(tsaCa),
      tsaCa2: under(tsaCa2),
      tsaCa3: under(tsaCa3),
    }
    const file = last(renew(firstDay(cast), 7, 'tsa', 'tsa2'))
    expect(await first(file, 'tsa3', ['root', 'tsaRoot'])).toBe('TOTAL-PASSED')
    expect(await first(file, 'tsa3', ['root'])).toMatch(/^INDETERMINATE/u)
  })

  test('a caller’s proof stands in for the renewals (E-01)', async () => {
    const file = firstDay()
    const { sha256 } = file
    file.travel(file.year(20))
    const proof = { sha256, time: file.day(1), source: 'register' }
    const judge = async (poes: readonly CallerPoe[]): Promise<string> => verdicts(await file.verify({ poes }))[0]!
    expect(await judge([proof])).toBe('TOTAL-PASSED')
    expect(await judge([{ ...proof, time: file.year(6) }])).toMatch(/^INDETERMINATE/u)
    expect(await judge([{ ...proof, sha256: 'ab'.repeat(32) }])).toMatch(/^INDETERMINATE/u)
  })

  test('a caller’s proof of the file counts beside an earlier stamp over the value alone', async () => {
    const file = new Archive(CAST)
    file.sign('signer', { stamp: 'tsa' }).travel(file.day(0.01)).store(file.materialOf('signer', 'tsa'))
    const proof = { sha256: file.sha256.toUpperCase(), time: file.day(1), source: 'register' }
    file.travel(file.year(20))
    const { signatures } = await file.verify({ poes: [proof] })
    expect(signatures[0]).toMatchObject({ indication: 'TOTAL-PASSED', level: 'B-LT', times: { provenBy: 'S1-T1' } })
    expect(verdicts(await file.verify())[0]).toMatch(/^INDETERMINATE/u)
  })

  test('the caller may have hashed the file with white space behind it', async () => {
    const file = firstDay()
    const bytes = Buffer.concat([file.bytes, Buffer.from('\n\n')])
    const poes = [{ sha256: Buffer.from(hash('sha256', bytes)).toString('hex'), time: file.day(1), source: 'register' }]
    const options = { trust: { anchors: file.anchors('root') }, at: file.year(20), poes }
    expect(verdicts(await verify(new Uint8Array(bytes), options))[0]).toBe('TOTAL-PASSED')
  })

  test('a caller’s proof of a signature value is no proof of the data on it', async () => {
    const file = new Archive(CAST)
    let sha256 = ''
    const value = (made: Uint8Array): Uint8Array => {
      sha256 = Buffer.from(hash('sha256', made)).toString('hex')
      return made
    }
    file.sign('signer', { value }).travel(file.day(500))
    const sources = file.materialOf('signer')
    const poes = [{ sha256, time: file.day(1), source: 'register' }]
    // the CA was revoked on day 400; the value is older, and the certificate is bound to it, but the lists are of today
    expect(verdicts(await file.verify({ sources, poes }))[0]).toBe('TOTAL-PASSED')
    expect(verdicts(await file.verify({ sources }))[0]).toBe('INDETERMINATE REVOKED_CA_NO_POE')
  })
})
