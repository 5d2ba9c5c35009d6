import { digest } from '../crypto/index.ts'
import { CountersignError } from '../error.ts'
import type { ChangeLevel } from '../report.ts'
import { hexOf } from '../x509/identity.ts'
import type { FreshnessRules } from '../x509/revocation.ts'
import { TS_119_312, type AlgorithmCatalogue } from './algorithms.ts'
import { TT_15_2025 } from './catalogues.ts'
import type { PurposeLists } from './purpose.ts'
import type { RevocationRules } from './revocation-rule.ts'

/** Names of the presets (0.4, E-15). */
export type PolicyName = 'strict' | 'compat' | 'vietnam-gov' | 'vietnam-public'

/** A signature policy that the caller knows: the document its OID and hash in the signature must name (C-14). */
export interface SignaturePolicyDocument {
  /** Dotted. */
  readonly oid: string
  /** The policy document as its hash was taken. */
  readonly bytes: Uint8Array
}

/** Inputs of policy processing (RFC 5280 6.1.1, X-06). */
export interface CertificatePolicies {
  /** Dotted; a chain must be good for one of them. */
  readonly acceptable?: readonly string[]
  readonly requireExplicit?: boolean
  readonly inhibitMapping?: boolean
  readonly inhibitAny?: boolean
}

/** What the caller demands of a signature; every weakening is named in `policy.relaxations` (0.4, E-10). */
export interface Policy {
  /**
   * `strict` (default): all rules as written; `compat` relaxes what the rule book marks so; `vietnam-gov` and `vietnam-public`: strict
   * with the algorithms of TT 15/2025 App I, a mismatch of the signer's extended key usage as a warning, and the anchors tagged for
   * that profile (E-15). What stands beside it here replaces the preset's own choice.
   */
  readonly profile?: PolicyName
  /** Refuse any addition after a certification with P=1, as Acrobat does (M-22). */
  readonly acrobat?: boolean
  /**
   * Revocation data: `require` (default), `prefer` (missing data is no failure; revoked, or unusable data that was given, is),
   * `none` (not looked at).
   */
  readonly revocation?: 'require' | 'prefer' | 'none'
  /** `policy` (default): algorithms must be in the catalogue at the time that counts (C-16); `any`: not judged. */
  readonly algorithms?: 'policy' | 'any'
  /** Dated data on algorithms instead of the preset's (C-16). */
  readonly catalogue?: AlgorithmCatalogue
  /** Extended key usage of the signer's certificate that excludes documents: a failure (default), or a warning (X-11, E-15). */
  readonly eku?: 'enforce' | 'warn'
  /** Purposes asked of signers beside the rules. */
  readonly purposes?: PurposeLists
  /** Certificate policies demanded of signers' chains (RFC 5280 6.1.1 (c) to (g)); default any, nothing demanded. */
  readonly certificatePolicies?: CertificatePolicies
  /**
   * How new revocation data must be beside what they say themselves, for people's certificates and for those of CAs: made
   * within `maxAge` seconds of the time that counts, or at least `grace` seconds after it. Default: within their nextUpdate.
   */
  readonly freshness?: FreshnessRules
  /** Which revocation data each certificate needs (E-01): default a list or a response. `none` is a relaxation. */
  readonly revocationData?: RevocationRules
  /** Changes after signing to accept instead of the signature's own rule (M-20). */
  readonly allowedChanges?: Exclude<ChangeLevel, 'unknown'>
  /** Seconds that may lie between the claimed signing time and the first proof; default no limit (E-04). */
  readonly timestampDelay?: number
  /** A signature policy inside the signature that is not among `signaturePolicies`: a warning (default), or a failure (C-14). */
  readonly signaturePolicy?: 'warn' | 'require'
  readonly signaturePolicies?: readonly SignaturePolicyDocument[]
}

/** A policy with every choice made. */
export interface ResolvedPolicy {
  readonly id: string
  readonly version: string
  readonly relaxations: readonly string[]
  readonly profile: 'strict' | 'compat'
  /** Anchors of trust profiles that may vouch; undefined for all (E-15). */
  readonly anchors: 'gov' | 'public' | undefined
  readonly acrobat: boolean
  readonly revocation: 'require' | 'prefer' | 'none'
  readonly algorithms: 'policy' | 'any'
  readonly catalogue: AlgorithmCatalogue
  readonly eku: 'enforce' | 'warn'
  readonly purposes: PurposeLists | undefined
  readonly certificatePolicies: CertificatePolicies | undefined
  readonly freshness: FreshnessRules | undefined
  readonly revocationData: RevocationRules | undefined
  readonly allowedChanges: Exclude<ChangeLevel, 'unknown'> | undefined
  readonly timestampDelay: number | undefined
  readonly signaturePolicy: 'warn' | 'require'
  readonly signaturePolicies: readonly SignaturePolicyDocument[]
}

/** Version of the rules behind the policy names; it changes when a rule's outcome does. */
const POLICY_VERSION = '2'

type Preset = Pick<ResolvedPolicy, 'profile' | 'anchors' | 'catalogue' | 'eku'>

const PRESETS: Readonly<Record<PolicyName, Preset>> = {
  strict: { profile: 'strict', anchors: undefined, catalogue: TS_119_312, eku: 'enforce' },
  compat: { profile: 'compat', anchors: undefined, catalogue: TS_119_312, eku: 'enforce' },
  'vietnam-gov': { profile: 'strict', anchors: 'gov', catalogue: TT_15_2025, eku: 'warn' },
  'vietnam-public': { profile: 'strict', anchors: 'public', catalogue: TT_15_2025, eku: 'warn' },
}

/** How the report names a catalogue that is not the default one. */
function catalogueRelaxation(catalogue: AlgorithmCatalogue): readonly string[] {
  if (catalogue === TS_119_312) return []
  return [catalogue === TT_15_2025 ? 'algorithms:tt15' : `algorithms:${catalogue.id} ${catalogue.version}`]
}

function relaxationsOf(policy: Omit<ResolvedPolicy, 'id' | 'version' | 'relaxations'>): readonly string[] {
  const { profile, revocation, revocationData, algorithms, catalogue, eku, allowedChanges } = policy
  return [
    ...(profile === 'compat' ? ['profile:compat'] : []),
    ...(revocation === 'require' ? [] : [`revocation:${revocation}`]),
    ...(['signer', 'ca'] as const).flatMap((who) =>
      revocationData?.[who] === 'none' ? [`revocation:${who}:none`] : [],
    ),
    ...(algorithms === 'any' ? ['algorithms:any'] : catalogueRelaxation(catalogue)),
    ...(eku === 'warn' ? ['eku:warn'] : []),
    ...(allowedChanges === 'annotation' || allowedChanges === 'other' ? [`changes:${allowedChanges}`] : []),
  ]
}

/** Fills in the preset and the defaults, and names each relaxation that is on (0.4). @throws CountersignError ARGUMENT_INVALID */
export function resolvePolicy(given: Policy | PolicyName = {}): ResolvedPolicy {
  const policy: Policy = typeof given === 'string' ? { profile: given } : given
  const { profile: name = 'strict', acrobat = false, revocation = 'require', algorithms = 'policy' } = policy
  if (!Object.hasOwn(PRESETS, name))
    throw new CountersignError('ARGUMENT_INVALID', `policy.profile must be one of ${Object.keys(PRESETS).join(', ')}.`)
  const preset = PRESETS[name]
  const chosen = {
    profile: preset.profile,
    anchors: preset.anchors,
    acrobat,
    revocation,
    algorithms,
    catalogue: policy.catalogue ?? preset.catalogue,
    eku: policy.eku ?? preset.eku,
    purposes: policy.purposes,
    certificatePolicies: policy.certificatePolicies,
    freshness: policy.freshness,
    revocationData: policy.revocationData,
    allowedChanges: policy.allowedChanges,
    timestampDelay: policy.timestampDelay,
    signaturePolicy: policy.signaturePolicy ?? 'warn',
    signaturePolicies: policy.signaturePolicies ?? [],
  } as const
  const id = acrobat ? `${name}+acrobat` : name
  return { id, version: POLICY_VERSION, relaxations: relaxationsOf(chosen), ...chosen }
}

/** A policy as a document: what a service publishes under the policy's link (API-11). */
export interface PolicyDescription {
  readonly id: string
  readonly version: string
  /** SHA-256 over the canonical JSON (RFC 8785) of `rules`, lower-case hex; the report holds the same value. */
  readonly hash: string
  readonly relaxations: readonly string[]
  /** Every choice made, the catalogue's data included; plain JSON, bytes as hex. */
  readonly rules: Readonly<Record<string, unknown>>
}

/** The rules as JSON with the keys of every object in order and without what is not set, so that equal policies give equal text. */
function canonical(policy: ResolvedPolicy): string {
  return JSON.stringify(policy, (_key, item: unknown) => {
    if (item instanceof Uint8Array) return hexOf(item)
    if (typeof item !== 'object' || item === null || Array.isArray(item)) return item
    return Object.fromEntries(Object.entries(item).toSorted(([a], [b]) => (a < b ? -1 : 1)))
  })
}

/** The text of a catalogue is made once: it is most of a policy, and nearly always the same object. */
const catalogues = new WeakMap<AlgorithmCatalogue, string>()

function catalogueText(catalogue: AlgorithmCatalogue): string {
  let text = catalogues.get(catalogue)
  if (text === undefined) {
    text = JSON.stringify(catalogue)
    catalogues.set(catalogue, text)
  }
  return text
}

/** Two policies with the same key are the same; the key is made faster than the canonical text. */
function keyOf({ catalogue, signaturePolicies, ...rest }: ResolvedPolicy): string {
  const documents = signaturePolicies.map(({ oid, bytes }) => `${oid} ${hexOf(bytes)}`)
  return [JSON.stringify(rest), catalogueText(catalogue), ...documents].join('\n')
}

/** Hashes by key: a service asks for the same few policies all day. */
const hashes = new Map<string, Promise<string>>()
const MAX_HASHES = 32

/** SHA-256 over every choice of the policy, the catalogue's data included: lower-case hex (API-11). */
export function policyHash(policy: ResolvedPolicy): Promise<string> {
  const key = keyOf(policy)
  let hash = hashes.get(key)
  if (hash === undefined) {
    if (hashes.size >= MAX_HASHES) hashes.clear()
    hash = digest('sha256', new TextEncoder().encode(canonical(policy))).then(hexOf)
    hashes.set(key, hash)
  }
  return hash
}

/**
 * Says what a policy means: every choice, the relaxations among them, and the hash that reports carry (API-11).
 *
 * @throws CountersignError ARGUMENT_INVALID for an unknown preset
 * @example
 * ```ts
 * const { hash, rules } = await describePolicy('vietnam-gov')
 * ```
 */
export async function describePolicy(policy: Policy | PolicyName = 'strict'): Promise<PolicyDescription> {
  const resolved = resolvePolicy(policy)
  const { id, version, relaxations } = resolved
  const rules = JSON.parse(canonical(resolved)) as Record<string, unknown>
  return { id, version, hash: await policyHash(resolved), relaxations, rules }
}
