// Negatives made from positives: what was intact must not stay so when a covered byte or a page changes.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { ByteRange } from '../src/pdf/byte-range.ts'
import { openDocument } from '../src/pdf/document.ts'
import { PdfDict, PdfStream, type PdfObject } from '../src/pdf/objects.ts'
import { listPages } from '../src/pdf/pages.ts'
import { findSignatures } from '../src/pdf/signatures.ts'
import { Update } from '../src/pdf/update.ts'
import { verify } from '../src/pades/verify.ts'
import type { VerificationReport } from '../src/report.ts'
import type { Judged } from './exceptions.ts'

const AT = new Date('2026-11-25T00:00:00Z')

/** A generator with a fixed seed (mulberry32): the same positions in every run. */
export function seeded(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296
  }
}

async function reportOf(bytes: Uint8Array, password: string | undefined): Promise<VerificationReport> {
  const given = password === undefined ? {} : { password }
  return verify(bytes, { trust: { anchors: [] }, at: AT, fingerprints: false, risks: false, ...given })
}

/** The bytes with one bit of one byte changed. */
export function flipped(bytes: Uint8Array, position: number): Uint8Array {
  const copy = bytes.slice()
  copy[position]! ^= 0x01
  return copy
}

/** True when the report still calls the signature of that field intact. */
function stillIntact(report: VerificationReport, field: string): boolean {
  return report.signatures.some((one) => one.field === field && one.integrity === 'intact')
}

/** The file with a page drawn over: a later revision gives page 1 other contents. */
export async function withChangedPage(
  bytes: Uint8Array,
  password: string | undefined,
): Promise<Uint8Array | undefined> {
  const document = await openDocument(bytes, password === undefined ? {} : { password })
  const page = listPages(document.latest).pages[0]
  if (page?.ref === undefined) return undefined
  const update = new Update(document)
  const drawing = new TextEncoder().encode('0 0 1 rg 10 10 400 400 re f')
  const stream = update.create(
    new PdfStream(new PdfDict(new Map<string, PdfObject>([['Length', drawing.length]])), drawing),
  )
  update.set(page.ref, new PdfDict(new Map([...page.dict.map, ['Contents', stream]])))
  const section = update.build((length) => new Uint8Array(length))
  const joined = new Uint8Array(bytes.length + section.bytes.length)
  joined.set(bytes)
  joined.set(section.bytes, bytes.length)
  return joined
}

interface Positive {
  readonly file: string
  readonly bytes: Uint8Array
  readonly password: string | undefined
  readonly intact: readonly { readonly field: string; readonly range: ByteRange }[]
}

async function checkFlips(positive: Positive, random: () => number): Promise<readonly string[]> {
  const { file, bytes, password, intact } = positive
  const complaints: string[] = []
  for (const { field, range } of intact) {
    for (const { start, end } of [range.first, range.second]) {
      const position = start + Math.floor(random() * (end - start))
      const report = await reportOf(flipped(bytes, position), password)
      const own = report.signatures.find((one) => one.field === field)
      if (stillIntact(report, field)) complaints.push(`${file}: byte ${position} changed, "${field}" still intact`)
      else if (own !== undefined && own.integrity !== 'broken') {
        complaints.push(`${file}: byte ${position} changed, "${field}" is ${own.integrity}, not broken`)
      }
    }
  }
  return complaints
}

async function checkPageChange({ file, bytes, password, intact }: Positive): Promise<readonly string[]> {
  let changed: Uint8Array | undefined
  try {
    changed = await withChangedPage(bytes, password)
  } catch {
    // Files that our writer does not extend, such as those with defects, are not positives for this check.
    return []
  }
  if (changed === undefined) return []
  const report = await reportOf(changed, password)
  const wrong = intact.filter(({ field }) =>
    report.signatures.some((one) => one.field === field && one.changes.permitted !== false),
  )
  return wrong.map(({ field }) => `${file}: page 1 redrawn, "${field}" does not refuse it`)
}

async function checkRandom(
  positives: readonly Positive[],
  random: () => number,
  count: number,
): Promise<readonly string[]> {
  const complaints: string[] = []
  const small = positives.filter(({ bytes, intact }) => bytes.length < 300_000 && intact.length === 1)
  for (let i = 0; i < count && small.length > 0; i++) {
    const { file, bytes, password, intact } = small[i % small.length]!
    const { field, range } = intact[0]!
    const covered = range.first.end + range.second.end - range.second.start
    const place = Math.floor(random() * covered)
    const position = place < range.first.end ? place : range.second.start + place - range.first.end
    const report = await reportOf(flipped(bytes, position), password)
    if (stillIntact(report, field)) complaints.push(`${file}: byte ${position} changed, "${field}" still intact`)
  }
  return complaints
}

/** The signatures expected intact and found so, with the bytes they cover; undefined for files that are no positives. */
async function positiveOf(folder: string, { item, report }: Judged['result']): Promise<Positive | undefined> {
  if (item.list !== 'signed' || (item.class !== 'valid' && item.class !== 'modified-after-allowed')) return undefined
  const { file, password } = item
  const bytes = new Uint8Array(readFileSync(join(folder, file)))
  const document = await openDocument(bytes, password === undefined ? {} : { password })
  const found = findSignatures(document).signatures
  const intact = (report?.signatures ?? []).flatMap((one, i) => {
    const range = found[i]?.byteRange
    const positive = one.integrity === 'intact' && item.expected[i]?.integrity === 'intact'
    return positive && range !== undefined ? [{ field: one.field, range }] : []
  })
  return { file, bytes, password, intact }
}

/** Complaints; none when every negative is caught. */
export async function checkNegatives(
  folder: string,
  judged: readonly Judged[],
  randomBytes = 1000,
): Promise<readonly string[]> {
  const random = seeded(20_261_125)
  const positives: Positive[] = []
  for (const { result } of judged) {
    const positive = await positiveOf(folder, result)
    if (positive !== undefined && positive.intact.length > 0) positives.push(positive)
  }
  const complaints: string[] = []
  let flips = 0
  for (const positive of positives) {
    flips += 2 * positive.intact.length
    complaints.push(...(await checkFlips(positive, random)), ...(await checkPageChange(positive)))
  }
  complaints.push(...(await checkRandom(positives, random, randomBytes)))
  const counts = `${positives.length} files, ${flips} flipped bytes, ${randomBytes} random bytes`
  console.log(`negatives: ${counts}, ${complaints.length} missed`)
  return complaints
}
