// V-07: the wording that was agreed on, letter by letter; a change here is a change of the contract with readers.
import { expect, test } from '@jest/globals'
import { HUMAN_TEXTS } from './human.ts'

const AGREED: readonly (readonly [keyof typeof HUMAN_TEXTS, string, string])[] = [
  [
    'ok',
    'Signed by {name}. The document has not changed since.',
    'Do {name} ký. Tài liệu không thay đổi kể từ khi ký.',
  ],
  [
    'okNotes',
    'Signed by {name}. Later additions are of the kind the signer allowed: {list}.',
    'Do {name} ký. Các bổ sung sau đó thuộc loại người ký cho phép: {list}.',
  ],
  [
    'changed',
    'The document was changed after {name} signed, in a way not allowed: {list}.',
    'Tài liệu đã bị thay đổi trái phép sau khi {name} ký: {list}.',
  ],
  [
    'broken',
    'The signature does not match the document. Do not rely on it.',
    'Chữ ký không khớp với tài liệu. Không nên tin dùng.',
  ],
  ['partial', 'This signature does not protect the whole document.', 'Chữ ký này không bảo vệ toàn bộ tài liệu.'],
  [
    'untrusted',
    "The signature is intact, but the signer's certificate does not lead to an authority you trust.",
    'Chữ ký còn nguyên vẹn nhưng chứng thư chữ ký số không thuộc tổ chức chứng thực mà bạn tin cậy.',
  ],
  [
    'revoked',
    'The certificate was revoked on {date}; there is no proof that the signature is older.',
    'Chứng thư chữ ký số đã bị thu hồi ngày {date}; không có bằng chứng chữ ký được tạo trước đó.',
  ],
  [
    'expired',
    'The certificate expired on {date} and nothing proves the signature is older.',
    'Chứng thư chữ ký số hết hạn ngày {date}; không có bằng chứng chữ ký được tạo trước đó.',
  ],
  [
    'later',
    'Revocation could not be checked with fresh data. Try again after {date}.',
    'Chưa có dữ liệu mới để kiểm tra thu hồi. Hãy thử lại sau {date}.',
  ],
  [
    'weak',
    'The signature uses {alg}, no longer considered safe since {date}.',
    'Chữ ký dùng thuật toán {alg}, không còn an toàn từ {date}.',
  ],
  ['claimed', 'Time stated by the signer (not proven): {t}', 'Thời điểm do người ký khai (chưa được chứng minh): {t}'],
  [
    'proven',
    'Existed before {t}, proven by time stamp from {tsa}',
    'Đã tồn tại trước {t}, theo dấu thời gian của {tsa}',
  ],
  ['field', 'Field "{f}" on page {p}: "{a}" became "{b}"', 'Trường "{f}", trang {p}: từ "{a}" thành "{b}"'],
  ['page', 'Content of page {p} was changed', 'Nội dung trang {p} đã bị thay đổi'],
  ['sigAdded', '{name} added a signature', '{name} đã ký bổ sung'],
  [
    'ltv',
    'Data for long-term checking was added (does not alter the content)',
    'Đã bổ sung dữ liệu kiểm tra lâu dài (không làm thay đổi nội dung)',
  ],
  [
    'hidden',
    'When it was signed the file already held hidden content: {list}',
    'Khi ký, tệp đã chứa nội dung ẩn: {list}',
  ],
  ['empty', 'Field "{f}" looks like a signature but is not signed', 'Trường "{f}" trông như chữ ký nhưng chưa được ký'],
]

test.each(AGREED)('V-07 %s', (key, en, vi) => {
  expect(HUMAN_TEXTS[key]).toEqual({ en, vi })
  expect(vi).toBe(vi.normalize('NFC'))
})
