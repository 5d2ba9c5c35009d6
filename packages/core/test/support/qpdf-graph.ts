// Compares objects with those of `qpdf --json=2` (its manual, "JSON v2").
import {
  PdfArray,
  PdfDict,
  PdfName,
  PdfReal,
  PdfRef,
  PdfStream,
  PdfString,
  type PdfObject,
} from '../../src/pdf/objects.ts'
import { decodeText } from '../../src/pdf/text.ts'
import type { View } from '../../src/pdf/types.ts'

/** An object of qpdf's output. */
export type QpdfObject = { readonly value: unknown } | { readonly stream: { readonly dict: Record<string, unknown> } }

/** Where our object and qpdf's differ. */
export function compareWithQpdf(ours: PdfObject, theirs: QpdfObject, path: string, view: View): string[] {
  if (!('stream' in theirs))
    return ours instanceof PdfStream ? [`${path}: no stream for qpdf`] : compare(ours, theirs.value, path, view)
  if (!(ours instanceof PdfStream)) return [`${path}: a stream for qpdf`]
  return compare(ours.dict, theirs.stream.dict, path, view)
}

function compare(ours: PdfObject, theirs: unknown, path: string, view: View): string[] {
  if (ours instanceof PdfArray) {
    if (!Array.isArray(theirs) || theirs.length !== ours.items.length) return [`${path}: not the same array`]
    return ours.items.flatMap((item, index) => compare(item, theirs[index], `${path}/${index}`, view))
  }
  if (ours instanceof PdfDict) return compareDicts(ours, theirs, path, view)
  return sameLeaf(ours, theirs) ? [] : [`${path}: not ${JSON.stringify(theirs)}`]
}

function compareDicts(ours: PdfDict, theirs: unknown, path: string, view: View): string[] {
  if (typeof theirs !== 'object' || theirs === null || Array.isArray(theirs)) return [`${path}: no dictionary for qpdf`]
  const rest = new Map(Object.entries(theirs))
  const differences: string[] = []
  for (const [key, value] of ours.map) {
    const name = nameForms(key).find((form) => rest.has(form))
    if (name === undefined) {
      // qpdf leaves out entries that are null or lead to nothing.
      if (view.resolve(value) !== null) differences.push(`${path}/${key}: unknown to qpdf`)
      continue
    }
    // P-13: qpdf decrypts /Contents of signatures, which are never encrypted.
    const signature = key === 'Contents' && ours.has('ByteRange') && view.document.encryption !== undefined
    if (!signature) differences.push(...compare(value, rest.get(name), `${path}/${key}`, view))
    rest.delete(name)
  }
  for (const [key, value] of rest) if (value !== null) differences.push(`${path}${key}: unknown to us`)
  return differences
}

/** Names are UTF-8 where they can be, else `n:` with escapes. */
function nameForms(name: string): string[] {
  const bytes = Buffer.from(name, 'latin1')
  const escaped = [...bytes].map((byte) =>
    byte > 0x20 && byte < 0x7f ? String.fromCharCode(byte) : `#${byte.toString(16)}`,
  )
  return [`/${bytes.toString('utf8')}`, `n:/${escaped.join('')}`]
}

function sameLeaf(ours: PdfObject, theirs: unknown): boolean {
  if (ours instanceof PdfName) return typeof theirs === 'string' && nameForms(ours.name).includes(theirs)
  if (ours instanceof PdfRef) return theirs === ours.toString()
  if (ours instanceof PdfReal) return Math.abs(ours.value - Number(theirs)) <= 1e-6 * Math.max(1, Math.abs(ours.value))
  if (!(ours instanceof PdfString)) return ours === theirs
  if (typeof theirs !== 'string') return false
  if (theirs.startsWith('b:')) return Buffer.from(ours.bytes).toString('hex') === theirs.slice(2)
  return decodeText(ours.bytes) === theirs.slice(2)
}
