import { describe, expect, test } from '@jest/globals'
import { faults, validate, warnings } from '../../test/support/chains.ts'
import { cn, extension, issue, newKey, policies, policyMappings } from '../../test/support/issue.ts'
import type { Issued } from '../../test/support/issue.ts'
import { OID } from '../der/oids.ts'
import { encodeImplicit, encodeInteger, encodeSequence } from '../der/writer.ts'

const root = issue({ subject: cn('Root'), ca: true, key: newKey() })
const [P, Q, R] = ['1.2.3.1', '1.2.3.2', '1.2.3.3'] as const
const ANY = OID.anyPolicy

const requireExplicit = (skip: number): Uint8Array =>
  extension(OID.policyConstraints, encodeSequence(encodeImplicit(0, false, Uint8Array.of(skip))), true)
const inhibitMapping = (skip: number): Uint8Array =>
  extension(OID.policyConstraints, encodeSequence(encodeImplicit(1, false, Uint8Array.of(skip))), true)
const inhibitAny = (skip: number, critical = true): Uint8Array =>
  extension(OID.inhibitAnyPolicy, encodeInteger(skip), critical)

type Options = Partial<Parameters<typeof validate>[1]>

/** CAs from the root down by their extensions, the leaf's last. */
async function chain(levels: readonly (readonly Uint8Array[])[], options: Options = { requireExplicitPolicy: true }) {
  const cas: Issued[] = []
  for (const [index, more] of levels.slice(0, -1).entries())
    cas.push(issue({ subject: cn(`CA${index}`), ca: true, key: newKey(), more }, cas.at(-1) ?? root))
  const leaf = issue({ subject: cn('L'), more: levels.at(-1)! }, cas.at(-1) ?? root)
  return validate(leaf, { anchors: [root], others: cas, ...options })
}

const REQUIRED = 'POLICY_REQUIRED'

describe('X-06', () => {
  test('any policy and nothing required: policies do not matter', async () => {
    expect((await chain([[policies(P)], [policies(Q)]], {})).valid).toBe(true)
    expect((await chain([[], []], {})).valid).toBe(true)
  })

  test('explicit policy: one policy along the whole path', async () => {
    expect((await chain([[policies(P)], [policies(P)]])).valid).toBe(true)
    expect(faults(await chain([[policies(P)], [policies(Q)]]))).toContain(REQUIRED)
    expect(faults(await chain([[policies(P)], []]))).toContain(REQUIRED)
  })

  test('the initial set limits what counts', async () => {
    const options = (wanted: string): Options => ({ requireExplicitPolicy: true, policies: [wanted] })
    expect((await chain([[policies(P, Q)], [policies(P, Q)]], options(Q))).valid).toBe(true)
    expect(faults(await chain([[policies(P)], [policies(P)]], options(Q)))).toContain(REQUIRED)
    expect((await chain([[policies(ANY)], [policies(ANY)]], options(Q))).valid).toBe(true)
    expect((await chain([[policies(ANY)], [policies(P)]], options(P))).valid).toBe(true)
  })

  test('anyPolicy when inhibited counts no more', async () => {
    expect(
      (await chain([[policies(ANY)], [policies(P)]], { requireExplicitPolicy: true, inhibitAnyPolicy: true })).valid,
    ).toBe(false)
    expect((await chain([[policies(P), inhibitAny(0)], [policies(ANY)]])).valid).toBe(false)
    expect((await chain([[policies(P), inhibitAny(1)], [policies(ANY)], [policies(P)]])).valid).toBe(true)
  })

  test('mappings translate, from the anchor down', async () => {
    expect((await chain([[policies(P), policyMappings([P, Q])], [policies(Q)]])).valid).toBe(true)
    expect((await chain([[policies(P), policyMappings([P, Q])], [policies(P)]])).valid).toBe(false)
    const options = { requireExplicitPolicy: true, policies: [P] }
    expect(
      (
        await chain(
          [[policies(P), policyMappings([P, Q])], [policies(Q), policyMappings([Q, R])], [policies(R)]],
          options,
        )
      ).valid,
    ).toBe(true)
    expect(
      (await chain([[policies(P), policyMappings([P, Q])], [policies(Q)]], { ...options, policies: [Q] })).valid,
    ).toBe(false)
    expect((await chain([[policies(ANY), policyMappings([P, Q])], [policies(Q)]], options)).valid).toBe(true)
  })

  test('mappings that are inhibited delete their policy', async () => {
    const mapped = [[policies(P), policyMappings([P, Q])], [policies(Q)]]
    expect((await chain(mapped, { requireExplicitPolicy: true, inhibitPolicyMapping: true })).valid).toBe(false)
    expect(
      (await chain([[policies(P), inhibitMapping(0)], [policies(P), policyMappings([P, Q])], [policies(Q)]])).valid,
    ).toBe(false)
  })

  test('mapping from or to anyPolicy fails always', async () => {
    expect(faults(await chain([[policies(P), policyMappings([ANY, Q])], [policies(Q)]], {}))).toContain(
      'POLICY_MAPPING_ANY',
    )
    expect(faults(await chain([[policies(P), policyMappings([P, ANY])], [policies(Q)]], {}))).toContain(
      'POLICY_MAPPING_ANY',
    )
  })

  test('a CA may require it from some depth on, the end included', async () => {
    expect(faults(await chain([[policies(P), requireExplicit(0)], [policies(Q)]], {}))).toContain(REQUIRED)
    expect((await chain([[policies(P), requireExplicit(5)], [policies(Q)]], {})).valid).toBe(true)
    expect((await chain([[policies(P)], [policies(Q), requireExplicit(0)]], {})).valid).toBe(false)
  })

  test('an extension that is not critical is a note (X-06)', async () => {
    const report = await chain([[policies(P), inhibitAny(3, false)], [policies(P)]])
    expect([report.valid, warnings(report)]).toEqual([true, ['EXTENSION_NOT_CRITICAL']])
  })

  test('the graph does not explode where the tree of RFC 5280 would (RFC 9618)', async () => {
    const names = Array.from({ length: 60 }, (_, index) => `1.2.3.${index + 1}`)
    const all = policyMappings(...names.flatMap((from) => names.slice(0, 4).map((to) => [from, to] as const)))
    const start = process.cpuUsage().user
    const report = await chain([...Array.from({ length: 7 }, () => [policies(...names), all]), [policies(names[0]!)]])
    expect(report.valid).toBe(true)
    expect((process.cpuUsage().user - start) / 1000).toBeLessThan(1000)
  })

  test('more than 256 policies in a certificate are LIMIT_POLICIES (L-21)', async () => {
    const many = policies(...Array.from({ length: 257 }, (_, index) => `1.2.${index}`))
    expect(faults(await chain([[many], [policies('1.2.3')]]))).toEqual(['LIMIT_POLICIES'])
  })
})
