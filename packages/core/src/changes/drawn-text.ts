import type { PdfObject } from '../pdf/objects.ts'
import { PdfDict, PdfStream } from '../pdf/objects.ts'
import { Lexer, TOKEN } from '../pdf/lexer.ts'
import { memoryBytes } from '../pdf/source.ts'
import type { View } from '../pdf/types.ts'
import { DEFAULT_LIMITS } from '../pdf/types.ts'
import { textOfFont } from '../pdf/font-text.ts'
import type { TextOfCodes } from '../pdf/font-text.ts'

/** Forms inside forms that are followed. */
const MAX_DEPTH = 6
const MAX_BYTES = 4 * 1024 * 1024

/** What an appearance draws: its text, or nothing that can be told. */
export type DrawnText =
  { readonly known: true; readonly text: string; readonly images: boolean } | { readonly known: false }

interface State {
  text: string
  images: boolean
  readonly fonts: Map<PdfObject, TextOfCodes>
}

class Unreadable extends Error {}

/** The text an appearance stream draws, forms in it included, in the order of drawing (M-12). Never throws. */
export function drawnText(view: View, stream: PdfStream): DrawnText {
  const state: State = { text: '', images: false, fonts: new Map() }
  try {
    readForm(view, stream, { resources: undefined, mode: 0, depth: 0 }, state)
    return { known: true, text: state.text, images: state.images }
  } catch {
    return { known: false }
  }
}

/** What a form is drawn in: it begins with the state of that place (8.10.1). */
interface Outside {
  readonly resources: PdfDict | undefined
  readonly mode: number
  readonly depth: number
}

function readForm(view: View, form: PdfStream, outside: Outside, state: State): void {
  if (outside.depth > MAX_DEPTH) throw new Unreadable('forms nest too deep')
  const data = view.document.decode(form)
  if (data.length > MAX_BYTES) throw new Unreadable('too much to read')
  const resources = view.dict(form.dict.get('Resources')) ?? outside.resources
  new ContentReader(view, { ...outside, resources }, state).run(data)
}

/** Behind the EI that ends the data of an inline image (8.9.7): it stands between white space. */
function endOfImage(data: Uint8Array, from: number): number {
  const isSpace = (byte: number | undefined): boolean => byte === undefined || byte <= 0x20
  for (let at = data.indexOf(0x45, from); at >= 0; at = data.indexOf(0x45, at + 1)) {
    if (data[at + 1] === 0x49 && isSpace(data[at - 1]) && isSpace(data[at + 2])) return at + 2
  }
  throw new Unreadable('an inline image without an end')
}

/** Runs over the operators of a content stream that show text, choose a font or draw an object. */
class ContentReader {
  readonly #view: View
  readonly #resources: PdfDict | undefined
  readonly #state: State
  readonly #depth: number
  #font: TextOfCodes = () => undefined
  #strings: Uint8Array[] = []
  #name = ''
  #number = 0
  /** Size of the font and rendering mode, with those that q has saved: text of size 0 or in mode 3 or 7 is not seen (9.3.6). */
  #size = 1
  #mode: number
  readonly #saved: (readonly [size: number, mode: number])[] = []

  constructor(view: View, { resources, mode, depth }: Outside, state: State) {
    this.#view = view
    this.#resources = resources
    this.#state = state
    this.#depth = depth
    this.#mode = mode
  }

  run(data: Uint8Array): void {
    const lexer = new Lexer(memoryBytes(data), 0, DEFAULT_LIMITS)
    for (let token = lexer.next(); token !== TOKEN.eof; token = lexer.next()) {
      if (token === TOKEN.literal || token === TOKEN.hex) this.#strings.push(lexer.bytes)
      else if (token === TOKEN.name) this.#name = lexer.text
      else if (token === TOKEN.integer || token === TOKEN.real) this.#number = lexer.number
      else if (token === TOKEN.keyword) {
        if (lexer.text === 'ID') lexer.pos = endOfImage(data, lexer.pos)
        else if (lexer.text === 'BI') this.#state.images = true
        else this.#operator(lexer.text)
        this.#strings = []
      }
    }
  }

  #operator(operator: string): void {
    if (operator === 'Tf') this.#chooseFont()
    else if (operator === 'Tr') this.#mode = this.#number
    else if (operator === 'q') this.#saved.push([this.#size, this.#mode])
    else if (operator === 'Q') [this.#size, this.#mode] = this.#saved.pop() ?? [this.#size, this.#mode]
    else if (operator === 'Do') this.#draw()
    else if (operator === 'Tj' || operator === 'TJ' || operator === "'" || operator === '"') this.#show()
  }

  #chooseFont(): void {
    this.#size = this.#number
    const font = this.#view.dict(this.#resources?.get('Font'))?.get(this.#name) ?? null
    let text = this.#state.fonts.get(font)
    if (text === undefined) {
      text = textOfFont(this.#view, font)
      this.#state.fonts.set(font, text)
    }
    this.#font = text
  }

  #show(): void {
    if (this.#size === 0 || this.#mode === 3 || this.#mode === 7) return
    for (const bytes of this.#strings) {
      const text = this.#font(bytes)
      if (text === undefined) throw new Unreadable('a font that cannot be read')
      this.#state.text += text
    }
  }

  #draw(): void {
    const object = this.#view.stream(this.#view.dict(this.#resources?.get('XObject'))?.get(this.#name))
    const subtype = this.#view.name(object?.dict.get('Subtype'))?.name
    if (object !== undefined && subtype === 'Form') {
      const outside = { resources: this.#resources, mode: this.#mode, depth: this.#depth + 1 }
      readForm(this.#view, object, outside, this.#state)
    } else this.#state.images = true
  }
}

/** The letters of a text that is compared with another: without white space, in one normal form. */
export function lettersOf(text: string): string {
  return text.normalize('NFKC').replaceAll(/[\s\u00ad\u200b]/gu, '')
}
