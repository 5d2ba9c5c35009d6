// Outside files: each is read without a crash or a hang, and what we read is what qpdf reads.
import { expect } from '@jest/globals'
import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { hasWitness, suiteTest } from '../../../test/support/witnesses.ts'
import { CountersignError } from '../src/error.ts'
import { openDocument } from '../src/pdf/document.ts'
import { PdfRef, PdfStream, isName } from '../src/pdf/objects.ts'
import type { PdfDocument } from '../src/pdf/types.ts'
import { compareWithQpdf, type QpdfObject } from './support/qpdf-graph.ts'

interface Case {
  readonly file: string
  readonly password?: string | null
  readonly expect?: string
}

const casesOf = (folder: string, list: string): Case[] =>
  JSON.parse(readFileSync(join(folder, `${list}.json`), 'utf8')) as Case[]

async function open(folder: string, { file, password }: Case): Promise<PdfDocument | string> {
  try {
    const options = typeof password === 'string' ? { password } : {}
    return await openDocument(new Uint8Array(readFileSync(join(folder, file))), options)
  } catch (error) {
    if (error instanceof CountersignError) return error.code
    throw error
  }
}

/** Files that no reader of good will can open, by their lists' own words, may be refused; all others are read. */
const MAY_BE_REFUSED = /refuse|repair/
/** Read by others through reconstruction only, which we do not do (N2). */
const REFUSED = new Set([
  'dss-malformed-pades.pdf',
  'dss-pades_infinite_loop.pdf',
  'dss-pades_opposite_infinite_loop.pdf',
])

suiteTest(
  'corpus',
  'every file of the corpus opens, or is refused with a code where that is expected',
  async (folder) => {
    const wrong: string[] = []
    for (const one of ['signed', 'changes', 'inputs'].flatMap((list) => casesOf(folder, list))) {
      const started = performance.now()
      const document = await open(folder, one)
      if (typeof document !== 'string') document.unaccounted()
      else if (!MAY_BE_REFUSED.test(one.expect ?? '') && !REFUSED.has(one.file.split('/').at(-1)!)) {
        wrong.push(`${one.file}: ${document}`)
      }
      if (performance.now() - started > 5000) wrong.push(`${one.file}: too slow`)
    }
    expect(wrong).toEqual([])
  },
  120_000,
)

suiteTest(
  'corpus',
  hasWitness('qpdf')
    ? 'clean files have the objects that qpdf sees'
    : 'clean files have the objects that qpdf sees (not compared: no qpdf)',
  async (folder) => {
    if (!hasWitness('qpdf')) return
    const differences: string[] = []
    let compared = 0
    for (const one of casesOf(folder, 'inputs').concat(
      casesOf(folder, 'changes').filter((_, index) => index % 4 === 0),
    )) {
      const document = await open(folder, one)
      if (typeof document === 'string') continue
      document.unaccounted()
      if (document.defects.some(({ outcome }) => outcome === 'F' || outcome === 'I')) continue
      const graph = qpdfGraph(join(folder, one.file), one.password)
      if (graph === undefined) continue
      compared++
      differences.push(...compareDocument(document, graph).map((difference) => `${one.file}: ${difference}`))
    }
    expect(differences).toEqual([])
    expect(compared).toBeGreaterThan(100)
  },
  300_000,
)

/** Objects by qpdf, where it reads the file without a warning. */
function qpdfGraph(path: string, password: string | null | undefined): Record<string, QpdfObject> | undefined {
  const secret = typeof password === 'string' ? [`--password=${password}`] : []
  const result = spawnSync('qpdf', ['--json=2', '--json-key=qpdf', ...secret, path], {
    maxBuffer: 1 << 29,
    timeout: 60_000,
  })
  if (result.status !== 0) return undefined
  const json = JSON.parse(result.stdout.toString('utf8')) as { qpdf: [unknown, Record<string, QpdfObject>] }
  return json.qpdf[1]
}

function compareDocument(document: PdfDocument, graph: Record<string, QpdfObject>): string[] {
  const view = document.latest
  const differences: string[] = []
  for (const num of view.numbers()) {
    const entry = view.entry(num)!
    const ref = new PdfRef(num, entry.type === 'used' ? entry.gen : 0)
    const value = view.load(ref)
    // qpdf leaves out what holds the others.
    const type = value instanceof PdfStream ? value.dict.get('Type') : undefined
    if (isName(type, 'XRef') || isName(type, 'ObjStm')) continue
    const theirs = graph[`obj:${String(ref)}`]
    if (theirs === undefined) {
      if (value !== null) differences.push(`${String(ref)} is unknown to qpdf`)
    } else differences.push(...compareWithQpdf(value, theirs, String(ref), view))
  }
  return differences
}
