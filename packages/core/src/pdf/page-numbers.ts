import { PdfDict, PdfRef, type PdfObject } from './objects.ts'
import { walkPages } from './pages.ts'
import type { View } from './types.ts'
import { FEW } from './xref-entries.ts'

/** Where an annotation stands, and the first revision that shows it there. */
interface Standing {
  readonly page: number
  readonly since: number
}

/**
 * 1-based page numbers of pages and annotations. One numbering serves a run of revisions that leave the page tree as it is and only add
 * annotations: each of them is read for what it changed, not for all pages.
 */
class Numbering {
  private readonly pages = new Map<string, number>()
  private readonly annotations = new Map<string, Standing>()
  /** Objects that make the tree: when one changes, all is numbered anew. */
  private readonly nodes = new Set<number>()
  /** Pages by the objects that hold their list of annotations: the page itself and an indirect /Annots. */
  private readonly holders = new Map<number, PdfRef>()
  private readonly root: PdfObject
  /** False where references lead to references: what they depend on is not followed. */
  private plain = true

  constructor(view: View) {
    this.root = view.root?.get('Pages') ?? null
    const observe = (value: PdfObject, dict: PdfDict | undefined, kids: unknown): void => {
      const isPage = dict !== undefined && kids === undefined
      if (!isPage) this.depend(view, value)
      if (!isPage) this.depend(view, dict?.get('Kids'))
    }
    for (const page of walkPages(view, [], undefined, false, observe)) {
      const number = page.index + 1
      if (page.ref !== undefined) {
        this.pages.set(page.ref.toString(), number)
        this.hold(view, page.ref, page.ref)
        this.hold(view, page.dict.get('Annots'), page.ref)
      }
      for (const item of annotationsOf(view, page.dict)) {
        if (this.annotations.has(item)) continue
        this.annotations.set(item, { page: number, since: view.revision })
      }
    }
  }

  private depend(view: View, value: PdfObject | undefined): void {
    if (!(value instanceof PdfRef)) return
    this.nodes.add(value.num)
    if (view.load(value) instanceof PdfRef) this.plain = false
  }

  private hold(view: View, value: PdfObject | undefined, page: PdfRef): void {
    if (!(value instanceof PdfRef)) return
    this.holders.set(value.num, page)
    if (view.load(value) instanceof PdfRef) this.plain = false
  }

  page(ref: PdfRef): number | undefined {
    return this.pages.get(ref.toString())
  }

  annotation(ref: PdfRef, revision: number): number | undefined {
    const standing = this.annotations.get(ref.toString())
    return standing === undefined || standing.since > revision ? undefined : standing.page
  }

  /** Takes in the next revision; false where it does more than add annotations. */
  follow(before: View, view: View): boolean {
    const { entries } = view.document.revisions[view.revision]!
    const root = view.root?.get('Pages')
    if (!this.plain || entries.size > FEW || !(root instanceof PdfRef) || !(this.root instanceof PdfRef)) return false
    if (root.num !== this.root.num || root.gen !== this.root.gen) return false
    const touched = new Map<number, PdfRef>()
    for (const num of entries.keys()) {
      if (this.nodes.has(num)) return false
      const page = this.holders.get(num)
      if (page !== undefined) touched.set(page.num, page)
    }
    const added = [...touched.values()].map((page) => this.additions(before, view, page))
    // The first page that shows an annotation counts: one that comes to a second page is sought anew.
    const all = added.flatMap((items) => items ?? [])
    if (added.includes(undefined) || new Set(all).size < all.length || all.some((item) => this.annotations.has(item))) {
      return false
    }
    for (const [i, page] of [...touched.values()].entries()) {
      this.hold(view, view.dict(page)!.get('Annots'), page)
      for (const item of added[i]!) this.annotations.set(item, { page: this.page(page)!, since: view.revision })
    }
    return this.plain
  }

  /** What a page has on it now and had not before; undefined where something is gone, or it is no page any more. */
  private additions(before: View, view: View, page: PdfRef): readonly string[] | undefined {
    const [old, now] = [before.dict(page), view.dict(page)]
    if (old === undefined || now === undefined || view.array(now.get('Kids')) !== undefined) return undefined
    if (view.load(page) instanceof PdfRef) return undefined
    const items = new Set(annotationsOf(view, now))
    for (const item of annotationsOf(before, old)) if (!items.delete(item)) return undefined
    return [...items]
  }
}

function annotationsOf(view: View, page: PdfDict): string[] {
  const items = view.array(page.get('Annots'))?.items ?? []
  return items.flatMap((item) => (item instanceof PdfRef ? [item.toString()] : []))
}

/** Page numbers in one view. */
export interface PageNumbers {
  page(ref: PdfRef): number | undefined
  annotation(ref: PdfRef): number | undefined
}

/** Numbers the pages of a view; throws as `listPages`. */
export function pageNumbersOf(view: View): PageNumbers {
  const { document, revision } = view
  const list = document.once(Numbering, (): (Numbering | undefined)[] => [])
  const numbering = list[revision] ?? follow(list, view) ?? new Numbering(view)
  list[revision] = numbering
  return {
    page: (ref) => numbering.page(ref),
    annotation: (ref) => numbering.annotation(ref, revision),
  }
}

/** The numbering of an earlier revision, where all later ones up to the view only add annotations. */
function follow(list: (Numbering | undefined)[], { document, revision }: View): Numbering | undefined {
  let from = revision - 1
  while (from >= 0 && list[from] === undefined) from--
  const numbering = list[from]
  if (numbering === undefined) return undefined
  for (let next = from + 1; next <= revision; next++) {
    if (!numbering.follow(document.view(next - 1), document.view(next))) return undefined
    list[next] = numbering
  }
  return numbering
}
