// E-01: a caller's proof may be of the file as it was at the end of any of its revisions.
import type { PdfDocument } from '../pdf/types.ts'
import { hexOf } from '../x509/identity.ts'
import type { DigestRequest, DocumentDigests } from './digests.ts'

/** The range of a digest over the first `end` bytes, without a gap. */
function upTo(end: number): DigestRequest {
  return { name: 'sha256', range: { first: { start: 0, end }, second: { start: end, end } } }
}

/** Digests over the file as every revision ends it. */
export function revisionDigests({ revisions }: PdfDocument): readonly DigestRequest[] {
  return revisions.map(({ end }) => upTo(end))
}

/** SHA-256 of the first `end` bytes in lower-case hex; undefined where it was not asked for. */
export function revisionSha256(digests: DocumentDigests, end: number): string | undefined {
  const { name, range } = upTo(end)
  const value = digests.get(name, range)
  return value === undefined ? undefined : hexOf(value)
}

/** SHA-256 of the whole file in lower-case hex. */
export function documentSha256(digests: DocumentDigests): string | undefined {
  const value = digests.get('sha256', undefined)
  return value === undefined ? undefined : hexOf(value)
}
