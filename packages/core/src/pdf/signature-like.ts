import { PdfArray, PdfDict, PdfRef, PdfString, type PdfObject, type Span } from './objects.ts'
import type { FileBytes } from './source.ts'
import type { ObjectPlace, PdfDocument } from './types.ts'

/** P-02: a dictionary with the two entries that make a signature. */
export function looksSigned(value: PdfObject): value is PdfDict {
  if (!(value instanceof PdfDict)) return false
  return value.get('ByteRange') instanceof PdfArray && value.get('Contents') instanceof PdfString
}

const NEEDLE = new TextEncoder().encode('ByteRange')
const LAST = NEEDLE.length - 1

/** How far the needle can move on when a byte stands under its last letter (Horspool): compressed data are passed over in strides. */
const STRIDES = new Uint8Array(256).fill(NEEDLE.length)
for (let i = 0; i < LAST; i++) STRIDES[NEEDLE[i]!] = LAST - i

/** More are not counted: then any object may hold one. */
const MOST_MENTIONS = 10_000

/** Offsets at which the bytes of `ByteRange` stand; undefined when there are too many to keep. */
export type Mentions = { readonly at: readonly number[] | undefined }

/** The mentions in a file; `known` are those that begin in its first `from` bytes, as far as they end there. */
export function findMentions(source: FileBytes, known: Mentions | undefined, from: number): Mentions {
  const found = [...(known?.at ?? [])]
  if (known !== undefined && known.at === undefined) return known
  const start = known === undefined ? 0 : Math.max(0, from - LAST)
  // The end of one piece and the beginning of the next, where a mention may stand across.
  let tail: Uint8Array = new Uint8Array(0)
  let at = start
  for (const piece of source.chunks(start, source.size)) {
    const seam = joinSeam(tail, piece)
    search(seam, at - tail.length, found, tail.length)
    search(piece, at, found, piece.length)
    if (found.length > MOST_MENTIONS) return { at: undefined }
    tail = piece.length < LAST ? seam.slice(-LAST) : piece.slice(-LAST)
    at += piece.length
  }
  return { at: found }
}

function joinSeam(tail: Uint8Array, piece: Uint8Array): Uint8Array {
  const seam = new Uint8Array(tail.length + Math.min(LAST, piece.length))
  seam.set(tail)
  seam.set(piece.subarray(0, LAST), tail.length)
  return seam
}

/** Adds where the needle begins before `until`. No closure in the loop: it would be made anew at each stride. */
function search(bytes: Uint8Array, base: number, found: number[], until: number): void {
  for (let at = LAST; at < bytes.length; at += STRIDES[bytes[at]!]!) {
    if (bytes[at] === NEEDLE[LAST] && at - LAST < until && needleAt(bytes, at - LAST)) found.push(base + at - LAST)
  }
}

function needleAt(bytes: Uint8Array, at: number): boolean {
  for (let i = 0; i < NEEDLE.length; i++) if (bytes[at + i] !== NEEDLE[i]) return false
  return true
}

/**
 * Objects that may be signatures: all in object streams, and the plain ones where the file mentions /ByteRange outside the known spans.
 */
export function* placesWithMentions(
  document: PdfDocument,
  mentions: Mentions,
  known: readonly Span[],
): Iterable<ObjectPlace> {
  const isKnown = (at: number): boolean => known.some((span) => at >= span.start && at < span.end)
  const plainToo = mentions.at === undefined || !mentions.at.every((at) => isKnown(at))
  for (const { index, entries } of document.revisions) {
    for (const [num, entry] of entries) {
      if (entry.type === 'free' || (entry.type === 'used' && !plainToo)) continue
      yield { revision: index, ref: new PdfRef(num, entry.type === 'used' ? entry.gen : 0) }
    }
  }
}
