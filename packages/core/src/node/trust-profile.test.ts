import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { createStaticPki, toPem } from '@countersign/test-pki'
import { validateCertificate } from '../pades/certificate-report.ts'
import {
  addAnchor,
  EMPTY_PROFILE,
  encodeTrustProfile,
  parseSha256,
  parseTrustProfile,
  removeAnchor,
} from '../validation/trust-profile.ts'
import type { ProfileAnchor, TrustSelection } from '../validation/trust-profile.ts'
import { loadTrustProfile } from './trust-profile.ts'

const pki = createStaticPki()
const { root, ca, caVn, officer } = pki.actors
let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'trust-'))
  await writeFile(join(folder, 'gov.crt'), root.certificate)
  await writeFile(join(folder, 'public.pem'), root.pem + toPem('CERTIFICATE', ca.certificate))
})
afterEach(() => rm(folder, { recursive: true, force: true }))

const gov: ProfileAnchor = {
  file: 'gov.crt',
  sha256: root.sha256,
  subject: 'CN=Root',
  profiles: ['gov'],
  purposes: ['signer', 'tsa'],
  provenance: 'ca.gov.vn, fetched 2026-01-05, hash compared by telephone',
}
const open: ProfileAnchor = {
  ...gov,
  file: 'public.pem',
  sha256: ca.sha256,
  profiles: ['public'],
  purposes: ['signer'],
}
const both = addAnchor(addAnchor(EMPTY_PROFILE, gov), open)

async function load(profile: unknown, selection?: TrustSelection): Promise<readonly string[]> {
  await writeFile(join(folder, 'trust.json'), typeof profile === 'string' ? profile : JSON.stringify(profile))
  const { anchors } = await loadTrustProfile(folder, selection)
  return anchors.map(({ certificate }) => certificate.subject.toString())
}

const code = (expected: string): unknown => expect.objectContaining({ code: expected })

describe('trust profiles gov, public and both (PKI-01, VN-15)', () => {
  test('select their anchors', async () => {
    const rootName = expect.stringContaining('Root CA')
    const caName = expect.stringContaining('Issuing CA')
    expect(await load(both, 'gov')).toEqual([rootName])
    expect(await load(both, 'public')).toEqual([caName])
    expect(await load(both)).toEqual([rootName, caName])
    expect(await load(encodeTrustProfile(both), 'both')).toEqual([rootName, caName])
    expect((await loadTrustProfile(join(folder, 'trust.json'))).anchors.length).toBe(2)
  })

  test('with the wrong root pinned nobody of the other side is trusted', async () => {
    const check = async (selection: TrustSelection): Promise<boolean> => {
      const trust = await loadTrustProfile(folder, selection)
      const options = { trust, at: pki.clock(), intermediates: [caVn.certificate], revocation: 'none' } as const
      return (await validateCertificate(officer.certificate, options)).valid
    }
    await load(both)
    expect([await check('gov'), await check('public'), await check('both')]).toEqual([true, false, true])
  })

  test('purposes and the last day of trust come along', async () => {
    await load(addAnchor(EMPTY_PROFILE, { ...open, until: '2026-06-30T00:00:00Z' }))
    const [anchor] = (await loadTrustProfile(folder)).anchors
    expect([anchor?.purposes, anchor?.sunset]).toEqual([['signer'], new Date('2026-06-30T00:00:00Z')])
  })
})

describe('what is not as pinned opens nothing', () => {
  test('another certificate in the file', async () => {
    await writeFile(join(folder, 'gov.crt'), ca.certificate)
    await expect(load(both)).rejects.toEqual(code('TRUST_PIN_MISMATCH'))
    // The selection that does not need the file is not harmed.
    expect((await load(both, 'public')).length).toBe(1)
  })

  test('no certificate, no file', async () => {
    await writeFile(join(folder, 'gov.crt'), 'nothing')
    await expect(load(both)).rejects.toEqual(code('CERT_INVALID'))
    await rm(join(folder, 'gov.crt'))
    await expect(load(both)).rejects.toEqual(code('ENOENT'))
  })

  test.each([
    ['no JSON', '{'],
    ['another schema', { schema: 'other', anchors: [] }],
    ['null', null],
    ['no anchors', { ...EMPTY_PROFILE, anchors: {} }],
    ['an anchor that is none', { ...EMPTY_PROFILE, anchors: [7] }],
    ['a path', { ...EMPTY_PROFILE, anchors: [{ ...gov, file: '../gov.crt' }] }],
    ['a path of Windows', { ...EMPTY_PROFILE, anchors: [{ ...gov, file: 'C:\\gov.crt' }] }],
    ['a hidden file', { ...EMPTY_PROFILE, anchors: [{ ...gov, file: '.gov.crt' }] }],
    ['no hash', { ...EMPTY_PROFILE, anchors: [{ ...gov, sha256: 'abc' }] }],
    ['no provenance', { ...EMPTY_PROFILE, anchors: [{ ...gov, provenance: ' ' }] }],
    ['an unknown profile', { ...EMPTY_PROFILE, anchors: [{ ...gov, profiles: ['all'] }] }],
    ['no profile', { ...EMPTY_PROFILE, anchors: [{ ...gov, profiles: [] }] }],
    ['an unknown purpose', { ...EMPTY_PROFILE, anchors: [{ ...gov, purposes: ['everything'] }] }],
    ['no date', { ...EMPTY_PROFILE, anchors: [{ ...gov, until: 'soon' }] }],
    ['the same anchor twice', { ...EMPTY_PROFILE, anchors: [gov, gov] }],
  ])('a profile with %s', async (_, profile) => {
    await expect(load(profile)).rejects.toEqual(code('TRUST_PROFILE_INVALID'))
  })
})

test('anchors are added once and removed by hash', () => {
  expect(() => addAnchor(both, gov)).toThrow(code('TRUST_PROFILE_INVALID') as Error)
  const { profile, removed } = removeAnchor(both, root.sha256)
  expect([profile.anchors, removed]).toEqual([[open], gov])
  expect(() => removeAnchor(profile, root.sha256)).toThrow(code('TRUST_PROFILE_INVALID') as Error)
  expect(parseTrustProfile(encodeTrustProfile(both))).toEqual(both)
})

test('hashes as people write them', () => {
  expect(parseSha256('F0:4B '.padEnd(6).repeat(16))).toBe('f04b'.repeat(16))
  expect(parseSha256('f04b')).toBeUndefined()
  expect(parseSha256('g'.repeat(64))).toBeUndefined()
})

describe('limits of an anchor', () => {
  const limited = {
    ...gov,
    from: '2026-01-01T00:00:00Z',
    until: '2030-01-01',
    pathLength: 1,
    permitted: ['directory:C=VN', 'email:.gov.vn'],
    excluded: ['dns:bad.vn'],
  }

  test('are read and reach the store', async () => {
    await writeFile(join(folder, 'trust.json'), encodeTrustProfile(addAnchor(EMPTY_PROFILE, limited)))
    const [anchor] = (await loadTrustProfile(folder)).anchors
    expect(anchor).toMatchObject({
      start: new Date('2026-01-01T00:00:00Z'),
      sunset: new Date('2030-01-01T00:00:00Z'),
      constraints: {
        pathLength: 1,
        names: {
          permitted: [{ base: { kind: 'directory' } }, { base: { kind: 'email', value: '.gov.vn' } }],
          excluded: [{ base: { kind: 'dns', value: 'bad.vn' } }],
        },
      },
    })
  })

  test.each([
    { from: 'yesterday' },
    { pathLength: -1 },
    { pathLength: '1' },
    { permitted: [] },
    { permitted: ['gov.vn'] },
    { permitted: ['ip:10.0.0.0/8'] },
    { excluded: ['directory:nobody'] },
    { excluded: ['dns:'] },
  ])('%j is refused', (wrong) => {
    expect(() => addAnchor(EMPTY_PROFILE, { ...limited, ...wrong } as ProfileAnchor)).toThrow(
      expect.objectContaining({ code: 'TRUST_PROFILE_INVALID' }),
    )
  })
})
