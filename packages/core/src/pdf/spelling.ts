/** Spellings met before, by a hash of their bytes: names and keywords repeat thousands of times in a file. */
const KNOWN = new Map<number, string>()
/** More are not kept: a hostile file has a new name in each object. */
const MOST = 4096

/** Bytes [from, to) as text, one char per byte; the same string again where it is known. */
export function spell(bytes: Uint8Array, from: number, to: number): string {
  if (to - from > 32) return plain(bytes, from, to)
  let hash = to - from
  for (let i = from; i < to; i++) hash = (Math.imul(hash, 31) + bytes[i]!) | 0
  const known = KNOWN.get(hash)
  if (known !== undefined && isSpelling(known, bytes, from, to)) return known
  const text = plain(bytes, from, to)
  if (known === undefined && KNOWN.size < MOST) KNOWN.set(hash, text)
  return text
}

function isSpelling(text: string, bytes: Uint8Array, from: number, to: number): boolean {
  if (text.length !== to - from) return false
  for (let i = from; i < to; i++) if (text.charCodeAt(i - from) !== bytes[i]) return false
  return true
}

function plain(bytes: Uint8Array, from: number, to: number): string {
  let text = ''
  for (let i = from; i < to; i++) text += String.fromCharCode(bytes[i]!)
  return text
}
