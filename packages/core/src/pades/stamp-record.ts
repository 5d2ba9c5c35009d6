import type { Digest } from '../cms/signer.ts'
import type { VerificationReport } from '../report.ts'
import type { CheckedToken } from '../tsp/check-reply.ts'
import { imprintDigestOf } from '../tsp/token.ts'
import type { StampRecord } from './extension-types.ts'

/** What an audit keeps of a time stamp (T7). */
export function stampRecord(
  kind: StampRecord['kind'],
  { info, certificate, der }: CheckedToken,
  field?: string,
): StampRecord {
  const serial = info.serial.toString(16).toUpperCase()
  return {
    kind,
    ...(field === undefined ? {} : { field }),
    genTime: info.genTime.toISOString(),
    serial: serial.length % 2 === 0 ? serial : `0${serial}`,
    tsa: certificate.subject.toString(),
    digest: imprintDigestOf(info) ?? info.imprint.algorithm.oid,
    bytes: der.length,
  }
}

/** Weakest first. */
const STRENGTH: readonly Digest[] = ['sha256', 'sha3-256', 'sha384', 'sha3-384', 'sha512', 'sha3-512', 'shake256-512']

/** The strongest digest of some and of the document timestamps in a report; SHA-256 where there is none (L10). */
export function strongestDigest(
  report: VerificationReport | undefined,
  ...others: readonly (Digest | undefined)[]
): Digest {
  const stamped = (report?.signatures ?? []).filter(({ kind }) => kind === 'document-timestamp')
  const names = [...others, ...stamped.map(({ algorithms }) => algorithms.digest)]
  return STRENGTH.findLast((name) => names.includes(name)) ?? 'sha256'
}
