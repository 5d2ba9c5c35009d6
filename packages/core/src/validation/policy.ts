import type { ChangeLevel } from '../report.ts'

/** What the caller demands of a signature; every weakening is named in `policy.relaxations` (0.4, E-10). */
export interface Policy {
  /** `strict` (default): all rules as written; `compat` relaxes what the rule book marks so. */
  readonly profile?: 'strict' | 'compat'
  /** Refuse any addition after a certification with P=1, as Acrobat does (M-22). */
  readonly acrobat?: boolean
  /**
   * Revocation data: `require` (default), `prefer` (missing data is no failure; revoked, or unusable data that was given, is),
   * `none` (not looked at).
   */
  readonly revocation?: 'require' | 'prefer' | 'none'
  /** `policy` (default): algorithms must be in the catalogue at the validation time (C-16); `any`: not judged. */
  readonly algorithms?: 'policy' | 'any'
  /** Changes after signing to accept instead of the signature's own rule (M-20). */
  readonly allowedChanges?: Exclude<ChangeLevel, 'unknown'>
}

/** A policy with every choice made. */
export interface ResolvedPolicy {
  readonly id: string
  readonly version: string
  readonly relaxations: readonly string[]
  readonly profile: 'strict' | 'compat'
  readonly acrobat: boolean
  readonly revocation: 'require' | 'prefer' | 'none'
  readonly algorithms: 'policy' | 'any'
  readonly allowedChanges: Exclude<ChangeLevel, 'unknown'> | undefined
}

/** Version of the rules behind the policy names; it changes when a rule's outcome does. */
const POLICY_VERSION = '1'

/** Fills in the defaults and names each relaxation that is on (0.4). */
export function resolvePolicy(policy: Policy = {}): ResolvedPolicy {
  const { profile = 'strict', acrobat = false, revocation = 'require', algorithms = 'policy', allowedChanges } = policy
  const relaxations: string[] = []
  if (profile === 'compat') relaxations.push('profile:compat')
  if (revocation !== 'require') relaxations.push(`revocation:${revocation}`)
  if (algorithms === 'any') relaxations.push('algorithms:any')
  if (allowedChanges === 'annotation' || allowedChanges === 'other') relaxations.push(`changes:${allowedChanges}`)
  const id = acrobat ? `${profile}+acrobat` : profile
  return { id, version: POLICY_VERSION, relaxations, profile, acrobat, revocation, algorithms, allowedChanges }
}
