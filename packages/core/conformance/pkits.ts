import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { createTrustStore } from '../src/validation/trust.ts'
import { validateCertificate } from '../src/validation/certificate.ts'

/** One case of `pkits.json`. */
export interface PkitsCase {
  readonly id: string
  readonly name: string
  readonly cert: string
  readonly other_certs?: readonly string[]
  readonly path_intermediates?: readonly string[]
  readonly crls?: readonly string[]
  readonly path_len?: number
  readonly revocation?: boolean
  readonly params?: PkitsParams
  readonly error?: { readonly class: string; readonly msg_regex?: string }
}

interface PkitsParams {
  readonly user_initial_policy_set?: readonly string[]
  readonly initial_explicit_policy?: boolean
  readonly initial_policy_mapping_inhibit?: boolean
  readonly initial_any_policy_inhibit?: boolean
}

/** When the cases are asked. */
export const AT: Date = new Date('2022-05-01T00:00:00Z')

/** What is compared of a report. */
export interface PkitsAnswer {
  readonly valid: boolean
  readonly indication: string
  readonly subIndication: string | null
  readonly path: readonly unknown[]
  readonly codes: readonly string[]
}

/** Which sub-indications fit which class of expected error. */
const FITTING: Readonly<Record<string, readonly string[]>> = {
  PathValidationError: [
    'CERTIFICATE_CHAIN_GENERAL_FAILURE',
    'NO_CERTIFICATE_CHAIN_FOUND',
    'OUT_OF_BOUNDS_NO_POE',
    'OUT_OF_BOUNDS_NOT_REVOKED',
  ],
  // A certificate on hold is suspended, not revoked: TRY_LATER (X-07, 5.4).
  RevokedError: ['REVOKED_NO_POE', 'REVOKED_CA_NO_POE', 'TRY_LATER'],
  // Listed in a list that is otherwise unusable counts as revoked; data that are too old are TRY_LATER.
  InsufficientRevinfoError: ['CERTIFICATE_CHAIN_GENERAL_FAILURE', 'REVOKED_NO_POE', 'TRY_LATER'],
  StaleRevinfoError: ['TRY_LATER'],
}

/** Runs one case; undefined when the answer is the expected one, else what differs. */
export async function runPkits(folder: string, one: PkitsCase): Promise<string | undefined> {
  const certificate = (name: string): Uint8Array => new Uint8Array(readFileSync(join(folder, 'certs', name)))
  const crl = (name: string): Uint8Array => new Uint8Array(readFileSync(join(folder, 'crls', name)))
  const { params = {} } = one
  const report = await validateCertificate(certificate(one.cert), {
    trust: createTrustStore([certificate('TrustAnchorRootCertificate.crt')]),
    intermediates: (one.path_intermediates ?? one.other_certs ?? []).map(certificate),
    crls: ['TrustAnchorRootCRL.crl', ...(one.crls ?? [])].map(crl),
    at: AT,
    revocation: one.revocation === false ? 'prefer' : 'require',
    purpose: 'any',
    algorithms: 'any',
    ...(params.user_initial_policy_set === undefined ? {} : { policies: params.user_initial_policy_set }),
    requireExplicitPolicy: params.initial_explicit_policy ?? false,
    inhibitPolicyMapping: params.initial_policy_mapping_inhibit ?? false,
    inhibitAnyPolicy: params.initial_any_policy_inhibit ?? false,
  })
  return differenceOf(one, { ...report, codes: report.problems.map(({ code }) => code) })
}

/** Undefined when the answer is the expected one, else what differs. */
export function differenceOf(one: PkitsCase, answer: PkitsAnswer): string | undefined {
  const said = `${answer.indication} ${answer.subIndication ?? ''} ${answer.codes.join(' ')}`
  if (one.error === undefined) {
    if (!answer.valid) return `expected valid, got ${said}`
    return one.path_len === undefined || answer.path.length === one.path_len
      ? undefined
      : `expected a path of ${one.path_len}, got ${answer.path.length}`
  }
  if (answer.valid) return `expected ${one.error.class}, got ${said}`
  return (FITTING[one.error.class] ?? []).includes(answer.subIndication ?? '')
    ? undefined
    : `expected ${one.error.class}, got ${said}`
}
