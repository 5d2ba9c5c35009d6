// The stamps of Decree 30/2020 on a notice made by another program, as two renderers show them (VN-09, V2, V3, B31).
import { sign } from '@countersign/core'
import { p12Signer } from '@countersign/core/node'
import { expect, test } from '@jest/globals'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { PNG } from 'pngjs'
import { root, runProgram, suiteTest, witnessTest } from '../../../test/support/witnesses.ts'
import { drawTemplate } from '../src/template/draw-template.ts'

const DPI = 90
const MM = DPI / 25.4
const file = (name: string): Promise<Buffer> => readFile(join(root, name))
const notice = await file('examples/data/browser-notice.pdf')
const signature = await file('examples/images/officer.png')
const seal = await file('examples/images/seal.png')
const OFFICER_MM = 50
const SEAL_MM = 36

async function signer(name: string): Promise<Awaited<ReturnType<typeof p12Signer>>> {
  return p12Signer(await file(`certs-test/${name}.p12`), { password: 'test' })
}

async function stamped(): Promise<Uint8Array> {
  const hand = await drawTemplate('vn-officer', {
    images: { signature },
    variables: { title: 'GIÁM ĐỐC', name: 'Nguyễn Văn An' },
    widthMm: OFFICER_MM,
  })
  const stamp = await drawTemplate('vn-seal', { images: { seal }, widthMm: SEAL_MM })
  const approved = await sign(notice, {
    signer: await signer('officer'),
    newField: { name: 'officer', place: hand.place! },
    appearance: hand.appearance,
  })
  const sealed = await sign(approved.bytes, {
    signer: await signer('seal'),
    newField: { name: 'seal', place: stamp.place! },
    appearance: stamp.appearance,
  })
  // V13: the seal is meant to lie over the officer's field.
  expect(sealed.report.warnings).toEqual([])
  return sealed.bytes
}

const RENDERERS = {
  pdftoppm: (from: string, to: string) =>
    runProgram('pdftoppm', ['-r', `${DPI}`, '-png', '-singlefile', from, to.slice(0, -4)]),
  mutool: (from: string, to: string) => runProgram('mutool', ['draw', '-q', '-r', `${DPI}`, '-o', to, from, '1']),
} as const

async function rendered(program: keyof typeof RENDERERS, pdf: Uint8Array): Promise<PNG> {
  const folder = await mkdtemp(join(tmpdir(), 'countersign-'))
  try {
    await writeFile(join(folder, 'in.pdf'), pdf)
    await RENDERERS[program](join(folder, 'in.pdf'), join(folder, 'out.png'))
    return PNG.sync.read(await readFile(join(folder, 'out.png')))
  } finally {
    await rm(folder, { recursive: true })
  }
}

type Box = readonly [left: number, top: number, right: number, bottom: number]

/** Extent of the pixels that a test accepts. */
function extent(image: PNG, accepts: (r: number, g: number, b: number, a: number) => boolean): Box {
  let [left, top, right, bottom] = [Infinity, Infinity, 0, 0]
  const { data } = image
  for (let i = 0; i < image.width * image.height; i++) {
    if (!accepts(data[i * 4]!, data[i * 4 + 1]!, data[i * 4 + 2]!, data[i * 4 + 3]!)) continue
    const [x, y] = [i % image.width, Math.floor(i / image.width)]
    left = Math.min(left, x)
    right = Math.max(right, x + 1)
    top = Math.min(top, y)
    bottom = Math.max(bottom, y + 1)
  }
  return [left, top, right, bottom]
}

/** Where a picture's ink lies in it, in parts of its width and height. */
function ink(png: Buffer): Box {
  const image = PNG.sync.read(png)
  const [left, top, right, bottom] = extent(image, (_r, _g, _b, a) => a > 127)
  return [left / image.width, top / image.height, right / image.width, bottom / image.height]
}

/** Boxes of words in pixels, by pdftotext: another program's word on where the text stands. */
async function words(pdf: Uint8Array, ...wanted: readonly string[]): Promise<readonly Box[]> {
  const folder = await mkdtemp(join(tmpdir(), 'countersign-'))
  try {
    await writeFile(join(folder, 'in.pdf'), pdf)
    const { stdout } = await runProgram('pdftotext', ['-bbox', join(folder, 'in.pdf'), '-'])
    return wanted.map((word) => {
      const line = stdout.split('\n').findLast((one) => one.includes(`>${word}</word>`)) ?? ''
      return [...line.matchAll(/"([\d.]+)"/g)].map((match) => (Number(match[1]) * DPI) / 72) as unknown as Box
    })
  } finally {
    await rm(folder, { recursive: true })
  }
}

const sealedNotice = stamped()

for (const program of ['pdftoppm', 'mutool'] as const)
  witnessTest(
    [program, 'pdftotext'],
    `VN-09: blue hand, red seal of true size, each in its place (${program})`,
    async () => {
      const pdf = await sealedNotice
      const page = await rendered(program, pdf)
      const [giam, doc, nguyen, an] = (await words(pdf, 'GIÁM', 'ĐỐC', 'Nguyễn', 'An')) as [Box, Box, Box, Box]
      const middle = (giam[0] + doc[2] + nguyen[0] + an[2]) / 4
      // The officer's image: its width as asked, its shape kept, in the middle between title and name.
      const size = PNG.sync.read(signature)
      const wide = OFFICER_MM * MM
      const high = (wide * size.height) / size.width
      const blue = extent(page, (r, g, b) => b > 120 && r < 90 && g < 110)
      const hand = ink(signature)
      const left = middle - wide / 2
      expect(Math.abs(blue[0] - (left + hand[0] * wide))).toBeLessThan(0.05 * wide)
      expect(Math.abs(blue[2] - (left + hand[2] * wide))).toBeLessThan(0.05 * wide)
      expect(Math.abs(blue[3] - blue[1] - (hand[3] - hand[1]) * high)).toBeLessThan(0.05 * high)
      expect(blue[1]).toBeGreaterThan(giam[3])
      expect(blue[3]).toBeLessThan(nguyen[1])
      // The seal: 36 mm, its right edge at a third of the officer's image, at the same height.
      const red = extent(page, (r, g, b) => r > 150 && g < 90 && b < 90)
      const stamp = ink(seal)
      const side = SEAL_MM * MM
      expect(Math.abs(red[2] - red[0] - (stamp[2] - stamp[0]) * side)).toBeLessThan(0.05 * side)
      expect(Math.abs(red[3] - red[1] - (stamp[3] - stamp[1]) * side)).toBeLessThan(0.05 * side)
      const edge = red[2] + (1 - stamp[2]) * side
      expect(Math.abs((edge - left) / wide - 1 / 3)).toBeLessThan(0.05 / 3)
      // B31: outside of both nothing changed.
      const before = await rendered(program, notice)
      const changed = changedExtent(before, page)
      expect(changed[0]).toBeGreaterThanOrEqual(Math.floor(edge - side) - 1)
      expect(changed[2]).toBeLessThanOrEqual(Math.ceil(left + wide) + 1)
      expect(changed[1]).toBeGreaterThanOrEqual(Math.floor(red[1]) - 1)
      expect(changed[3]).toBeLessThanOrEqual(Math.ceil(red[3]) + 1)
    },
  )

function changedExtent(before: PNG, after: PNG): Box {
  const mask = new PNG({ width: after.width, height: after.height })
  for (let i = 0; i < after.data.length; i += 4)
    if (before.data.readUInt32LE(i) !== after.data.readUInt32LE(i)) mask.data[i + 3] = 255
  return extent(mask, (_r, _g, _b, a) => a > 0)
}

test('V13: a place beyond the edge of the page is refused before anything is signed', async () => {
  const { appearance } = await drawTemplate('vn-seal', { images: { seal } })
  const place = { anchor: { left: 190, top: 100 }, width: 36 } as const
  const refused = sign(notice, { signer: await signer('seal'), appearance, newField: { name: 'x', place } })
  await expect(refused).rejects.toMatchObject({ code: 'FIELD_OUTSIDE_PAGE' })
})

suiteTest('corpus', 'A2: a text template with its embedded font is welcome in PDF/A', async (folder) => {
  const time = new Date('2026-11-25T07:05:06Z')
  const variables = { agency: 'Sở Nội vụ tỉnh Lam Giang' }
  const { appearance, place } = await drawTemplate('vn-copy', { variables, time })
  for (const name of ['dss-pdfa2a-gray.pdf', 'dss-pdfa2u-gray.pdf', 'dss-testdoc.pdf']) {
    const input = await readFile(join(folder, 'inputs', name))
    const result = await sign(input, {
      signer: await signer('seal'),
      appearance,
      newField: { name: 'copy', place: place! },
    })
    expect(result.report.field).toBe('copy')
  }
})
