// Any order of signing, sealing, revocations and checking: the verdict against an oracle of a few lines (E-04 to E-07).
import { expect, test } from '@jest/globals'
import fc from 'fast-check'
import { Archive, of, type Cast } from './support/archive.ts'

/** Days from the start; revocations fall between whole days, so that nothing happens at the same moment. */
interface Timeline {
  readonly signed: number
  readonly listed: number
  readonly sealed: number
  readonly checked: number
  readonly revoked: number | undefined
  readonly caRevoked: number | undefined
}

const END = 365

const timelines: fc.Arbitrary<Timeline> = fc
  .record({
    signed: fc.integer({ min: 1, max: 20 }),
    toList: fc.integer({ min: 0, max: 5 }),
    toSeal: fc.integer({ min: 0, max: 6 }),
    toCheck: fc.oneof(fc.integer({ min: 1, max: 30 }), fc.integer({ min: END, max: 700 })),
    revoked: fc.option(fc.integer({ min: 0, max: 40 }), { nil: undefined }),
    caRevoked: fc.option(fc.integer({ min: 0, max: 40 }), { nil: undefined }),
  })
  .map(({ signed, toList, toSeal, toCheck, revoked, caRevoked }) => {
    const listed = signed + toList
    const sealed = listed + toSeal
    return {
      signed,
      listed,
      sealed,
      checked: sealed + toCheck,
      revoked: revoked === undefined ? undefined : revoked + 0.5,
      caRevoked: caRevoked === undefined ? undefined : caRevoked + 0.5,
    }
  })

/** Known to the check, and before the time that matters. */
function passes({ signed, sealed, checked, revoked = Infinity, caRevoked = Infinity }: Timeline): boolean {
  if (revoked < signed || caRevoked < signed) return false
  if (checked <= END) return true
  // The signer has expired: the list on it must be proven older than what ended its CA.
  return caRevoked > sealed || caRevoked > checked
}

function live({ signed, listed, sealed, checked, revoked, caRevoked }: Timeline): Archive {
  const cast: Cast = {
    root: of('root', undefined, -1, 30),
    ca: of('ca', 'root', -1, 20, caRevoked === undefined ? {} : { revoked: { at: caRevoked, reason: 'cACompromise' } }),
    signer: {
      profile: 'signer',
      issuer: 'ca',
      validity: { from: -1, to: END },
      ...(revoked === undefined ? {} : { revoked: { at: revoked, reason: 'keyCompromise' as const } }),
    },
    tsa: of('tsa', 'root', -0.5, 10),
  }
  const file = new Archive(cast)
  file.travel(file.day(signed)).sign('signer', { stamp: 'tsa' }).travel(file.day(listed))
  const material = file.materialOf('signer', 'tsa')
  return file.store(material).travel(file.day(sealed)).seal('tsa').travel(file.day(checked))
}

test('passes exactly when the signature is older than every revocation, and its data are proven in time', async () => {
  const seen = new Set<boolean>()
  await fc.assert(
    fc.asyncProperty(timelines, async (timeline) => {
      const file = live(timeline)
      const { crls = [] } = file.materialOf('signer', 'tsa')
      const options = { sources: { crls }, fingerprints: false, risks: false }
      const [own] = (await file.verify(options)).signatures
      const passed = own!.indication === 'TOTAL-PASSED'
      seen.add(passed)
      expect([passed, own!.subIndication]).toEqual([passes(timeline), passed ? null : expect.any(String)])
    }),
    { seed: 7, numRuns: 12 },
  )
  expect(seen.size).toBe(2)
})
