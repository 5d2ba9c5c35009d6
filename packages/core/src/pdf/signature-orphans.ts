import type { Field } from './fields.ts'
import { isName, PdfArray, PdfDict, PdfRef, PdfString, type Span } from './objects.ts'
import { listPages } from './pages.ts'
import { decodeText } from './text.ts'
import type { PdfDocument, View } from './types.ts'

export interface OrphanPlace {
  readonly revision: number
  readonly ref: PdfRef
}

/** Signature objects outside the field tree (P-02). */
export interface Orphans {
  /** Objects with /ByteRange and /Contents that no field of any revision refers to, each with its first revision. */
  readonly objects: ReadonlyMap<PdfDict, OrphanPlace>
  /** Widgets of type Sig that stand on a page but in no field tree, with the revision that shows them. */
  readonly strayFields: readonly (readonly [revision: number, field: Field])[]
}

const NEEDLE = new TextEncoder().encode('ByteRange')

/** How far the needle can move on when a byte stands under its last letter (Horspool): compressed data are passed over in strides. */
const STRIDES = new Uint8Array(256).fill(NEEDLE.length)
for (let i = 0; i < NEEDLE.length - 1; i++) STRIDES[NEEDLE[i]!] = NEEDLE.length - 1 - i

function needleAt(bytes: Uint8Array, at: number): boolean {
  return NEEDLE.every((byte, i) => bytes[at + i] === byte)
}

function isInside(spans: readonly Span[], at: number): boolean {
  return spans.some((span) => at >= span.start && at < span.end)
}

/** True when `ByteRange` stands in the file outside the given spans. No closure in the loop: it would be made anew at each stride. */
function mentionedOutside(document: PdfDocument, spans: readonly Span[]): boolean {
  const bytes = document.bytes(0, document.size)
  const last = NEEDLE.length - 1
  for (let at = last; at < bytes.length; at += STRIDES[bytes[at]!]!) {
    if (bytes[at] === NEEDLE[last] && needleAt(bytes, at - last) && !isInside(spans, at - last)) return true
  }
  return false
}

function looksSigned(value: unknown): value is PdfDict {
  return (
    value instanceof PdfDict && value.get('ByteRange') instanceof PdfArray && value.get('Contents') instanceof PdfString
  )
}

/** Objects that look like signatures, each with the first revision that defines it. */
function signatureObjects(document: PdfDocument, plainToo: boolean): ReadonlyMap<PdfDict, OrphanPlace> {
  const found = new Map<PdfDict, OrphanPlace>()
  for (const revision of document.revisions) {
    const view = document.view(revision.index)
    for (const [num, entry] of revision.entries) {
      if (entry.type === 'free' || (entry.type === 'used' && !plainToo)) continue
      const ref = new PdfRef(num, entry.type === 'used' ? entry.gen : 0)
      const value = view.load(ref)
      if (looksSigned(value) && !found.has(value)) found.set(value, { revision: revision.index, ref })
    }
  }
  return found
}

/** Widgets of type Sig on the pages of a view whose value is one of the orphans. */
function strayWidgets(view: View, orphans: ReadonlyMap<PdfDict, unknown>): readonly Field[] {
  const found: Field[] = []
  for (const page of listPages(view).pages) {
    for (const item of view.array(page.dict.get('Annots'))?.items ?? []) {
      const dict = view.dict(item)
      if (dict === undefined || !isName(view.resolve(dict.get('FT')), 'Sig')) continue
      const value = view.dict(dict.get('V'))
      if (value === undefined || !orphans.has(value)) continue
      const title = view.string(dict.get('T'))
      const name = title === undefined ? '' : decodeText(title.bytes)
      const ref = item instanceof PdfRef ? { ref: item } : {}
      const widgets = [{ ...ref, dict, page: page.index + 1 }]
      found.push({
        name,
        partial: name,
        ...ref,
        dict,
        type: 'Sig',
        flags: 0,
        value: dict.get('V'),
        widgets,
        path: [],
      } as Field)
    }
  }
  return found
}

/** Looks for signature objects that the field tree does not show; `known` are the dictionaries that it does. */
export function findOrphans(document: PdfDocument, known: ReadonlySet<PdfDict>): Orphans {
  const spans = [...known].flatMap((dict) => (dict.span === undefined ? [] : [dict.span]))
  const objects = signatureObjects(document, mentionedOutside(document, spans))
  const orphans = new Map([...objects].filter(([dict]) => !known.has(dict)))
  if (orphans.size === 0) return { objects: orphans, strayFields: [] }
  const strayFields = [...new Set([...orphans.values()].map(({ revision }) => revision))].flatMap((revision) =>
    strayWidgets(document.view(revision), orphans).map((field) => [revision, field] as const),
  )
  const shown = new Set(strayFields.map(([revision, field]) => document.view(revision).resolve(field.value)))
  return { objects: new Map([...orphans].filter(([dict]) => !shown.has(dict))), strayFields }
}
