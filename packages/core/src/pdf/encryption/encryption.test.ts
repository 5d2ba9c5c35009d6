import { describe, expect, test } from '@jest/globals'
import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { witnessTest } from '../../../../../test/support/witnesses.ts'
import { PdfBuilder, smallPdf } from '../../../test/support/pdf-builder.ts'
import { openDocument } from '../document.ts'
import { PdfDict, PdfRef, PdfStream } from '../objects.ts'
import type { OpenedEncryption } from './decryption.ts'
import { decodeText } from '../text.ts'
import type { PdfDocument } from '../types.ts'

const FIXTURES = JSON.parse(
  readFileSync(new URL('../../../test/fixtures/encrypted.json', import.meta.url), 'utf8'),
) as Record<string, string>
const file = (name: string): Uint8Array => new Uint8Array(Buffer.from(FIXTURES[name]!, 'base64'))
const code = (value: string): object => expect.objectContaining({ code: value }) as object
const text = (bytes: Uint8Array | undefined): string => String.fromCharCode(...(bytes ?? []))

function contents(document: PdfDocument): Record<string, string> {
  const view = document.latest
  const info = view.dict(view.trailer.get('Info'))
  const signature = view.dict(view.trailer.get('Sig'))
  const metadata = view.stream(view.root?.get('Metadata'))
  const kids = view.array(view.dict(view.root?.get('Pages'))?.get('Kids'))
  const page = view.stream(view.dict(kids?.items[0])?.get('Contents'))
  return {
    title: decodeText(view.string(info?.get('Title'))?.bytes ?? new Uint8Array()),
    empty: text(view.string(info?.get('Empty'))?.bytes),
    reason: text(view.string(signature?.get('Reason'))?.bytes),
    contents: Buffer.from(view.string(signature?.get('Contents'))?.bytes ?? []).toString('hex'),
    metadata: metadata === undefined ? '' : text(document.decode(metadata)),
    page: page === undefined ? '' : text(document.decode(page)),
  }
}

const PLAIN = {
  title: 'Biên báo cáo',
  empty: '',
  reason: 'secret',
  contents: '00112233',
  metadata: '<x:xmpmeta xmlns:x="adobe:ns:meta/"/>',
  page: '0 0 10 10 re f',
}

describe.each([
  ['rc4-40', 'user', 'rc4', 2],
  ['rc4-128', 'user', 'rc4', 3],
  ['aes-128', 'user', 'aes-128', 4],
  ['aes-128-clear-metadata', 'user', 'aes-128', 4],
  ['aes-256', 'mật khẩu', 'aes-256', 6],
  ['aes-256-r5', 'user', 'aes-256', 5],
  ['aes-256-objstm', 'user', 'aes-256', 6],
] as const)('%s', (name, user, method, revision) => {
  test('opens with the user and the owner password', async () => {
    for (const [password, access] of [
      [user, 'user'],
      ['owner', 'owner'],
    ] as const) {
      const document = await openDocument(file(name), { password })
      expect(document.encryption).toMatchObject({ handler: 'standard', method, revision, access, mac: false })
      expect(contents(document)).toEqual(PLAIN)
      document.unaccounted()
      expect(document.defects).toEqual([])
    }
  })

  test('needs a password, and the right one', async () => {
    await expect(openDocument(file(name))).rejects.toThrow(code('PDF_PASSWORD_NEEDED'))
    await expect(openDocument(file(name), { password: 'wrong' })).rejects.toThrow(code('PDF_PASSWORD_WRONG'))
  })

  test('encrypts what it decrypts (W15)', async () => {
    const { encryption } = await openDocument(file(name), { password: user })
    const ref = new PdfRef(77, 3)
    const opened = encryption as OpenedEncryption
    for (const plain of ['', 'a', 'sixteen bytes!!!', 'x'.repeat(100)]) {
      const bytes = new TextEncoder().encode(plain)
      expect(text(opened.decryptString(opened.encryptString(bytes, ref), 77, 3))).toBe(plain)
    }
  })
})

test('the empty user password is tried first', async () => {
  const document = await openDocument(file('open'))
  expect(document.encryption).toMatchObject({ access: 'user', permissions: expect.any(Number) })
  expect((await openDocument(file('open'), { password: 'owner' })).encryption?.access).toBe('owner')
  expect((await openDocument(file('open'), { password: 'whatever' })).encryption?.access).toBe('user')
})

test('clear metadata are read without decryption', async () => {
  const document = await openDocument(file('aes-128-clear-metadata'), { password: 'user' })
  expect(document.encryption?.encryptMetadata).toBe(false)
})

test('an encrypted file may be opened without its password for checks that need no content (P-13)', async () => {
  const document = await openDocument(file('aes-256'), { encrypted: 'allow' })
  expect(document.encryption).toBeUndefined()
  expect(document.latest.root?.has('Pages')).toBe(true)
  expect(document.defects).toMatchObject([{ rule: 'P-13', code: 'ENCRYPTED_NOT_OPENED', outcome: 'I' }])
})

describe('other encryption', () => {
  const encrypted = (dict: string): Uint8Array => smallPdf().object(5, dict).table('/Root 1 0 R /Encrypt 5 0 R').bytes()

  test.each([
    ['<< /Filter /Adobe.PubSec /V 4 >>', 'PDF_PUBKEY_ENCRYPTED'],
    ['<< /Filter /Other /V 1 /R 2 >>', 'PDF_ENCRYPTION_UNSUPPORTED'],
    ['<< /Filter /Standard /V 6 /R 7 >>', 'PDF_ENCRYPTION_UNSUPPORTED'],
    ['<< /Filter /Standard /V 1 /R 2 /P -4 >>', 'PDF_DAMAGED'],
    ['[]', 'PDF_DAMAGED'],
  ])('%s: %s', async (dict, expected) => {
    await expect(openDocument(encrypted(dict))).rejects.toThrow(code(expected))
  })

  test('an /Encrypt that changes between revisions is a fault (P-13)', async () => {
    const builder = new PdfBuilder(file('open'))
    builder.section = Number(/startxref\s+(\d+)/.exec(Buffer.from(file('open')).toString('latin1'))?.[1])
    const document = await openDocument(builder.object(99, '1').table('/Root 1 0 R', { size: 100 }).bytes())
    expect(document.defects.map((defect) => defect.code)).toContain('ENCRYPT_CHANGED')
  })
})

witnessTest(['qpdf'], 'what we encrypt, qpdf decrypts', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'countersign-'))
  try {
    for (const name of ['rc4-128', 'aes-128', 'aes-256-r5']) {
      const bytes = file(name)
      const { encryption, startxref, latest } = await openDocument(bytes, { password: 'user' })
      const builder = new PdfBuilder(bytes)
      builder.section = startxref
      const data = encryption!.encryptStream(new TextEncoder().encode('hidden words'), new PdfRef(50, 0))
      const id = latest.array(latest.trailer.get('ID'))!.items.map((item) => hexOf(latest.string(item)!.bytes))
      const trailer = `/Root 1 0 R /Encrypt ${String(encryption!.ref)} /ID [<${id[0]}><${id[1]}>]`
      const path = join(folder, `${name}.pdf`)
      writeFileSync(path, builder.stream(50, '', data).table(trailer, { size: 51 }).bytes())
      const args = ['--password=user', '--show-object=50', '--filtered-stream-data', path]
      expect(execFileSync('qpdf', args).toString('latin1')).toBe('hidden words')
    }
  } finally {
    rmSync(folder, { recursive: true })
  }
})

const hexOf = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex')

test('streams made in memory are not decrypted', async () => {
  const document = await openDocument(file('aes-256'), { password: 'owner' })
  const plain = new PdfStream(new PdfDict(new Map()), new TextEncoder().encode('abc'))
  expect(text(document.decode(plain))).toBe('abc')
})
