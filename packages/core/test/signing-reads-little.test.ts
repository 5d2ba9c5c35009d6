// S4: what signing reads of a file does not grow with its pages. Counted are the objects that the reader parses.
import { expect, test } from '@jest/globals'
import { deflateSync } from 'node:zlib'
import { openInput } from '../src/pades/prepare.ts'
import { signOpened } from '../src/pades/sign.ts'
import type { SignOptions } from '../src/pades/signing-types.ts'
import { joinSections } from '../src/pades/step.ts'
import { verify } from '../src/pades/verify.ts'
import type { ParsedDocument } from '../src/pdf/parsed-document.ts'
import type { ReadCounts } from '../src/pdf/object-cache.ts'
import type { ByteSource } from '../src/pdf/types.ts'
import { testSigner } from './support/signers.ts'

type Form = 'table' | 'stream'

/** Kids of a page tree node. */
const KIDS = 100

/** Bodies of a page tree with at most 100 kids per node, each page with contents of its own; object 1 is the catalog. */
function pageObjects(pages: number): Map<number, string> {
  const objects = new Map<number, string>([[1, '<< /Type /Catalog /Pages 2 0 R >>']])
  let next = 3
  let level: { num: number; count: number }[] = []
  for (let i = 0; i < pages; i++) {
    const num = next++
    const drawn = `BT (page ${i}) Tj ET`
    objects.set(next++, `<< /Length ${drawn.length} >>\nstream\n${drawn}\nendstream`)
    objects.set(num, `<< /Type /Page /Parent @ /MediaBox [0 0 595 842] /Resources << >> /Contents ${num + 1} 0 R >>`)
    level.push({ num, count: 1 })
  }
  const nest = (kids: typeof level, num: number): { num: number; count: number } => {
    const count = kids.reduce((sum, kid) => sum + kid.count, 0)
    for (const kid of kids) objects.set(kid.num, objects.get(kid.num)!.replace('/Parent @', `/Parent ${num} 0 R`))
    objects.set(
      num,
      `<< /Type /Pages /Parent @ /Kids [${kids.map((kid) => `${kid.num} 0 R`).join(' ')}] /Count ${count} >>`,
    )
    return { num, count }
  }
  while (level.length > KIDS) {
    const above: typeof level = []
    for (let i = 0; i < level.length; i += KIDS) above.push(nest(level.slice(i, i + KIDS), next++))
    level = above
  }
  nest(level, 2)
  objects.set(2, objects.get(2)!.replace('/Parent @ ', ''))
  return objects
}

const ID = '/ID [<00112233445566778899aabbccddeeff> <00112233445566778899aabbccddeeff>]'

/** A table, or a cross-reference stream with everything but streams in object streams. */
function writePages(pages: number, form: Form): Uint8Array {
  const objects = pageObjects(pages)
  const parts: Uint8Array[] = []
  let size = 0
  const add = (text: string | Uint8Array): void => {
    const bytes = typeof text === 'string' ? Buffer.from(text, 'latin1') : text
    parts.push(bytes)
    size += bytes.length
  }
  add('%PDF-1.7\n%\xe2\xe3\xcf\xd3\n')
  const places = new Map<number, readonly [number, number, number]>()
  const write = (num: number, body: string | Uint8Array): void => {
    places.set(num, [1, size, 0])
    add(`${num} 0 obj\n`)
    add(body)
    add('\nendobj\n')
  }
  let next = Math.max(...objects.keys()) + 1
  const packed = form === 'table' ? [] : [...objects].filter(([, body]) => !body.includes('stream'))
  for (const [num, body] of objects) if (form === 'table' || body.includes('stream')) write(num, body)
  for (let i = 0; i < packed.length; i += KIDS) {
    let [table, data] = ['', '']
    for (const [index, [num, body]] of packed.slice(i, i + KIDS).entries()) {
      places.set(num, [2, next, index])
      table += `${num} ${data.length} `
      data += `${body} `
    }
    const bytes = deflateSync(Buffer.from(table + data, 'latin1'))
    const dict = `/Type /ObjStm /N ${Math.min(KIDS, packed.length - i)} /First ${table.length} /Filter /FlateDecode`
    write(
      next++,
      Buffer.concat([
        Buffer.from(`<< ${dict} /Length ${bytes.length} >>\nstream\n`),
        bytes,
        Buffer.from('\nendstream'),
      ]),
    )
  }
  const at = size
  if (form === 'table') {
    add(`xref\n0 ${next}\n0000000000 65535 f\r\n`)
    for (let num = 1; num < next; num++) add(`${String(places.get(num)![1]).padStart(10, '0')} 00000 n\r\n`)
    add(`trailer\n<< /Size ${next} /Root 1 0 R ${ID} >>\n`)
  } else {
    places.set(next, [1, at, 0])
    const data = Buffer.alloc((next + 1) * 7)
    for (const [num, [type, second, third]] of places) {
      data[num * 7] = type
      data.writeUInt32BE(second, num * 7 + 1)
      data.writeUInt16BE(third, num * 7 + 5)
    }
    const bytes = deflateSync(data)
    const dict = `/Type /XRef /W [1 4 2] /Size ${next + 1} /Root 1 0 R ${ID} /Filter /FlateDecode /Length ${bytes.length}`
    write(next, Buffer.concat([Buffer.from(`<< ${dict} >>\nstream\n`), bytes, Buffer.from('\nendstream')]))
  }
  add(`startxref\n${at}\n%%EOF\n`)
  return new Uint8Array(Buffer.concat(parts))
}

function inBlocks(bytes: Uint8Array): ByteSource {
  const readSync = (offset: number, into: Uint8Array): number => {
    const part = bytes.subarray(offset, offset + into.length)
    into.set(part)
    return part.length
  }
  return { size: bytes.length, read: (offset, into) => Promise.resolve(readSync(offset, into)), readSync }
}

const AT = new Date('2026-11-01T00:00:00Z')

/** Signs; what was parsed for that, opening and checking the output included. */
async function countSigning(
  bytes: Uint8Array,
  options: Omit<SignOptions, 'signer'>,
  source: Uint8Array | ByteSource = bytes,
): Promise<{ counts: ReadCounts; signed: Uint8Array }> {
  const signOptions = { ...options, signer: await testSigner('officer'), at: AT }
  const document = (await openInput(source, signOptions)) as ParsedDocument
  const { steps } = await signOpened(document, signOptions)
  const after = steps.at(-1)!.document as ParsedDocument
  // Every document on the way counts into the same: nothing was opened anew.
  expect(after.store.cache.counts).toBe(document.store.cache.counts)
  return {
    counts: { ...document.store.cache.counts },
    signed: new Uint8Array(Buffer.concat([bytes, joinSections(steps)])),
  }
}

const visible = { newField: { name: 'Officer', page: 1, rect: [100, 100, 300, 160] as const } }

test.each([
  ['table', 'in memory', 'a visible field on page 1', visible],
  ['stream', 'in memory', 'a visible field on page 1', visible],
  ['table', 'in blocks', 'a visible field on page 1', visible],
  ['stream', 'in blocks', 'an invisible field', {}],
] as const)('with a %s, %s, %s: two pages or ten thousand', async (form, where, _, options) => {
  const parsed: number[] = []
  for (const pages of [2, 10_000]) {
    const bytes = writePages(pages, form)
    const { counts, signed } = await countSigning(bytes, options, where === 'in blocks' ? inBlocks(bytes) : bytes)
    parsed.push(counts.objects)
    if (pages > 2) continue
    const report = await verify(signed, { trust: { anchors: [] }, at: AT })
    expect(report.signatures.map(({ integrity, coverage }) => [integrity, coverage])).toEqual([
      ['intact', 'whole-file'],
    ])
  }
  expect(Math.abs(parsed[1]! - parsed[0]!)).toBeLessThanOrEqual(20)
})
