import type { Digest } from '../cms/signer.ts'
import { openEnvelope } from '../cms/envelope.ts'
import { surveyOf } from './survey.ts'
import type { PdfDocument } from '../pdf/types.ts'
import type { CheckedToken } from '../tsp/check-reply.ts'
import { imprintDigestOf, openTstInfo } from '../tsp/token.ts'
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

/** Digests that the document timestamps of a document stamp with. */
export function stampDigests(document: PdfDocument): readonly (Digest | undefined)[] {
  const stamps = surveyOf(document).signatures.filter(({ kind }) => kind === 'document-timestamp')
  return stamps.map(({ contents }) => {
    const data = contents === undefined ? undefined : openEnvelope(contents).signedData
    const info = data === undefined ? undefined : openTstInfo(data)
    if (info === undefined || 'rule' in info) return undefined
    const name = imprintDigestOf(info)
    return STRENGTH.find((one) => one === name)
  })
}

/** The strongest of some digests; SHA-256 where there is none (L10). */
export function strongestDigest(...digests: readonly (Digest | undefined)[]): Digest {
  return STRENGTH.findLast((name) => digests.includes(name)) ?? 'sha256'
}
