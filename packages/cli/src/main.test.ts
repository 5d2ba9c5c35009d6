import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { drawReport } from '@countersign/report'
import type { InspectionNotice } from '@countersign/report'
import type { VerificationReport } from '@countersign/core'
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { root, runProgram, witnessTest } from '../../../test/support/witnesses.ts'
import { certificate, countersign, startCountersign } from '../test/command.ts'
import type { Ran } from '../test/command.ts'

const folder = mkdtempSync(join(tmpdir(), 'countersign-cli-'))
const at = (name: string): string => join(folder, name)
const crls = ['root', 'ca', 'ca-vn'].flatMap((name) => ['--crl', certificate(`crl-${name}.der`)])
const trust = ['--trust', certificate('root.pem'), ...crls]
const key = ['--p12', certificate('officer.p12'), '--password-file', at('password')]
const signed = at('signed.pdf')
const notice = at('notice.pdf')

const reports = ({ stdout }: Ran): VerificationReport[] =>
  stdout
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as VerificationReport)

beforeAll(async () => {
  const data = JSON.parse(readFileSync(join(root, 'examples', 'data', 'notice.json'), 'utf8')) as InspectionNotice
  writeFileSync(notice, (await drawReport(data)).bytes)
  writeFileSync(at('password'), 'test')
  writeFileSync(at('empty.pdf'), '')
  writeFileSync(at('text.pdf'), 'no PDF at all\n')
  const { code, stderr } = await countersign(['sign', ...key, '--field', 'officer', notice, signed])
  if (code !== 0) throw new Error(stderr)
  // One letter of the signed content, turned around.
  const bytes = readFileSync(signed)
  const place = bytes.indexOf('/Producer')
  bytes[place + 1] = 'Q'.charCodeAt(0)
  writeFileSync(at('broken.pdf'), bytes)
})
afterAll(() => rmSync(folder, { recursive: true }))

describe('sign', () => {
  test('fills the named field, keeps the input bytes and says who signed', async () => {
    const { code, stdout } = await countersign([
      'sign',
      '--lang',
      'vi',
      ...key,
      '--field',
      'officer',
      notice,
      at('a.pdf'),
    ])
    expect(code).toBe(0)
    expect(stdout).toMatch(/^Đã ký: .*a\.pdf \(trường officer, người ký Nguyễn Thị Ánh Tuyết/)
    const input = readFileSync(notice)
    expect(readFileSync(at('a.pdf')).subarray(0, input.length).equals(input)).toBe(true)
  })

  witnessTest(['pdfsig'], 'pdfsig accepts the output', async () => {
    const { stdout } = await runProgram('pdfsig', ['-nocert', signed])
    expect(stdout).toContain('Signature is Valid.')
  })

  test('--json prints the signing report', async () => {
    const { stdout } = await countersign(['sign', '--json', ...key, '--field', 'officer', notice, at('b.pdf')])
    expect(JSON.parse(stdout)).toMatchObject({ field: 'officer', reachedLevel: 'B-B', role: 'approval', revision: 1 })
  })

  test('--new-field makes a visible field; two empty fields and none named: a new SignatureN', async () => {
    const rect = ['--new-field', 'extra', '--page', '1', '--rect', '50,50,100,40']
    expect((await countersign(['sign', ...key, ...rect, notice, at('c.pdf')])).code).toBe(0)
    const { stdout, code } = await countersign(['sign', '--json', ...key, notice, at('d.pdf')])
    expect(code).toBe(0)
    expect((JSON.parse(stdout) as { field: string }).field).toMatch(/^Signature\d+$/)
  })

  test('neither named and exactly one empty signature field: that one', async () => {
    const { stdout } = await countersign(['sign', '--json', ...key, signed, at('e.pdf')])
    expect((JSON.parse(stdout) as { field: string }).field).toBe('seal')
  })

  test.each([
    ['LF', 'test\n', 0],
    ['CRLF', 'test\r\n', 0],
    ['no line end', 'test', 0],
    ['the mark of some editors before it', '\ufefftest\r\n', 0],
    ['two line ends: only one is dropped', 'test\n\n', 1],
    ['a blank is part of the password', 'test ', 1],
  ])('password file with %s', async (_, content, expected) => {
    writeFileSync(at('pw'), content)
    const { code, last } = await countersign([
      'sign',
      '--p12',
      certificate('officer.p12'),
      '--password-file',
      at('pw'),
      notice,
      at('f.pdf'),
    ])
    expect(code).toBe(expected)
    if (expected === 1) expect(last).toMatch(/^P12_PASSWORD_WRONG: /)
  })

  describe('an error leaves no output and no input harmed', () => {
    test.each([
      [
        'P12_PASSWORD_WRONG',
        ['--p12', certificate('officer.p12'), '--password-file', certificate('root.pem')],
        'notice.pdf',
      ],
      ['FIELD_UNKNOWN', [...key, '--field', 'nobody'], 'notice.pdf'],
      ['FIELD_SIGNED', [...key, '--field', 'officer'], 'signed.pdf'],
      ['PDF_NOT_PDF', key, 'text.pdf'],
      ['PDF_NOT_PDF', key, 'empty.pdf'],
      ['FILE_NOT_FOUND', key, 'missing.pdf'],
      ['FILE_NOT_FOUND', ['--p12', at('missing.p12'), '--password-file', at('password')], 'notice.pdf'],
      ['FILE_NOT_FOUND', ['--p12', certificate('officer.p12'), '--password-file', at('missing')], 'notice.pdf'],
      ['TSA_FAILED', [...key, '--level', 'B-T', '--tsa', 'http://127.0.0.1:9/tsa'], 'notice.pdf'],
      ['LEVEL_NOT_REACHED', [...key, '--level', 'B-LT', '--tsa', 'http://127.0.0.1:9/tsa'], 'notice.pdf'],
      ['CERT_EXPIRED', ['--p12', certificate('expired.p12'), '--password-file', at('password')], 'notice.pdf'],
      ['KEY_TOO_SMALL', ['--p12', certificate('small-key.p12'), '--password-file', at('password')], 'notice.pdf'],
      ['P12_INVALID', ['--p12', certificate('root.pem'), '--password-file', at('password')], 'notice.pdf'],
    ])('%s', async (expected, options, input) => {
      const before = existsSync(at(input)) ? readFileSync(at(input)) : undefined
      const names = readdirSync(folder)
      const { code, last, stdout } = await countersign(['sign', ...options, at(input), at('never.pdf')])
      expect({ code, error: last.split(':')[0], stdout }).toEqual({ code: 1, error: expected, stdout: '' })
      expect(last.length).toBeGreaterThan(expected.length + 10)
      expect(readdirSync(folder)).toEqual(names)
      if (before !== undefined) expect(readFileSync(at(input)).equals(before)).toBe(true)
    })

    test('an existing OUT stays as it was', async () => {
      writeFileSync(at('old.pdf'), 'old')
      expect((await countersign(['sign', ...key, '--field', 'nobody', notice, at('old.pdf')])).code).toBe(1)
      expect(readFileSync(at('old.pdf'), 'utf8')).toBe('old')
    })

    test('an OUT that cannot be written', async () => {
      const { code, last } = await countersign(['sign', ...key, notice, join(folder, 'no-folder', 'x.pdf')])
      expect({ code, last }).toEqual({ code: 1, last: expect.stringMatching(/^FILE_NOT_WRITABLE: /) })
    })
  })

  test('a level that needs a time stamp is refused, never lowered', async () => {
    const { code, last } = await countersign(['sign', ...key, '--level', 'B-T', notice, at('never.pdf')])
    expect(code).toBe(1)
    expect(last).toBe('LEVEL_NOT_REACHED: --level B-T needs --tsa URL')
    expect(existsSync(at('never.pdf'))).toBe(false)
  })

  test('the output keeps no temporary file and can replace the input', async () => {
    const copy = at('same.pdf')
    writeFileSync(copy, readFileSync(notice))
    const before = statSync(copy).size
    expect((await countersign(['sign', ...key, '--field', 'officer', copy, copy])).code).toBe(0)
    expect(statSync(copy).size).toBeGreaterThan(before)
    expect(readdirSync(folder).filter((name) => name.endsWith('.tmp'))).toEqual([])
  })

  test('--key with --cert signs from PEM', async () => {
    const pem = ['--key', certificate('officer-ec.key'), '--cert', certificate('officer-ec.pem')]
    const { code, stderr } = await countersign(['sign', ...pem, '--field', 'officer', notice, at('pem.pdf')])
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
  })
})

describe('verify', () => {
  test('a valid file: one JSON line, exit 0', async () => {
    const ran = await countersign(['verify', '--json', ...trust, signed])
    const [report, ...more] = reports(ran)
    expect(more).toEqual([])
    expect(report?.signatures[0]?.findings.filter((finding) => finding.severity === 'error')).toEqual([])
    expect({ code: ran.code, overall: report?.overall, stderr: ran.stderr }).toEqual({
      code: 0,
      overall: 'valid',
      stderr: '',
    })
  })

  test('no trust is no verdict: exit 2', async () => {
    const ran = await countersign(['verify', '--json', signed])
    expect([ran.code, reports(ran)[0]?.overall]).toEqual([2, 'indeterminate'])
  })

  test('one changed letter: exit 1', async () => {
    const ran = await countersign(['verify', '--json', ...trust, at('broken.pdf')])
    expect([ran.code, reports(ran)[0]?.overall, reports(ran)[0]?.signatures[0]?.integrity]).toEqual([
      1,
      'invalid',
      'broken',
    ])
  })

  test('unsigned, not a PDF, missing, a folder: exit 3, each with its line, in order', async () => {
    const ran = await countersign(['verify', '--json', ...trust, notice, at('text.pdf'), at('missing.pdf'), folder])
    expect(ran.code).toBe(3)
    const lines = reports(ran)
    expect(lines.map((line) => line.overall)).toEqual(['unsigned', 'unreadable', 'unreadable', 'unreadable'])
    expect(lines[2]?.findings[0]?.code).toBe('FILE_NOT_FOUND')
    for (const line of lines)
      expect(Object.keys(line)).toEqual(
        expect.arrayContaining([
          'schema',
          'document',
          'overall',
          'signatures',
          'unsignedFields',
          'removedSignatures',
          'orphanSignatures',
          'findings',
          'policy',
          'validationTime',
          'engine',
        ]),
      )
  })

  test.each([
    ['1 before 3', ['missing.pdf', 'broken.pdf', 'signed.pdf'], trust, 1],
    ['3 before 2', ['signed.pdf', 'missing.pdf'], [], 3],
    ['2 before 0', ['signed.pdf'], [], 2],
    ['3 before 0', ['signed.pdf', 'notice.pdf'], trust, 3],
  ])('exit code precedence: %s', async (_, files, options, expected) => {
    expect((await countersign(['verify', '--json', ...options, ...files.map(at)])).code).toBe(expected)
  })

  test('--at: before the certificate was valid, nothing passes', async () => {
    const ran = await countersign(['verify', '--json', ...trust, '--at', '2001-01-01', signed])
    expect(reports(ran)[0]?.validationTime).toMatch(/^2001-01-01T00:00:00/)
    expect(ran.code).not.toBe(0)
  })

  describe('--signer', () => {
    test.each([
      ['part of the subject', 'nguyễn thị ánh'],
      ['decomposed', 'Ánh Tuyết'.normalize('NFD')],
      ['SHA-256', 'hash'],
    ])('%s: accepted', async (_, wanted) => {
      const first = reports(await countersign(['verify', '--json', ...trust, signed]))[0]
      const text = wanted === 'hash' ? (first?.signatures[0]?.signer?.sha256 ?? '') : wanted
      const ran = await countersign(['verify', '--json', ...trust, '--signer', text, signed])
      expect(ran.code).toBe(0)
      expect(reports(ran)[0]?.findings.map((finding) => finding.code)).not.toContain('SIGNER_MISMATCH')
    })

    test.each([
      ['someone else', trust, 'signed.pdf'],
      ['Nguyễn Thị Ánh Tuyết', [], 'signed.pdf'],
      ['Nguyễn Thị Ánh Tuyết', trust, 'broken.pdf'],
      ['Nguyễn Thị Ánh Tuyết', trust, 'notice.pdf'],
    ])('%s %j %s: SIGNER_MISMATCH and exit 1', async (wanted, options, file) => {
      const ran = await countersign(['verify', '--json', ...options, '--signer', wanted, at(file)])
      expect(ran.code).toBe(1)
      expect(reports(ran)[0]?.findings.map((finding) => finding.code)).toContain('SIGNER_MISMATCH')
    })
  })

  test('for people: verdict, signer, organisation, claimed time; both languages; no colours in a pipe', async () => {
    const vietnamese = await countersign(['verify', '--lang', 'vi', ...trust, signed])
    expect(vietnamese.stdout).toContain('HỢP LỆ')
    expect(vietnamese.stdout).toContain('Người ký: Nguyễn Thị Ánh Tuyết')
    expect(vietnamese.stdout).toContain('+07:00')
    expect(vietnamese.stdout).not.toContain('\u001B')
    const english = await countersign(['verify', ...trust, signed])
    expect(english.stdout).toContain('VALID')
    expect((await countersign(['verify', ...trust, signed], { LANG: 'vi_VN.UTF-8' })).stdout).toContain('HỢP LỆ')
  })

  test('--password on the command line warns on standard error', async () => {
    const ran = await countersign(['verify', '--json', '--password', 'x', ...trust, signed])
    expect(ran.stderr).toMatch(/^warning: --password/)
    expect(ran.code).toBe(0)
  })
})

describe('usage: exit 64, last line CODE: text, nothing on standard output', () => {
  test.each([
    [[]],
    [['fly']],
    [['verify']],
    [['verify', '--json', '--no-such-option', 'x.pdf']],
    [['verify', '--trust']],
    [['verify', '--at', 'yesterday', 'x.pdf']],
    [['verify', '--at', '2026-02-30T00:00:00Z', 'x.pdf']],
    [['verify', '--lang', 'fr', 'x.pdf']],
    [['verify', '--signer', ' ', 'x.pdf']],
    [['verify', '--trust', '/no/such/file', 'x.pdf']],
    [['verify', '--password-file-pdf', '/no/such/file', 'x.pdf']],
    [['verify', '--trust', certificate('README.md'), 'x.pdf']],
    [['verify', '--online', '--offline', 'x.pdf']],
    [['verify', '--online', '--allow-host', 'http://x/', 'x.pdf']],
    [['sign', ...key, '--certify', '4', 'x.pdf', 'y.pdf']],
    [['certificate', 'validate', '--trust', certificate('root.pem'), '/no/such/file']],
    [['sign', 'x.pdf', 'y.pdf']],
    [['sign', '--p12', 'x.p12', 'x.pdf', 'y.pdf']],
    [['sign', ...key, '--field', 'a', '--new-field', 'b', 'x.pdf', 'y.pdf']],
    [['sign', ...key, '--level', 'B-Z', 'x.pdf', 'y.pdf']],
    [['sign', ...key, '--rect', '1,2,3', '--new-field', 'a', 'x.pdf', 'y.pdf']],
    [['sign', ...key, 'x.pdf']],
    [['verify', '--html', '/no/such/folder/x.html', notice]],
    [['certificate']],
    [['certificate', 'validate', 'x.pem']],
    [['certificate', 'validate', '--trust', certificate('root.pem'), '--policy', 'abc', 'x.pem']],
    [['pki']],
  ])('%j', async (words) => {
    const { code, stdout, last } = await countersign(words)
    expect({ code, stdout }).toEqual({ code: 64, stdout: '' })
    expect(last).toMatch(/^[A-Z][A-Z0-9_]*: .+/)
  })

  test('--help and --version are no errors', async () => {
    expect(await countersign(['--version'])).toMatchObject({ code: 0, stdout: '0.1.0\n' })
    expect((await countersign(['--help'])).stdout).toContain('countersign verify')
    expect((await countersign(['sign', '--help'])).stdout).toContain('--p12 FILE')
  })
})

describe('certificate validate', () => {
  const validate = async (...words: string[]): Promise<{ code: number; report: Record<string, unknown> }> => {
    const { code, stdout } = await countersign(['certificate', 'validate', '--json', ...words])
    return { code, report: JSON.parse(stdout) as Record<string, unknown> }
  }
  const chain = ['--intermediate', certificate('chain.pem')]

  test('valid: path from leaf to anchor', async () => {
    const { code, report } = await validate(...trust, ...chain, certificate('officer.pem'))
    expect(report).toMatchObject({ valid: true, indication: 'PASSED', subIndication: null })
    expect((report['path'] as { anchor: boolean }[]).map((cert) => cert.anchor)).toEqual([false, false, true])
    expect(code).toBe(0)
  })

  test.each([
    ['expired.pem', 'revocation data or not'],
    ['revoked.pem', 'revoked'],
    ['self-signed.pem', 'no path'],
  ])('%s: exit 1', async (name) => {
    const { code, report } = await validate(...trust, ...chain, certificate(name))
    expect([code, report['valid']]).toEqual([1, false])
  })

  test('missing revocation data: require refuses, prefer accepts; a revoked one prefer refuses too', async () => {
    const bare = ['--trust', certificate('root.pem'), ...chain]
    expect((await validate(...bare, certificate('officer.pem'))).code).toBe(1)
    expect((await validate(...bare, '--revocation', 'prefer', certificate('officer.pem'))).code).toBe(0)
    expect((await validate(...trust, ...chain, '--revocation', 'prefer', certificate('revoked.pem'))).code).toBe(1)
    expect((await validate(...trust, ...chain, '--revocation', 'none', certificate('revoked.pem'))).code).toBe(0)
  })

  test('what is no certificate is not valid', async () => {
    const { code, report } = await validate(...trust, notice)
    expect([code, report['valid']]).toEqual([1, false])
  })
})

describe('pki, serve', () => {
  test('pki init makes a PKI that sign and verify accept, and overwrites none', async () => {
    const pki = at('pki')
    const { code, stdout } = await countersign(['pki', 'init', '--json', '--password-file', at('password'), pki])
    expect(code).toBe(0)
    const made = JSON.parse(stdout) as { trust: string; p12: Record<string, string> }
    const options = ['--p12', made.p12['officer'] ?? '', '--password-file', at('password')]
    expect((await countersign(['sign', ...options, '--field', 'officer', notice, at('try.pdf')])).code).toBe(0)
    const own = ['--trust', made.trust, '--crl', join(pki, 'crl-root.der'), '--crl', join(pki, 'crl-ca.der')]
    expect((await countersign(['verify', '--json', ...own, at('try.pdf')])).code).toBe(0)
    const again = await countersign(['pki', 'init', '--password-file', at('password'), pki])
    expect(again).toMatchObject({ code: 1, last: expect.stringMatching(/^ARGUMENT_INVALID: .*never overwritten/) })
  })

  test('serve starts the service in one command and stops cleanly at the first interrupt', async () => {
    const started = startCountersign(['serve', '--port', '0', '--data', at('service')])
    const url = await started.line(/^Countersign (http:\S+)$/)
    expect((await fetch(url)).status).toBeLessThan(500)
    started.interrupt()
    expect(await started.exit).toBe(0)
  })

  test('serve with a wrong option', async () => {
    expect(await countersign(['serve', '--port', 'x'])).toMatchObject({ code: 64 })
    const { code, last } = await countersign(['serve', '--mode', 'production', '--data', at('production')])
    expect({ code, last }).toEqual({ code: 1, last: expect.stringMatching(/^PRODUCTION_INCOMPLETE: /) })
  })
})
