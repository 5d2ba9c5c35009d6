import { OID } from '../der/oids.ts'
import { LimitError } from '../error.ts'
import type { Problem } from '../problem.ts'
import type { Certificate } from './certificate.ts'
import { chainProblem } from './shape.ts'

/** L-21. */
const MAX_POLICIES = 256
const MAX_NODES = 4096
const ANY = OID.anyPolicy

/** Initial values of RFC 5280 6.1.1 (c), (e), (f), (g). */
export interface PolicyInputs {
  /** Acceptable policies; undefined or holding anyPolicy: any. */
  readonly policies?: readonly string[]
  readonly requireExplicitPolicy?: boolean
  readonly inhibitPolicyMapping?: boolean
  readonly inhibitAnyPolicy?: boolean
}

interface Node {
  readonly policy: string
  expected: ReadonlySet<string>
  readonly parents: readonly Node[]
}

type Level = Map<string, Node>

/**
 * Policy processing over the graph of RFC 9618 section 5. Only the last level decides what comes next, so nodes without
 * children are not deleted on the way; the wrap-up walks up from the last level and meets only nodes that lead there.
 */
export class PolicyState {
  readonly #initial: ReadonlySet<string> | undefined
  #level: Level = new Map([[ANY, { policy: ANY, expected: new Set([ANY]), parents: [] }]])
  /** valid_policy_graph is NULL. */
  #empty = false
  #explicit: number
  #mapping: number
  #inhibitAny: number
  #nodes = 1

  constructor(inputs: PolicyInputs, length: number) {
    const { policies } = inputs
    this.#initial =
      policies === undefined || policies.length === 0 || policies.includes(ANY) ? undefined : new Set(policies)
    this.#explicit = inputs.requireExplicitPolicy === true ? 0 : length + 1
    this.#mapping = inputs.inhibitPolicyMapping === true ? 0 : length + 1
    this.#inhibitAny = inputs.inhibitAnyPolicy === true ? 0 : length + 1
  }

  #node(level: Level, policy: string, expected: ReadonlySet<string>, parents: readonly Node[]): void {
    if (++this.#nodes > MAX_NODES) throw new LimitError('POLICY_NODES', `more than ${MAX_NODES} policy nodes`)
    level.set(policy, { policy, expected, parents })
  }

  /** RFC 5280 6.1.3 (d), (e), (f) as amended by RFC 9618 5.4. */
  enter(certificate: Certificate, final: boolean): readonly Problem[] {
    const { policies } = certificate
    if (policies === undefined) this.#empty = true
    else if (!this.#empty) this.#grow(policies, !final && certificate.isSelfIssued)
    return this.#explicit > 0 || !this.#empty ? [] : [chainProblem('X-06', 'POLICY_REQUIRED', certificate)]
  }

  #grow(policies: readonly string[], exempt: boolean): void {
    if (policies.length > MAX_POLICIES)
      throw new LimitError('POLICIES', `more than ${MAX_POLICIES} policies in a certificate`)
    const expecting = new Map<string, Node[]>()
    for (const node of this.#level.values())
      for (const policy of node.expected) expecting.set(policy, [...(expecting.get(policy) ?? []), node])
    const any = this.#level.get(ANY)
    const next: Level = new Map()
    for (const policy of policies) {
      const parents = expecting.get(policy) ?? (any === undefined ? undefined : [any])
      if (policy !== ANY && parents !== undefined) this.#node(next, policy, new Set([policy]), parents)
    }
    if (policies.includes(ANY) && (this.#inhibitAny > 0 || exempt))
      for (const [policy, parents] of expecting)
        if (!next.has(policy)) this.#node(next, policy, new Set([policy]), parents)
    this.#level = next
    this.#empty = next.size === 0
  }

  /** RFC 5280 6.1.4 (a), (b), (h) to (j): between an intermediate certificate and the next. */
  descend(certificate: Certificate): readonly Problem[] {
    const problems = this.#map(certificate)
    if (!certificate.isSelfIssued) {
      if (this.#explicit > 0) this.#explicit--
      if (this.#mapping > 0) this.#mapping--
      if (this.#inhibitAny > 0) this.#inhibitAny--
    }
    const { policyConstraints, inhibitAnyPolicy } = certificate
    this.#explicit = Math.min(this.#explicit, policyConstraints?.requireExplicitPolicy ?? Infinity)
    this.#mapping = Math.min(this.#mapping, policyConstraints?.inhibitPolicyMapping ?? Infinity)
    this.#inhibitAny = Math.min(this.#inhibitAny, inhibitAnyPolicy ?? Infinity)
    return problems
  }

  #map(certificate: Certificate): readonly Problem[] {
    const { policyMappings } = certificate
    if (policyMappings === undefined) return []
    if (policyMappings.length > MAX_POLICIES)
      throw new LimitError('POLICIES', `more than ${MAX_POLICIES} policy mappings`)
    if (policyMappings.some((pair) => pair.includes(ANY)))
      return [chainProblem('X-06', 'POLICY_MAPPING_ANY', certificate)]
    const mapped = new Map<string, Set<string>>()
    for (const [from, to] of policyMappings) mapped.set(from, (mapped.get(from) ?? new Set()).add(to))
    const any = this.#level.get(ANY)
    for (const [from, to] of mapped) {
      const node = this.#level.get(from)
      if (this.#mapping === 0) this.#level.delete(from)
      else if (node !== undefined) node.expected = to
      else if (any !== undefined) this.#node(this.#level, from, to, any.parents)
    }
    if (this.#level.size === 0) this.#empty = true
    return []
  }

  /** RFC 5280 6.1.5 (a), (b), (g) as amended by RFC 9618 5.6: the policies the path is good for, or why it is good for none. */
  finish(certificate: Certificate): { policies: readonly string[]; problems: readonly Problem[] } {
    if (this.#explicit > 0) this.#explicit--
    if (certificate.policyConstraints?.requireExplicitPolicy === 0) this.#explicit = 0
    const policies = this.#constrained()
    const failed = this.#explicit === 0 && policies.length === 0
    return { policies, problems: failed ? [chainProblem('X-06', 'POLICY_REQUIRED', certificate)] : [] }
  }

  #constrained(): readonly string[] {
    if (this.#empty) return []
    const authority = this.#authority()
    if (this.#initial === undefined) return [...authority]
    return authority.has(ANY) ? [...this.#initial] : [...authority].filter((policy) => this.#initial!.has(policy))
  }

  /** Authority-constrained policies: named ones directly below anyPolicy, in terms of the anchor's domain. */
  #authority(): ReadonlySet<string> {
    const found = new Set<string>()
    const seen = new Set<Node>()
    const waiting = [...this.#level.values()]
    if (this.#level.has(ANY)) found.add(ANY)
    while (waiting.length > 0) {
      const node = waiting.pop()!
      if (seen.has(node)) continue
      seen.add(node)
      if (node.policy !== ANY && node.parents.some((parent) => parent.policy === ANY)) found.add(node.policy)
      waiting.push(...node.parents)
    }
    return found
  }
}
