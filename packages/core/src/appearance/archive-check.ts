import { CountersignError } from '../error.ts'
import { archiveClaim } from '../pdf/archive-claim.ts'
import type { ArchiveClaim } from '../pdf/archive-claim.ts'
import { equalObjects } from '../pdf/equal.ts'
import { PdfArray, PdfDict, PdfStream, isName } from '../pdf/objects.ts'
import type { PdfObject } from '../pdf/objects.ts'
import type { Update } from '../pdf/update.ts'
import { problem } from '../problem.ts'
import type { Problem } from '../problem.ts'
import { ColourCheck } from './archive-colour.ts'
import { fontFault } from './archive-fonts.ts'
import { usedNames } from './used-names.ts'

/** Print set; Hidden, Invisible, NoView, ToggleNoView not (ISO 19005-1 6.5.3, ISO 19005-2 6.3.2, W22). */
const PRINT = 4
const NEVER = 1 + 2 + 32 + 256
/** Forms, patterns and glyphs that are looked at. */
const MAX_STREAMS = 5000

interface Drawn {
  readonly stream: PdfStream
  /** Resources of what draws it, for streams that have none of their own. */
  readonly outer: PdfDict | undefined
}

/** What the new objects of an update would do to a document that claims PDF/A (A2, V11). */
class ArchiveCheck {
  readonly faults = new Set<string>()
  readonly #update: Update
  readonly #claim: ArchiveClaim
  readonly #colour: ColourCheck
  readonly #seen = new Set<PdfObject>()
  readonly #waiting: Drawn[] = []

  constructor(update: Update, claim: ArchiveClaim) {
    this.#update = update
    this.#claim = claim
    this.#colour = new ColourCheck(update, claim)
  }

  run(): void {
    for (const { ref, object } of this.#update.written)
      if (object instanceof PdfDict && isName(this.#update.resolve(object.get('Subtype')), 'Widget'))
        this.#widget(object, this.#update.view.dict(ref))
    for (let next = this.#waiting.pop(); next !== undefined; next = this.#waiting.pop()) this.#form(next)
  }

  #fault(what: string): void {
    this.faults.add(what)
  }

  /** Only what is new: how a field stood in the input is not this update's doing. */
  #widget(widget: PdfDict, before: PdfDict | undefined): void {
    const flags = this.#update.resolve(widget.get('F'))
    if (before === undefined && (typeof flags !== 'number' || (flags & PRINT) === 0 || (flags & NEVER) !== 0))
      this.#fault('a field that is not printed, or is hidden')
    const appearance = this.#update.dict(widget.get('AP'))
    if (appearance === undefined) {
      if (before === undefined || before.has('AP')) this.#fault('a field without an appearance')
      return
    }
    if (equalObjects(before?.get('AP'), widget.get('AP'))) return
    if ([...appearance.map.keys()].some((key) => key !== 'N')) this.#fault('an appearance with more than /N')
    const normal = this.#update.resolve(appearance.get('N'))
    if (normal instanceof PdfStream) this.#push(normal, undefined)
  }

  #push(stream: PdfStream, outer: PdfDict | undefined): void {
    if (this.#seen.has(stream)) return
    this.#seen.add(stream)
    if (this.#seen.size > MAX_STREAMS) this.#fault('too many streams to check')
    else this.#waiting.push({ stream, outer })
  }

  /** Content with its resources: a form, a tiling pattern, a glyph of a Type 3 font. */
  #form({ stream, outer }: Drawn): void {
    this.#filters(stream)
    const resources = this.#update.dict(stream.dict.get('Resources')) ?? outer
    this.#formKeys(stream.dict, resources)
    const used = usedNames(this.#update.document.decode(stream))
    if (used.inlineLzw) this.#fault('an inline image with /LZWDecode')
    for (const space of used.deviceColours) this.#colourFault(this.#colour.device(space, resources))
    for (const image of used.inlineImages) this.#colourFault(this.#colour.named(image, resources))
    this.#each(resources, 'Font', used.fonts, (font) => this.#font(font, resources))
    this.#each(resources, 'XObject', used.objects, (object) => this.#object(object, resources))
    this.#each(resources, 'ExtGState', used.states, (state) => this.#state(state))
    this.#each(resources, 'ColorSpace', used.names, (space) => this.#colourFault(this.#colour.space(space, resources)))
    this.#each(resources, 'Pattern', used.names, (pattern) => this.#pattern(pattern, resources))
    this.#each(resources, 'Shading', used.shadings, (shading) => this.#shading(shading, resources))
  }

  #each(
    resources: PdfDict | undefined,
    kind: string,
    names: ReadonlySet<string>,
    visit: (value: PdfObject) => void,
  ): void {
    const dict = this.#update.dict(resources?.get(kind))
    for (const name of names) {
      const value = dict?.get(name)
      if (value !== undefined) visit(value)
    }
  }

  #colourFault(fault: string | undefined): void {
    if (fault !== undefined) this.#fault(fault)
  }

  #filters({ dict }: PdfStream): void {
    const filter = this.#update.resolve(dict.get('Filter'))
    const names = filter instanceof PdfArray ? filter.items.map((item) => this.#update.resolve(item)) : [filter]
    for (const name of ['LZWDecode', 'Crypt', 'JPXDecode'])
      if (names.some((one) => isName(one, name))) this.#fault(`a stream with /${name}`)
    if (dict.has('F')) this.#fault('a stream in another file')
  }

  #formKeys(dict: PdfDict, resources: PdfDict | undefined): void {
    for (const key of ['OPI', 'PS', 'Ref', 'Alternates']) if (dict.has(key)) this.#fault(`an object with /${key}`)
    const group = this.#update.dict(dict.get('Group'))
    if (this.#claim.part === 1 && isName(this.#update.resolve(group?.get('S')), 'Transparency'))
      this.#fault('a transparency group')
    if (group?.has('CS') === true) this.#colourFault(this.#colour.space(group.get('CS'), resources))
    if (this.#claim.part === 1 && dict.has('OC')) this.#fault('a layer')
  }

  #font(value: PdfObject, resources: PdfDict | undefined): void {
    const font = this.#update.dict(value)
    if (font === undefined || this.#seen.has(font)) return
    this.#seen.add(font)
    const fault = fontFault(this.#update, font, this.#claim.level)
    if (fault !== undefined) this.#fault(fault)
    const own = this.#update.dict(font.get('Resources')) ?? resources
    for (const glyph of this.#update.dict(font.get('CharProcs'))?.map.values() ?? []) {
      const stream = this.#update.resolve(glyph)
      if (stream instanceof PdfStream) this.#push(stream, own)
    }
  }

  #object(value: PdfObject, resources: PdfDict | undefined): void {
    const object = this.#update.resolve(value)
    if (!(object instanceof PdfStream)) return
    const subtype = this.#update.resolve(object.dict.get('Subtype'))
    if (isName(subtype, 'Image')) this.#image(object, resources)
    else if (isName(subtype, 'Form')) this.#push(object, resources)
    else this.#fault('a PostScript object')
  }

  #image(image: PdfStream, resources: PdfDict | undefined): void {
    this.#filters(image)
    this.#formKeys(image.dict, resources)
    const { dict } = image
    if (this.#update.resolve(dict.get('Interpolate')) === true) this.#fault('an image that is interpolated')
    const mask = this.#update.resolve(dict.get('SMask'))
    if (mask instanceof PdfStream) {
      this.#transparency('an image with a soft mask')
      this.#filters(mask)
    }
    if (this.#update.resolve(dict.get('ImageMask')) === true) return
    this.#colourFault(this.#colour.space(dict.get('ColorSpace'), resources))
  }

  /** PDF/A-1 has none; later parts need a colour space to blend in: the output intent's. */
  #transparency(what: string): void {
    if (this.#claim.part === 1) this.#fault(what)
    else if (this.#claim.intent === undefined) this.#fault(`${what}, without an output intent`)
  }

  #state(value: PdfObject): void {
    const state = this.#update.dict(value)
    if (state === undefined) return
    const mask = this.#update.resolve(state.get('SMask'))
    if (mask !== null && !isName(mask, 'None')) this.#transparency('a soft mask')
    for (const key of ['ca', 'CA']) {
      const alpha = this.#update.resolve(state.get(key))
      if (alpha !== null && Number(alphaOf(alpha)) !== 1) this.#transparency('a drawing that is not opaque')
    }
    const blend = this.#update.resolve(state.get('BM'))
    if (blend !== null && !isName(blend, 'Normal') && !isName(blend, 'Compatible')) this.#transparency('a blend mode')
    if (state.has('TR') || (state.has('TR2') && !isName(this.#update.resolve(state.get('TR2')), 'Default')))
      this.#fault('a transfer function')
  }

  #pattern(value: PdfObject, resources: PdfDict | undefined): void {
    const pattern = this.#update.resolve(value)
    if (pattern instanceof PdfStream) this.#push(pattern, resources)
    else if (pattern instanceof PdfDict) this.#shading(pattern.get('Shading'), resources)
  }

  #shading(value: PdfObject | undefined, resources: PdfDict | undefined): void {
    const shading = this.#update.resolve(value)
    const dict = shading instanceof PdfStream ? shading.dict : shading
    if (dict instanceof PdfDict) this.#colourFault(this.#colour.space(dict.get('ColorSpace'), resources))
  }
}

function alphaOf(value: PdfObject): number | undefined {
  if (typeof value === 'number') return value
  return typeof value === 'object' && value !== null && 'value' in value ? value.value : undefined
}

/** What an update would break of the PDF/A claim of its document; nothing where there is no claim (A2, V11, W22). */
export function checkArchive(update: Update): readonly Problem[] {
  const claim = archiveClaim(update, update.dict(update.view.rootRef))
  if (claim === undefined) return []
  const check = new ArchiveCheck(update, claim)
  check.run()
  return [...check.faults].map((what) => problem('A2', 'PDFA_VIOLATION', 'W', { part: claim.part, what }))
}

/**
 * Refuses an update that would take a document's PDF/A claim away, before anything is signed.
 *
 * @throws CountersignError PDFA_VIOLATION with the reasons in `details.reasons`.
 */
export function requireArchive(update: Update): void {
  const problems = checkArchive(update)
  if (problems.length === 0) return
  const reasons = problems.map(({ args }) => String(args['what']))
  throw new CountersignError(
    'PDFA_VIOLATION',
    `the document claims PDF/A-${problems[0]!.args['part']}, which the signature's appearance would break: ${reasons.join('; ')}`,
    { details: { reasons } },
  )
}
