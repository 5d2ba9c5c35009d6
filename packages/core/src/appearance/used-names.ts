import { nameAt, readOperations } from '../pdf/content.ts'
import type { Operand } from '../pdf/content.ts'
import { PdfName } from '../pdf/objects.ts'

export type DeviceSpace = 'DeviceGray' | 'DeviceRGB' | 'DeviceCMYK'

/** What a content stream asks of its resources, and the device colours that its operators set. */
export interface UsedNames {
  readonly fonts: ReadonlySet<string>
  readonly objects: ReadonlySet<string>
  readonly states: ReadonlySet<string>
  readonly shadings: ReadonlySet<string>
  /** Colour spaces and patterns. */
  readonly names: ReadonlySet<string>
  readonly deviceColours: ReadonlySet<DeviceSpace>
  /** Colour spaces of inline images, spelled out. */
  readonly inlineImages: ReadonlySet<string>
  /** An inline image is compressed by LZW. */
  readonly inlineLzw: boolean
}

const DEVICE: ReadonlyMap<string, DeviceSpace> = new Map([
  ['g', 'DeviceGray'],
  ['G', 'DeviceGray'],
  ['rg', 'DeviceRGB'],
  ['RG', 'DeviceRGB'],
  ['k', 'DeviceCMYK'],
  ['K', 'DeviceCMYK'],
])
/** Operators that paint: with no colour chosen they paint in black of DeviceGray (8.4.1). */
const PAINT = new Set(['f', 'F', 'f*', 'S', 's', 'B', 'B*', 'b', 'b*', 'Tj', 'TJ', "'", '"'])
const ABBREVIATED: ReadonlyMap<string, string> = new Map([
  ['G', 'DeviceGray'],
  ['RGB', 'DeviceRGB'],
  ['CMYK', 'DeviceCMYK'],
])

/** /ColorSpace of an inline image: the name behind its key. */
function inlineSpace(operands: readonly Operand[]): string | undefined {
  const at = operands.findIndex((one) => one instanceof PdfName && (one.name === 'CS' || one.name === 'ColorSpace'))
  const value = at < 0 ? undefined : operands[at + 1]
  return value instanceof PdfName ? (ABBREVIATED.get(value.name) ?? value.name) : undefined
}

export function usedNames(content: Uint8Array): UsedNames {
  const [fonts, objects, states, shadings, names, inlineImages] = Array.from({ length: 6 }, () => new Set<string>())
  const sets: Readonly<Record<string, Set<string> | undefined>> = {
    Tf: fonts,
    Do: objects,
    gs: states,
    sh: shadings,
    cs: names,
    CS: names,
    scn: names,
    SCN: names,
  }
  const deviceColours = new Set<DeviceSpace>()
  let [coloured, inlineLzw] = [false, false]
  for (const { operator, operands } of readOperations(content)) {
    const device = DEVICE.get(operator)
    const name = nameAt(operands)
    const set = Object.hasOwn(sets, operator) ? sets[operator] : undefined
    if (device !== undefined) deviceColours.add(device)
    coloured ||= device !== undefined || operator === 'cs' || operator === 'CS'
    if (PAINT.has(operator) && !coloured) deviceColours.add('DeviceGray')
    if (set !== undefined && name !== undefined) set.add(name)
    if (operator !== 'BI') continue
    inlineImages!.add(inlineSpace(operands) ?? '')
    inlineLzw ||= operands.some((one) => one instanceof PdfName && (one.name === 'LZW' || one.name === 'LZWDecode'))
  }
  inlineImages!.delete('')
  return {
    fonts: fonts!,
    objects: objects!,
    states: states!,
    shadings: shadings!,
    names: names!,
    deviceColours,
    inlineImages: inlineImages!,
    inlineLzw,
  }
}
