// Dotted text of the identifiers this library knows, by their octets: they make up nearly all of what is read.
import { OID } from './oids.ts'

interface Known {
  readonly octets: readonly number[]
  readonly text: string
}

/** Base-128 octets of arcs (X.690 8.19). */
function octetsOf(text: string): number[] {
  const [first = 0, second = 0, ...rest] = text.split('.').map(Number)
  return [first * 40 + second, ...rest].flatMap((arc) => {
    const octets = [arc % 128]
    for (let left = Math.floor(arc / 128); left > 0; left = Math.floor(left / 128)) octets.unshift(128 + (left % 128))
    return octets
  })
}

/** FNV-1a. */
function hash(source: ArrayLike<number>, start: number, end: number): number {
  let value = 0x811c9dc5
  for (let index = start; index < end; index++) value = Math.imul(value ^ source[index]!, 0x01000193)
  return value
}

let table: Map<number, Known> | undefined

function known(): Map<number, Known> {
  if (table !== undefined) return table
  table = new Map()
  // Of two with one hash the first is found, and the other is spelled out as any unknown one.
  for (const text of new Set(Object.values(OID))) {
    const octets = octetsOf(text)
    const key = hash(octets, 0, octets.length)
    if (!table.has(key)) table.set(key, { octets, text })
  }
  return table
}

/** The dotted text of an identifier among OID, by its content octets; undefined for all others. */
export function oidText(source: Uint8Array, start: number, end: number): string | undefined {
  const found = known().get(hash(source, start, end))
  if (found === undefined || found.octets.length !== end - start) return undefined
  for (let index = start; index < end; index++) if (source[index] !== found.octets[index - start]) return undefined
  return found.text
}
