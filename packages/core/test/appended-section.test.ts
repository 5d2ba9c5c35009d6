// A section appended to an open document gives the document that the joined bytes give: same reports, byte for byte, with nothing of
// the base read again.
import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { suiteTest } from '../../../test/support/witnesses.ts'
import { CountersignError } from '../src/error.ts'
import { verifyOpened } from '../src/pades/verify.ts'
import { appendSection } from '../src/pdf/append.ts'
import { openDocument } from '../src/pdf/document.ts'
import { PdfRef } from '../src/pdf/objects.ts'
import type { ParsedDocument } from '../src/pdf/parsed-document.ts'
import type { PdfDocument } from '../src/pdf/types.ts'
import { smallPdf } from './support/pdf-builder.ts'

const verifyOptions = { trust: { anchors: [] }, at: new Date('2026-01-01T00:00:00Z') }

function joined(base: Uint8Array, section: Uint8Array): Uint8Array {
  return new Uint8Array(Buffer.concat([base, section]))
}

/** The report as text, or what was thrown. */
async function outcome(open: () => Promise<PdfDocument>): Promise<string> {
  try {
    return JSON.stringify(await verifyOpened(await open(), verifyOptions))
  } catch (error) {
    if (error instanceof CountersignError) return `${error.code}: ${error.message}`
    throw error
  }
}

/** One file in eight; all of them with COUNTERSIGN_ALL=1. */
const every = process.env['COUNTERSIGN_ALL'] === '1' ? 1 : 8

interface Case {
  readonly file: string
  readonly password?: string | null
}

/** Whether the document of `bytes` cut at `cut`, with the rest appended, says what the whole says. */
async function same(
  bytes: Uint8Array,
  cut: number,
  password: string | null | undefined,
  warm: boolean,
): Promise<boolean> {
  const options = { encrypted: 'allow', ...(typeof password === 'string' ? { password } : {}) } as const
  const base = await openDocument(bytes.subarray(0, cut), options)
  if (warm) await outcome(() => Promise.resolve(base))
  const appended = await outcome(() => appendSection(base, bytes.slice(cut), options))
  return appended === (await outcome(() => openDocument(bytes, options)))
}

suiteTest(
  'corpus',
  'every revision of outside files, appended to the ones before, gives the report of the whole',
  async (folder) => {
    const cases = ['changes', 'signed'].flatMap(
      (list) => JSON.parse(readFileSync(join(folder, `${list}.json`), 'utf8')) as Case[],
    )
    const different: string[] = []
    let compared = 0
    for (const [i, { file, password }] of cases.entries()) {
      if (i % every !== 0) continue
      const bytes = new Uint8Array(readFileSync(join(folder, file)))
      const whole = await openDocument(bytes, { encrypted: 'allow' }).catch(() => undefined)
      for (const { end } of whole?.revisions.slice(0, -1) ?? []) {
        compared++
        if (!(await same(bytes, end, password, compared % 2 === 0))) different.push(`${file} at ${end}`)
      }
    }
    expect(different).toEqual([])
    expect(compared).toBeGreaterThan(20)
  },
  60_000,
)

/** A new definition of the page, with the base's builder going on. */
function pageChanged(): { base: Uint8Array; section: Uint8Array } {
  const builder = smallPdf().table('/Root 1 0 R')
  const base = builder.bytes()
  builder.object(3, '<< /Type /Page /Parent 2 0 R /MediaBox [0 0 50 50] >>').table('/Root 1 0 R')
  return { base, section: builder.bytes().slice(base.length) }
}

describe('a section behind an open document', () => {
  test('is read alone', async () => {
    const { base: bytes, section } = pageChanged()
    const base = (await openDocument(bytes)) as ParsedDocument
    base.unaccounted()
    const { objects } = base.store.cache.counts
    const longer = (await appendSection(base, section)) as ParsedDocument
    longer.unaccounted()
    expect(longer.revisions).toHaveLength(2)
    expect(longer.store.cache.counts.objects).toBe(objects + 1)
    expect(longer.latest.load(new PdfRef(1, 0))).toBe(base.latest.load(new PdfRef(1, 0)))
    expect(longer.view(0).load(new PdfRef(3, 0))).toBe(base.latest.load(new PdfRef(3, 0)))
    expect(longer.latest.load(new PdfRef(3, 0))).not.toBe(base.latest.load(new PdfRef(3, 0)))
    expect(base.revisions).toHaveLength(1)
  })

  test('damaged anywhere, says what the joined bytes say', async () => {
    const { base: bytes, section: good } = pageChanged()
    const base = await openDocument(bytes)
    const flips = fc.array(fc.tuple(fc.nat(good.length - 1), fc.integer({ min: 0, max: 255 })), { maxLength: 4 })
    await fc.assert(
      fc.asyncProperty(flips, fc.boolean(), async (changes, fresh) => {
        const section = good.slice()
        for (const [at, value] of changes) section[at] = value
        const start = fresh ? await openDocument(bytes) : base
        const appended = await outcome(() => appendSection(start, section))
        expect(appended).toBe(await outcome(() => openDocument(joined(bytes, section))))
      }),
      { numRuns: 150, seed: 2026 },
    )
  })
})
