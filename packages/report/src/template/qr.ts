// QR codes as vector squares (V12).
import { CountersignError } from '@countersign/core'
import { encodeQR } from 'qr'

/** Modules of light ground on every side (ISO/IEC 18004, 5.3.8). */
const QUIET_ZONE = 4

/** Rows of modules, true = dark, the quiet zone around them; error level M. */
export type Modules = readonly (readonly boolean[])[]

/**
 * The modules of a QR code for an address under which the document can be checked. Anything else, such as a person's data, is refused.
 *
 * @throws CountersignError ARGUMENT_INVALID
 */
export function qrModules(text: string): Modules {
  if (!/^https?:\/\//.test(text) || !URL.canParse(text) || text.length > 500)
    throw new CountersignError('ARGUMENT_INVALID', 'a QR code holds an http or https address of at most 500 characters')
  return encodeQR(text, 'raw', { ecc: 'medium', border: QUIET_ZONE })
}

/** A dark run of modules: x, y and length in modules. */
export interface Run {
  readonly x: number
  readonly y: number
  readonly length: number
}

/** Dark modules row by row as runs, so that no renderer leaves seams between neighbours. */
export function darkRuns(modules: Modules): readonly Run[] {
  const runs: Run[] = []
  for (const [y, row] of modules.entries())
    for (let x = 0; x < row.length; x++) {
      if (row[x] !== true) continue
      let end = x
      while (row[end] === true) end++
      runs.push({ x, y, length: end - x })
      x = end
    }
  return runs
}
