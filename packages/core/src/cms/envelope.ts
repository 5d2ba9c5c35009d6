import { OID } from '../der/oids.ts'
import { CountersignError, LimitError } from '../error.ts'
import { problem, type Problem } from '../problem.ts'
import type { CmsRules } from './check-attributes.ts'
import { parseSignedData, type CmsLimits, type SignedData } from './signed-data.ts'

/** What stands in /Contents, or why nothing usable does. */
export interface Envelope {
  readonly signedData: SignedData | undefined
  readonly problems: readonly Problem[]
}

/** Turns what a parser threw into a problem: a limit is INDETERMINATE, everything else not a CMS (C-01, section 8). */
export function problemOf(error: unknown, rule: string, code: string): Problem {
  if (error instanceof LimitError) return problem(rule, error.code, 'I')
  const detail = error instanceof CountersignError ? error.message : 'unexpected error'
  return problem(rule, code, 'F', { detail })
}

/** Index of the first octet that is not zero, -1 where all are: padding is long, a callback per octet is not. */
function firstNonZero(bytes: Uint8Array): number {
  for (let i = 0; i < bytes.length; i++) if (bytes[i] !== 0) return i
  return -1
}

/** C-01: one TLV from offset 0, then only zeros. Never throws. */
export function openEnvelope(contents: Uint8Array, options: { compat?: boolean; limits?: CmsLimits } = {}): Envelope {
  if (firstNonZero(contents) < 0) {
    return { signedData: undefined, problems: [problem('C-01', 'SIGNATURE_EMPTY', 'F')] }
  }
  let signedData: SignedData
  try {
    signedData = parseSignedData(contents, options.limits)
  } catch (error) {
    return { signedData: undefined, problems: [problemOf(error, 'C-01', 'CMS_UNREADABLE')] }
  }
  const problems: Problem[] = []
  if (signedData.ber) problems.push(problem('C-01', 'NOT_DER', 'W'))
  const remainder = contents.subarray(signedData.length)
  if (firstNonZero(remainder) >= 0) {
    problems.push(
      problem('C-01', 'CONTENTS_REMAINDER', options.compat === true ? 'W' : 'F', { bytes: remainder.length }),
    )
  }
  return { signedData, problems }
}

function checkVersion(data: SignedData): readonly Problem[] {
  const problems: Problem[] = []
  if (data.version !== 1 && data.version !== 3) {
    problems.push(problem('C-02', 'CMS_VERSION', 'W', { version: data.version }))
  }
  const listed = new Set(data.digestAlgorithms.map((algorithm) => algorithm.oid))
  if (data.signerInfos.some((info) => !listed.has(info.digestAlgorithm.oid))) {
    problems.push(problem('C-02', 'DIGEST_NOT_LISTED', 'W'))
  }
  return problems
}

/** C-04: detached content for a person's signature, TSTInfo inside for a time stamp, its SHA-1 for adbe.pkcs7.sha1. */
function checkContent(data: SignedData, rules: CmsRules): readonly Problem[] {
  const expected = rules === 'timestamp' ? OID.tstInfo : OID.data
  const problems: Problem[] = []
  if (data.contentType !== expected) {
    problems.push(problem('C-04', 'CONTENT_TYPE', 'F', { expected, found: data.contentType }))
  }
  const inside = rules === 'timestamp' || rules === 'pkcs7-sha1'
  if (inside && data.content === undefined) problems.push(problem('C-04', 'CONTENT_MISSING', 'F'))
  if (!inside && data.content !== undefined) problems.push(problem('C-04', 'CONTENT_NOT_DETACHED', 'F'))
  return problems
}

/** C-02 to C-04. Never throws. */
export function checkStructure(data: SignedData, rules: CmsRules): readonly Problem[] {
  const count = data.signerInfos.length
  const signers =
    count === 1 ? [] : [problem('C-03', count === 0 ? 'NO_SIGNER_INFO' : 'MANY_SIGNER_INFOS', 'F', { count })]
  return [...checkVersion(data), ...signers, ...checkContent(data, rules)]
}
