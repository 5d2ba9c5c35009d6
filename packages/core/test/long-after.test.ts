// Twenty years on: a B-LTA file renewed twice, with every certificate of its first chain expired (E-05 to E-08, L10).
import { describe, expect, test } from '@jest/globals'
import { Archive, of, type Cast } from './support/archive.ts'

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
})
