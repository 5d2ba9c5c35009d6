import { expect, test } from '@jest/globals'
import { createHash } from 'node:crypto'
import { digestUntil, signatureUntil, TS_119_312 } from './algorithms.ts'
import { TT_15_2025 } from './catalogues.ts'
import { describePolicy, policyHash, resolvePolicy, type Policy } from './policy.ts'

/** Canonical JSON, written anew. */
function sorted(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map((item) => sorted(item)).join(',')}]`
  if (typeof value !== 'object' || value === null) return JSON.stringify(value)
  const members = Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1))
  return `{${members.map(([name, member]) => `${JSON.stringify(name)}:${sorted(member)}`).join(',')}}`
}

const relaxations = (policy?: Policy): readonly string[] => resolvePolicy(policy).relaxations

test('nothing is relaxed by default; every weakening is named (E-10)', () => {
  expect(relaxations()).toEqual([])
  expect(relaxations({ acrobat: true, timestampDelay: 60, signaturePolicy: 'require' })).toEqual([])
  expect(relaxations({ profile: 'compat', revocation: 'prefer' })).toEqual(['profile:compat', 'revocation:prefer'])
  expect(relaxations({ algorithms: 'any', allowedChanges: 'other' })).toEqual(['algorithms:any', 'changes:other'])
  expect(relaxations({ eku: 'warn' })).toEqual(['eku:warn'])
  expect(relaxations({ revocationData: { signer: 'both', ca: 'none' } })).toEqual(['revocation:ca:none'])
  const own = { ...TS_119_312, id: 'house', version: '3' }
  expect(relaxations({ catalogue: own })).toEqual(['algorithms:house 3'])
})

test.each(['vietnam-gov', 'vietnam-public'] as const)('%s (E-15)', (profile) => {
  const policy = resolvePolicy({ profile })
  expect(policy.relaxations).toEqual(['algorithms:tt15', 'eku:warn'])
  expect(policy).toMatchObject({ id: profile, profile: 'strict', revocation: 'require' })
  expect(policy.anchors).toBe(profile === 'vietnam-gov' ? 'gov' : 'public')
})

test('TT 15/2025 App I: no end dates, SHA-1, SHA-224 and short keys out', () => {
  const rsa = (bits: number): string => signatureUntil('rsa-pkcs1', { algorithm: 'rsa', oid: '', bits }, TT_15_2025)
  expect([rsa(2048), rsa(2047)]).toEqual(['always', 'never'])
  expect(['sha1', 'sha224', 'sha256', 'sha3-224'].map((name) => digestUntil(name as 'sha1', TT_15_2025))).toEqual([
    'never',
    'never',
    'always',
    'always',
  ])
})

test('the hash tells policies apart and nothing else', async () => {
  const hash = (policy?: Policy): Promise<string> => policyHash(resolvePolicy(policy))
  expect(await hash()).toMatch(/^[0-9a-f]{64}$/u)
  expect(await hash()).toBe(await hash({ profile: 'strict', revocation: 'require' }))
  const all = await Promise.all(
    [{}, { profile: 'compat' }, { profile: 'vietnam-gov' }, { profile: 'vietnam-public' }, { timestampDelay: 1 }].map(
      (policy) => hash(policy as Policy),
    ),
  )
  expect(new Set(all).size).toBe(5)
})

test('the description can be hashed by anybody', async () => {
  for (const name of ['strict', 'compat', 'vietnam-gov', 'vietnam-public'] as const) {
    const described = await describePolicy(name)
    expect([described.id, described.relaxations]).toEqual([name, resolvePolicy(name).relaxations])
    expect(createHash('sha256').update(sorted(described.rules)).digest('hex')).toBe(described.hash)
  }
  const bytes = Uint8Array.of(1, 2)
  const { rules } = await describePolicy({ signaturePolicies: [{ oid: '2.999', bytes }] })
  expect(rules['signaturePolicies']).toEqual([{ oid: '2.999', bytes: '0102' }])
})

test('a name alone is that preset', () => {
  expect(resolvePolicy('vietnam-public')).toEqual(resolvePolicy({ profile: 'vietnam-public' }))
})

test('an unknown profile is the caller’s mistake', () => {
  expect(() => resolvePolicy('lax' as 'strict')).toThrow('policy.profile')
  expect(() => resolvePolicy({ profile: 'lax' as 'strict' })).toThrow('policy.profile')
})
