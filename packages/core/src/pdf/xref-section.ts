import { CountersignError } from '../error.ts'
import { storedZlib } from './deflate.ts'
import { PdfArray, PdfDict, PdfName, PdfStream } from './objects.ts'
import type { PdfObject } from './objects.ts'
import { ByteWriter, encodeObject, writeObject } from './serialize.ts'

/** Place of an object in an update: in use at `offset`, or (entry 0 only) free. */
export interface NewEntry {
  readonly num: number
  readonly gen: number
  /** Absolute offset in the file; for a free entry the next free number. */
  readonly offset: number
  readonly free?: boolean
}

/** The largest offset that a table entry of ten digits holds (W3). */
export const MAX_TABLE_OFFSET = 9_999_999_999

/** Sorted runs of consecutive numbers. */
function subsections(entries: readonly NewEntry[]): NewEntry[][] {
  const sorted = [...entries].sort((a, b) => a.num - b.num)
  const runs: NewEntry[][] = []
  for (const entry of sorted) {
    const run = runs.at(-1)
    if (run !== undefined && run.at(-1)!.num + 1 === entry.num) run.push(entry)
    else runs.push([entry])
  }
  return runs
}

/** W3: a table with its trailer. */
export function writeXrefTable(out: ByteWriter, entries: readonly NewEntry[], trailer: PdfDict): void {
  out.ascii('xref\n')
  for (const run of subsections(entries)) {
    out.ascii(`${run[0]!.num} ${run.length}\n`)
    for (const entry of run) out.ascii(tableEntry(entry))
  }
  out.ascii('trailer\n')
  writeObject(out, trailer)
  out.ascii('\n')
}

function tableEntry(entry: NewEntry): string {
  if (entry.offset > MAX_TABLE_OFFSET)
    throw new CountersignError('PDF_UNSUPPORTED', 'an offset above 9 999 999 999 does not fit into a table')
  const offset = entry.offset.toString().padStart(10, '0')
  return `${offset} ${entry.gen.toString().padStart(5, '0')} ${entry.free === true ? 'f' : 'n'}\r\n`
}

function bytesFor(value: number): number {
  let width = 1
  for (let rest = Math.floor(value / 256); rest > 0; rest = Math.floor(rest / 256)) width++
  return width
}

function writeBigEndian(out: ByteWriter, value: number, width: number): void {
  for (let i = width - 1; i >= 0; i--) out.byte(Math.floor(value / 256 ** i) % 256)
}

/** W4: a cross-reference stream object; `entries` holds the entry of the stream itself, the last number. */
export function writeXrefStream(out: ByteWriter, entries: readonly NewEntry[], trailer: PdfDict): void {
  const runs = subsections(entries)
  const offsetWidth = bytesFor(Math.max(...entries.map((entry) => entry.offset)))
  const genWidth = bytesFor(Math.max(...entries.map((entry) => entry.gen)))
  const data = new ByteWriter(entries.length * 8)
  for (const entry of runs.flat()) {
    data.byte(entry.free === true ? 0 : 1)
    writeBigEndian(data, entry.offset, offsetWidth)
    writeBigEndian(data, entry.gen, genWidth)
  }
  const map = new Map<string, PdfObject>([
    ['Type', new PdfName('XRef')],
    ['W', new PdfArray([1, offsetWidth, genWidth])],
    ['Index', new PdfArray(runs.flatMap((run) => [run[0]!.num, run.length]))],
    ['Filter', new PdfName('FlateDecode')],
    ...trailer.map,
  ])
  const self = entries.reduce((a, b) => (a.num > b.num ? a : b))
  out.ascii(`${self.num} 0 obj\n`)
  out.bytes(encodeObject(new PdfStream(new PdfDict(map), storedZlib(data.finish()))))
  out.ascii('\nendobj\n')
}
