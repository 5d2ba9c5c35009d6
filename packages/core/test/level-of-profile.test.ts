// A level that was reached is one that a verifier with the same options sees, whatever profile and data the caller chose (REL-05, E-15).
import { expect, test } from '@jest/globals'
import { sign } from '../src/pades/sign.ts'
import type { TrustStore } from '../src/validation/trust.ts'
import { member, World } from './support/long-term.ts'
import { CAST, START } from './support/long-term-cast.ts'
import type { Name } from './support/long-term-cast.ts'
import { twoPages } from './support/make-pdf.ts'

const PUBLIC_TSA = (w: World<Name>): TrustStore => {
  const [root, rootTsa] = w.trust('root', 'rootTsa').anchors
  return {
    anchors: [
      { ...root!, profiles: ['gov'] },
      { ...rootTsa!, profiles: ['public'] },
    ],
  }
}

// Found by review: the profile's anchors were asked by the verifier only.
test.each(['B-T', 'B-LT'] as const)('an authority of another profile gives no %s', async (level) => {
  const w = new World(CAST, START)
  const signer = await w.signer('signer')
  const common = { signer, at: w.now, level, tsa: w.tsa('tsa'), sources: w.sources, now: () => w.now } as const
  const policy = { profile: 'vietnam-gov' } as const
  const refused = sign(twoPages(), { ...common, policy, trust: PUBLIC_TSA(w) })
  await expect(refused).rejects.toMatchObject({ code: 'LEVEL_NOT_REACHED', details: { requested: level } })
  const { report } = await sign(twoPages(), { ...common, policy, trust: w.trust('root', 'rootTsa') })
  expect(report.reachedLevel).toBe(level)
})

// Found by review: lists that the caller gave were not looked at.
test('an authority that the caller’s own lists know as revoked gives no B-T', async () => {
  const revoked = { at: -10, reason: 'keyCompromise' } as const
  const w = new World({ ...CAST, tsa: member('tsa', 'tsaEc', 'caTsa', -0.1, 8, { revoked }) }, START)
  const common = { signer: await w.signer('signer'), at: w.now, level: 'B-T', tsa: w.tsa('tsa') } as const
  const trust = w.trust('root', 'rootTsa')
  const given = sign(twoPages(), { ...common, trust, sources: { crls: [w.pki.issueCrl('caTsa')] } })
  await expect(given).rejects.toMatchObject({ code: 'LEVEL_NOT_REACHED' })
  const { report } = await sign(twoPages(), { ...common, trust, sources: { crls: [w.pki.issueCrl('rootTsa')] } })
  expect(report.reachedLevel).toBe('B-T')
})
