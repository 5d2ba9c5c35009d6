import { expect, test } from '@jest/globals'
import {
  cn,
  crl,
  generalName,
  issue,
  nameConstraints,
  newKey,
  ocsp,
  policies,
  subjectAltName,
} from './support/issue.ts'
import { validateCertificate } from '../src/validation/certificate.ts'
import { createTrustStore } from '../src/validation/trust.ts'

const RUNS = 1500

const root = issue({ subject: cn('Root'), ca: true, key: newKey() })
const ca = issue(
  {
    subject: cn('CA'),
    ca: true,
    pathLen: 0,
    key: newKey(),
    more: [policies('1.2.3'), nameConstraints([generalName.dns('vn')])],
  },
  root,
)
const leaf = issue({ subject: cn('L'), more: [policies('1.2.3'), subjectAltName(generalName.dns('a.vn'))] }, ca)
const other = issue({ subject: cn('Other') }, ca)
const material = {
  leaf: leaf.der,
  ca: ca.der,
  rootList: crl(root),
  list: crl(ca, { revoked: [{ of: other, reason: 1 }] }),
  response: ocsp(leaf, ca),
}

/** Numbers that are the same each time (a linear congruential generator). */
function numbers(seed: number): (below: number) => number {
  let state = seed
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return state % below
  }
}

function mutate(bytes: Uint8Array, next: (below: number) => number): Uint8Array {
  const copy = Uint8Array.from(bytes)
  for (let count = next(3); count >= 0; count--) {
    const at = next(copy.length)
    const kind = next(4)
    if (kind === 0) copy[at] = (copy[at] ?? 0) ^ (1 << next(8))
    else if (kind === 1) copy[at] = next(256)
    else if (kind === 2) copy.copyWithin(at, next(copy.length))
    else copy[at] = [0, 0xff, 0x80, 0x7f, 0x30, 0x31, 0x84].at(next(7))!
  }
  return next(20) === 0 ? copy.subarray(0, next(copy.length)) : copy
}

test('mutated certificates, lists and responses give a verdict, fast, and never pass changed', async () => {
  const next = numbers(7)
  const trust = createTrustStore([root.der])
  const parts = Object.keys(material) as (keyof typeof material)[]
  let slowest = 0
  for (let run = 0; run < RUNS; run++) {
    const part = parts.at(next(parts.length))!
    const used = { ...material, [part]: mutate(material[part], next) }
    const start = process.cpuUsage()
    const report = await validateCertificate(used.leaf, {
      trust,
      intermediates: [used.ca],
      crls: [used.rootList, used.list],
      ocsps: [used.response],
      at: new Date('2026-06-01T00:00:00Z'),
    })
    const { user, system } = process.cpuUsage(start)
    slowest = Math.max(slowest, (user + system) / 1000)
    // A changed leaf, CA or root list cannot pass; of list and response one is enough.
    const same =
      used[part].length === material[part].length && used[part].every((octet, index) => octet === material[part][index])
    if ((part === 'leaf' || part === 'ca' || part === 'rootList') && !same)
      expect([run, part, report.valid]).toEqual([run, part, false])
  }
  // L-24: one verdict needs milliseconds; the bound leaves room for a busy machine.
  expect(slowest).toBeLessThan(200)
}, 120_000)

test('no certificate with one bit changed verifies: there is no second encoding of it', async () => {
  const trust = createTrustStore([ca.der])
  const passed: string[] = []
  for (let at = 0; at < leaf.der.length; at++)
    for (let bit = 0; bit < 8; bit++) {
      const changed = Uint8Array.from(leaf.der)
      changed[at] = (changed[at] ?? 0) ^ (1 << bit)
      const { valid } = await validateCertificate(changed, {
        trust,
        at: new Date('2026-06-01T00:00:00Z'),
        revocation: 'none',
      })
      if (valid) passed.push(`${at}.${bit}`)
    }
  expect(passed).toEqual([])
}, 120_000)
