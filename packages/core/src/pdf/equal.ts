import { PdfArray, PdfDict, PdfName, PdfReal, PdfRef, PdfString, type PdfObject } from './objects.ts'

/** Equal by value, whatever the objects' places in the file (M-17). */
export function equalObjects(a: PdfObject | undefined, b: PdfObject | undefined): boolean {
  const waiting: [PdfObject | undefined, PdfObject | undefined][] = [[a, b]]
  while (waiting.length > 0) {
    const [left, right] = waiting.pop()!
    if (left === right) continue
    if (left instanceof PdfDict && right instanceof PdfDict) {
      if (left.map.size !== right.map.size || left.duplicates.length + right.duplicates.length > 0) return false
      for (const [key, value] of left.map) waiting.push([value, right.map.get(key)])
    } else if (left instanceof PdfArray && right instanceof PdfArray) {
      if (left.items.length !== right.items.length) return false
      for (const [i, value] of left.items.entries()) waiting.push([value, right.items[i]])
    } else if (!equalScalars(left, right)) return false
  }
  return true
}

function equalScalars(a: PdfObject | undefined, b: PdfObject | undefined): boolean {
  if (a instanceof PdfName && b instanceof PdfName) return a.name === b.name
  if (a instanceof PdfRef && b instanceof PdfRef) return a.num === b.num && a.gen === b.gen
  if (a instanceof PdfReal && b instanceof PdfReal) return a.value === b.value
  if (a instanceof PdfString && b instanceof PdfString) {
    return a.bytes.length === b.bytes.length && a.bytes.every((byte, i) => byte === b.bytes[i])
  }
  return false
}
