import type { Field } from './fields.ts'
import { isName, PdfRef, type PdfDict } from './objects.ts'
import { listPages } from './pages.ts'
import { decodeText } from './text.ts'
import { looksSigned } from './signature-like.ts'
import type { ObjectPlace, PdfDocument, View } from './types.ts'

export type OrphanPlace = ObjectPlace

/** Signature objects outside the field tree (P-02). */
export interface Orphans {
  /** Objects with /ByteRange and /Contents that no field of any revision refers to, each with its first revision. */
  readonly objects: ReadonlyMap<PdfDict, OrphanPlace>
  /** Widgets of type Sig that stand on a page but in no field tree, with the revision that shows them. */
  readonly strayFields: readonly (readonly [revision: number, field: Field])[]
}

/** Objects that look like signatures, each with the first revision that defines it. */
function signatureObjects(document: PdfDocument, known: ReadonlySet<PdfDict>): ReadonlyMap<PdfDict, OrphanPlace> {
  const spans = [...known].flatMap((dict) => (dict.span === undefined ? [] : [dict.span]))
  const found = new Map<PdfDict, OrphanPlace>()
  for (const place of document.signatureLike(spans)) {
    const value = document.view(place.revision).load(place.ref)
    if (looksSigned(value) && !found.has(value)) found.set(value, place)
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
  const objects = signatureObjects(document, known)
  const orphans = new Map([...objects].filter(([dict]) => !known.has(dict)))
  if (orphans.size === 0) return { objects: orphans, strayFields: [] }
  const strayFields = [...new Set([...orphans.values()].map(({ revision }) => revision))].flatMap((revision) =>
    strayWidgets(document.view(revision), orphans).map((field) => [revision, field] as const),
  )
  const shown = new Set(strayFields.map(([revision, field]) => document.view(revision).resolve(field.value)))
  return { objects: new Map([...orphans].filter(([dict]) => !shown.has(dict))), strayFields }
}
