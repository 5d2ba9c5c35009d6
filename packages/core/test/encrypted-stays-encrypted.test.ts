import { describe, expect, test } from '@jest/globals'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { runProgram, witnessTest } from '../../../test/support/witnesses.ts'
import { sign } from '../src/pades/sign.ts'
import { verify } from '../src/pades/verify.ts'
import { openDocument } from '../src/pdf/document.ts'
import { listFields } from '../src/pdf/fields.ts'
import { PdfString } from '../src/pdf/objects.ts'
import { encodeObject } from '../src/pdf/serialize.ts'
import { decodeText } from '../src/pdf/text.ts'
import { preparedReport } from './support/make-pdf.ts'
import { pdfsigCounts, testSigner, withFolder } from './support/signers.ts'

const KINDS: readonly (readonly [title: string, args: readonly string[]])[] = [
  ['RC4-40', ['40', '--']],
  ['RC4-128', ['128', '--use-aes=n', '--']],
  ['AES-128', ['128', '--use-aes=y', '--']],
  ['AES-128, clear metadata', ['128', '--use-aes=y', '--cleartext-metadata', '--']],
  ['AES-256', ['256', '--']],
]

async function encrypted(path: string, args: readonly string[], object: string): Promise<Uint8Array> {
  const [plain, out] = [join(path, 'plain.pdf'), join(path, 'encrypted.pdf')]
  await writeFile(plain, preparedReport())
  const weak = args[0] === '256' ? [] : ['--allow-weak-crypto']
  const done = await runProgram('qpdf', [
    ...weak,
    `--object-streams=${object}`,
    '--encrypt',
    'người',
    'owner',
    ...args,
    plain,
    out,
  ])
  expect(done).toMatchObject({ code: 0 })
  return new Uint8Array(await readFile(out))
}

/** Reason of the signature and value of the number field, as read with a password. */
async function texts(bytes: Uint8Array, password: string): Promise<readonly string[]> {
  const { latest } = await openDocument(bytes, { password })
  const values = listFields(latest).fields.map((field) => latest.resolve(field.value))
  const reasons = values.map((value) => latest.resolve(latest.dict(value)?.get('Reason')))
  return [...reasons, ...values].flatMap((value) => (value instanceof PdfString ? [decodeText(value.bytes)] : []))
}

describe.each(KINDS)('B13, N5: %s', (_title, args) => {
  for (const streams of ['disable', 'generate'])
    witnessTest(
      ['qpdf', 'pdfsig', 'mutool'],
      `object streams: ${streams}; signed twice, opens with both passwords, decodes as before`,
      () =>
        withFolder(async (path) => {
          const input = await encrypted(path, args, streams)
          const options = { password: 'owner', reason: 'Phê duyệt (1)' }
          const once = await sign(input, { ...options, signer: await testSigner('officer'), field: 'officer' })
          const fill = { number: { value: 'Số 12' } }
          const { bytes } = await sign(once.bytes, {
            ...options,
            signer: await testSigner('seal'),
            field: 'seal',
            fill,
          })
          expect(Buffer.compare(bytes.subarray(0, input.length), input)).toBe(0)
          const file = join(path, 'signed.pdf')
          await writeFile(file, bytes)
          expect(await pdfsigCounts(file, 'owner')).toEqual({ valid: 2, whole: 1 })
          for (const password of ['owner', 'người']) {
            expect(await runProgram('qpdf', ['--check', `--password=${password}`, file])).toMatchObject({ code: 0 })
            expect(await texts(bytes, password)).toEqual(['Phê duyệt (1)', 'Phê duyệt (1)', 'Số 12'])
          }
          // Nothing readable without the password, and the same /Encrypt reference (W15).
          expect(Buffer.from(bytes.subarray(input.length)).includes('Ph\u00ea')).toBe(false)
          const [before, after] = [
            await openDocument(input, { password: 'owner' }),
            await openDocument(bytes, { password: 'owner' }),
          ]
          expect(encodeObject(after.latest.trailer.get('Encrypt')!)).toEqual(
            encodeObject(before.latest.trailer.get('Encrypt')!),
          )
          const drawn = await Promise.all(
            [join(path, 'encrypted.pdf'), file].map((one) =>
              runProgram('mutool', ['draw', '-q', '-F', 'txt', '-p', 'owner', one]),
            ),
          )
          expect(drawn[1]!.stdout).toContain('Inspection report')
          const report = await verify(bytes, { trust: { anchors: [] }, password: 'owner' })
          expect(report.signatures.map((one) => [one.integrity, one.changes.permitted])).toEqual([
            ['intact', true],
            ['intact', true],
          ])
        }),
    )
})

witnessTest(['qpdf'], 'W16: user permissions are obeyed before signing', () =>
  withFolder(async (path) => {
    const signer = await testSigner('officer-ec')
    const code = (input: Uint8Array, password: string, more: object = {}): Promise<string> =>
      sign(input, { signer, password, ...more }).then(
        () => 'signed',
        (error: unknown) => (error as { code: string }).code,
      )
    const none = await encrypted(path, ['256', '--modify=none', '--'], 'disable')
    expect(await code(none, 'người', { field: 'officer' })).toBe('PDF_PERMISSION')
    expect(await code(none, 'owner', { field: 'officer' })).toBe('signed')
    expect(await code(none, 'người', { field: 'officer', ignorePermissions: true })).toBe('signed')
    const form = await encrypted(path, ['256', '--modify=form', '--'], 'disable')
    expect(await code(form, 'người', { field: 'officer' })).toBe('signed')
    expect(await code(form, 'người', { newField: 'x' })).toBe('PDF_PERMISSION')
    const all = await encrypted(path, ['256', '--modify=all', '--'], 'disable')
    expect(await code(all, 'người', { newField: 'x' })).toBe('signed')
    expect(await code(all, 'wrong')).toBe('PDF_PASSWORD_WRONG')
    await expect(sign(all, { signer })).rejects.toMatchObject({ code: 'PDF_PASSWORD_NEEDED' })
  }),
)

describe('encryption that is refused by name', () => {
  const password = (length: number): string => `<${'00'.repeat(length)}>`
  const keys = `/O ${password(48)} /U ${password(48)} /OE ${password(32)} /UE ${password(32)} /Perms ${password(16)} /P -4`
  const filters = (method: string): string =>
    `/CF << /StdCF << /CFM /${method} /Length 32 >> >> /StmF /StdCF /StrF /StdCF`

  test.each([
    [
      'public keys',
      '<< /Filter /Adobe.PubSec /SubFilter /adbe.pkcs7.s5 /V 4 >>',
      'PDF_PUBKEY_ENCRYPTED',
      'certificates',
    ],
    [
      'AES-GCM',
      `<< /Filter /Standard /V 6 /R 7 ${keys} ${filters('AESV4')} >>`,
      'PDF_ENCRYPTION_UNSUPPORTED',
      'AES-GCM',
    ],
    ['AESV4', `<< /Filter /Standard /V 5 /R 6 ${keys} ${filters('AESV4')} >>`, 'PDF_ENCRYPTION_UNSUPPORTED', 'AES-GCM'],
    ['another handler', '<< /Filter /Ours /V 4 >>', 'PDF_ENCRYPTION_UNSUPPORTED', 'Ours'],
  ])('%s', async (_title, encrypt, code, word) => {
    const input = preparedReport({ trailer: `/ID [<01> <02>] /Encrypt ${encrypt}` })
    const attempt = sign(input, { signer: await testSigner('officer'), field: 'officer' })
    await expect(attempt).rejects.toMatchObject({ code, message: expect.stringContaining(word) as unknown })
  })

  witnessTest(['qpdf'], 'W17: a file that demands a message authentication code: PDF_MAC_REQUIRED', () =>
    withFolder(async (path) => {
      const plain = await encrypted(path, ['256', '--'], 'disable')
      const mac = Buffer.from(
        Buffer.from(plain)
          .toString('latin1')
          .replace('trailer <<', 'trailer << /AuthCode << /MACLocation /Standalone /MAC <00> >>'),
        'latin1',
      )
      expect(mac.length).toBeGreaterThan(plain.length)
      const attempt = sign(mac, { signer: await testSigner('officer'), field: 'officer', password: 'owner' })
      await expect(attempt).rejects.toMatchObject({ code: 'PDF_MAC_REQUIRED' })
    }),
  )
})

witnessTest(['qpdf'], 'B14: certified with P=1 and encrypted: refused, whoever has which password', () =>
  withFolder(async (path) => {
    const signer = await testSigner('officer-ec')
    const input = await encrypted(path, ['256', '--'], 'generate')
    const certified = await sign(input, { signer, password: 'owner', field: 'officer', certify: 1 })
    for (const password of ['owner', 'người'])
      for (const more of [{ field: 'seal' }, { newField: 'x' }, { field: 'seal', ignorePermissions: true }])
        await expect(sign(certified.bytes, { signer, password, ...more })).rejects.toMatchObject({
          code: 'PDF_CERTIFIED_NO_CHANGES',
        })
  }),
)
