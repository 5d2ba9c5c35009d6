import { LimitError } from '../error.ts'
import { problem, type Problem } from '../problem.ts'
import { PdfDict, PdfName, PdfRef, isName, type PdfObject } from './objects.ts'
import { pageNumbersOf, type PageNumbers } from './page-numbers.ts'
import { decodeText } from './text.ts'
import { DEFAULT_LIMITS, type Limits, type View } from './types.ts'

/** A widget annotation of a field; the field's own dictionary where both are merged. */
export interface Widget {
  readonly ref: PdfRef | undefined
  readonly dict: PdfDict
  /** 1-based; by the page whose /Annots lists the widget, else by /P; undefined when no page shows it. */
  readonly page: number | undefined
}

/** A terminal form field (12.7.4) with what it inherits. */
export interface Field {
  /** Fully qualified name as text, levels joined by `.`. */
  readonly name: string
  /** Own /T as text; empty when absent. */
  readonly partial: string
  readonly ref: PdfRef | undefined
  readonly dict: PdfDict
  /** Inherited /FT, such as `Sig`. */
  readonly type: string | undefined
  /** Inherited /Ff. */
  readonly flags: number
  /** Inherited /V, unresolved. */
  readonly value: PdfObject | undefined
  readonly widgets: readonly Widget[]
  /** References from the top field down to this one; direct dictionaries are left out. */
  readonly path: readonly PdfRef[]
}

interface Visit {
  readonly value: PdfObject
  readonly prefix: string
  readonly type: PdfObject | undefined
  readonly flags: PdfObject | undefined
  readonly inheritedValue: PdfObject | undefined
  readonly path: readonly PdfRef[]
  readonly depth: number
}

/** Deepest form tree: real forms have a handful of levels. */
const MOST_LEVELS = 100
const MOST_NAME_TEXT = 16 * 1024 * 1024

/** Terminal fields in tree order (P-02). Throws LIMIT_FIELDS, LIMIT_KIDS, LIMIT_NESTING. */
export function listFields(
  view: View,
  limits: Pick<Limits, 'fields' | 'kids'> = DEFAULT_LIMITS,
): { fields: readonly Field[]; problems: readonly Problem[] } {
  return new FieldWalk(view, limits).run()
}

/** Finds its page only when asked: the pages are walked for it. */
class PagedWidget implements Widget {
  readonly ref: PdfRef | undefined
  readonly dict: PdfDict
  private readonly findPage: () => number | undefined

  constructor(ref: PdfRef | undefined, dict: PdfDict, findPage: () => number | undefined) {
    this.ref = ref
    this.dict = dict
    this.findPage = findPage
  }

  get page(): number | undefined {
    return this.findPage()
  }
}

class FieldWalk {
  private readonly view: View
  private readonly limits: Pick<Limits, 'fields' | 'kids'>
  private readonly fields: Field[] = []
  private readonly problems: Problem[] = []
  private readonly seen = new Set<string | PdfObject>()
  private readonly stack: Visit[] = []
  private named = 0
  private pageNumbers: PageNumbers | undefined

  constructor(view: View, limits: Pick<Limits, 'fields' | 'kids'>) {
    this.view = view
    this.limits = limits
  }

  run(): { fields: readonly Field[]; problems: readonly Problem[] } {
    const form = this.view.dict(this.view.root?.get('AcroForm'))
    const top = this.view.array(form?.get('Fields'))?.items ?? []
    const none = { prefix: '', type: undefined, flags: undefined, inheritedValue: undefined, path: [], depth: 0 }
    this.push(top.map((value) => ({ ...none, value })))
    for (let visit = this.stack.pop(); visit !== undefined; visit = this.stack.pop()) this.visit(visit)
    this.checkNames()
    return { fields: this.fields, problems: this.problems }
  }

  private push(visits: readonly Visit[]): void {
    if (visits.length > this.limits.fields || this.stack.length + this.fields.length > this.limits.fields) {
      throw new LimitError('FIELDS', `The form has more than ${this.limits.fields} fields.`)
    }
    for (let i = visits.length - 1; i >= 0; i--) this.stack.push(visits[i]!)
  }

  private report(code: string, visit: Visit): void {
    const { value } = visit
    const object = value instanceof PdfRef ? value.num : null
    this.problems.push(problem('M-07', code, 'W', { object, field: visit.prefix }))
  }

  private visit(visit: Visit): void {
    const { value } = visit
    const ref = value instanceof PdfRef ? value : undefined
    const dict = this.view.dict(value)
    if (dict === undefined) return this.report('FIELD_NODE_INVALID', visit)
    const key = ref?.toString() ?? dict
    if (this.seen.has(key)) return this.report('FIELD_TREE_LOOP', visit)
    this.seen.add(key)
    if (visit.depth >= MOST_LEVELS) throw new LimitError('NESTING', `The form is deeper than ${MOST_LEVELS} levels.`)
    const title = this.view.string(dict.get('T'))
    this.countName((title?.bytes.length ?? 0) + visit.prefix.length)
    const partial = title === undefined ? '' : decodeText(title.bytes)
    if (partial.includes('.')) this.report('FIELD_NAME_PERIOD', visit)
    const own: Visit = {
      ...visit,
      prefix: title === undefined ? visit.prefix : visit.prefix === '' ? partial : `${visit.prefix}.${partial}`,
      type: dict.get('FT') ?? visit.type,
      flags: dict.get('Ff') ?? visit.flags,
      inheritedValue: dict.get('V') ?? visit.inheritedValue,
      path: ref === undefined ? visit.path : [...visit.path, ref],
    }
    const { children, widgets } = this.splitKids(dict, own)
    if (children.length === 0 || widgets.length > 0) this.addField(own, dict, ref, partial, widgets)
    this.push(children)
  }

  /** Names of all levels together: one long name shared by many fields must not fill the memory. */
  private countName(length: number): void {
    this.named += length
    if (this.named > MOST_NAME_TEXT) {
      throw new LimitError('STRING', `The names of the form's fields have more than ${MOST_NAME_TEXT} characters.`)
    }
  }

  /** Kids with /T are fields, those without are widgets of this field (12.7.4.2). */
  private splitKids(dict: PdfDict, own: Visit): { children: Visit[]; widgets: PdfObject[] } {
    const kids = this.view.array(dict.get('Kids'))?.items ?? []
    if (kids.length > this.limits.kids) {
      throw new LimitError('KIDS', `A field has ${kids.length} kids, the limit is ${this.limits.kids}.`)
    }
    const children: Visit[] = []
    const widgets: PdfObject[] = []
    for (const kid of kids) {
      const kidDict = this.view.dict(kid)
      if (kidDict === undefined) this.report('FIELD_NODE_INVALID', { ...own, value: kid })
      else if (kidDict.has('T') || kidDict.has('Kids')) children.push({ ...own, value: kid, depth: own.depth + 1 })
      else widgets.push(kid)
    }
    return { children, widgets }
  }

  private addField(
    own: Visit,
    dict: PdfDict,
    ref: PdfRef | undefined,
    partial: string,
    kids: readonly PdfObject[],
  ): void {
    const widgets = kids.map((kid) => this.widget(kid instanceof PdfRef ? kid : undefined, this.view.dict(kid)!))
    const merged = isName(this.view.resolve(dict.get('Subtype')), 'Widget') || dict.has('Rect')
    if (widgets.length === 0 && merged) widgets.push(this.widget(ref, dict))
    const type = this.view.resolve(own.type)
    this.fields.push({
      name: own.prefix,
      partial,
      ref,
      dict,
      type: type instanceof PdfName ? type.name : undefined,
      flags: this.view.number(own.flags) ?? 0,
      value: own.inheritedValue,
      widgets,
      path: own.path,
    })
  }

  private widget(ref: PdfRef | undefined, dict: PdfDict): Widget {
    return new PagedWidget(ref, dict, () => this.pageOf(ref, dict))
  }

  /** The pages are walked once, when the first page number is asked for. */
  private pageOf(ref: PdfRef | undefined, dict: PdfDict): number | undefined {
    this.pageNumbers ??= pageNumbersOf(this.view)
    const page = dict.get('P')
    const listed = ref === undefined ? undefined : this.pageNumbers.annotation(ref)
    return listed ?? (page instanceof PdfRef ? this.pageNumbers.page(page) : undefined)
  }

  // W23: a name used twice lets one field replace another.
  private checkNames(): void {
    const names = new Set<string>()
    for (const { name, ref } of this.fields) {
      const key = name.normalize('NFC')
      if (names.has(key)) {
        this.problems.push(problem('M-07', 'FIELD_NAME_TWICE', 'W', { object: ref?.num ?? null, field: name }))
      }
      names.add(key)
    }
  }
}
