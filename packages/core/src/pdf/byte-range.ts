import { problem, type Problem } from '../problem.ts'
import { PdfArray, PdfName, PdfString, type PdfDict, type PdfRef, type Span } from './objects.ts'
import type { PdfDocument, Revision } from './types.ts'

/** The four numbers of /ByteRange as two half-open ranges. */
export interface ByteRange {
  readonly first: Span
  readonly second: Span
}

/** What the ByteRange rules say of one signature dictionary. */
export interface RangeCheck {
  readonly byteRange: ByteRange | undefined
  /** Decoded /Contents with its padding. */
  readonly contents: Uint8Array | undefined
  readonly contentsSpan: Span | undefined
  /** Revision whose end the covered bytes reach (P-08). */
  readonly revision: number | undefined
  readonly problems: readonly Problem[]
}

function isWhite(byte: number | undefined): boolean {
  return byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09 || byte === 0x0c || byte === 0
}

/** True when every byte of the range is white space (7.2.3). */
export function onlyWhiteSpace(document: PdfDocument, start: number, end: number): boolean {
  for (const piece of document.chunks(start, end)) if (!piece.every((byte) => isWhite(byte))) return false
  return true
}

/** P-04: four direct, non-negative integers. */
export function parseByteRange(dict: PdfDict): ByteRange | Problem {
  const value = dict.get('ByteRange')
  if (!(value instanceof PdfArray)) return problem('P-04', 'BYTERANGE_NOT_DIRECT_ARRAY', 'F')
  const numbers = value.items
  const plain = numbers.every((item) => typeof item === 'number' && Number.isSafeInteger(item) && item >= 0)
  if (!plain || numbers.length !== 4) return problem('P-04', 'BYTERANGE_SHAPE', 'F', { count: numbers.length })
  const [off1, len1, off2, len2] = numbers as readonly number[]
  return { first: { start: off1!, end: off1! + len1! }, second: { start: off2!, end: off2! + len2! } }
}

/** P-05: the ranges begin at 0, are not empty, do not meet and end inside the file. */
export function checkBounds(range: ByteRange, size: number): readonly Problem[] {
  const { first, second } = range
  const sound =
    first.start === 0 && first.end > 0 && second.start > first.end && second.end > second.start && second.end <= size
  if (sound && Number.isSafeInteger(second.end)) return []
  return [problem('P-05', 'BYTERANGE_BOUNDS', 'F', { from: first.start, to: second.end, size })]
}

/** Value of a hexadecimal digit by its code, -1 for every other byte: signatures are the longest strings in a file. */
const HEX_VALUES = Int8Array.from({ length: 256 }, (_, code) => '0123456789abcdef'.indexOf(digitOf(code)))

function digitOf(code: number): string {
  const letter = String.fromCharCode(code).toLowerCase()
  return letter.length === 1 ? letter : ' '
}

/** Decodes `<...>` with hexadecimal digits only and an even count; undefined for every other token (P-06). */
export function decodeHexToken(token: Uint8Array): Uint8Array | undefined {
  const digits = token.length - 2
  if (digits < 0 || digits % 2 !== 0 || token[0] !== 0x3c || token[token.length - 1] !== 0x3e) return undefined
  const result = new Uint8Array(digits / 2)
  // What is no digit has the value -1, whose sign bit stays: one test at the end finds it.
  let bad = 0
  for (let i = 0, at = 1; i < result.length; i++, at += 2) {
    const high = HEX_VALUES[token[at]!]!
    const low = HEX_VALUES[token[at + 1]!]!
    bad |= high | low
    result[i] = (high << 4) | low
  }
  return bad < 0 ? undefined : result
}

/** P-06: the gap is the /Contents token and nothing else. */
export function checkGap(range: ByteRange, span: Span, compat: boolean): readonly Problem[] {
  const { end: gapStart } = range.first
  const { start: gapEnd } = range.second
  if (gapStart === span.start && gapEnd === span.end) return []
  const args = { gapStart, gapEnd, contentsStart: span.start, contentsEnd: span.end }
  const digitsOnly = gapStart === span.start + 1 && gapEnd === span.end - 1
  if (digitsOnly && compat) return [problem('P-06', 'GAP_WITHOUT_DELIMITERS', 'W', args)]
  return [problem('P-06', 'GAP_NOT_CONTENTS', 'F', args)]
}

/** P-08: the revision whose terminator the covered bytes end with, white space before the next object tolerated. */
export function revisionEndingAt(document: PdfDocument, end: number): number | undefined {
  const found = document.revisions.findLast((revision) => revision.eof + 5 <= end)
  if (found === undefined) return undefined
  return onlyWhiteSpace(document, found.eof + 5, end) ? found.index : undefined
}

/** P-09: every section a reader of the covered bytes follows lies inside them. */
function checkSections(document: PdfDocument, revision: number, end: number): readonly Problem[] {
  const sections = document.revisions.slice(0, revision + 1).flatMap((item: Revision) => item.sections)
  const outside = sections.find((section) => section.end > end || (section.hybrid?.end ?? 0) > end)
  return outside === undefined ? [] : [problem('P-09', 'XREF_OUTSIDE_COVERED', 'F', { offset: outside.offset })]
}

/** P-07: an ordinary indirect object, wholly inside the covered bytes. */
function checkObject(document: PdfDocument, ref: PdfRef, revision: number, range: ByteRange): readonly Problem[] {
  const entry = document.view(revision).entry(ref.num)
  if (entry?.type !== 'used') return [problem('P-07', 'SIGNATURE_NOT_PLAIN_OBJECT', 'F', { object: String(ref) })]
  const span = document.objectSpan(entry.offset)
  if (span === undefined || span.start >= range.first.end || span.end > range.second.end) {
    return [problem('P-07', 'SIGNATURE_NOT_PLAIN_OBJECT', 'F', { object: String(ref) })]
  }
  return []
}

function checkBinding(
  document: PdfDocument,
  dict: PdfDict,
  ref: PdfRef | undefined,
  range: ByteRange,
): RangeCheck['problems'] {
  const revision = revisionEndingAt(document, range.second.end)
  if (revision === undefined) return [problem('P-08', 'COVERED_END_NO_REVISION', 'F', { end: range.second.end })]
  const problems = [...checkSections(document, revision, range.second.end)]
  if (ref === undefined) return problems
  problems.push(...checkObject(document, ref, revision, range))
  if (document.view(revision).load(ref) !== dict) {
    problems.push(problem('P-08', 'SIGNATURE_NOT_NEWEST', 'F', { object: String(ref) }))
  }
  return problems
}

function readContents(document: PdfDocument, dict: PdfDict): { bytes?: Uint8Array; span?: Span; problems: Problem[] } {
  const value = dict.get('Contents')
  if (!(value instanceof PdfString)) return { problems: [problem('P-06', 'CONTENTS_MISSING', 'F')] }
  const span = dict.valueSpans?.get('Contents')
  if (span === undefined)
    return { bytes: value.bytes, problems: [problem('P-07', 'SIGNATURE_NOT_PLAIN_OBJECT', 'F', { object: '' })] }
  // Read from the token itself: /Contents is never encrypted, whatever the reader did with strings (P-13).
  const bytes = decodeHexToken(document.bytes(span.start, span.end))
  if (bytes !== undefined) return { bytes, span, problems: [] }
  return { bytes: value.bytes, span, problems: [problem('P-06', 'CONTENTS_NOT_HEX', 'F')] }
}

/**
 * Checks P-01 and P-04 to P-09 for the signature dictionary `dict` of object `ref`.
 * Never throws; a broken rule is a Problem with outcome F.
 */
export function checkByteRange(
  document: PdfDocument,
  dict: PdfDict,
  ref: PdfRef | undefined,
  compat = false,
): RangeCheck {
  const { bytes: contents, span, problems } = readContents(document, dict)
  if (document.header.offset !== 0) problems.push(problem('P-01', 'HEADER_NOT_AT_START', 'F'))
  const range = parseByteRange(dict)
  if ('rule' in range) {
    return { byteRange: undefined, contents, contentsSpan: span, revision: undefined, problems: [...problems, range] }
  }
  const bounds = checkBounds(range, document.size)
  problems.push(...bounds)
  if (span !== undefined) problems.push(...checkGap(range, span, compat))
  if (bounds.length > 0) return { byteRange: undefined, contents, contentsSpan: span, revision: undefined, problems }
  problems.push(...checkBinding(document, dict, ref, range))
  const revision = revisionEndingAt(document, range.second.end)
  return { byteRange: range, contents, contentsSpan: span, revision, problems }
}

/** True when the value names a signature dictionary's type. */
export function nameOf(dict: PdfDict, key: string): string | undefined {
  const value = dict.get(key)
  return value instanceof PdfName ? value.name : undefined
}
