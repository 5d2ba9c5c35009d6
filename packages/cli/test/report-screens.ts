// Six documents as people meet them - good, changed, untrusted, revoked, empty, attacked - and their reports; `npm run
// report-screenshots` shows them as pictures, so that readers without context can be asked what they understand.
import { createTrustStore, explainHtml, sign, verify } from '@countersign/core'
import type { Signer, TrustStore, VerificationReport } from '@countersign/core'
import { pemSigner } from '@countersign/core/node'
import { drawFieldValue, drawReport, FIELD_STYLES } from '@countersign/report'
import type { InspectionNotice } from '@countersign/report'
import { readFileSync } from 'node:fs'
import { mkdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { chromium } from 'playwright-core'

const root = join(import.meta.dirname, '..', '..', '..')
const CHROMIUM = process.env['CHROMIUM_PATH'] ?? '/usr/bin/chromium'
const SIGNED_AT = new Date('2026-10-27T02:15:00Z')
const SEALED_AT = new Date('2026-10-27T07:40:00Z')
const CHECKED_AT = new Date('2026-11-02T01:30:00Z')

const testFile = (name: string): Uint8Array => new Uint8Array(readFileSync(join(root, 'certs-test', name)))
const notice = JSON.parse(readFileSync(join(root, 'examples', 'data', 'notice.json'), 'utf8')) as InspectionNotice

function signer(name: string): Promise<Signer> {
  const pem = (file: string): string => Buffer.from(testFile(file)).toString('utf8')
  return pemSigner({ key: pem(`${name}.key`), certificates: pem(`${name}.pem`) + pem('chain.pem') })
}

/** One report, and what is true about it, for comparing the readers' answers with. */
export interface ScreenCase {
  readonly name: string
  /** File name as shown. */
  readonly file: string
  readonly report: VerificationReport
  readonly truth: Readonly<Record<'who' | 'when' | 'changed' | 'trusted' | 'todo', string>>
}

interface Made {
  readonly draft: Uint8Array
  readonly officer: Uint8Array
  readonly issued: Uint8Array
  readonly unknown: Uint8Array
  readonly revoked: Uint8Array
}

async function make(): Promise<Made> {
  const { bytes: draft, fields } = await drawReport(notice)
  const signed = async (name: string): Promise<Uint8Array> =>
    (await sign(draft, { signer: await signer(name), field: 'officer', at: SIGNED_AT })).bytes
  const officer = await signed('officer')
  const value = async (name: 'number' | 'date', text: string): Promise<{ value: string; appearance: Uint8Array }> => {
    const { width, height } = fields[name] as { width: number; height: number }
    return { value: text, appearance: await drawFieldValue({ text, width, height, style: FIELD_STYLES[name] }) }
  }
  const fill = { number: await value('number', '128'), date: await value('date', 'ngày 27 tháng 10 năm 2026') }
  const seal = { signer: await signer('seal'), field: 'seal', at: SEALED_AT, fill }
  return {
    draft,
    officer,
    issued: (await sign(officer, seal)).bytes,
    unknown: await signed('officer2'),
    revoked: await signed('revoked'),
  }
}

/** Objects of a file with one cross-reference table, by number. */
function objectsOf(pdf: Uint8Array): ReadonlyMap<number, string> {
  const text = Buffer.from(pdf).toString('latin1')
  const found = new Map<number, string>()
  for (const match of text.matchAll(/^(\d+) 0 obj\n[\s\S]*?endobj/gm)) found.set(Number(match[1]), match[0])
  return found
}

/** The content stream that differs between two drawings of the notice. */
function differing(draft: Uint8Array, other: Uint8Array): { number: number; before: string; after: string } {
  const before = objectsOf(draft)
  for (const [number, after] of objectsOf(other)) {
    const old = before.get(number)
    if (old !== undefined && old !== after && after.includes('stream')) return { number, before: old, after }
  }
  throw new Error('the drawings do not differ')
}

/** What a PDF editor does: another page content, appended as an update. */
function replaced(signed: Uint8Array, { number, after }: { number: number; after: string }): Uint8Array {
  const text = Buffer.from(signed).toString('latin1')
  const last = (pattern: RegExp): string => [...text.matchAll(pattern)].at(-1)?.[0] ?? ''
  const previous = last(/startxref\s+\d+/g).replace(/\D+/, '')
  const keys = [last(/\/Size \d+/g), last(/\/Root \d+ \d+ R/g), last(/\/Info \d+ \d+ R/g), last(/\/ID ?\[[^\]]*\]/g)]
  const body = `${after}\n`
  const at = String(signed.length).padStart(10, '0')
  const section = `xref\n${number} 1\n${at} 00000 n \ntrailer\n<< ${keys.join(' ')} /Prev ${previous} >>\nstartxref\n${signed.length + body.length}\n%%EOF\n`
  return new Uint8Array(Buffer.concat([signed, Buffer.from(body + section, 'latin1')]))
}

/** Bytes under the signature changed in place. */
function overwritten(signed: Uint8Array, { before }: { before: string }): Uint8Array {
  const bytes = Buffer.from(signed)
  const place = bytes.indexOf(Buffer.from(before, 'latin1')) + before.length - 40
  bytes[place] = (bytes[place] ?? 0) ^ 1
  return new Uint8Array(bytes)
}

export async function screenCases(): Promise<readonly ScreenCase[]> {
  const made = await make()
  const moved = JSON.parse(
    JSON.stringify(notice).replaceAll('27/10/2026', '27/01/2027').replaceAll('2026-10-27', '2027-01-27'),
  ) as InspectionNotice
  const other = differing(made.draft, (await drawReport(moved)).bytes)
  const trusted = createTrustStore([testFile('root.pem')])
  const nobody = createTrustStore([testFile('self-signed.pem')])
  const crls = ['root', 'ca', 'ca-vn'].map((name) => testFile(`crl-${name}.der`))
  const check = (bytes: Uint8Array, trust: TrustStore): Promise<VerificationReport> =>
    verify(bytes, { trust, at: CHECKED_AT, sources: { crls } })
  const officer = 'Nguyễn Thị Ánh Tuyết (TEST)'
  const time = 'stated 27/10/2026 09:15:00 +07:00 by the signer, not proven'
  const rely = 'do not rely on the file; ask the sender or signer for the file as signed / an intact copy'
  return [
    {
      name: 'good',
      file: 'thong-bao.pdf',
      report: await check(made.officer, trusted),
      truth: {
        who: officer,
        when: time,
        changed: 'nothing',
        trusted: 'yes, by a trusted authority, not revoked',
        todo: 'compare the signer with the expected one; then rely on it',
      },
    },
    {
      name: 'changed',
      file: 'thong-bao-128.pdf',
      report: await check(replaced(made.issued, other), trusted),
      truth: {
        who: `${officer}, then the agency Sở Nội vụ tỉnh KIỂM THỬ (TEST)`,
        when: 'stated 27/10/2026 09:15:00 and 14:40:00 +07:00, not proven',
        changed:
          'page 1: a date 27/10/2026 became 27/01/2027, not allowed (number, date and seal added before that, allowed)',
        trusted: 'signers confirmed, but the document is not valid because of the change',
        todo: rely,
      },
    },
    {
      name: 'untrusted',
      file: 'ket-luan.pdf',
      report: await check(made.unknown, nobody),
      truth: {
        who: 'Trần Văn Đức (TEST), as the certificate says; not proven',
        when: time,
        changed: 'nothing',
        trusted: 'no: issuer not among the trusted authorities',
        todo: 'do not take the name as proven; get the authority trusted and check again, or ask the signer in another way',
      },
    },
    {
      name: 'revoked',
      file: 'quyet-dinh.pdf',
      report: await check(made.revoked, trusted),
      truth: {
        who: 'Revoked (TEST)',
        when: time,
        changed: 'nothing',
        trusted: 'no: certificate revoked on 01/06/2025',
        todo: 'do not accept; ask the signer to sign again or for proof of an earlier time',
      },
    },
    {
      name: 'empty',
      file: 'du-thao.pdf',
      report: await check(made.draft, trusted),
      truth: {
        who: 'nobody',
        when: 'never',
        changed: 'not applicable: nothing is signed',
        trusted: 'no signature to trust; two fields only look like signatures',
        todo: 'treat as unsigned; ask for the signed file',
      },
    },
    {
      name: 'attacked',
      file: 'thong-bao-128.pdf',
      report: await check(overwritten(made.issued, other), trusted),
      truth: {
        who: `signatures in the names of ${officer} and the agency Sở Nội vụ tỉnh KIỂM THỬ (TEST), which do not match`,
        when: 'stated 27/10/2026 09:15:00 and 14:40:00 +07:00, not proven',
        changed: 'the signed content itself does not match the signatures',
        trusted: 'no: broken, not valid',
        todo: rely,
      },
    },
  ]
}

async function main(folder: string): Promise<void> {
  const cases = await screenCases()
  await mkdir(folder, { recursive: true })
  const browser = await chromium.launch({ executablePath: CHROMIUM, args: ['--no-sandbox'] })
  const key: object[] = []
  try {
    const page = await browser.newPage({ viewport: { width: 900, height: 1200 }, deviceScaleFactor: 1 })
    // The policy of the page forbids everything but its style: a violation would be told on the console.
    page.on('console', (message) => {
      throw new Error(`the report said on the console: ${message.text()}`)
    })
    page.on('request', (request) => {
      if (!request.url().startsWith('file:')) throw new Error(`the report asked for ${request.url()}`)
    })
    const order = ['vi', 'en'].flatMap((language) =>
      cases.map((one) => ({ ...one, language: language as 'vi' | 'en' })),
    )
    for (const [index, { name, file, report, truth, language }] of order.entries()) {
      const picture = `${String(index + 1).padStart(2, '0')}.png`
      const html = join(folder, 'report.html')
      await writeFile(html, explainHtml(report, { language, name: file }))
      await page.goto(pathToFileURL(html).href)
      // What readers without context are asked about ends where the details for experts begin.
      const details = await page.locator('section').last().boundingBox()
      const clip = { x: 0, y: 0, width: 900, height: details?.y ?? 1200 }
      await page.screenshot({ path: join(folder, picture), fullPage: true, clip })
      key.push({ picture, case: name, language, overall: report.overall, truth })
    }
  } finally {
    await browser.close()
  }
  await rm(join(folder, 'report.html'))
  await writeFile(join(folder, 'key.json'), `${JSON.stringify(key, null, 2)}\n`)
  console.log(`${key.length} pictures and key.json in ${folder}`)
}

if (process.argv[1]?.endsWith('report-screens.ts')) await main(process.argv[2] ?? 'report-screens')
