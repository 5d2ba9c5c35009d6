/** What M-04 needs to know of an XMP packet. */
export interface Xmp {
  readonly wellFormed: boolean
  /** Why it is not. */
  readonly fault: string
  /** The PDF/A part and conformance it claims, as written; empty for none. */
  readonly pdfaid: string
}

const NAME_END = /[\s/>=]/
const NAME = /^[\p{L}_:][\p{L}\p{N}\p{M}._:\u00b7-]*$/u
const PREDEFINED = new Set(['amp', 'lt', 'gt', 'quot', 'apos'])

class XmlFault extends Error {}

/** Char of XML 1.0, production 2: what no document may hold, not even as a character reference. */
function isCharacter(code: number): boolean {
  if (code < 0x20) return code === 9 || code === 10 || code === 13
  return code <= 0x10ffff && (code < 0xd800 || code > 0xdfff) && code !== 0xfffe && code !== 0xffff
}

/** Reads one XML document without a DTD and without entities other than the predefined ones (L-29, A-28). */
class Scanner {
  readonly #text: string
  #at = 0
  #root: string | undefined
  readonly #open: string[] = []
  readonly claims: string[] = []

  constructor(text: string) {
    this.#text = text
  }

  run(): void {
    for (const letter of this.#text) {
      if (!isCharacter(letter.codePointAt(0) ?? 0)) throw new XmlFault('a character that XML has not')
    }
    while (this.#at < this.#text.length) {
      if (this.#text[this.#at] === '<') this.#markup()
      else this.#characters()
    }
    if (this.#open.length > 0) throw new XmlFault('an element is not closed')
    if (this.#root === undefined) throw new XmlFault('no element')
    if (this.#root.split(':').at(-1) !== 'xmpmeta') throw new XmlFault('the root element is not xmpmeta')
  }

  #markup(): void {
    if (this.#skip('<?', '?>') || this.#skip('<!--', '-->')) return
    if (this.#open.length > 0 && this.#skip('<![CDATA[', ']]>')) return
    if (this.#text.startsWith('<!', this.#at)) throw new XmlFault('a declaration, such as a DTD')
    if (this.#text.startsWith('</', this.#at)) this.#closeTag()
    else this.#openTag()
  }

  #skip(start: string, end: string): boolean {
    if (!this.#text.startsWith(start, this.#at)) return false
    const stop = this.#text.indexOf(end, this.#at + start.length)
    if (stop < 0) throw new XmlFault('markup without an end')
    this.#at = stop + end.length
    return true
  }

  #characters(): void {
    const next = this.#text.indexOf('<', this.#at)
    const end = next < 0 ? this.#text.length : next
    const text = this.#text.slice(this.#at, end)
    if (this.#open.length === 0 && text.trim() !== '') throw new XmlFault('text outside the root element')
    this.#checkReferences(text)
    const element = this.#open.at(-1)
    if (element?.startsWith('pdfaid:') === true) this.claims.push(`${element}=${text.trim()}`)
    this.#at = end
  }

  #checkReferences(text: string): void {
    for (let at = text.indexOf('&'); at >= 0; at = text.indexOf('&', at + 1)) {
      const end = text.indexOf(';', at)
      const name = end < 0 ? '' : text.slice(at + 1, end)
      const isReference = /^#(x[0-9a-fA-F]{1,6}|[0-9]{1,7})$/.test(name)
      if (!isReference && !PREDEFINED.has(name)) throw new XmlFault('an entity')
      if (isReference && !isCharacter(Number(name.slice(1).replace('x', '0x'))))
        throw new XmlFault('a reference to a character that XML has not')
    }
  }

  #name(): string {
    const start = this.#at
    while (this.#at < this.#text.length && !NAME_END.test(this.#text[this.#at] as string)) this.#at++
    if (this.#at === start) throw new XmlFault('a name is missing')
    const name = this.#text.slice(start, this.#at)
    if (!NAME.test(name)) throw new XmlFault('a name that XML has not')
    return name
  }

  #space(): void {
    while (/\s/.test(this.#text[this.#at] ?? '')) this.#at++
  }

  #closeTag(): void {
    this.#at += 2
    const name = this.#name()
    this.#space()
    if (this.#text[this.#at] !== '>' || this.#open.pop() !== name) throw new XmlFault('tags do not match')
    this.#at++
  }

  #openTag(): void {
    this.#at++
    const name = this.#name()
    if (this.#open.length === 0) {
      if (this.#root !== undefined) throw new XmlFault('two root elements')
      this.#root = name
    }
    const empty = this.#attributes()
    if (!empty) this.#open.push(name)
  }

  /** Reads attributes to the end of the tag; true for an empty element. */
  #attributes(): boolean {
    const seen = new Set<string>()
    for (;;) {
      this.#space()
      if (this.#text.startsWith('/>', this.#at)) {
        this.#at += 2
        return true
      }
      if (this.#text[this.#at] === '>') {
        this.#at++
        return false
      }
      const name = this.#name()
      if (seen.has(name)) throw new XmlFault('an attribute stands twice')
      seen.add(name)
      const value = this.#value()
      if (name.startsWith('pdfaid:')) this.claims.push(`${name}=${value.trim()}`)
    }
  }

  #value(): string {
    this.#space()
    if (this.#text[this.#at++] !== '=') throw new XmlFault('an attribute without a value')
    this.#space()
    const quote = this.#text[this.#at++]
    if (quote !== '"' && quote !== "'") throw new XmlFault('an attribute value without quotes')
    const end = this.#text.indexOf(quote, this.#at)
    if (end < 0) throw new XmlFault('an attribute value without an end')
    const value = this.#text.slice(this.#at, end)
    if (value.includes('<')) throw new XmlFault('a tag inside an attribute')
    this.#checkReferences(value)
    this.#at = end + 1
    return value
  }
}

function decode(bytes: Uint8Array): string {
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return new TextDecoder('utf-16be', { fatal: true }).decode(bytes)
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return new TextDecoder('utf-16le', { fatal: true }).decode(bytes)
  return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
}

/** Checks an XMP packet by M-04: well-formed XML without DTD and entities whose root element is xmpmeta. Never throws. */
export function readXmp(bytes: Uint8Array): Xmp {
  try {
    const scanner = new Scanner(decode(bytes).replace(/\0+$/, ''))
    scanner.run()
    return { wellFormed: true, fault: '', pdfaid: scanner.claims.sort().join(' ') }
  } catch (error) {
    const fault = error instanceof XmlFault ? error.message : 'not UTF-8 or UTF-16 text'
    return { wellFormed: false, fault, pdfaid: '' }
  }
}
