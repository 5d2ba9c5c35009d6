// The visible signatures of Decree 30/2020, App I (signing.md 8; D30-11, D30-17 to D30-19, section 1.4), as plain data.
import type { StampTemplate } from './template.ts'

export type TemplateName = 'vn-officer' | 'vn-seal' | 'vn-info' | 'vn-copy' | 'vn-attachment'

/** Boxes 14 and vn-info stand top right on page 1, in the margin above the text: 15 mm from the right, 5 mm from the top. */
const TOP_RIGHT = { corner: 'top-right', page: 1, margin: [15, 5] } as const
/** Times metrics, 10, upright, black (VN-10). */
const LETTERS = { face: 'regular', minSize: 8, maxSize: 10, colour: '#000000', align: 'right', valign: 'top' } as const
/** V6: the time is claimed, not proven; the words say whose time it is. */
const VARIABLES = { timeLabel: 'Thời gian ký: ' } as const

export const TEMPLATES: Readonly<Record<TemplateName, StampTemplate>> = {
  // The handwritten signature, blue, without frame or text, centred between title and printed name.
  'vn-officer': {
    name: 'vn-officer',
    width: 50,
    boxes: [{ kind: 'image', image: 'signature' }],
    anchor: { text: '{title}', until: '{name}' },
  },
  // The seal, red, of its true size, over the left third of the officer's image (V3).
  'vn-seal': {
    name: 'vn-seal',
    width: 36,
    boxes: [{ kind: 'image', image: 'seal' }],
    variables: { officer: 'officer' },
    anchor: { sealOf: '{officer}' },
  },
  'vn-info': {
    name: 'vn-info',
    width: 80,
    height: 13,
    boxes: [{ kind: 'text', text: '{agency}\n{timeLabel}{time}', ...LETTERS }],
    variables: VARIABLES,
    anchor: TOP_RIGHT,
  },
  // kind: SAO Y, SAO LỤC or TRÍCH SAO.
  'vn-copy': {
    name: 'vn-copy',
    width: 80,
    height: 17,
    boxes: [{ kind: 'text', text: '{kind}\n{agency}\n{timeLabel}{time}', ...LETTERS }],
    variables: { ...VARIABLES, kind: 'SAO Y' },
    anchor: TOP_RIGHT,
  },
  // number: number and symbol of the document it belongs to, such as 05/TB-SNV.
  'vn-attachment': {
    name: 'vn-attachment',
    width: 80,
    height: 13,
    boxes: [{ kind: 'text', text: '{number}\n{timeLabel}{time}', ...LETTERS }],
    variables: VARIABLES,
    anchor: TOP_RIGHT,
  },
}
