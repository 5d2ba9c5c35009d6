// What qpdf reads in a file, against what we read.
import { spawnSync } from 'node:child_process'
import { PdfRef, PdfStream, isName } from '../src/pdf/objects.ts'
import type { PdfDocument } from '../src/pdf/types.ts'
import { compareWithQpdf, type QpdfObject } from '../test/support/qpdf-graph.ts'

export interface QpdfReading {
  readonly objects: Readonly<Record<string, QpdfObject>>
  /** qpdf had to warn or repair. */
  readonly warned: boolean
}

export function hasQpdf(): boolean {
  return spawnSync('qpdf', ['--version'], { stdio: 'ignore' }).error === undefined
}

/** The objects by qpdf; undefined where it cannot read the file. */
export function readWithQpdf(path: string, password: string | undefined): QpdfReading | undefined {
  const secret = password === undefined ? [] : [`--password=${password}`]
  const result = spawnSync('qpdf', ['--json=2', '--json-key=qpdf', ...secret, path], {
    maxBuffer: 1 << 29,
    timeout: 60_000,
    stdio: ['ignore', 'pipe', 'ignore'],
  })
  if (result.status !== 0 && result.status !== 3) return undefined
  try {
    const json = JSON.parse(result.stdout.toString('utf8')) as { qpdf: [unknown, Record<string, QpdfObject>] }
    return { objects: json.qpdf[1], warned: result.status === 3 }
  } catch {
    return undefined
  }
}

/** qpdf keeps an object whose number was given away to a newer generation; it counts where something still refers to it. */
function isSuperseded(name: string, objects: QpdfReading['objects']): boolean {
  const [num, gen] = name.slice('obj:'.length).split(' ').map(Number)
  const newer = Object.keys(objects).some((other) => {
    const [otherNum, otherGen] = other.slice('obj:'.length).split(' ').map(Number)
    return otherNum === num && otherGen! > gen!
  })
  return newer && !JSON.stringify(objects).includes(`"${num} ${gen} R"`)
}

/** Objects that differ, by number; those that only hold others (XRef, ObjStm) are left out, as qpdf does. */
export function differences(document: PdfDocument, { objects }: QpdfReading): string[] {
  const view = document.latest
  const found: string[] = []
  const seen = new Set<string>()
  for (const num of view.numbers()) {
    const entry = view.entry(num)!
    const ref = new PdfRef(num, entry.type === 'used' ? entry.gen : 0)
    const value = view.load(ref)
    seen.add(`obj:${String(ref)}`)
    const type = value instanceof PdfStream ? value.dict.get('Type') : undefined
    if (isName(type, 'XRef') || isName(type, 'ObjStm')) continue
    const theirs = objects[`obj:${String(ref)}`]
    if (theirs !== undefined) found.push(...compareWithQpdf(value, theirs, String(ref), view))
    else if (value !== null) found.push(`${String(ref)}: unknown to qpdf`)
  }
  for (const [name, theirs] of Object.entries(objects)) {
    if (name === 'trailer' || seen.has(name)) continue
    if ('stream' in theirs && ['/XRef', '/ObjStm'].includes(String(theirs.stream.dict['/Type']))) continue
    if ('value' in theirs && theirs.value === null) continue
    if (isSuperseded(name, objects)) continue
    found.push(`${name}: unknown to us`)
  }
  return found
}
