// Just enough XML to write: elements, attributes, text. Whatever comes from a file is data: escaped, and without characters that
// XML 1.0 does not have.

export type XmlNode = XmlElement | string | undefined

export interface XmlElement {
  readonly name: string
  readonly attributes: Readonly<Record<string, string>>
  readonly children: readonly XmlNode[]
}

/** An element; children that are undefined are left out. */
export function element(
  name: string,
  children: readonly XmlNode[] | XmlNode = [],
  attributes: Readonly<Record<string, string>> = {},
): XmlElement {
  return { name, attributes, children: Array.isArray(children) ? children : [children as XmlNode] }
}

const ESCAPES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' }

function escape(text: string): string {
  let result = ''
  for (const character of text) {
    const code = character.codePointAt(0) ?? 0
    const illegal = (code < 0x20 && code !== 9 && code !== 10) || (code >= 0xd800 && code <= 0xdfff)
    result += illegal || code === 0xfffe || code === 0xffff ? '\u{FFFD}' : (ESCAPES[character] ?? character)
  }
  return result
}

/** The element as text, indented, without the XML declaration. */
export function encodeXml({ name, attributes, children }: XmlElement, indent = ''): string {
  const given = Object.entries(attributes).map(([key, value]) => ` ${key}="${escape(value)}"`)
  const open = `${indent}<${name}${given.join('')}`
  const kept = children.filter((child) => child !== undefined)
  if (kept.length === 0) return `${open}/>\n`
  if (kept.every((child) => typeof child === 'string')) return `${open}>${kept.map(escape).join('')}</${name}>\n`
  const inner = kept.map((child) =>
    typeof child === 'string' ? `${indent}  ${escape(child)}\n` : encodeXml(child, `${indent}  `),
  )
  return `${open}>\n${inner.join('')}${indent}</${name}>\n`
}
