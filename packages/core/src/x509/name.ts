import { hexOf } from '../der/hex.ts'
import { OID } from '../der/oids.ts'
import { parseDer } from '../der/reader.ts'
import type { DerNode } from '../der/reader.ts'
import { decodeText, readOid } from '../der/values.ts'
import { equalBytes } from '../der/writer.ts'
import { CountersignError } from '../error.ts'

/** One AttributeTypeAndValue. */
export interface NameAttribute {
  readonly type: string
  /** Universal tag number of the value. */
  readonly tag: number
  /** Content octets of the value. */
  readonly bytes: Uint8Array
  /** DER of the value. */
  readonly der: Uint8Array
  /** Text by the rules of its string type; undefined when it is no string or not decodable. */
  readonly text: string | undefined
}

/** Descriptors of RFC 4514 section 3, and further registered ones, so that people can read what is there. */
export const DESCRIPTORS: ReadonlyMap<string, string> = new Map([
  [OID.commonName, 'CN'],
  [OID.localityName, 'L'],
  [OID.stateOrProvinceName, 'ST'],
  [OID.organizationName, 'O'],
  [OID.organizationalUnitName, 'OU'],
  [OID.countryName, 'C'],
  [OID.streetAddress, 'STREET'],
  [OID.domainComponent, 'DC'],
  [OID.userId, 'UID'],
  [OID.surname, 'SN'],
  [OID.givenName, 'givenName'],
  [OID.serialNumber, 'serialNumber'],
  [OID.title, 'title'],
  [OID.postalCode, 'postalCode'],
  [OID.name, 'name'],
  [OID.initials, 'initials'],
  [OID.generationQualifier, 'generationQualifier'],
  [OID.dnQualifier, 'dnQualifier'],
  [OID.pseudonym, 'pseudonym'],
  [OID.organizationIdentifier, 'organizationIdentifier'],
  [OID.emailAddress, 'emailAddress'],
])

const MAX_ATTRIBUTES = 1000

function invalid(what: string): CountersignError {
  return new CountersignError('DER_INVALID', `distinguished name: ${what}`)
}

/** An attribute as parsed; its text is decoded when asked for, since most names are only compared by their bytes. */
class ParsedAttribute implements NameAttribute {
  readonly type: string
  readonly #value: DerNode
  #text: string | undefined
  #decoded = false

  constructor(type: string, value: DerNode) {
    this.type = type
    this.#value = value
  }

  get tag(): number {
    return this.#value.tag
  }

  get bytes(): Uint8Array {
    return this.#value.content
  }

  get der(): Uint8Array {
    return this.#value.bytes
  }

  get text(): string | undefined {
    if (!this.#decoded) {
      const { cls, constructed, tag, content } = this.#value
      this.#text = cls === 0 && !constructed ? decodeText(tag, content) : undefined
      this.#decoded = true
    }
    return this.#text
  }
}

function parseAttribute(node: DerNode): NameAttribute {
  const [type, value] = node.children
  if (!node.is(16) || type === undefined || value === undefined || node.children.length !== 2)
    throw invalid('bad attribute')
  return new ParsedAttribute(readOid(type), value)
}

/** Most values hold nothing to escape: then the text is taken as it stands. */
function needsEscape(text: string): boolean {
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index)
    // Control characters, and all of `"+,;<>\`; a few plain letters between them only cost the longer way.
    if (code < 0x20 || code === 0x22 || code === 0x2b || code === 0x2c || code === 0x5c || code === 0x7f) return true
    if (code >= 0x3b && code <= 0x3e) return true
  }
  return text.startsWith('#') || text.startsWith(' ') || text.endsWith(' ')
}

/** RFC 4514 2.4: what must be escaped in a value; control characters too, so that a name cannot break its line. */
function escape(text: string): string {
  if (!needsEscape(text)) return text
  let out = ''
  const last = text.length - 1
  for (let index = 0; index <= last; index++) {
    const letter = text[index]!
    const code = text.charCodeAt(index)
    if (code < 0x20 || code === 0x7f) out += `\\${code.toString(16).padStart(2, '0').toUpperCase()}`
    else if (
      '"+,;<>\\'.includes(letter) ||
      (index === 0 && '# '.includes(letter)) ||
      (index === last && letter === ' ')
    )
      out += `\\${letter}`
    else out += letter
  }
  return out
}

function display(attribute: NameAttribute): string {
  const { type, text } = attribute
  const descriptor = DESCRIPTORS.get(type)
  if (descriptor !== undefined && text !== undefined) return `${descriptor}=${escape(text)}`
  return `${descriptor ?? type}=#${hexOf(attribute.der)}`
}

/** ASCII letters and digits with single spaces between words: normal form, white space and JSON leave them as they are. */
function isPlain(text: string): boolean {
  let space = true
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index)
    if (code === 0x20) {
      if (space) return false
      space = true
    } else if ((code >= 0x30 && code <= 0x39) || ((code | 0x20) >= 0x61 && (code | 0x20) <= 0x7a)) space = false
    else return false
  }
  return !space
}

/** case ignored, white space folded, string types mixed; what is no string compares by its bytes. */
function canonical(attribute: NameAttribute): string {
  const { type, text } = attribute
  if (text === undefined) return `${type}=#${hexOf(attribute.der)}`
  // Only letters, digits and single spaces between them: nothing to fold but the case.
  if (isPlain(text)) return `${type}="${text.toLowerCase()}"`
  return `${type}=${JSON.stringify(foldSpaces(text.normalize('NFKC').toLowerCase()))}`
}

/** White space inside as one space, around not at all. */
function foldSpaces(text: string): string {
  let space = true
  let odd = false
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index)
    const isSpace = code === 0x20
    // Further white space: control characters, U+00A0, U+1680 and from U+2000 on; a few others that lie there only cost the longer way.
    if (
      (isSpace && space) ||
      (code < 0x20 && code > 8) ||
      code === 0xa0 ||
      code === 0x1680 ||
      (code >= 0x2000 && code < 0x3001) ||
      code === 0xfeff
    )
      odd = true
    space = isSpace
  }
  if (!odd && !space) return text
  return text
    .split(/\s/u)
    .filter((word) => word !== '')
    .join(' ')
}

interface Derived {
  /** Of each RDN that was asked for. */
  readonly canonical: (string | undefined)[]
  key?: string
  text?: string
}

/** A distinguished name, the root-most RDN first as in the encoding. */
export class Name {
  /** The bytes received. */
  readonly der: Uint8Array
  /** Relative names in the order of the encoding; several attributes in one where it is multi-valued. */
  readonly rdns: readonly (readonly NameAttribute[])[]
  /** What was worked out of the bytes; names found to have the same bytes share it. */
  #derived: Derived = { canonical: [] }

  private constructor(der: Uint8Array, rdns: readonly (readonly NameAttribute[])[]) {
    this.der = der
    this.rdns = rdns
  }

  /** Reads a Name. @throws CountersignError DER_INVALID */
  static parse(der: Uint8Array): Name {
    return Name.fromNode(parseDer(der))
  }

  /** Reads a Name from an element already parsed. @throws CountersignError DER_INVALID */
  static fromNode(node: DerNode): Name {
    if (!node.is(16)) throw invalid('not a SEQUENCE')
    let count = 0
    const rdns = node.children.map((rdn) => {
      if (!rdn.is(17) || rdn.children.length === 0) throw invalid('bad relative name')
      count += rdn.children.length
      if (count > MAX_ATTRIBUTES) throw invalid(`more than ${MAX_ATTRIBUTES} attributes`)
      return rdn.children.map(parseAttribute)
    })
    return new Name(node.bytes, rdns)
  }

  /** A name with the RDN in `relative` (a SET) appended: nameRelativeToCRLIssuer. */
  append(relative: readonly NameAttribute[]): Name {
    return new Name(new Uint8Array(0), [...this.rdns, relative])
  }

  get isEmpty(): boolean {
    return this.rdns.length === 0
  }

  /** A comparable string of one RDN, by the rules of X-04; undefined where there is none. */
  #canonicalAt(index: number): string | undefined {
    const rdn = this.rdns[index]
    if (rdn === undefined) return undefined
    return (this.#derived.canonical[index] ??=
      rdn.length === 1 ? canonical(rdn[0]!) : JSON.stringify(rdn.map(canonical).sort()))
  }

  /** Equal for equal names: for maps. */
  get key(): string {
    return (this.#derived.key ??= this.rdns.map((_, index) => this.#canonicalAt(index)).join(','))
  }

  /** True when both are the same name by X-04; equal bytes are only a shortcut. */
  equals(other: Name): boolean {
    if (this === other) return true
    if (this.der.length > 0 && equalBytes(this.der, other.der)) {
      other.#derived = this.#derived
      return true
    }
    if (this.rdns.length !== other.rdns.length) return false
    // From the most specific one on: there different names differ.
    for (let index = this.rdns.length - 1; index >= 0; index--)
      if (this.#canonicalAt(index) !== other.#canonicalAt(index)) return false
    return true
  }

  /** True when this name lies in the subtree of `base`: `base` is a prefix of RDNs. */
  isWithin(base: Name): boolean {
    return base.rdns.every((_, index) => base.#canonicalAt(index) === this.#canonicalAt(index))
  }

  /** All values of an attribute type in order, the root-most first; values that are no text are left out. */
  get(type: string): string[] {
    return this.rdns
      .flat()
      .flatMap((attribute) => (attribute.type === type && attribute.text !== undefined ? [attribute.text] : []))
  }

  /** RFC 4514 string: most specific first, Unicode kept, every repeated attribute kept. */
  toString(): string {
    return (this.#derived.text ??= this.rdns
      .map((rdn) => rdn.map(display).join('+'))
      .reverse()
      .join(','))
  }
}

/** Attributes of a RelativeDistinguishedName with implicit tagging. */
export function parseRelativeName(node: DerNode): readonly NameAttribute[] {
  return node.children.map(parseAttribute)
}
