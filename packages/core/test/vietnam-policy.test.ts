// E-15: the Vietnamese presets from policy to report: algorithms of TT 15/2025, purpose as a warning, the anchors of the profile.
import { describe, expect, test } from '@jest/globals'
import { Archive, of, type Cast } from './support/archive.ts'

const CAST: Cast = {
  root: of('root', undefined, -1, 30),
  ca: of('ca', 'root', -1, 20),
  signer: of('server', 'ca', -0.5, 10),
}

function signed(cast: Cast = CAST): Archive {
  return new Archive(cast).sign('signer')
}

async function judged(file: Archive, profile: 'strict' | 'vietnam-gov' | 'vietnam-public', tag?: 'gov' | 'public') {
  const [anchor] = file.anchors('root')
  const anchors = [{ ...anchor!, ...(tag === undefined ? {} : { profiles: [tag] }) }]
  return file.verify({ trust: { anchors }, policy: { profile }, sources: file.materialOf('signer') })
}

describe.each(['vietnam-gov', 'vietnam-public'] as const)('%s', (profile) => {
  test('a purpose that says nothing of documents is a warning; both relaxations are recorded, with a hash', async () => {
    const report = await judged(signed(), profile)
    expect(report.overall).toBe('valid-with-notes')
    expect(report.policy).toMatchObject({ id: profile, relaxations: ['algorithms:tt15', 'eku:warn'] })
    expect(report.policy.hash).toMatch(/^[0-9a-f]{64}$/u)
    const [own] = report.signatures
    expect(own!.findings.filter(({ severity }) => severity !== 'info').map(({ code }) => code)).toEqual([
      'SIGNER_PURPOSE',
    ])
    expect((await judged(signed(), 'strict')).signatures[0]!.subIndication).toBe('CHAIN_CONSTRAINTS_FAILURE')
  })

  test('anchors of the other profile vouch for nobody', async () => {
    const [own, other] = profile === 'vietnam-gov' ? (['gov', 'public'] as const) : (['public', 'gov'] as const)
    expect((await judged(signed(), profile, own)).signatures[0]!.indication).toBe('TOTAL-PASSED')
    expect((await judged(signed(), profile, other)).signatures[0]!.subIndication).toBe('NO_CERTIFICATE_CHAIN_FOUND')
  })
})

test('TT 15/2025 has no end dates, the strict catalogue has', async () => {
  const rsa: Cast = {
    root: of('root', undefined, -1, 30, { key: 'root' }),
    ca: of('ca', 'root', -1, 20, { key: 'ca' }),
    signer: of('signer', 'ca', -0.5, 10, { key: 'officer' }),
  }
  const file = new Archive(rsa, '2030-03-01T08:00:00Z').sign('signer')
  expect((await judged(file, 'vietnam-gov')).signatures[0]!.indication).toBe('TOTAL-PASSED')
  expect((await judged(file, 'strict')).signatures[0]!.subIndication).toBe('CRYPTO_CONSTRAINTS_FAILURE_NO_POE')
})

test('SHA-1 is not in TT 15/2025', async () => {
  const file = signed({ ...CAST, signer: of('signer', 'ca', -0.5, 10, { signature: 'ecdsa-sha1' }) })
  expect((await judged(file, 'vietnam-gov')).signatures[0]!.subIndication).toBe('CRYPTO_CONSTRAINTS_FAILURE')
})
