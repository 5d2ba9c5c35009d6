// Runner over `corpus/inputs.json` as drawings: the first page of each file becomes the appearance of a signature on an empty page of
// the same size, which must then look like the file's page without its annotations (V9, V10).
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { drawingSize } from '../src/appearance/drawing.ts'
import type { Signer } from '../src/cms/signer.ts'
import { sign } from '../src/pades/sign.ts'
import { makePdf } from '../test/support/make-pdf.ts'
import { inputSigner, inputsFolder, readInputs } from './inputs.ts'

const DPI = 50
/** Channel values further apart than this differ; scaling an image twice may blur it by less. */
const APART = 48
/** Share of differing values that soft edges explain. */
const SHARE = 0.005

interface Image {
  readonly width: number
  readonly height: number
  readonly pixels: Uint8Array
}

function render(file: string): Image | undefined {
  const args = ['-r', `${DPI}`, '-cropbox', '-l', '1', '-hide-annotations']
  // The drawing itself stands in an annotation.
  const shown = file.endsWith('drawn.pdf') ? args.slice(0, -1) : args
  const { stdout } = spawnSync('pdftoppm', [...shown, file], { timeout: 60_000, maxBuffer: 1 << 28 })
  const head = /^P6\s+(\d+)\s+(\d+)\s+255\s/.exec(stdout?.subarray(0, 60).toString('latin1') ?? '')
  if (head === null) return undefined
  return { width: Number(head[1]), height: Number(head[2]), pixels: stdout.subarray(head[0].length) }
}

function emptyPage(width: number, height: number): Uint8Array {
  return makePdf({
    objects: {
      1: '<< /Type /Catalog /Pages 2 0 R >>',
      2: '<< /Type /Pages /Kids [3 0 R] /Count 1 >>',
      3: `<< /Type /Page /Parent 2 0 R /MediaBox [0 0 ${width} ${height}] >>`,
    },
  })
}

/** How a page and its drawing differ: nothing, or a word for it. */
function compare(page: Image | undefined, drawn: Image | undefined): string {
  if (page === undefined || drawn === undefined) return 'drawn, cannot be rendered'
  // pdftoppm knows no /UserUnit, so that the page itself comes out in another size.
  if (page.width !== drawn.width || page.height !== drawn.height) return 'drawn in another unit'
  let apart = 0
  for (let i = 0; i < page.pixels.length; i++) if (Math.abs(page.pixels[i]! - drawn.pixels[i]!) > APART) apart++
  return apart / page.pixels.length > SHARE ? 'DIFFERENT' : 'drawn alike'
}

async function checkDrawing(path: string, signer: Signer): Promise<string> {
  const scratch = mkdtempSync(join(tmpdir(), 'countersign-drawn-'))
  try {
    const appearance = readFileSync(path)
    const { width, height } = await drawingSize(appearance)
    const newField = { name: 'x', place: { anchor: { left: 0, top: 0 } } }
    const { bytes } = await sign(emptyPage(width, height), { signer, appearance, newField })
    const drawn = join(scratch, 'drawn.pdf')
    writeFileSync(drawn, bytes)
    return compare(render(path), render(drawn))
  } catch (error) {
    return (error as { code?: string }).code ?? `uncoded ${String(error)}`
  } finally {
    rmSync(scratch, { recursive: true, force: true })
  }
}

/** Prints a table of outcomes; 0 when every drawing that can be compared looks like its page. */
export async function main(args: readonly string[]): Promise<number> {
  const folder = inputsFolder()
  if (folder === undefined || spawnSync('pdftoppm', ['-v']).error !== undefined) return 0
  const signer = await inputSigner(resolve(import.meta.dirname, '../../..'))
  const step = args.includes('--bounded') ? 11 : 1
  const counts = new Map<string, number>()
  let bad = 0
  for (const { file } of readInputs(folder).filter((_, index) => index % step === 0)) {
    const outcome = await checkDrawing(join(folder, file), signer)
    counts.set(outcome, (counts.get(outcome) ?? 0) + 1)
    if (outcome !== 'DIFFERENT' && !outcome.startsWith('uncoded')) continue
    bad++
    console.log(`  ${outcome} ${file}`)
  }
  console.log(`inputs as drawings: ${[...counts.values()].reduce((sum, one) => sum + one, 0)} files`)
  for (const [outcome, count] of [...counts].toSorted((a, b) => b[1] - a[1])) console.log(`  ${count} ${outcome}`)
  return bad === 0 ? 0 : 1
}
