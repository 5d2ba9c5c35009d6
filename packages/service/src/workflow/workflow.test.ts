import { describe, expect, test } from '@jest/globals'
import * as fc from 'fast-check'
import { checkAct } from './acts.ts'
import type { Act } from './acts.ts'
import { dutiesOf } from './duties.ts'
import { begin, evolve, ROLES } from './flow.ts'
import type { Actor, Flow, FlowEvent, Role } from './flow.ts'

const PERSONS = ['an', 'binh', 'chi', 'dung', 'giang'] as const
const FILES = ['a', 'b', 'c'] as const

function actor(person: string, ...roles: Role[]): Actor {
  return { person, roles }
}

function file(name: string, length = 1): { sha256: string; length: number } {
  return { sha256: name, length }
}

/** Runs acts by persons who hold every role unless given, and fails on the first refusal. */
function play(flow: Flow, ...steps: readonly (readonly [string, Act, FlowEvent])[]): Flow {
  let state = flow
  for (const [person, act, event] of steps) {
    const refusal = checkAct(state, { person, roles: ROLES }, act)
    if (refusal !== undefined) throw new Error(`${person} ${act.type}: ${refusal.code}`)
    state = evolve(state, event)
  }
  return state
}

const draft = begin({ type: 'created', person: 'an', file: file('a') })
const submitted = play(draft, ['an', { type: 'submit' }, { type: 'submitted', person: 'an' }])
const content = { type: 'reviewed', person: 'binh', kind: 'content', sha256: 'a' } as const
const form = { type: 'reviewed', person: 'chi', kind: 'form', sha256: 'a' } as const
const reviewed = play(
  submitted,
  ['binh', { type: 'review', kind: 'content', sha256: 'a' }, content],
  ['chi', { type: 'review', kind: 'form', sha256: 'a' }, form],
)
const approval = { id: '1', person: 'dung', sha256: 'a', length: 1 }
const approved = play(reviewed, [
  'dung',
  { type: 'approve', sha256: 'a' },
  { type: 'approved', person: 'dung', approval },
])
const signed = play(approved, [
  'dung',
  { type: 'sign', sha256: 'a', over: 'a' },
  { type: 'signed', person: 'dung', over: file('a'), file: file('as', 2) },
])
const sealed = play(signed, [
  'giang',
  { type: 'seal', over: 'as', officerSignature: 'valid' },
  { type: 'sealed', person: 'giang', over: file('as', 2), file: file('ass', 3) },
])

function codeOf(flow: Flow, person: string, act: Act, roles: readonly Role[] = ROLES): string | undefined {
  return checkAct(flow, { person, roles }, act)?.code
}

describe('the way of a document', () => {
  test('runs from draft to issued', () => {
    const issued = evolve(sealed, { type: 'issued', person: 'giang' })
    expect(codeOf(sealed, 'giang', { type: 'issue', over: 'ass', bothSignatures: 'valid' })).toBeUndefined()
    expect([draft, submitted, reviewed, approved, signed, sealed, issued].map((flow) => flow.state)).toEqual([
      'draft',
      'submitted',
      'reviewed',
      'approved',
      'signed',
      'sealed',
      'issued',
    ])
  })

  test('VN-24 nothing happens to an issued document', () => {
    const issued = evolve(sealed, { type: 'issued', person: 'giang' })
    for (const person of PERSONS) for (const act of everyAct('ass')) expect(codeOf(issued, person, act)).toBeDefined()
  })

  test('a document can be returned with a reason or withdrawn before the signature, not after', () => {
    expect(codeOf(approved, 'dung', { type: 'return' })).toBeUndefined()
    expect(evolve(approved, { type: 'returned', person: 'dung', reason: 'sai số liệu' })).toMatchObject({
      state: 'draft',
      reviews: [],
    })
    expect(evolve(approved, { type: 'returned', person: 'dung', reason: 'sai số liệu' }).approval).toBeUndefined()
    expect(codeOf(signed, 'dung', { type: 'return' })).toBe('state.conflict')
    expect(codeOf(signed, 'an', { type: 'withdraw' })).toBe('state.conflict')
  })
})

describe('separation of duties', () => {
  test('D30-03 the content check and the form check are two records by two persons, none of them the author', () => {
    const half = evolve(submitted, content)
    expect(half.state).toBe('submitted')
    expect(codeOf(half, 'binh', { type: 'review', kind: 'form', sha256: 'a' })).toBe('duty.conflict')
    expect(codeOf(submitted, 'an', { type: 'review', kind: 'content', sha256: 'a' })).toBe('duty.conflict')
    expect(codeOf(submitted, 'chi', { type: 'review', kind: 'form', sha256: 'a' }, ['content-reviewer'])).toBe(
      'auth.forbidden',
    )
  })

  test('D30-04 only an officer approves, nobody approves his own draft or what he reviewed', () => {
    for (const person of ['an', 'binh', 'chi']) {
      expect(codeOf(reviewed, person, { type: 'approve', sha256: 'a' })).toBe('duty.conflict')
    }
    expect(codeOf(reviewed, 'dung', { type: 'approve', sha256: 'a' }, ['clerk'])).toBe('auth.forbidden')
    expect(codeOf(reviewed, 'dung', { type: 'approve', sha256: 'b' })).toBe('hash.mismatch')
  })

  test('D30-04 any change after the approval voids it and signing says so', () => {
    const changed = evolve(approved, { type: 'fileReplaced', person: 'an', file: file('b') })
    expect(changed).toMatchObject({ state: 'draft', reviews: [], approvalLapsed: true })
    expect(codeOf(changed, 'dung', { type: 'sign', sha256: 'a', over: 'b' })).toBe('hash.notApproved')
    expect(codeOf(approved, 'dung', { type: 'sign', sha256: 'a', over: 'x' })).toBe('hash.notApproved')
    expect(codeOf(approved, 'dung', { type: 'sign', sha256: 'x', over: 'a' })).toBe('hash.notApproved')
    // A draft that was never approved is merely in the wrong state.
    expect(codeOf(draft, 'dung', { type: 'sign', sha256: 'a', over: 'a' })).toBe('state.conflict')
  })

  test('D30-05 the seal is the act of a clerk', () => {
    const seal = { type: 'seal', over: 'as', officerSignature: 'valid' } as const
    expect(codeOf(signed, 'giang', seal, ['officer', 'admin', 'drafter'])).toBe('auth.forbidden')
    expect(codeOf(signed, 'giang', seal, ['clerk'])).toBeUndefined()
  })

  test('D30-06 no seal without a valid officer signature', () => {
    expect(codeOf(approved, 'giang', { type: 'seal', over: 'a', officerSignature: 'valid' })).toBe('state.conflict')
    expect(codeOf(signed, 'giang', { type: 'seal', over: 'as', officerSignature: 'not-valid' })).toBe(
      'officerSignature.missing',
    )
    expect(codeOf(signed, 'giang', { type: 'seal', over: 'xx', officerSignature: 'valid' })).toBe('hash.notApproved')
  })

  test('D30-01 VN-01 no issue unless both signatures verify', () => {
    expect(codeOf(sealed, 'giang', { type: 'issue', over: 'ass', bothSignatures: 'not-valid' })).toBe(
      'signatures.incomplete',
    )
  })

  test('D30-09 the sealer is neither author, reviewer nor officer', () => {
    for (const person of ['an', 'binh', 'chi', 'dung']) {
      expect(codeOf(signed, person, { type: 'seal', over: 'as', officerSignature: 'valid' })).toBe('duty.conflict')
      expect(codeOf(sealed, person, { type: 'issue', over: 'ass', bothSignatures: 'valid' })).toBe('duty.conflict')
    }
  })
})

function everyAct(over: string): readonly Act[] {
  return [
    { type: 'replaceFile' },
    { type: 'submit' },
    { type: 'review', kind: 'content', sha256: over },
    { type: 'review', kind: 'form', sha256: over },
    { type: 'approve', sha256: over },
    { type: 'return' },
    { type: 'withdraw' },
    { type: 'sign', sha256: over, over },
    { type: 'seal', over, officerSignature: 'valid' },
    { type: 'issue', over, bothSignatures: 'valid' },
  ]
}

/** What really happened, told independently of Flow: the invariants are checked on this log alone. */
interface Happening {
  readonly type: FlowEvent['type']
  readonly person: string
  /** The bytes the act was about. */
  readonly bytes: string
  readonly officerSignature?: 'valid' | 'not-valid'
  readonly kind?: 'content' | 'form'
}

interface Step {
  readonly person: number
  readonly roles: readonly Role[]
  readonly act: number
  readonly sha: number
  readonly tampered: boolean
  readonly officerValid: boolean
}

const step: fc.Arbitrary<Step> = fc.record({
  person: fc.nat(PERSONS.length - 1),
  roles: fc.oneof({ weight: 3, arbitrary: fc.constant(ROLES) }, { weight: 1, arbitrary: fc.subarray([...ROLES]) }),
  act: fc.oneof({ weight: 5, arbitrary: fc.constant(-1) }, { weight: 1, arbitrary: fc.nat(9) }),
  sha: fc.nat(FILES.length - 1),
  tampered: fc.boolean(),
  officerValid: fc.boolean(),
})

/** The act that would move the document on, so that random walks reach the end often enough to test anything. */
function onward(flow: Flow): number {
  if (flow.state === 'submitted') return flow.reviews.some((review) => review.kind === 'content') ? 3 : 2
  return { draft: 1, reviewed: 4, approved: 7, signed: 8, sealed: 9, issued: 9, withdrawn: 9 }[flow.state]
}

function actOf(flow: Flow, chosen: Step): Act {
  const index = chosen.act === -1 ? onward(flow) : chosen.act
  const seen = chosen.act === -1 ? flow.file.sha256 : FILES[chosen.sha]!
  const over = chosen.tampered && chosen.act !== -1 ? 'tampered' : flow.file.sha256
  const act = everyAct(seen)[index]!
  const valid = chosen.officerValid ? ('valid' as const) : ('not-valid' as const)
  if (act.type === 'sign') return { ...act, over }
  if (act.type === 'seal') return { ...act, over, officerSignature: valid }
  if (act.type === 'issue') return { ...act, over, bothSignatures: valid }
  return act
}

function eventOf(person: string, act: Act, fresh: string, serial: number): FlowEvent {
  if (act.type === 'replaceFile') return { type: 'fileReplaced', person, file: file(fresh) }
  if (act.type === 'submit') return { type: 'submitted', person }
  if (act.type === 'review') return { type: 'reviewed', person, kind: act.kind, sha256: act.sha256 }
  if (act.type === 'approve') {
    return { type: 'approved', person, approval: { id: String(serial), person, sha256: act.sha256, length: 1 } }
  }
  if (act.type === 'return') return { type: 'returned', person, reason: 'r' }
  if (act.type === 'withdraw') return { type: 'withdrawn', person, reason: 'r' }
  if (act.type === 'issue') return { type: 'issued', person }
  if (act.type === 'seal') return { type: 'sealed', person, over: file(act.over), file: file(`${act.over}+seal`) }
  return { type: 'signed', person, over: file(act.over), file: file(`${act.over}+officer`) }
}

function bytesOf(act: Act, fresh: string, flow: Flow): string {
  if (act.type === 'replaceFile') return fresh
  if (act.type === 'sign' || act.type === 'seal' || act.type === 'issue') return act.over
  return act.type === 'approve' || act.type === 'review' ? act.sha256 : flow.file.sha256
}

/** Walks through random acts and returns the log of those that were let through. */
function walk(steps: readonly Step[]): readonly Happening[] {
  let flow = begin({ type: 'created', person: PERSONS[0], file: file(FILES[0]) })
  const log: Happening[] = [{ type: 'created', person: PERSONS[0], bytes: FILES[0] }]
  for (const [serial, chosen] of steps.entries()) {
    const person = PERSONS[chosen.person]!
    const act = actOf(flow, chosen)
    const fresh = FILES[chosen.sha]!
    if (checkAct(flow, { person, roles: chosen.roles }, act) !== undefined) continue
    const event = eventOf(person, act, fresh, serial)
    log.push({
      type: event.type,
      person,
      bytes: bytesOf(act, fresh, flow),
      ...(act.type === 'seal' ? { officerSignature: act.officerSignature } : {}),
      ...(act.type === 'review' ? { kind: act.kind } : {}),
    })
    flow = evolve(flow, event)
  }
  return log
}

const RESET: readonly FlowEvent['type'][] = ['created', 'fileReplaced', 'returned', 'withdrawn']

/** The events that still count at `index`: those since the document was last put back. */
function inForce(log: readonly Happening[], index: number): readonly Happening[] {
  let start = 0
  for (let i = 0; i < index; i++) if (RESET.includes(log[i]!.type)) start = i
  return log.slice(start, index)
}

function checkInvariants(log: readonly Happening[]): void {
  for (const [index, happening] of log.entries()) {
    const before = inForce(log, index)
    const authors = log.slice(0, index).filter(({ type }) => type === 'created' || type === 'fileReplaced')
    const isAuthor = authors.some(({ person }) => person === happening.person)
    const approvals = before.filter(({ type }) => type === 'approved')
    const reviews = before.filter(({ type }) => type === 'reviewed')
    if (happening.type === 'signed') {
      // No signature without an approval of exactly these bytes, which are the ones last given to the document.
      expect(approvals.map(({ bytes }) => bytes)).toEqual([happening.bytes])
      expect(authors.at(-1)!.bytes).toBe(happening.bytes)
      expect(isAuthor).toBe(false)
    }
    if (happening.type === 'approved') {
      expect(isAuthor).toBe(false)
      expect(new Set(reviews.map(({ kind }) => kind)).size).toBe(2)
      expect(reviews.every(({ bytes }) => bytes === happening.bytes)).toBe(true)
      const last = (kind: string): string | undefined => reviews.findLast((r) => r.kind === kind)?.person
      const persons = [...authors.map(({ person }) => person), happening.person]
      expect(last('content')).not.toBe(last('form'))
      expect(persons).not.toContain(last('content'))
      expect(persons).not.toContain(last('form'))
    }
    if (happening.type === 'sealed') {
      expect(happening.officerSignature).toBe('valid')
      const officers = log.filter(({ type }) => type === 'signed' || type === 'approved').map(({ person }) => person)
      expect(log.slice(0, index).filter(({ type }) => type === 'signed')).toHaveLength(1)
      expect(isAuthor).toBe(false)
      expect(officers.slice(-2)).not.toContain(happening.person)
      expect(happening.bytes.endsWith('+officer')).toBe(true)
    }
    if (happening.type === 'issued') expect(log.slice(0, index).some(({ type }) => type === 'sealed')).toBe(true)
  }
}

describe('REQ-02 over every role, person and order', () => {
  test('no signature without approval of those bytes, no self-approval, no seal without a valid officer signature', () => {
    const reached = new Map<string, number>()
    fc.assert(
      fc.property(fc.array(step, { minLength: 1, maxLength: 150, size: 'max' }), (steps) => {
        const log = walk(steps)
        for (const { type } of log) reached.set(type, (reached.get(type) ?? 0) + 1)
        checkInvariants(log)
      }),
      { seed: 30_2020, numRuns: 4_000 },
    )
    // The walk is worth something only if it gets to the end.
    for (const type of ['approved', 'signed', 'sealed', 'issued', 'fileReplaced', 'returned', 'withdrawn']) {
      expect([type, (reached.get(type) ?? 0) > 100]).toEqual([type, true])
    }
  })

  test('a person never has two duties on a document in force', () => {
    fc.assert(
      fc.property(fc.array(step, { minLength: 1, maxLength: 150, size: 'max' }), (steps) => {
        let flow = begin({ type: 'created', person: PERSONS[0], file: file(FILES[0]) })
        for (const [serial, chosen] of steps.entries()) {
          const act = actOf(flow, chosen)
          const person = PERSONS[chosen.person]!
          if (checkAct(flow, { person, roles: chosen.roles }, act) !== undefined) continue
          flow = evolve(flow, eventOf(person, act, FILES[chosen.sha]!, serial))
          for (const name of PERSONS) expect(new Set(dutiesOf(flow, name)).size).toBeLessThanOrEqual(1)
        }
      }),
      { seed: 30_2021, numRuns: 1_000 },
    )
  })

  test('a role alone decides nothing: without it no act is let through', () => {
    for (const flow of [draft, submitted, reviewed, approved, signed, sealed]) {
      for (const act of everyAct(flow.file.sha256)) {
        expect(checkAct(flow, actor('phuong'), act)?.code).toBe('auth.forbidden')
        expect(checkAct(flow, actor('phuong', 'auditor', 'admin'), act)?.code).toBe('auth.forbidden')
      }
    }
  })
})
