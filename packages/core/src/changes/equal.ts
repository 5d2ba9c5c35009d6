import { PdfArray, PdfDict, PdfName, PdfReal, PdfRef, PdfStream, PdfString, numberOf } from '../pdf/objects.ts'
import type { PdfObject } from '../pdf/objects.ts'

export function equalBytes(a: Uint8Array, b: Uint8Array): boolean {
  if (a === b) return true
  if (a.length !== b.length) return false
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false
  return true
}

function equalDicts(a: PdfDict, b: PdfDict): boolean {
  // P-10: a key that stands twice is read differently by different readers, so it equals nothing.
  if (a.duplicates.length > 0 || b.duplicates.length > 0) return false
  if (a.map.size !== b.map.size) return false
  for (const [key, value] of a.map) {
    const other = b.map.get(key)
    if (other === undefined || !equalValues(value, other)) return false
  }
  return true
}

/**
 * True when two values are the same as written (P-18, M-17): strings by bytes, names after decoding, numbers by value, references by
 * number and generation, streams by dictionary and encoded bytes. References are not followed.
 */
export function equalValues(a: PdfObject, b: PdfObject): boolean {
  if (a === b) return true
  if (a === null || b === null || typeof a === 'boolean' || typeof b === 'boolean') return false
  if (typeof a === 'number' || a instanceof PdfReal) return numberOf(a) === numberOf(b)
  if (a instanceof PdfString) return b instanceof PdfString && equalBytes(a.bytes, b.bytes)
  if (a instanceof PdfName) return b instanceof PdfName && a.name === b.name
  if (a instanceof PdfRef) return b instanceof PdfRef && a.num === b.num && a.gen === b.gen
  if (a instanceof PdfArray) {
    return (
      b instanceof PdfArray &&
      a.items.length === b.items.length &&
      a.items.every((item, index) => equalValues(item, b.items[index] as PdfObject))
    )
  }
  if (a instanceof PdfDict) return b instanceof PdfDict && equalDicts(a, b)
  return b instanceof PdfStream && equalDicts(a.dict, b.dict) && equalBytes(a.raw, b.raw)
}

/** `equalValues` where both may be absent. */
export function equalOptional(a: PdfObject | undefined, b: PdfObject | undefined): boolean {
  if (a === undefined || b === undefined) return a === b
  return equalValues(a, b)
}

const duplicates = new WeakMap<object, boolean>()

/** True when a dictionary anywhere in the value (references not followed) holds a key twice (P-10). */
export function hasDuplicateKeys(value: PdfObject): boolean {
  if (value === null || typeof value !== 'object') return false
  let answer = duplicates.get(value)
  if (answer === undefined) {
    answer = findDuplicateKeys(value)
    duplicates.set(value, answer)
  }
  return answer
}

function findDuplicateKeys(value: PdfObject): boolean {
  if (value instanceof PdfStream) return findDuplicateKeys(value.dict)
  if (value instanceof PdfArray) return value.items.some(findDuplicateKeys)
  if (!(value instanceof PdfDict)) return false
  if (value.duplicates.length > 0) return true
  for (const item of value.map.values()) if (findDuplicateKeys(item)) return true
  return false
}

/** Every reference in the value, in order, repeated ones repeated; references are not followed. */
export function collectRefs(value: PdfObject, into: PdfRef[] = []): PdfRef[] {
  if (value instanceof PdfRef) into.push(value)
  else if (value instanceof PdfArray) for (const item of value.items) collectRefs(item, into)
  else if (value instanceof PdfDict) for (const item of value.map.values()) collectRefs(item, into)
  else if (value instanceof PdfStream) collectRefs(value.dict, into)
  return into
}
