// Pages in every way a viewer may have to turn, crop and scale them, made by hand and not by the code under test.
import { makePdf, streamBody } from './make-pdf.ts'

export const MM: number = 72 / 25.4

/** One page: how it is turned, cropped and scaled, and its size as a viewer shows it, in points on paper. */
export interface TurnedPage {
  readonly rotate: 0 | 90 | 180 | 270
  readonly cropped: boolean
  readonly userUnit: 1 | 2.5
  readonly width: number
  readonly height: number
}

/** As a viewer shows every one of the pages, in points on paper. */
const SHOWN = { width: 560, height: 460 }
/** What a crop box hides left, below, right and above, in user space. */
const HIDDEN = [37, 21, 11, 53] as const

export const PAGES: readonly TurnedPage[] = ([0, 90, 180, 270] as const).flatMap((rotate) =>
  [false, true].flatMap((cropped) => ([1, 2.5] as const).map((userUnit) => ({ rotate, cropped, userUnit, ...SHOWN }))),
)

/** Where the text `Title` and the text `Name` begin, in viewer points from the top left corner; and the field `base`. */
export const TITLE: { readonly x: number; readonly baseline: number } = { x: 330, baseline: 60 }
export const NAME: { readonly x: number; readonly baseline: number } = { x: 330, baseline: 190 }
export const BASE: { readonly left: number; readonly top: number; readonly width: number; readonly height: number } = {
  left: 300,
  top: 220,
  width: 150,
  height: 60,
}

/** The field `officer<n>`, which a seal is laid over. */
export const OFFICER: typeof BASE = { left: 200, top: 330, width: 150, height: 60 }

interface Space {
  readonly media: readonly number[]
  readonly crop: readonly [number, number, number, number]
  /** Viewer points to user space. */
  readonly point: (x: number, y: number) => readonly [number, number]
}

function spaceOf({ rotate, cropped, userUnit }: TurnedPage): Space {
  const turned = rotate === 90 || rotate === 270
  const width = (turned ? SHOWN.height : SHOWN.width) / userUnit
  const height = (turned ? SHOWN.width : SHOWN.height) / userUnit
  const [left, bottom, right, top] = cropped ? HIDDEN : [0, 0, 0, 0]
  // The media box does not begin at the origin either.
  const [x0, y0] = cropped ? [-20 + left, 100 + bottom] : [0, 0]
  const [x1, y1] = [x0 + width, y0 + height]
  const point = (x: number, y: number): readonly [number, number] => {
    const [u, v] = [x / userUnit, y / userUnit]
    if (rotate === 90) return [x0 + v, y0 + u]
    if (rotate === 180) return [x1 - u, y0 + v]
    return rotate === 270 ? [x1 - v, y1 - u] : [x0 + u, y1 - v]
  }
  return { media: [x0 - left, y0 - bottom, x1 + right, y1 + top], crop: [x0, y0, x1, y1], point }
}

/** Text matrices that make a line read from left to right for the reader. */
const UPRIGHT = { 0: '1 0 0 1', 90: '0 1 -1 0', 180: '-1 0 0 -1', 270: '0 -1 1 0' } as const

function contentOf(page: TurnedPage, { point, media }: Space): string {
  const size = 12 / page.userUnit
  const line = (text: string, x: number, y: number): string =>
    `BT /F1 ${size} Tf ${UPRIGHT[page.rotate]} ${point(x, y).join(' ')} Tm (${text}) Tj ET`
  const [x0, y0, x1, y1] = media as [number, number, number, number]
  // A pale ground with lines, so that anything that moves shows.
  const ground = `0.9 0.95 0.9 rg ${x0} ${y0} ${x1 - x0} ${y1 - y0} re f 0 g 0.5 w ${x0} ${y0} m ${x1} ${y1} l S`
  return `${ground} ${line('Title', TITLE.x, TITLE.baseline)} ${line('Name', NAME.x, NAME.baseline)}`
}

function boxOf({ point }: Space, { left, top, width, height }: typeof BASE): string {
  const [ax, ay] = point(left, top)
  const [bx, by] = point(left + width, top + height)
  return `[${Math.min(ax, bx)} ${Math.min(ay, by)} ${Math.max(ax, bx)} ${Math.max(ay, by)}]`
}

/** All pages of `PAGES` in one file; page n (from 1) has the empty signature fields `base<n>` and `officer<n>`. */
export function turnedPages(): Uint8Array {
  const objects: Record<number, string> = {}
  const at = (index: number, part: number): number => 10 + index * 4 + part
  PAGES.forEach((page, index) => {
    const space = spaceOf(page)
    const crop = page.cropped ? `/CropBox [${space.crop.join(' ')}]` : ''
    const unit = page.userUnit === 1 ? '' : `/UserUnit ${page.userUnit}`
    objects[at(index, 0)] =
      `<< /Type /Page /Parent 2 0 R /MediaBox [${space.media.join(' ')}] ${crop} /Rotate ${page.rotate} ${unit} ` +
      `/Contents ${at(index, 1)} 0 R /Resources << /Font << /F1 5 0 R >> >> /Annots [${at(index, 2)} 0 R ${at(index, 3)} 0 R] >>`
    objects[at(index, 1)] = streamBody('', contentOf(page, space))
    for (const [part, name, box] of [
      [2, 'base', BASE],
      [3, 'officer', OFFICER],
    ] as const)
      objects[at(index, part)] =
        `<< /Type /Annot /Subtype /Widget /FT /Sig /T (${name}${index + 1}) /F 4 /P ${at(index, 0)} 0 R ` +
        `/Rect ${boxOf(space, box)} >>`
  })
  const kids = PAGES.map((_, index) => `${at(index, 0)} 0 R`).join(' ')
  const fields = PAGES.map((_, index) => `${at(index, 2)} 0 R ${at(index, 3)} 0 R`).join(' ')
  return makePdf({
    objects: {
      1: `<< /Type /Catalog /Pages 2 0 R /AcroForm << /Fields [${fields}] >> >>`,
      2: `<< /Type /Pages /Kids [${kids}] /Count ${PAGES.length} >>`,
      5: '<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>',
      ...objects,
    },
  })
}

/** Colours of the four quarters of the test drawing, from top left to bottom right. */
export const QUARTERS: readonly (readonly [number, number, number])[] = [
  [255, 0, 0],
  [0, 255, 0],
  [0, 0, 255],
  [255, 255, 0],
]

/** The drawing as one page of 90 x 60 points as a viewer shows it, itself turned, cropped and scaled. */
export function quarteredPdf(rotate: 0 | 90 | 180 | 270 = 0, userUnit = 1): Uint8Array {
  const turned = rotate === 90 || rotate === 270
  const [width, height] = turned ? [60 / userUnit, 90 / userUnit] : [90 / userUnit, 60 / userUnit]
  const [x0, y0] = [30, -40]
  const halves = [
    [x0, y0 + height / 2],
    [x0 + width / 2, y0 + height / 2],
    [x0, y0],
    [x0 + width / 2, y0],
  ] as const
  // Which quarter of the unturned page is seen top left, top right, bottom left, bottom right.
  const seen = { 0: [0, 1, 2, 3], 90: [2, 0, 3, 1], 180: [3, 2, 1, 0], 270: [1, 3, 0, 2] }[rotate]
  const fills = seen.map((quarter, place) => {
    const colour = QUARTERS[place]!.map((value) => value / 255).join(' ')
    return `${colour} rg ${halves[quarter]!.join(' ')} ${width / 2} ${height / 2} re f`
  })
  // Ink outside the crop box must not be seen.
  const outside = `0 0 0 rg ${x0 - 25} ${y0 - 25} 20 ${height + 50} re f`
  const box = `/MediaBox [${x0 - 25} ${y0 - 25} ${x0 + width + 25} ${y0 + height + 25}]`
  const crop = `/CropBox [${x0} ${y0} ${x0 + width} ${y0 + height}]`
  return makePdf({
    objects: {
      1: '<< /Type /Catalog /Pages 2 0 R >>',
      2: '<< /Type /Pages /Kids [3 0 R] /Count 1 >>',
      3: `<< /Type /Page /Parent 2 0 R ${box} ${crop} /Rotate ${rotate} /UserUnit ${userUnit} /Contents [4 0 R 5 0 R] >>`,
      4: streamBody('', `${fills[0]} ${fills[1]}`),
      5: streamBody('', `${fills[2]} ${fills[3]} ${outside}`),
    },
  })
}
