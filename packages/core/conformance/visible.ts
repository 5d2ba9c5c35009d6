// Runner over `corpus/inputs.json` with visible signatures: a seal or a page of another PDF in a corner of the first or last page.
// Outside of it every page must render as before, to the pixel, in a program that can draw the input (B31, V10).
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import type { Appearance } from '../src/appearance/drawing.ts'
import type { Signer } from '../src/cms/signer.ts'
import { sign } from '../src/pades/sign.ts'
import type { CornerAnchor } from '../src/pdf/anchors.ts'
import { inputSigner, inputsFolder, readInputs } from './inputs.ts'
import type { InputCase } from './inputs.ts'

const DPI = 40
const MM = 72 / 25.4
/** Pages that are compared at most, from the front. */
const PAGES = 12
/** The box: its width in millimetres, and its distance from both edges. */
const WIDTH = 14
const MARGIN = 4

interface Stamp {
  readonly appearance: Appearance
  /** Height by width. */
  readonly shape: number
  readonly corner: CornerAnchor['corner']
  readonly page: 1 | -1
}

interface Image {
  readonly width: number
  readonly height: number
  readonly pixels: Uint8Array
}

/** The pictures of a `P6` stream, one after the other. */
function readImages(bytes: Uint8Array): readonly Image[] {
  const images: Image[] = []
  for (let at = 0; at < bytes.length;) {
    const head = /^P6\s+(?:#[^\n]*\n)?(\d+)\s+(\d+)\s+255\s/.exec(
      Buffer.from(bytes.subarray(at, at + 200)).toString('latin1'),
    )
    if (head === null) break
    const [width, height] = [Number(head[1]), Number(head[2])]
    const start = at + head[0].length
    at = start + width * height * 3
    images.push({ width, height, pixels: bytes.subarray(start, at) })
  }
  return images
}

type Renderer = (file: string, password: string | undefined) => readonly Image[]

function output(program: string, args: readonly string[]): readonly Image[] {
  const { stdout } = spawnSync(program, args, { timeout: 60_000, maxBuffer: 1 << 29 })
  return readImages(stdout ?? new Uint8Array(0))
}

const RENDERERS: readonly Renderer[] = [
  (file, password) => {
    const open = password === undefined ? [] : ['-upw', password, '-opw', password]
    return output('pdftoppm', ['-r', `${DPI}`, '-cropbox', '-l', `${PAGES}`, ...open, file])
  },
  (file, password) => {
    const open = password === undefined ? [] : ['-p', password]
    return output('mutool', ['draw', '-q', '-r', `${DPI}`, '-F', 'ppm', '-o', '-', ...open, file, `1-${PAGES}`])
  },
]

/** Pixels that differ inside and outside the box on a page; outside has a soft edge of two pixels. */
function compare(before: Image, after: Image, stamp: Stamp | undefined): { inside: number; outside: number } {
  const scale = DPI / 72
  const [wide, high, margin] = [WIDTH * MM * scale, WIDTH * MM * scale * (stamp?.shape ?? 0), MARGIN * MM * scale]
  const left = stamp?.corner.endsWith('right') === true ? after.width - margin - wide : margin
  const top = stamp?.corner.startsWith('bottom') === true ? after.height - margin - high : margin
  let [inside, outside] = [0, 0]
  for (let i = 0; i < after.width * after.height; i++) {
    const at = i * 3
    const same =
      before.pixels[at] === after.pixels[at] &&
      before.pixels[at + 1] === after.pixels[at + 1] &&
      before.pixels[at + 2] === after.pixels[at + 2]
    if (same) continue
    const [x, y] = [i % after.width, Math.floor(i / after.width)]
    const hit = x >= left - 2 && x <= left + wide + 2 && y >= top - 2 && y <= top + high + 2
    if (stamp !== undefined && hit) inside++
    else outside++
  }
  return { inside, outside }
}

/** What one renderer has against the output; undefined where it cannot draw the input. */
function complaint(render: Renderer, before: string, after: string, item: InputCase, stamp: Stamp): string | undefined {
  const [old, now] = [render(before, item.password), render(after, item.password)]
  if (old.length === 0) return undefined
  if (old.length !== now.length) return `${old.length} pages became ${now.length}`
  // The last page may lie beyond those that are drawn.
  const stamped = stamp.page === 1 ? 0 : old.length < PAGES ? old.length - 1 : -1
  for (const [index, page] of now.entries()) {
    // Of the last page that is drawn nobody knows whether it is the last of the file.
    if (stamp.page === -1 && index === PAGES - 1) break
    const was = old[index]!
    if (was.width !== page.width || was.height !== page.height) return `page ${index + 1} changed its size`
    const { inside, outside } = compare(was, page, index === stamped ? stamp : undefined)
    if (outside > 0) return `${outside} pixels of page ${index + 1} changed outside the signature`
    if (index === stamped && inside === 0) return `nothing to be seen on page ${index + 1}`
  }
  return ''
}

export interface VisibleResult {
  readonly file: string
  readonly outcome: string
  readonly difference: string | undefined
}

/** Signs one file visibly and compares its pages before and after. */
export async function checkVisible(
  folder: string,
  item: InputCase,
  signer: Signer,
  stamp: Stamp,
): Promise<VisibleResult> {
  const path = join(folder, item.file)
  const scratch = mkdtempSync(join(tmpdir(), 'countersign-visible-'))
  try {
    const { corner, page, appearance } = stamp
    const place = { anchor: { corner, page, margin: MARGIN }, width: WIDTH }
    const password = item.password === undefined ? {} : { password: item.password }
    const newField = { name: 'visible', place }
    const { bytes } = await sign(readFileSync(path), { signer, appearance, newField, ...password })
    const signed = join(scratch, 'signed.pdf')
    writeFileSync(signed, bytes)
    const said = RENDERERS.map((render) => complaint(render, path, signed, item, stamp)).filter(
      (one) => one !== undefined,
    )
    // As in inputs.ts: poppler draws values by itself under /NeedAppearances, mutool marks empty signature fields.
    const bad = said.length > 0 && said.every((one) => one !== '') ? said.join(' / ') : undefined
    return { file: item.file, outcome: said.length === 0 ? 'signed, cannot be drawn' : 'signed', difference: bad }
  } catch (error) {
    const { code } = error as { code?: string }
    return { file: item.file, outcome: code ?? 'uncoded', difference: code === undefined ? String(error) : undefined }
  } finally {
    rmSync(scratch, { recursive: true, force: true })
  }
}

/** The stamps take turns, so that every kind meets many kinds of files. */
export function stampsOf(root: string): readonly Stamp[] {
  const seal = readFileSync(join(root, 'examples/images/seal.png'))
  const letter = readFileSync(join(root, 'examples/data/browser-notice.pdf'))
  const corners = ['top-right', 'bottom-left', 'top-left', 'bottom-right'] as const
  return corners.flatMap((corner, index) => [
    { appearance: seal, shape: 1, corner, page: index % 2 === 0 ? 1 : -1 },
    { appearance: letter, shape: 841.92 / 594.96, corner, page: index % 2 === 0 ? -1 : 1 },
  ])
}

/** Prints a line per difference and a table of outcomes; 0 when nothing moved. */
export async function main(args: readonly string[]): Promise<number> {
  const folder = inputsFolder()
  if (folder === undefined) return 0
  const root = resolve(import.meta.dirname, '../../..')
  const signer = await inputSigner(root)
  const stamps = stampsOf(root)
  const step = args.includes('--bounded') ? 11 : 1
  const counts = new Map<string, number>()
  let different = 0
  for (const [index, item] of readInputs(folder).entries()) {
    if (index % step !== 0) continue
    const { file, outcome, difference } = await checkVisible(folder, item, signer, stamps[index % stamps.length]!)
    counts.set(outcome, (counts.get(outcome) ?? 0) + 1)
    if (difference === undefined) continue
    different++
    console.log(`  DIFFERS ${file}: ${difference}`)
  }
  console.log(`inputs signed visibly: ${[...counts.values()].reduce((sum, one) => sum + one, 0)} files`)
  for (const [outcome, count] of [...counts].toSorted((a, b) => b[1] - a[1])) console.log(`  ${count} ${outcome}`)
  console.log(`  ${different} pages that changed outside the signature`)
  return different === 0 ? 0 : 1
}
