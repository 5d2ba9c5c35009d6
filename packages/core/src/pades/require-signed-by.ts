import { CountersignError } from '../error.ts'
import type { BaselineLevel, ChangeLevel, SignatureReport, SignerIdentity, VerificationReport } from '../report.ts'

/** Who is demanded; every entry given must fit. */
export interface SignerDemand {
  /** SHA-256 of the certificate, hex, colons allowed: the only demand that no other certificate can meet. */
  readonly sha256?: string
  /** Part of the subject, case ignored, compared after NFC. */
  readonly subject?: string
  /** The exact RFC 4514 issuer string. */
  readonly issuer?: string
}

export interface SignedByDemand {
  readonly signer: SignerDemand
  /** The level reached or a higher one. */
  readonly level?: BaselineLevel
  /** Changes after the signature up to this level, default all that the signature itself permits. */
  readonly changes?: Exclude<ChangeLevel, 'unknown'>
}

/** The signature that meets a demand. */
export interface SignedBy {
  readonly signature: SignatureReport
  readonly signer: SignerIdentity
  /** ISO 8601; proven by a time stamp where one is good, null otherwise. */
  readonly provenBefore: string | null
}

const LEVELS: readonly BaselineLevel[] = ['B-B', 'B-T', 'B-LT', 'B-LTA']
const CHANGES: readonly ChangeLevel[] = ['none', 'ltv', 'form', 'annotation', 'other']

function folded(text: string): string {
  return text.normalize('NFC').toLowerCase()
}

function fits(signer: SignerIdentity, demand: SignerDemand): boolean {
  const { sha256, subject, issuer } = demand
  if (sha256 !== undefined && sha256.replaceAll(':', '').toLowerCase() !== signer.sha256) return false
  if (subject !== undefined && !folded(signer.subject).includes(folded(subject))) return false
  return issuer === undefined || issuer === signer.issuer
}

function reaches(signature: SignatureReport, wanted: BaselineLevel | undefined): boolean {
  if (wanted === undefined) return true
  const level = LEVELS.find((one) => one === signature.level)
  return level !== undefined && LEVELS.indexOf(level) >= LEVELS.indexOf(wanted)
}

function unchanged(signature: SignatureReport, most: ChangeLevel | undefined): boolean {
  const { level, permitted } = signature.changes
  if (permitted !== true || level === 'unknown') return false
  return most === undefined || CHANGES.indexOf(level) <= CHANGES.indexOf(most)
}

/**
 * The signature by the demanded signer, or an error: "valid" alone only means that somebody trusted signed.
 * Only signatures with TOTAL-PASSED count; of several the last one in signing order is returned.
 *
 * @throws CountersignError SIGNER_MISMATCH (with the signers found), LEVEL_NOT_REACHED, ARGUMENT_INVALID for an empty demand
 * @example
 * ```ts
 * const { signer } = requireSignedBy(report, { signer: { sha256: officerCertificate }, level: 'B-T' })
 * ```
 */
export function requireSignedBy(report: VerificationReport, demand: SignedByDemand): SignedBy {
  const { sha256, subject, issuer } = demand.signer
  if ((sha256 ?? subject ?? issuer ?? '').trim() === '') {
    throw new CountersignError('ARGUMENT_INVALID', 'requireSignedBy: the demand names no signer.')
  }
  const passed = report.signatures.filter((one) => one.kind === 'signature' && one.indication === 'TOTAL-PASSED')
  const byThem = passed.filter((one) => one.signer !== null && fits(one.signer, demand.signer))
  const still = byThem.filter((one) => unchanged(one, demand.changes))
  if (still.length === 0) {
    const found = passed.flatMap((one) => (one.signer === null ? [] : [one.signer.subject]))
    const why = byThem.length > 0 ? 'the document changed more after it than is allowed' : 'none by the demanded signer'
    throw new CountersignError('SIGNER_MISMATCH', `No valid signature counts: ${why}.`, { details: { found } })
  }
  const signature = still.findLast((one) => reaches(one, demand.level))
  if (signature === undefined) {
    const reached = still.map((one) => one.level ?? 'none')
    throw new CountersignError('LEVEL_NOT_REACHED', `The signature does not reach level ${demand.level}.`, {
      details: { reached },
    })
  }
  return { signature, signer: signature.signer!, provenBefore: signature.times.provenBefore }
}
