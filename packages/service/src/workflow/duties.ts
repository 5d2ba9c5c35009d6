import type { ActType, Refusal } from './acts.ts'
import type { Actor, Flow } from './flow.ts'

/** The parts a person can have played in one document (VN-02). */
export type Duty = 'author' | 'content-reviewer' | 'form-reviewer' | 'officer' | 'clerk'

/** Which duties `person` has taken on this document so far. */
export function dutiesOf(flow: Flow, person: string): readonly Duty[] {
  const duties: Duty[] = []
  if (flow.authors.includes(person)) duties.push('author')
  for (const review of flow.reviews) {
    if (review.person === person) duties.push(review.kind === 'content' ? 'content-reviewer' : 'form-reviewer')
  }
  if (flow.approval?.person === person || flow.officer?.person === person) duties.push('officer')
  if (flow.seal?.person === person) duties.push('clerk')
  return duties
}

/** The duty an act would add, and the rule that keeps it apart from every other duty. Acts of the author add none. */
const DUTY_OF: Readonly<Partial<Record<ActType, { readonly duty: Duty; readonly rule: string }>>> = {
  // SEC-11, D30-04: author, reviewers and approver are distinct; the approver may be the signing officer.
  approve: { duty: 'officer', rule: 'D30-04' },
  sign: { duty: 'officer', rule: 'D30-09' },
  // D30-09, VN-02: numberer and sealer are neither author, reviewer nor officer.
  seal: { duty: 'clerk', rule: 'D30-09' },
  issue: { duty: 'clerk', rule: 'D30-09' },
}

/** Separation of duties by person: nobody takes two different duties on one document. */
export function checkDuty(flow: Flow, actor: Actor, act: ActType): Refusal | undefined {
  const taken = dutiesOf(flow, actor.person)
  if (act === 'submit' || act === 'withdraw') {
    // Only somebody who wrote the document hands it in or takes it back.
    return taken.includes('author') ? undefined : { code: 'duty.conflict', rule: 'VN-02' }
  }
  if (act === 'replaceFile') {
    // A reviewer or approver who writes would have judged his own bytes on the next round; reviews of old bytes end anyway.
    return taken.every((duty) => duty === 'author') ? undefined : { code: 'duty.conflict', rule: 'D30-09' }
  }
  if (act === 'return') return taken.includes('author') ? { code: 'duty.conflict', rule: 'D30-03' } : undefined
  if (act === 'review') return taken.length === 0 ? undefined : { code: 'duty.conflict', rule: 'D30-03' }
  const wanted = DUTY_OF[act]
  if (wanted === undefined) return undefined
  return taken.every((duty) => duty === wanted.duty) ? undefined : { code: 'duty.conflict', rule: wanted.rule }
}
