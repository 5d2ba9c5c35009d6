import type { DerNode } from '../der/reader.ts'
import { parseDerPrefix } from '../der/reader.ts'
import type { PdfStream } from '../pdf/objects.ts'
import type { PdfDocument } from '../pdf/types.ts'

export type EvidenceKind = 'certificate' | 'crl' | 'ocsp' | 'timestamp'

const UNIVERSAL = { integer: 2, bits: 3, oid: 6, enumerated: 10, sequence: 16 } as const

function is(node: DerNode | undefined, tag: number, cls: 0 | 2 = 0): boolean {
  return node !== undefined && node.cls === cls && node.tag === tag
}

/** SEQUENCE { SEQUENCE, SEQUENCE, BIT STRING }: what X.509 signs; returns the parts of the inner one. */
function signedParts(root: DerNode): readonly DerNode[] | undefined {
  const [inner, algorithm, signature] = root.children
  const shaped = is(inner, UNIVERSAL.sequence) && is(algorithm, UNIVERSAL.sequence) && is(signature, UNIVERSAL.bits)
  return shaped && root.children.length === 3 ? inner?.children : undefined
}

function isCertificate(root: DerNode): boolean {
  const parts = signedParts(root) ?? []
  const rest = is(parts[0], 0, 2) ? parts.slice(1) : parts
  const [serial, algorithm, issuer, validity, subject, key] = rest
  return (
    is(serial, UNIVERSAL.integer) && [algorithm, issuer, validity, subject, key].every((p) => is(p, UNIVERSAL.sequence))
  )
}

function isCrl(root: DerNode): boolean {
  const parts = signedParts(root) ?? []
  const rest = is(parts[0], UNIVERSAL.integer) ? parts.slice(1) : parts
  return (
    is(rest[0], UNIVERSAL.sequence) && is(rest[1], UNIVERSAL.sequence) && (rest[2]?.tag === 23 || rest[2]?.tag === 24)
  )
}

function isOcsp(root: DerNode): boolean {
  if (is(root.children[0], UNIVERSAL.enumerated)) return true
  // A BasicOCSPResponse without its envelope: some producers store it so.
  const [data, algorithm, signature] = root.children
  return is(data, UNIVERSAL.sequence) && is(algorithm, UNIVERSAL.sequence) && is(signature, UNIVERSAL.bits)
}

function isTimestamp(root: DerNode): boolean {
  return is(root.children[0], UNIVERSAL.oid) && is(root.children[1], 0, 2)
}

const CHECKS: Readonly<Record<EvidenceKind, (root: DerNode) => boolean>> = {
  certificate: isCertificate,
  crl: isCrl,
  ocsp: isOcsp,
  timestamp: isTimestamp,
}

const LARGE = 1024 * 1024

const known = new WeakMap<PdfStream, Map<EvidenceKind, boolean>>()

/** M-02: the stream decodes to one DER value shaped like a certificate, CRL, OCSP response or time stamp. Never throws. */
export function isEvidence(document: PdfDocument, stream: PdfStream, kind: EvidenceKind): boolean {
  const answers = known.get(stream) ?? new Map<EvidenceKind, boolean>()
  known.set(stream, answers)
  const before = answers.get(kind)
  if (before !== undefined) return before
  const answer = checkEvidence(document, stream, kind)
  answers.set(kind, answer)
  return answer
}

function checkEvidence(document: PdfDocument, stream: PdfStream, kind: EvidenceKind): boolean {
  try {
    const bytes = document.decode(stream)
    // A CRL may hold more entries than a parser walks (L-17, L-19): of a large one only the shape is read here.
    const shallow = kind === 'crl' && bytes.length > LARGE
    const { node, length } = parseDerPrefix(bytes, { ber: true, shallow })
    return length === bytes.length && is(node, UNIVERSAL.sequence) && CHECKS[kind](node)
  } catch {
    return false
  }
}
