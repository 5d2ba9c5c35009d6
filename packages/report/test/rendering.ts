// Renders a PDF with pdftoppm and looks at pixels: text extraction proves nothing about glyphs.
import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { PNG } from 'pngjs'
import { runProgram } from '../../../test/support/witnesses.ts'

export const DPI = 144
export const SCALE: number = DPI / 72

export async function render(pdf: Uint8Array): Promise<readonly PNG[]> {
  const folder = mkdtempSync(join(tmpdir(), 'countersign-render-'))
  try {
    writeFileSync(join(folder, 'in.pdf'), pdf)
    const { code, stderr } = await runProgram('pdftoppm', [
      '-r',
      String(DPI),
      '-png',
      join(folder, 'in.pdf'),
      join(folder, 'p'),
    ])
    if (code !== 0 || stderr !== '') throw new Error(`pdftoppm: ${stderr}`)
    const files = readdirSync(folder).filter((name) => name.endsWith('.png'))
    return files.sort().map((name) => PNG.sync.read(readFileSync(join(folder, name))))
  } finally {
    rmSync(folder, { recursive: true })
  }
}

/** Pixels darker than mid-grey in a box given in points from the top left corner. */
export function darkPixels(image: PNG | undefined, x: number, y: number, width: number, height: number): number {
  if (image === undefined) throw new Error('the page was not rendered')
  const left = Math.max(0, Math.floor(x * SCALE))
  const right = Math.min(image.width, Math.ceil((x + width) * SCALE))
  const top = Math.max(0, Math.floor(y * SCALE))
  const bottom = Math.min(image.height, Math.ceil((y + height) * SCALE))
  let dark = 0
  for (let row = top; row < bottom; row++)
    for (let column = left; column < right; column++)
      if ((image.data[(row * image.width + column) * 4] ?? 255) < 128) dark++
  return dark
}

export async function qpdfCheck(pdf: Uint8Array): Promise<number> {
  const folder = mkdtempSync(join(tmpdir(), 'countersign-qpdf-'))
  try {
    writeFileSync(join(folder, 'in.pdf'), pdf)
    return (await runProgram('qpdf', ['--check', join(folder, 'in.pdf')])).code
  } finally {
    rmSync(folder, { recursive: true })
  }
}

export async function extract(pdf: Uint8Array): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'countersign-text-'))
  try {
    writeFileSync(join(folder, 'in.pdf'), pdf)
    return (await runProgram('pdftotext', ['-layout', join(folder, 'in.pdf'), '-'])).stdout
  } finally {
    rmSync(folder, { recursive: true })
  }
}
