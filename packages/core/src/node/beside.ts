import { createHash } from 'node:crypto'
import { basename, dirname, join } from 'node:path'

/** Names of 255 bytes are the most that file systems take; what is put around one here needs some of them. */
const LONGEST = 160

/** A hidden name beside a file, made of its own; of a long one its hash. */
export function stemOf(path: string): string {
  const name = basename(path)
  if (Buffer.byteLength(name) <= LONGEST) return `.${name}`
  return `.${createHash('sha256').update(name).digest('hex').slice(0, 40)}`
}

/** The path of a hidden file beside another one. */
export function beside(path: string, suffix: string): string {
  return join(dirname(path), `${stemOf(path)}${suffix}`)
}
