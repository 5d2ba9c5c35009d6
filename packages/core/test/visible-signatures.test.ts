import { describe, expect, test } from '@jest/globals'
import { readFile, readdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { runProgram, witnessTest } from '../../../test/support/witnesses.ts'
import { widgetForm } from '../src/appearance/widget-form.ts'
import { drawingSize } from '../src/appearance/drawing.ts'
import { sign } from '../src/pades/sign.ts'
import type { Anchor, Place } from '../src/pdf/anchors.ts'
import { openDocument } from '../src/pdf/document.ts'
import { listFields } from '../src/pdf/fields.ts'
import { PdfDict, PdfName } from '../src/pdf/objects.ts'
import { pageAt } from '../src/pdf/pages.ts'
import { resolvePlace } from '../src/pdf/place.ts'
import { chooseField, createField, targetPlace } from '../src/pdf/signature-field.ts'
import type { NewField } from '../src/pdf/signature-field.ts'
import { Update } from '../src/pdf/update.ts'
import { toViewer, viewerPage } from '../src/pdf/viewer.ts'
import { testSigner, withFolder } from './support/signers.ts'
import { BASE, MM, NAME, OFFICER, PAGES, QUARTERS, TITLE, quarteredPdf, turnedPages } from './support/turned-pages.ts'
import type { TurnedPage } from './support/turned-pages.ts'

/** Left, top, width and height in points of the page as a viewer shows it. */
type Shown = readonly [left: number, top: number, width: number, height: number]

/** Where a drawing of 90 x 60 points is expected, by anchor; computed here from the rules alone (V2, V3). */
const ANCHORS: readonly {
  readonly name: string
  readonly place: (page: number) => Place
  readonly shown: (page: TurnedPage) => Shown
}[] = [
  {
    name: 'absolute',
    place: (page) => ({ anchor: { page, left: 10, top: 15 }, width: 30 }),
    shown: () => [10 * MM, 15 * MM, 30 * MM, 20 * MM],
  },
  {
    name: 'points',
    place: (page) => ({ anchor: { page, left: 150, top: 40 }, unit: 'pt' }),
    shown: () => [150, 40, 90, 60],
  },
  ...corners(),
  {
    name: 'field',
    place: (page) => ({ anchor: { field: `base${page}` } }),
    // The drawing keeps its shape: 90 x 60 in the middle of 150 x 60.
    shown: () => [BASE.left + 30, BASE.top, 90, 60],
  },
  {
    name: 'seal',
    place: (page) => ({ anchor: { sealOf: `officer${page}` }, width: 36, height: 24 }),
    shown: () => [OFFICER.left + OFFICER.width / 3 - 36 * MM, OFFICER.top + 30 - 12 * MM, 36 * MM, 24 * MM],
  },
  {
    name: 'below text',
    place: (page) => ({ anchor: { page, text: 'Title', gap: 2 }, height: 10 }),
    shown: () => [TITLE.x + width('Title') / 2 - 7.5 * MM, TITLE.baseline + 0.22 * 12 + 2 * MM, 15 * MM, 10 * MM],
  },
  {
    name: 'between texts',
    place: (page) => ({ anchor: { page, text: 'Title', until: 'Name' }, width: 12 }),
    shown: () => {
      const x = TITLE.x + (width('Title') + width('Name')) / 4
      const y = (TITLE.baseline + 0.22 * 12 + NAME.baseline - 0.9 * 12) / 2
      return [x - 6 * MM, y - 4 * MM, 12 * MM, 8 * MM]
    },
  },
]

function corners(): { name: string; place: (page: number) => Place; shown: (page: TurnedPage) => Shown }[] {
  return (['top-left', 'top-right', 'bottom-left', 'bottom-right'] as const).map((corner) => ({
    name: corner,
    place: (page) => ({ anchor: { page, corner, margin: [7, 3] }, width: 15 }),
    shown: (page) => {
      const [w, h] = [15 * MM, 10 * MM]
      const left = corner.endsWith('left') ? 7 * MM : page.width - 7 * MM - w
      return [left, corner.startsWith('top') ? 3 * MM : page.height - 3 * MM - h, w, h]
    },
  }))
}

/** Widths in Helvetica at 12 points, from its published metrics. */
function width(text: 'Title' | 'Name'): number {
  const widths = { Title: 611 + 222 + 278 + 222 + 556, Name: 722 + 556 + 833 + 556 }
  return (widths[text] * 12) / 1000
}

/** Widgets for every anchor on every page, in one revision. */
async function withWidgets(input: Uint8Array, appearance: (index: number) => Uint8Array): Promise<Uint8Array> {
  const document = await openDocument(input)
  const update = new Update(document)
  const { fields } = listFields(document.latest)
  // A value that is there, but no signature: mutool draws fields without one in its own way.
  const value = update.create(new PdfDict(new Map([['Type', new PdfName('Sig')]])))
  for (let page = 1; page <= PAGES.length; page++)
    for (const [index, { name, place }] of ANCHORS.entries()) {
      const drawing = appearance(index)
      const found = resolvePlace(document.latest, fields, place(page), await drawingSize(drawing))
      const target = chooseField(document.latest, fields, { newField: { name: `${name} ${page}`, ...found } })
      if (target.kind !== 'new') throw new Error('a new field was asked for')
      createField(update, target, value, await widgetForm(update, drawing, targetPlace(update, target)))
    }
  const { bytes } = update.build((length) => new Uint8Array(length))
  return Buffer.concat([input, bytes])
}

interface Image {
  readonly width: number
  readonly height: number
  /** Three bytes each. */
  readonly data: Uint8Array
}

function readPpm(bytes: Buffer): Image {
  const head = /^P6\s+(\d+)\s+(\d+)\s+255\s/.exec(bytes.subarray(0, 100).toString('latin1'))!
  return { width: Number(head[1]), height: Number(head[2]), data: bytes.subarray(head[0].length) }
}

type Renderer = (file: string, out: string) => Promise<unknown>
const RENDERERS: Readonly<Record<string, Renderer>> = {
  pdftoppm: (file, out) => runProgram('pdftoppm', ['-r', '72', '-cropbox', file, out]),
  mutool: (file, out) => runProgram('mutool', ['draw', '-q', '-r', '72', '-o', `${out}-%02d.ppm`, file]),
}

async function renderWith(program: string, pdf: Uint8Array, folder: string, name: string): Promise<readonly Image[]> {
  const file = join(folder, `${name}.pdf`)
  await writeFile(file, pdf)
  await RENDERERS[program]!(file, join(folder, `${name}-${program}`))
  const files = (await readdir(folder)).filter((one) => one.startsWith(`${name}-${program}-`)).toSorted()
  return Promise.all(files.map(async (one) => readPpm(await readFile(join(folder, one)))))
}

function pixel(image: Image, x: number, y: number): readonly [number, number, number] {
  const at = (Math.floor(y) * image.width + Math.floor(x)) * 3
  return [image.data[at]!, image.data[at + 1]!, image.data[at + 2]!]
}

function isNear(a: readonly number[], b: readonly number[]): boolean {
  return a.every((value, index) => Math.abs(value - b[index]!) <= 40)
}

/** Faults of one drawing on a rendered page: its quarters' colours, and its edges to 5 % of its size. */
function faults(image: Image, page: TurnedPage, [left, top, wide, high]: Shown): readonly string[] {
  const scale = image.width / page.width
  const at = (x: number, y: number): readonly [number, number, number] =>
    pixel(image, (left + x * wide) * scale, (top + y * high) * scale)
  const found: string[] = []
  for (const [index, colour] of QUARTERS.entries()) {
    const [x, y] = [index % 2 === 0 ? 0 : 0.5, index < 2 ? 0 : 0.5]
    // The middle of the quarter and its outer and inner corners, 5 % inside.
    for (const [dx, dy] of [
      [0.25, 0.25],
      [0.05, 0.05],
      [0.45, 0.05],
      [0.05, 0.45],
      [0.45, 0.45],
    ] as const)
      if (!isNear(at(x + dx, y + dy), colour))
        found.push(`quarter ${index} at ${dx},${dy}: ${at(x + dx, y + dy).join()}`)
  }
  for (const [x, y] of [
    [-0.05, 0.25],
    [1.05, 0.25],
    [0.25, -0.05],
    [0.25, 1.05],
  ] as const)
    if (QUARTERS.some((colour) => isNear(at(x, y), colour))) found.push(`ink outside at ${x},${y}`)
  return found
}

/** Pixels that differ outside the drawings, with a soft edge of one pixel. */
function strayPixels(before: Image, after: Image, page: TurnedPage): readonly string[] {
  const scale = after.width / page.width
  const boxes = ANCHORS.map(({ shown }) => shown(page).map((value) => value * scale) as unknown as Shown)
  const stray: string[] = []
  for (let i = 0; i < after.data.length; i++) {
    if (before.data[i] === after.data[i]) continue
    const [x, y] = [Math.floor(i / 3) % after.width, Math.floor(i / 3 / after.width)]
    if (!boxes.some(([l, t, w, h]) => x >= l - 2 && x <= l + w + 1 && y >= t - 2 && y <= t + h + 1))
      stray.push(`changed at ${x},${y}`)
  }
  return stray
}

describe.each(Object.keys(RENDERERS))('V1, V2, V3, V10 as %s shows it', (program) => {
  witnessTest([program], `${PAGES.length} ways to turn, crop and scale a page, ${ANCHORS.length} anchors`, () =>
    withFolder(async (folder) => {
      const input = turnedPages()
      const turns = [0, 90, 180, 270] as const
      const output = await withWidgets(input, (index) => quarteredPdf(turns[index % 4]!, index % 3 === 0 ? 2 : 1))
      const before = await renderWith(program, input, folder, 'before')
      const after = await renderWith(program, output, folder, 'after')
      expect(after).toHaveLength(PAGES.length)
      const found: string[] = []
      for (const [index, page] of PAGES.entries()) {
        expect(after[index]!.width / after[index]!.height).toBeCloseTo(page.width / page.height, 2)
        for (const { name, shown } of ANCHORS)
          for (const fault of faults(after[index]!, page, shown(page)))
            found.push(`${JSON.stringify(page)} ${name}: ${fault}`)
        // B31: nothing else moved or changed.
        for (const fault of strayPixels(before[index]!, after[index]!, page))
          found.push(`${JSON.stringify(page)}: ${fault}`)
      }
      expect(found).toEqual([])
    }),
  )
})

describe('V2: what cannot be placed', () => {
  const attempt = async (anchor: Anchor, more: Partial<Place> = { width: 10, height: 10 }): Promise<unknown> => {
    const { latest } = await openDocument(turnedPages())
    return resolvePlace(latest, listFields(latest).fields, { anchor, ...more }, undefined)
  }

  test.each<readonly [string, Anchor, string]>([
    ['a text that no page shows', { text: 'Tittle' }, 'ANCHOR_NOT_FOUND'],
    ['the fifth of four', { text: 'Title', page: 1, occurrence: 5 }, 'ANCHOR_NOT_FOUND'],
    ['a second text that stands above', { text: 'Name', until: 'Title' }, 'ANCHOR_NOT_FOUND'],
    ['an empty text', { text: ' ' }, 'ANCHOR_NOT_FOUND'],
    ['an unknown field', { field: 'nobody' }, 'FIELD_UNKNOWN'],
    ['a page too far', { left: 1, top: 1, page: 99 }, 'ARGUMENT_INVALID'],
    ['no number', { left: Number.NaN, top: 1 }, 'ARGUMENT_INVALID'],
    ['no corner', { corner: 'middle' as 'top-left' }, 'ARGUMENT_INVALID'],
  ])('%s: %j', async (_title, anchor, code) => {
    await expect(attempt(anchor)).rejects.toMatchObject({ code })
  })

  test('a size is needed without a drawing, and a positive one', async () => {
    await expect(attempt({ left: 1, top: 1 }, {})).rejects.toMatchObject({ code: 'ARGUMENT_INVALID' })
    await expect(attempt({ left: 1, top: 1 }, { width: 10 })).rejects.toMatchObject({ code: 'ARGUMENT_INVALID' })
    await expect(attempt({ left: 1, top: 1 }, { width: -5, height: 5 })).rejects.toMatchObject({
      code: 'ARGUMENT_INVALID',
    })
  })

  test('the last match counts unless told otherwise', async () => {
    expect(await attempt({ text: 'Title' })).toMatchObject({ page: PAGES.length })
    expect(await attempt({ text: 'Title', occurrence: 1 })).toMatchObject({ page: 1 })
    expect(await attempt({ text: 'Title', occurrence: -2 })).toMatchObject({ page: PAGES.length - 1 })
  })
})

describe('V13', () => {
  const warnings = async (newField: NewField): Promise<readonly string[]> => {
    const signer = await testSigner('officer-ec')
    const { report } = await sign(turnedPages(), { signer, newField, appearance: quarteredPdf() })
    return report.warnings.map(({ code }) => code)
  }
  const at = (page: number, more: Partial<NewField> = {}): NewField => ({
    name: 'x',
    place: { anchor: { page, left: BASE.left + 10, top: BASE.top + 10 }, unit: 'pt' },
    ...more,
  })

  test('lying over another field is reported, unless it is meant to', async () => {
    expect(await warnings(at(2))).toEqual(['FIELD_OVERLAPS'])
    expect(await warnings(at(-1))).toEqual(['FIELD_OVERLAPS'])
    expect(await warnings(at(2, { mayCover: ['base2'] }))).toEqual([])
    expect(await warnings({ name: 'x', place: { anchor: { sealOf: 'officer3' }, width: 20 } })).toEqual([])
  })

  test('a drawing that the edge of the page would cut is refused', async () => {
    for (const [left, top] of [
      [550, 10],
      [-1, 10],
      [10, -1],
      [10, 450],
      [2000, 10],
    ] as const) {
      const place = { anchor: { page: 8, left, top }, unit: 'pt' } as const
      await expect(warnings({ name: 'x', place })).rejects.toMatchObject({ code: 'FIELD_OUTSIDE_PAGE' })
    }
  })

  test('a place excludes a page and a rectangle', async () => {
    await expect(warnings(at(1, { rect: [0, 0, 9, 9] }))).rejects.toMatchObject({ code: 'ARGUMENT_INVALID' })
    await expect(warnings(at(1, { page: 2 }))).rejects.toMatchObject({ code: 'ARGUMENT_INVALID' })
  })
})

test.each([1, 4, 8, 11, 14])(
  'V3, VN-09: the seal covers a third of the image, not of a wider field (page %d)',
  async (page) => {
    const signer = await testSigner('officer-ec')
    // 90 x 60 in the middle of a field of 150 x 60.
    const { bytes } = await sign(turnedPages(), { signer, field: `officer${page}`, appearance: quarteredPdf(90) })
    const { latest } = await openDocument(bytes)
    const place: Place = { anchor: { sealOf: `officer${page}` }, width: 100, height: 80, unit: 'pt' }
    const { rect } = resolvePlace(latest, listFields(latest).fields, place, undefined)
    const shown = toViewer(viewerPage(pageAt(latest, page - 1)!), [
      rect[0],
      rect[1],
      rect[0] + rect[2],
      rect[1] + rect[3],
    ])
    const [left, top, right, bottom] = shown.map((value) => Math.round(value * 100) / 100)
    const edge = OFFICER.left + 30 + 90 / 3
    expect([left, top, right, bottom]).toEqual([edge - 100, OFFICER.top - 10, edge, OFFICER.top + 70])
  },
)
