// Mutations of PDF files: bytes, digits, words that decide what a reader does, cuts and copies, aimed at a part of the file.
import type { Span } from '../src/pdf/objects.ts'
import { pick, type Random } from './random.ts'
import type { Regions } from './regions.ts'

export type Aim = 'references' | 'dictionaries' | 'streams' | 'anywhere' | 'tail' | 'contents' | 'unreferenced'

export interface Mutant {
  readonly bytes: Uint8Array
  readonly aim: Aim
}

/** One to a line break: words that decide what a reader does. */
const WORDS: readonly string[] = (
  '<<|>>|[|]|(|)|<|>|%|/|R|obj|endobj|stream|endstream|xref|trailer|startxref|%%EOF|null|true|/Prev 0|/Prev 15|/Length 0|/Length 9 0 R|/Length 99999999|/Size 2|/Size 99999999|/Filter|/Type /ObjStm|' +
  '/Type /XRef|/Kids|/Parent 2 0 R|/Encrypt 1 0 R|/XRefStm 15|/Extends 5 0 R|-1|99999999999|1 0 R|7 0 R|4294967296|0000000000 65535 f|/Root 1 0 R|/ByteRange [0 1 2 3]|/Contents <00>|/V 7 0 R|/AcroForm|/Annots|/N 99999|/First 0|/W [1 9 9]|/Index [0 9999999]'
).split('|')

const latin1 = (text: string): Uint8Array => Uint8Array.from(text, (char) => char.codePointAt(0)! & 0xff)

function spliced(bytes: Uint8Array, at: number, remove: number, insert: Uint8Array): Uint8Array {
  const end = Math.min(bytes.length, at + remove)
  const result = new Uint8Array(bytes.length - (end - at) + insert.length)
  result.set(bytes.subarray(0, at))
  result.set(insert, at)
  result.set(bytes.subarray(end), at + insert.length)
  return result
}

type Change = (bytes: Uint8Array, at: number, span: Span, random: Random) => Uint8Array

function overwritten(bytes: Uint8Array, at: number, insert: Uint8Array, end: number): Uint8Array {
  const result = bytes.slice()
  result.set(insert.subarray(0, Math.max(0, end - at)), at)
  return result
}

/** Changes that keep every offset. */
const KEEPING: readonly Change[] = [
  (bytes, at, span, random) => overwritten(bytes, at, Uint8Array.of(random(256)), span.end),
  (bytes, at, span, random) => overwritten(bytes, at, Uint8Array.of(bytes[at]! ^ (1 << random(8))), span.end),
  (bytes, at, span, random) => overwritten(bytes, at, Uint8Array.of(0x30 + random(10)), span.end),
  (bytes, at, span, random) => overwritten(bytes, at, latin1(pick(WORDS, random)), span.end),
  (bytes, at, span, random) =>
    overwritten(bytes, at, bytes.slice(span.start, span.start + 1 + random(40)), Math.min(span.end, bytes.length)),
]

/** Changes that move what follows. */
const MOVING: readonly Change[] = [
  (bytes, at, _, random) => spliced(bytes, at, 1 + random(40), new Uint8Array()),
  (bytes, at, _, random) => spliced(bytes, at, 0, latin1(pick(WORDS, random))),
  (bytes, at, _, random) => spliced(bytes, at, random(8), latin1(` ${pick(WORDS, random)} `)),
  (bytes, at, _, random) => {
    const from = random(bytes.length)
    return spliced(bytes, at, 0, bytes.slice(from, from + random(200)))
  },
  (bytes, at) => bytes.slice(0, at),
]

/** Digits within a span: lengths, offsets, object numbers. */
function digitPlace(bytes: Uint8Array, span: Span, random: Random): number {
  const start = span.start + random(Math.max(1, span.end - span.start))
  for (let at = start; at < span.end; at++) if (bytes[at]! >= 0x30 && bytes[at]! <= 0x39) return at
  return start
}

function changed(bytes: Uint8Array, span: Span, changes: readonly Change[], random: Random): Uint8Array {
  const length = Math.max(1, span.end - span.start)
  if (random(3) === 0) {
    const at = digitPlace(bytes, span, random)
    return at < bytes.length ? overwritten(bytes, at, Uint8Array.of(0x30 + random(10)), span.end) : bytes
  }
  const at = Math.min(span.start + random(length), bytes.length - 1)
  return pick(changes, random)(bytes, at, span, random)
}

function spansOf(aim: Aim, regions: Regions, bytes: Uint8Array, tail: number): readonly Span[] {
  if (aim === 'anywhere') return [{ start: 0, end: bytes.length }]
  if (aim === 'tail') return tail < bytes.length ? [{ start: tail, end: bytes.length }] : []
  return regions[aim]
}

/**
 * One mutant. Aimed at `contents` or `unreferenced` it keeps the file's length and everything outside of those spans.
 *
 * @param tail - first byte of what `tail` aims at
 */
export function mutate(bytes: Uint8Array, regions: Regions, aim: Aim, random: Random, tail = 0): Mutant | undefined {
  const spans = spansOf(aim, regions, bytes, tail)
  if (spans.length === 0) return undefined
  const quiet = aim === 'contents' || aim === 'unreferenced'
  const changes = quiet ? KEEPING : [...KEEPING, ...MOVING]
  let result = bytes
  for (let left = random(quiet ? 6 : 3); left >= 0; left--) {
    const span = pick(spans, random)
    if (span.start < result.length)
      result = changed(result, { start: span.start, end: Math.min(span.end, result.length) }, changes, random)
  }
  return result.length === 0 ? undefined : { bytes: result, aim }
}
