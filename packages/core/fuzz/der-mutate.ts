// Mutations of DER: octets, and elements taken away, doubled, exchanged, retagged, with every length above put right again, so that
// what is wrong lies deep inside.
import { pick, type Random } from './random.ts'

/** An element as a tree; `content` of a primitive, `children` of a constructed one. */
interface Element {
  identifier: number
  content: Uint8Array
  children: Element[] | undefined
}

const TAGS: readonly number[] = [
  1, 2, 3, 4, 5, 6, 10, 12, 19, 22, 23, 24, 30, 0x30, 0x31, 0x80, 0x81, 0x82, 0xa0, 0xa1, 0xa3,
]
const MAX_DEPTH = 12

function headerAt(bytes: Uint8Array, at: number, end: number): { start: number; stop: number } | undefined {
  if (at + 2 > end || (bytes[at]! & 0x1f) === 0x1f) return undefined
  let length = bytes[at + 1]!
  let start = at + 2
  if (length >= 0x80) {
    const count = length & 0x7f
    if (count === 0 || count > 3 || start + count > end) return undefined
    length = 0
    for (let index = 0; index < count; index++) length = length * 256 + bytes[start + index]!
    start += count
  }
  return start + length > end ? undefined : { start, stop: start + length }
}

/** The elements that fill `bytes` from `from` to `to`; undefined when they do not. */
function parse(bytes: Uint8Array, from: number, to: number, depth: number): Element[] | undefined {
  const found: Element[] = []
  for (let at = from; at < to;) {
    const header = headerAt(bytes, at, to)
    if (header === undefined) return undefined
    const { start, stop } = header
    const identifier = bytes[at]!
    const inner = start + (identifier === 3 ? 1 : 0)
    // Extensions, keys and responses are DER inside strings.
    const wrapped = identifier === 4 || (identifier === 3 && bytes[start] === 0)
    const children =
      depth < MAX_DEPTH && stop > inner && ((identifier & 0x20) !== 0 || wrapped)
        ? parse(bytes, inner, stop, depth + 1)
        : undefined
    found.push({ identifier, content: bytes.slice(start, stop), children })
    at = stop
  }
  return found
}

function join(parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0))
  let at = 0
  for (const part of parts) {
    whole.set(part, at)
    at += part.length
  }
  return whole
}

function encode({ identifier, content, children }: Element): Uint8Array {
  const prefix = identifier === 3 && children !== undefined ? [Uint8Array.of(0)] : []
  const body = children === undefined ? content : join([...prefix, ...children.map(encode)])
  const { length } = body
  const head =
    length < 0x80
      ? [identifier, length]
      : length < 0x100
        ? [identifier, 0x81, length]
        : length < 0x10000
          ? [identifier, 0x82, length >> 8, length & 255]
          : [identifier, 0x83, length >> 16, (length >> 8) & 255, length & 255]
  return join([Uint8Array.from(head), body])
}

/** Every list of children, with the way to its elements. */
function lists(elements: Element[], found: Element[][] = []): Element[][] {
  found.push(elements)
  for (const { children } of elements) if (children !== undefined) lists(children, found)
  return found
}

/** Numbers and lengths at their edges. */
const EDGES: readonly Uint8Array[] = [
  new Uint8Array(0),
  Uint8Array.of(0),
  Uint8Array.of(0x7f),
  Uint8Array.of(0x80),
  Uint8Array.of(0xff),
  Uint8Array.of(0, 0xff, 0xff, 0xff, 0xff),
  new Uint8Array(21).fill(0x7f),
  new Uint8Array(4097).fill(1),
  new TextEncoder().encode('991231235959Z'),
  new TextEncoder().encode('99991231235959Z'),
  new TextEncoder().encode('20260101000000.5Z'),
]

function mutateContent(element: Element, random: Random): void {
  element.children = undefined
  const content = element.content.slice()
  const kind = random(3)
  if (kind === 0 || content.length === 0) element.content = pick(EDGES, random)
  else {
    if (kind === 1) content[random(content.length)]! ^= 1 << random(8)
    else content.set(content.slice(random(content.length)), 0)
    element.content = content
  }
}

function mutateList(list: Element[], all: readonly Element[][], random: Random): void {
  const at = random(list.length)
  const element = list[at]!
  switch (random(8)) {
    case 0:
      list.splice(at, 1)
      return
    case 1:
      list.splice(at, 0, structuredClone(element))
      return
    case 2:
      list.push(...list.splice(at, 1))
      return
    case 3: {
      const other = pick(all, random)
      if (other.length > 0) list.splice(at, 1, structuredClone(pick(other, random)))
      return
    }
    case 4:
      element.identifier = random(2) === 0 ? pick(TAGS, random) : random(256)
      return
    case 5:
      // Much of it: limits, not only shapes.
      for (let copies = random(300); copies > 0; copies--) list.push(element)
      return
    default:
      mutateContent(element, random)
  }
}

/** DER with one to three elements changed; octets only where it is none. */
export function mutateDer(bytes: Uint8Array, random: Random): Uint8Array {
  const elements = parse(bytes, 0, bytes.length, 0)
  if (elements === undefined || random(4) === 0) return mutateOctets(bytes, random)
  for (let count = random(3); count >= 0; count--) {
    const all = lists(elements).filter((list) => list.length > 0)
    if (all.length > 0) mutateList(pick(all, random), all, random)
  }
  return join(elements.map(encode))
}

function mutateOctets(bytes: Uint8Array, random: Random): Uint8Array {
  if (bytes.length === 0) return bytes
  const copy = bytes.slice()
  for (let count = random(3); count >= 0; count--) {
    const at = random(copy.length)
    switch (random(4)) {
      case 0:
        copy[at]! ^= 1 << random(8)
        break
      case 1:
        copy[at] = random(256)
        break
      case 2:
        copy.copyWithin(at, random(copy.length))
        break
      default:
        copy[at] = pick([0, 0xff, 0x80, 0x7f, 0x30, 0x31, 0x84, 0x1f], random)
    }
  }
  return random(20) === 0 ? copy.subarray(0, random(copy.length)) : copy
}
