import { nameAt, numberAt, readOperations } from './content.ts'
import type { Operation } from './content.ts'
import { IDENTITY, transformBox } from './matrix.ts'
import type { Matrix } from './matrix.ts'
import { PdfDict, PdfStream, numberOf } from './objects.ts'
import type { PdfObject } from './objects.ts'
import { readBox } from './pages.ts'
import type { Box } from './pages.ts'
import type { View } from './types.ts'

function matrixAt({ operands }: Operation): Matrix {
  return [6, 5, 4, 3, 2, 1].map((fromEnd) => numberAt(operands, fromEnd)) as unknown as Matrix
}

function formMatrix(view: View, value: PdfObject | undefined): Matrix {
  const numbers = (view.array(value)?.items ?? []).map((item) => numberOf(view.resolve(item)) ?? 0)
  return numbers.length === 6 ? (numbers as unknown as Matrix) : IDENTITY
}

/** `q ... cm /Im Do` or `q ... cm x y w h re W n`, as this library begins a drawing; undefined for anything else. */
function firstBox(content: Uint8Array): Box | undefined {
  const first: Operation[] = []
  for (const operation of readOperations(content)) if (first.push(operation) === 5) break
  const [save, place, draw, clip] = first
  if (save?.operator !== 'q' || place?.operator !== 'cm' || draw === undefined) return undefined
  const matrix = matrixAt(place)
  if (draw.operator === 'Do' && nameAt(draw.operands) === 'Im') return transformBox(matrix, [0, 0, 1, 1])
  if (draw.operator !== 're' || clip?.operator !== 'W') return undefined
  const [x, y, width, height] = [4, 3, 2, 1].map((fromEnd) => numberAt(draw.operands, fromEnd))
  return transformBox(matrix, [x!, y!, x! + width!, y! + height!])
}

function contentOf(view: View, form: PdfStream): Uint8Array {
  try {
    return view.document.decode(form)
  } catch {
    return new Uint8Array(0)
  }
}

/**
 * Where the drawing of a widget stands, in user space: inside its rectangle, which may be wider or higher than the drawing's shape
 * (V1). The rectangle itself where its appearance was not drawn by this library.
 */
export function drawnBox(view: View, widget: PdfDict, rect: Box): Box {
  const form = view.resolve(view.dict(widget.get('AP'))?.get('N'))
  const frame = form instanceof PdfStream ? readBox(view, form.dict.get('BBox')) : undefined
  const inner = form instanceof PdfStream ? firstBox(contentOf(view, form)) : undefined
  if (!(form instanceof PdfStream) || frame === undefined || inner === undefined) return rect
  // 12.5.5: the transformed BBox is laid over the rectangle.
  const matrix = formMatrix(view, form.dict.get('Matrix'))
  const [whole, part] = [transformBox(matrix, frame), transformBox(matrix, inner)]
  const x = (rect[2] - rect[0]) / (whole[2] - whole[0])
  const y = (rect[3] - rect[1]) / (whole[3] - whole[1])
  return [
    rect[0] + (part[0] - whole[0]) * x,
    rect[1] + (part[1] - whole[1]) * y,
    rect[0] + (part[2] - whole[0]) * x,
    rect[1] + (part[3] - whole[1]) * y,
  ]
}
