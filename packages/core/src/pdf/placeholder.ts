import { CountersignError } from '../error.ts'
import type { PdfDict, PdfRef, Span } from './objects.ts'
import { writeObject } from './serialize.ts'
import type { ByteWriter, ObjectCipher } from './serialize.ts'

/** Where the two late values of a signature dictionary stand, relative to the start of the section (W11). */
export interface Placeholder {
  /** The whole reserved room of the /ByteRange value, spaces included. */
  readonly byteRange: Span
  /** The /Contents token, `<` and `>` included. */
  readonly contents: Span
}

// W12: `[0 ` and three numbers of up to 15 digits.
const BYTE_RANGE_ROOM = '[0 '.length + 3 * 15 + 2 + ']'.length

/**
 * Writes a signature dictionary with room for /ByteRange and /Contents. Both places are recorded while writing;
 * nothing is searched for later (W11, B6). /Contents is never encrypted, the other strings are (W12, W15).
 */
export function writeSignatureDict(
  out: ByteWriter,
  dict: PdfDict,
  contentsBytes: number,
  ref: PdfRef,
  cipher?: ObjectCipher,
): Placeholder {
  out.ascii('<<')
  for (const [key, value] of dict.map) {
    out.ascii(` /${key} `)
    writeObject(out, value, { ref, cipher })
  }
  out.ascii(' /ByteRange ')
  const byteRange = reserve(out, 0x20, BYTE_RANGE_ROOM)
  out.ascii(' /Contents ')
  const start = out.length
  out.ascii('<')
  out.fill(0x30, contentsBytes * 2)
  out.ascii('>')
  const contents = { start, end: out.length }
  out.ascii(' >>')
  return { byteRange, contents }
}

function reserve(out: ByteWriter, byte: number, count: number): Span {
  const start = out.length
  out.fill(byte, count)
  return { start, end: out.length }
}

/** The four numbers of W12 for a section that starts at `base`. */
export function byteRangeOf(base: number, section: Uint8Array, placeholder: Placeholder): readonly number[] {
  const before = base + placeholder.contents.start
  const after = base + placeholder.contents.end
  return [0, before, after, base + section.length - after]
}

/** Fills /ByteRange in the section, in place. */
export function patchByteRange(base: number, section: Uint8Array, placeholder: Placeholder): void {
  const text = `[${byteRangeOf(base, section, placeholder).join(' ')}]`
  for (let i = 0; i < text.length; i++) section[placeholder.byteRange.start + i] = text.charCodeAt(i)
}

/** The two digits of each byte, one after the other. */
const DIGITS = new TextEncoder().encode(
  Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0')).join(''),
)

/** Bytes that fit into /Contents. */
export function contentsRoom(placeholder: Placeholder): number {
  return (placeholder.contents.end - placeholder.contents.start - 2) / 2
}

/** A copy of the section with the CMS in /Contents; the rest of the room stays zero (W12). Throws CMS_TOO_LARGE (B26). */
export function patchContents(section: Uint8Array, placeholder: Placeholder, cms: Uint8Array): Uint8Array {
  const room = contentsRoom(placeholder)
  if (cms.length > room)
    throw new CountersignError('CMS_TOO_LARGE', `the CMS has ${cms.length} bytes, room was kept for ${room}`, {
      details: { needed: cms.length, reserved: room },
    })
  const patched = section.slice()
  let at = placeholder.contents.start + 1
  for (let i = 0; i < cms.length; i++, at += 2) {
    const digits = 2 * cms[i]!
    patched[at] = DIGITS[digits]!
    patched[at + 1] = DIGITS[digits + 1]!
  }
  return patched
}
