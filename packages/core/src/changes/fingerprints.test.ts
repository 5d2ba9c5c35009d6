import { expect, test } from '@jest/globals'
import { N, analyse, issue, signedNotice } from '../../../../test/support/office-document.ts'
import { unchangedPages } from './fingerprints.ts'

test('M-27: filling fields leaves the pages as they were', async () => {
  const { officer } = await analyse(issue(signedNotice()), { fingerprints: true })
  expect(officer.changes.unchangedPages).toBe('1-2')
  for (const { atSigning, now } of officer.changes.pageFingerprints ?? []) {
    expect(atSigning).toMatch(/^[0-9a-f]{64}$/)
    expect(now).toBe(atSigning)
  }
})

test('M-27: other content, another font, another page box are seen on their page', async () => {
  const content = signedNotice().stream(N.contents2, 'x').commit()
  expect((await analyse(content, { fingerprints: true })).officer.changes.unchangedPages).toBe('1')
  const font = signedNotice().set(N.font, '<</Type/Font/Subtype/Type1/BaseFont/Courier>>').commit()
  expect((await analyse(font, { fingerprints: true })).officer.changes.unchangedPages).toBe('2')
  const box = signedNotice().set(N.pages, '<</Type/Pages/Kids[3 0 R 13 0 R]/Count 2/Rotate 90>>').commit()
  expect((await analyse(box, { fingerprints: true })).officer.changes.unchangedPages).toBe('')
})

test('M-27: a resource may have any name', async () => {
  const page = (num: number): string =>
    `<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]/Contents 14 0 R/Resources<</XObject<</P ${num} 0 R/Length 17 0 R>>>>>>`
  const builder = signedNotice({ extra: (b) => b.set(N.page2, page(17)) })
    .set(N.page2, page(18))
    .commit()
  expect((await analyse(builder, { fingerprints: true })).officer.changes.unchangedPages).toBe('1')
})

test('M-27: packing the same content anew, under another number, changes nothing', async () => {
  const page = '<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 90 0 R/Resources<<>>>>'
  const builder = signedNotice().stream(90, '0 0 100 100 re f').set(N.page2, page).commit()
  expect((await analyse(builder, { fingerprints: true })).officer.changes.unchangedPages).toBe('1-2')
})

test('ranges of pages', () => {
  expect(unchangedPages(['a', 'b', 'c', 'd', 'e'], ['a', 'b', 'x', 'd', 'e', 'f'])).toBe('1-2, 4-5')
  expect(unchangedPages(['a'], ['a'])).toBe('1')
  expect(unchangedPages([], [])).toBe('')
})
