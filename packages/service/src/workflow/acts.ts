import { checkDuty } from './duties.ts'
import type { Actor, Flow, ReviewKind, Role, State } from './flow.ts'

/**
 * What somebody asks to do. `sha256` is what the person saw and decided on; `over` is what the service read from its store
 * just now. `officerSignature` is the verdict of core over the stored file, not a claim of the caller.
 */
export type Act =
  | { readonly type: 'replaceFile' }
  | { readonly type: 'submit' }
  | { readonly type: 'review'; readonly kind: ReviewKind; readonly sha256: string }
  | { readonly type: 'approve'; readonly sha256: string }
  | { readonly type: 'return' }
  | { readonly type: 'withdraw' }
  | { readonly type: 'sign'; readonly sha256: string; readonly over: string }
  | { readonly type: 'seal'; readonly over: string; readonly officerSignature: 'valid' | 'not-valid' }
  | { readonly type: 'issue'; readonly over: string; readonly bothSignatures: 'valid' | 'not-valid' }

export type ActType = Act['type']

/** Why an act is refused: a stable problem code and the rule behind it. */
export interface Refusal {
  readonly code:
    | 'auth.forbidden'
    | 'duty.conflict'
    | 'state.conflict'
    | 'hash.notApproved'
    | 'hash.mismatch'
    | 'officerSignature.missing'
    | 'signatures.incomplete'
  readonly rule: string
}

/** The states in which an act makes sense. */
const STATES_OF: Readonly<Record<ActType, readonly State[]>> = {
  replaceFile: ['draft', 'submitted', 'reviewed', 'approved'],
  submit: ['draft'],
  review: ['submitted'],
  approve: ['reviewed'],
  return: ['submitted', 'reviewed', 'approved'],
  withdraw: ['draft', 'submitted', 'reviewed', 'approved'],
  sign: ['approved'],
  seal: ['signed'],
  issue: ['sealed'],
}

/** The roles of which an actor needs one; a review needs that of its kind. */
const ROLES_OF: Readonly<Record<Exclude<ActType, 'review'>, readonly Role[]>> = {
  replaceFile: ['drafter'],
  submit: ['drafter'],
  withdraw: ['drafter'],
  return: ['content-reviewer', 'form-reviewer', 'officer'],
  approve: ['officer'],
  sign: ['officer'],
  // D30-05: the agency's key is used by a clerk, in person.
  seal: ['clerk'],
  issue: ['clerk'],
}

function rolesFor(act: Act): readonly Role[] {
  if (act.type !== 'review') return ROLES_OF[act.type]
  return [act.kind === 'content' ? 'content-reviewer' : 'form-reviewer']
}

/**
 * Decides whether `actor` may do `act` now. Undefined means yes. Pure: the same question always has the same answer.
 *
 * Order of the checks: role, state, bytes, duties. A person without the role learns nothing about the document.
 */
export function checkAct(flow: Flow, actor: Actor, act: Act): Refusal | undefined {
  if (!rolesFor(act).some((role) => actor.roles.includes(role))) return { code: 'auth.forbidden', rule: 'VN-02' }
  return checkState(flow, act) ?? checkBytes(flow, act) ?? checkDuty(flow, actor, act.type)
}

function checkState(flow: Flow, act: Act): Refusal | undefined {
  if (STATES_OF[act.type].includes(flow.state)) return undefined
  // D30-04: the approval existed and died with a change of the bytes; that is the answer the officer needs.
  if (act.type === 'sign' && flow.approvalLapsed) return { code: 'hash.notApproved', rule: 'D30-04' }
  return { code: 'state.conflict', rule: 'VN-02' }
}

function checkBytes(flow: Flow, act: Act): Refusal | undefined {
  if (act.type === 'review' || act.type === 'approve') {
    return act.sha256 === flow.file.sha256 ? undefined : { code: 'hash.mismatch', rule: 'VN-03' }
  }
  if (act.type === 'sign') {
    // REQ-01: what the officer saw, what was approved and what lies in the store are the same bytes.
    const hashes = [act.sha256, act.over, flow.file.sha256]
    const same = hashes.every((hash) => hash === flow.approval?.sha256)
    return same ? undefined : { code: 'hash.notApproved', rule: 'D30-04' }
  }
  if (act.type === 'seal') {
    if (act.over !== flow.officer?.file.sha256) return { code: 'hash.notApproved', rule: 'VN-01' }
    // D30-06: the agency signs only what the competent person has signed.
    return act.officerSignature === 'valid' ? undefined : { code: 'officerSignature.missing', rule: 'D30-06' }
  }
  if (act.type === 'issue') {
    if (act.over !== flow.seal?.file.sha256) return { code: 'hash.notApproved', rule: 'VN-01' }
    // D30-01, VN-01: issued only when both signatures verify.
    return act.bothSignatures === 'valid' ? undefined : { code: 'signatures.incomplete', rule: 'D30-01' }
  }
  return undefined
}
