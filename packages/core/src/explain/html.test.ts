import { describe, expect, test } from '@jest/globals'
import { createHash } from 'node:crypto'
import fc from 'fast-check'
import { change, report, signature } from '../../test/support/reports.ts'
import type { VerificationReport } from '../report.ts'
import { HTML_STYLE, HTML_STYLE_HASH } from './html-style.ts'
import { explainHtml } from './html.ts'

const html = (value: VerificationReport, language: 'vi' | 'en' = 'vi', name = 'thong-bao.pdf'): string =>
  explainHtml(value, { language, name })

/** Tags of the document, with what a browser would act on. */
const tags = (text: string): string[] => [...text.matchAll(/<\/?([a-z][a-z0-9]*)[^>]*>/gi)].map((match) => match[0])

describe('one file that runs and fetches nothing', () => {
  const text = html(report('valid'))

  test('a policy that allows the one style sheet, by its hash', () => {
    const digest = createHash('sha256').update(HTML_STYLE).digest('base64')
    expect(HTML_STYLE_HASH).toBe(`sha256-${digest}`)
    expect(text).toContain(
      `content="default-src 'none'; style-src '${HTML_STYLE_HASH}'; base-uri 'none'; form-action 'none'"`,
    )
    expect(text.indexOf('Content-Security-Policy')).toBeLessThan(text.indexOf('<style>'))
    expect(text).toContain(`<style>${HTML_STYLE}</style>`)
  })

  test('no script, link, picture, form, style attribute or address', () => {
    expect(tags(text).filter((tag) => /^<(script|link|img|iframe|object|embed|form|a|base|svg)\b/i.test(tag))).toEqual(
      [],
    )
    expect(tags(text).filter((tag) => /\s(on\w+|style|src|href|srcset)\s*=/i.test(tag))).toEqual([])
    expect(HTML_STYLE).not.toMatch(/url\(|@import|expression/)
    expect(text).not.toMatch(/https?:/)
  })

  test('prints on A4; the language is declared', () => {
    expect(HTML_STYLE).toContain('@page { size: A4')
    expect(text).toContain('<html lang="vi">')
    expect(html(report('valid'), 'en')).toContain('<html lang="en">')
  })
})

describe('what comes from a file is text', () => {
  const EVIL = `</style></bdi><script>alert(1)</script><img src=x onerror=alert(1)>"'&\u202Egnol\u2066\u200B\u0000`

  test('names, values, reasons, the file name and codes cannot leave their place', () => {
    const signer = { ...signature().signer!, commonName: EVIL, organization: EVIL, subject: `CN=${EVIL}`, issuer: EVIL }
    const item = change({ kind: 'field-value-changed', field: EVIL, page: 1, before: EVIL, after: EVIL })
    const finding = {
      rule: EVIL,
      severity: 'warning',
      code: EVIL,
      message: { en: EVIL, vi: EVIL },
      args: { x: EVIL },
    } as const
    const evil = signature({
      field: EVIL,
      subFilter: EVIL,
      reason: EVIL,
      location: EVIL,
      signer,
      changes: { level: 'form', permitted: true, items: [item] },
      findings: [finding],
      risksAtSigning: [finding],
    })
    const one = report('valid-with-notes', [evil], {
      unsignedFields: [EVIL],
      removedSignatures: [EVIL],
      findings: [finding],
      engine: EVIL,
    })
    const plain = tags(html(report('valid', [signature()])))
    const names = (list: readonly string[]): string[] => [...new Set(list.map((tag) => tag.replace(/[\s>].*$/s, '')))]
    const text = html(one, 'vi', EVIL)
    for (const name of names(tags(text))) expect([...names(plain), '<h4', '</h4']).toContain(name)
    expect(text).not.toContain('<script')
    expect(text).not.toContain('<img')
    for (const character of ['\u202E', '\u2066', '\u200B', '\u0000']) expect(text).not.toContain(character)
    expect(text.split('</style>')).toHaveLength(2)
  })

  test('any text whatever leaves the tags as they are', () => {
    const shape = (name: string): string => {
      const signer = { ...signature().signer!, commonName: name, organization: name }
      return tags(html(report('valid', [signature({ signer })]), 'en', name)).join('')
    }
    const usual = shape('A')
    fc.assert(
      fc.property(fc.string({ unit: 'binary', minLength: 1, maxLength: 40 }), (name) => {
        expect(shape(name)).toBe(usual)
      }),
      { seed: 4, numRuns: 200 },
    )
  })
})

describe('V-05, V-06', () => {
  test('sentence, who, what changed, what to do, details: in this order', () => {
    const text = html(report('valid'), 'en')
    const places = [
      'Signed by Nguyễn Thị Ánh Tuyết. The document has not changed since.',
      '1. Who signed, for whom, since when',
      '2. What changed after each signature',
      'Nothing was changed after this signature.',
      '3. What is wrong or could not be checked, and what to do',
      'What to do</h3>',
      '4. Details for experts',
      'checks in the order of Decree 68/2024/ND-CP',
    ].map((part) => text.indexOf(part))
    expect(places).not.toContain(-1)
    expect(places.toSorted((a, b) => a - b)).toEqual(places)
  })

  test('every judgement has a mark and a word beside its colour', () => {
    const items = [change({ permitted: false }), change({ permitted: true }), change({ permitted: null })]
    const failed = signature({ indication: 'TOTAL-FAILED', changes: { level: 'other', permitted: false, items } })
    const text = html(report('invalid', [failed]), 'en')
    expect(text).toContain('<p class="word"><span class="mark bad">\u2717</span> NOT VALID</p>')
    expect(text).toContain('(NOT ALLOWED)')
    for (const [, mood = '', sign] of text.matchAll(/<span class="mark (\w+)">(.)<\/span>/g))
      expect(sign).toBe({ good: '\u2713', bad: '\u2717', unsure: '?', neutral: '\u2013' }[mood])
  })

  test('nothing about the verdict is green when chain or revocation is unknown', () => {
    for (const check of ['chain', 'revocation'] as const) {
      const open = signature({ checks: { ...signature().checks!, [check]: 'unknown' } })
      const text = html(report('valid', [open]), 'en')
      expect(text).toContain('<section class="verdict unsure">')
      expect(text).not.toContain('<span class="good">valid')
    }
  })

  test('T15-27 in Vietnamese: every field that must be shown', () => {
    const text = html(report('valid'))
    for (const label of [
      'Đơn vị cấp chứng thư',
      'Người ký',
      'Cơ quan, tổ chức (quản lý chứng thư)',
      'Thời gian ký',
      'Tính toàn vẹn',
      'Hiệu lực chứng thư',
      'Thời hạn chứng thư',
    ])
      expect(text).toContain(`<th scope="row">${label}</th>`)
    expect(text).toContain('HỢP LỆ')
  })

  test('the single checks stand in the order of N68-01: certificate, path, signature, time stamp', () => {
    const text = html(report('valid'))
    const places = [
      'Không chứng thư nào bị thu hồi',
      'dẫn tới tổ chức tin cậy',
      'Chữ ký được tạo bằng khóa',
      'Thời điểm được dấu',
    ].map((part) => text.indexOf(part))
    expect(places.toSorted((a, b) => a - b)).toEqual(places)
    expect(places).not.toContain(-1)
  })
})

test('of an unreadable file nobody says that it is not signed', () => {
  const text = html(report('unreadable', []), 'en')
  expect(text).toContain('it is not known whether anybody signed it')
  expect(text).not.toContain('Nobody signed')
})

test('V-10: equal reports give equal files', () => {
  expect(html(report('valid'))).toBe(html(report('valid')))
})
