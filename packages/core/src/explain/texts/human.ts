import type { ChangeKind, SignatureReport } from '../../report.ts'
import type { Text } from './types.ts'

type Sentence =
  | 'ok'
  | 'okNotes'
  | 'okWarnings'
  | 'okStamped'
  | 'changed'
  | 'broken'
  | 'partial'
  | 'failed'
  | 'untrusted'
  | 'revoked'
  | 'expired'
  | 'notYetValid'
  | 'later'
  | 'weak'
  | 'weakUndated'
  | 'unclear'
  | 'revocationUnknown'
  | 'unsigned'
  | 'unreadable'
  | 'claimed'
  | 'noTime'
  | 'proven'
  | 'notProven'
  | 'field'
  | 'fieldNoPage'
  | 'page'
  | 'pageText'
  | 'sigAdded'
  | 'ltv'
  | 'hidden'
  | 'empty'
  | 'removed'
  | 'nothingChanged'
  | 'changesUnknown'

type Label =
  | 'valid'
  | 'valid-with-notes'
  | 'indeterminate'
  | 'invalid'
  | 'unsigned'
  | 'unreadable'
  | 'TOTAL-PASSED'
  | 'TOTAL-FAILED'
  | 'INDETERMINATE'
  | 'signature'
  | 'timestamp'
  | 'approval'
  | 'certification'
  | 'signer'
  | 'tsa'
  | 'organisation'
  | 'issuer'
  | 'from'
  | 'time'
  | 'integrity'
  | 'intact'
  | 'brokenWord'
  | 'unknownWord'
  | 'reason'
  | 'location'
  | 'changes'
  | 'permitted'
  | 'notPermitted'
  | 'undecided'
  | 'unchecked'
  | 'problems'
  | 'notes'
  | 'details'
  | 'checkedAt'
  | 'unnamed'
  | 'and'
  | 'or'
  | 'more'
  | 'claims'
  | 'noClaims'
  | 'claimedSigner'
  | 'noTimeWord'
  | 'path'

/** Sentences of the report for people (V-07) and the labels around them. */
export const HUMAN_TEXTS: Readonly<Record<Sentence, Text>> = {
  ok: {
    en: 'Signed by {name}. The document has not changed since.',
    vi: 'Do {name} ký. Tài liệu không thay đổi kể từ khi ký.',
  },
  okNotes: {
    en: 'Signed by {name}. Later additions are of the kind the signer allowed: {list}.',
    vi: 'Do {name} ký. Các bổ sung sau đó thuộc loại người ký cho phép: {list}.',
  },
  okWarnings: {
    en: 'Signed by {name}. The document has not changed since; see the notes below.',
    vi: 'Do {name} ký. Tài liệu không thay đổi kể từ khi ký; xem các lưu ý bên dưới.',
  },
  okStamped: {
    en: 'Nobody signed the document. A time stamp from {name} proves that it existed before {t}; it has not changed since in a way that is not allowed.',
    vi: 'Tài liệu chưa có ai ký. Dấu thời gian của {name} chứng minh tài liệu đã tồn tại trước {t}; từ đó không có thay đổi trái phép.',
  },
  changed: {
    en: 'The document was changed after {name} signed, in a way not allowed: {list}.',
    vi: 'Tài liệu đã bị thay đổi trái phép sau khi {name} ký: {list}.',
  },
  broken: {
    en: 'The signature does not match the document. Do not rely on it.',
    vi: 'Chữ ký không khớp với tài liệu. Không nên tin dùng.',
  },
  partial: {
    en: 'This signature does not protect the whole document.',
    vi: 'Chữ ký này không bảo vệ toàn bộ tài liệu.',
  },
  failed: {
    en: 'A signature is not valid. Do not rely on the document.',
    vi: 'Có chữ ký không hợp lệ. Không nên tin dùng tài liệu.',
  },
  untrusted: {
    en: "The signature is intact, but the signer's certificate does not lead to an authority you trust.",
    vi: 'Chữ ký còn nguyên vẹn nhưng chứng thư chữ ký số không thuộc tổ chức chứng thực mà bạn tin cậy.',
  },
  revoked: {
    en: 'The certificate was revoked on {date}; there is no proof that the signature is older.',
    vi: 'Chứng thư chữ ký số đã bị thu hồi ngày {date}; không có bằng chứng chữ ký được tạo trước đó.',
  },
  expired: {
    en: 'The certificate expired on {date} and nothing proves the signature is older.',
    vi: 'Chứng thư chữ ký số hết hạn ngày {date}; không có bằng chứng chữ ký được tạo trước đó.',
  },
  notYetValid: {
    en: 'The certificate is valid only from {date}, after the time of checking.',
    vi: 'Chứng thư chữ ký số chỉ có hiệu lực từ ngày {date}, sau thời điểm kiểm tra.',
  },
  later: {
    en: 'Revocation could not be checked with fresh data. Try again after {date}.',
    vi: 'Chưa có dữ liệu mới để kiểm tra thu hồi. Hãy thử lại sau {date}.',
  },
  weak: {
    en: 'The signature uses {alg}, no longer considered safe since {date}.',
    vi: 'Chữ ký dùng thuật toán {alg}, không còn an toàn từ {date}.',
  },
  weakUndated: {
    en: 'The signature uses {alg}, no longer considered safe.',
    vi: 'Chữ ký dùng thuật toán {alg}, không còn an toàn.',
  },
  unclear: {
    en: 'It could not be established whether the signature is valid.',
    vi: 'Chưa xác định được chữ ký có hợp lệ hay không.',
  },
  revocationUnknown: {
    en: 'The signature is intact, but it could not be checked whether the certificate of the signer was revoked: no usable revocation data (CRL, OCSP).',
    vi: 'Chữ ký còn nguyên vẹn nhưng chưa kiểm tra được chứng thư của người ký có bị thu hồi hay không: không có dữ liệu thu hồi (CRL, OCSP) dùng được.',
  },
  unsigned: { en: 'The document is not signed.', vi: 'Tài liệu chưa được ký số.' },
  unreadable: {
    en: 'The file could not be read as a PDF document: {reason}',
    vi: 'Không đọc được tệp này như một tài liệu PDF: {reason}',
  },
  claimed: {
    en: 'Time stated by the signer (not proven): {t}',
    vi: 'Thời điểm do người ký khai (chưa được chứng minh): {t}',
  },
  noTime: { en: 'The signature states no time.', vi: 'Chữ ký không nêu thời điểm ký.' },
  proven: {
    en: 'Existed before {t}, proven by time stamp from {tsa}',
    vi: 'Đã tồn tại trước {t}, theo dấu thời gian của {tsa}',
  },
  notProven: {
    en: 'No time stamp proves when it was signed.',
    vi: 'Không có dấu thời gian chứng minh thời điểm ký.',
  },
  field: { en: 'Field "{f}" on page {p}: "{a}" became "{b}"', vi: 'Trường "{f}", trang {p}: từ "{a}" thành "{b}"' },
  fieldNoPage: { en: 'Field "{f}": "{a}" became "{b}"', vi: 'Trường "{f}": từ "{a}" thành "{b}"' },
  page: { en: 'Content of page {p} was changed', vi: 'Nội dung trang {p} đã bị thay đổi' },
  pageText: {
    en: 'Content of page {p} was changed: "{a}" became "{b}"',
    vi: 'Nội dung trang {p} đã bị thay đổi: từ "{a}" thành "{b}"',
  },
  sigAdded: { en: '{name} added a signature', vi: '{name} đã ký bổ sung' },
  ltv: {
    en: 'Data for long-term checking was added (does not alter the content)',
    vi: 'Đã bổ sung dữ liệu kiểm tra lâu dài (không làm thay đổi nội dung)',
  },
  hidden: {
    en: 'When it was signed the file already held hidden content: {list}',
    vi: 'Khi ký, tệp đã chứa nội dung ẩn: {list}',
  },
  empty: {
    en: 'Field "{f}" looks like a signature but is not signed',
    vi: 'Trường "{f}" trông như chữ ký nhưng chưa được ký',
  },
  removed: {
    en: 'A signature in field "{f}" was in the file earlier and has been removed',
    vi: 'Chữ ký tại trường "{f}" từng có trong tệp nhưng đã bị gỡ bỏ',
  },
  nothingChanged: { en: 'Nothing was changed after this signature.', vi: 'Không có thay đổi nào sau chữ ký này.' },
  changesUnknown: {
    en: 'Whether later changes are allowed could not be established.',
    vi: 'Chưa xác định được các thay đổi sau khi ký có được phép hay không.',
  },
}

/** Labels and single words. */
export const HUMAN_LABELS: Readonly<Record<Label, Text>> = {
  valid: { en: 'VALID', vi: 'HỢP LỆ' },
  'valid-with-notes': { en: 'VALID, WITH NOTES', vi: 'HỢP LỆ, CÓ LƯU Ý' },
  indeterminate: { en: 'UNDETERMINED', vi: 'KHÔNG XÁC ĐỊNH' },
  invalid: { en: 'NOT VALID', vi: 'KHÔNG HỢP LỆ' },
  unsigned: { en: 'NOT SIGNED', vi: 'CHƯA KÝ SỐ' },
  unreadable: { en: 'UNREADABLE', vi: 'KHÔNG ĐỌC ĐƯỢC' },
  'TOTAL-PASSED': { en: 'valid', vi: 'hợp lệ' },
  'TOTAL-FAILED': { en: 'not valid', vi: 'không hợp lệ' },
  INDETERMINATE: { en: 'undetermined', vi: 'không xác định' },
  signature: { en: 'Signature {n} ({role})', vi: 'Chữ ký {n} ({role})' },
  timestamp: { en: 'Document time stamp {n}', vi: 'Dấu thời gian tài liệu {n}' },
  approval: { en: 'approval', vi: 'phê duyệt' },
  certification: { en: 'certification', vi: 'chứng nhận tài liệu' },
  signer: { en: 'Signer', vi: 'Người ký' },
  tsa: { en: 'Time stamp authority', vi: 'Đơn vị cấp dấu thời gian' },
  organisation: { en: 'Organisation', vi: 'Cơ quan, tổ chức' },
  issuer: { en: 'Certificate issued by', vi: 'Đơn vị cấp chứng thư' },
  from: { en: '{a} to {b}', vi: 'từ {a} đến {b}' },
  time: { en: 'Time', vi: 'Thời gian' },
  integrity: { en: 'Integrity', vi: 'Tính toàn vẹn' },
  intact: { en: 'the signed content is unaltered', vi: 'nội dung đã ký còn nguyên vẹn' },
  brokenWord: { en: 'the signed content does NOT match', vi: 'nội dung đã ký KHÔNG khớp' },
  unknownWord: { en: 'could not be checked', vi: 'không kiểm tra được' },
  reason: { en: 'Reason given', vi: 'Lý do ký' },
  location: { en: 'Place given', vi: 'Nơi ký' },
  changes: { en: 'Changes after this signature', vi: 'Thay đổi sau chữ ký này' },
  permitted: { en: 'allowed', vi: 'được phép' },
  notPermitted: { en: 'NOT ALLOWED', vi: 'KHÔNG ĐƯỢC PHÉP' },
  undecided: { en: 'undecided', vi: 'chưa xác định' },
  unchecked: { en: 'What could not be checked', vi: 'Những điều chưa kiểm tra được' },
  problems: { en: 'What is wrong', vi: 'Những điều không đúng' },
  notes: { en: 'Notes', vi: 'Lưu ý' },
  details: { en: 'Details for experts', vi: 'Chi tiết kỹ thuật' },
  checkedAt: { en: 'Checked for the time', vi: 'Thời điểm kiểm tra' },
  unnamed: { en: 'an unknown signer', vi: 'người ký không rõ' },
  and: { en: ' and ', vi: ' và ' },
  or: { en: ' or ', vi: ' hoặc ' },
  more: { en: 'and {n} more', vi: 'và {n} mục khác' },
  claims: {
    en: 'What the file claims. NOTHING was checked; use verify.',
    vi: 'Những gì tệp tự khai. CHƯA kiểm tra gì; hãy dùng lệnh verify.',
  },
  noClaims: { en: 'no signatures', vi: 'không có chữ ký' },
  claimedSigner: { en: 'claims to be signed by {name} at {t}', vi: 'tự khai do {name} ký lúc {t}' },
  noTimeWord: { en: 'an unstated time', vi: 'thời điểm không nêu' },
  path: { en: 'Certificate path', vi: 'Đường dẫn chứng thực' },
}

/** What each kind of change is called. */
export const CHANGE_TEXTS: Readonly<Record<ChangeKind, Text>> = {
  'dss-updated': HUMAN_TEXTS.ltv,
  'doc-timestamp-added': { en: 'A document time stamp was added', vi: 'Đã thêm dấu thời gian tài liệu' },
  'signature-added': { en: 'A signature was added in field "{f}"', vi: 'Đã thêm chữ ký tại trường "{f}"' },
  'signature-field-added': { en: 'A signature field "{f}" was added', vi: 'Đã thêm trường chữ ký "{f}"' },
  'field-value-changed': HUMAN_TEXTS.fieldNoPage,
  'appearance-changed': {
    en: 'The appearance of field "{f}" was changed',
    vi: 'Hình hiển thị của trường "{f}" đã thay đổi',
  },
  'widget-visibility-changed': { en: 'Field "{f}" was shown or hidden', vi: 'Trường "{f}" đã được hiện hoặc ẩn' },
  'annotation-added': { en: 'A comment or mark was added', vi: 'Đã thêm ghi chú hoặc đánh dấu' },
  'annotation-changed': { en: 'A comment or mark was changed', vi: 'Ghi chú hoặc đánh dấu đã thay đổi' },
  'annotation-removed': { en: 'A comment or mark was removed', vi: 'Đã xóa ghi chú hoặc đánh dấu' },
  'page-added': { en: 'A page was added', vi: 'Đã thêm trang' },
  'page-removed': { en: 'A page was removed', vi: 'Đã xóa trang' },
  'page-reordered': { en: 'Pages were put in another order', vi: 'Thứ tự trang đã thay đổi' },
  'page-content-changed': HUMAN_TEXTS.page,
  'font-changed': { en: 'A font was changed', vi: 'Phông chữ đã thay đổi' },
  'attachment-changed': { en: 'Attached files were changed', vi: 'Tệp đính kèm đã thay đổi' },
  'script-or-action-changed': { en: 'Scripts or actions were changed', vi: 'Tập lệnh hoặc hành động đã thay đổi' },
  'metadata-changed': { en: 'Document information was changed', vi: 'Thông tin mô tả tài liệu đã thay đổi' },
  'layer-changed': { en: 'Layers were changed', vi: 'Các lớp hiển thị đã thay đổi' },
  'form-structure-changed': { en: 'The form was changed', vi: 'Cấu trúc biểu mẫu đã thay đổi' },
  'object-freed': { en: 'Parts of the document were deleted', vi: 'Một phần dữ liệu tài liệu đã bị xóa' },
  'unreferenced-data': { en: 'Data that nothing refers to was added', vi: 'Đã thêm dữ liệu không được dùng đến' },
  'trailing-data': {
    en: 'Data was added after the end of the document',
    vi: 'Đã thêm dữ liệu sau phần kết thúc tài liệu',
  },
  unknown: { en: 'A change that could not be explained', vi: 'Thay đổi chưa giải thích được' },
}

/** What stays open when a check has no answer, and what to do about it. */
export const UNCHECKED_TEXTS: Readonly<Record<keyof NonNullable<SignatureReport['checks']>, Text>> = {
  format: { en: 'the form of the signature', vi: 'cấu trúc của chữ ký' },
  bytesIntact: { en: 'whether the document is unaltered', vi: 'tài liệu có còn nguyên vẹn hay không' },
  signatureValue: { en: "the signature value against the signer's key", vi: 'giá trị chữ ký với khóa của người ký' },
  signer: { en: 'who signed', vi: 'danh tính người ký' },
  chain: {
    en: "whether the signer's certificate comes from a trusted authority (needs the certificate of that authority)",
    vi: 'chứng thư của người ký có do tổ chức tin cậy cấp hay không (cần chứng thư gốc của tổ chức đó)',
  },
  revocation: {
    en: 'whether a certificate was revoked (needs a current revocation list or answer of the authority)',
    vi: 'chứng thư có bị thu hồi hay không (cần danh sách thu hồi hoặc phản hồi trạng thái còn hiệu lực của tổ chức chứng thực)',
  },
  algorithms: { en: 'whether the algorithms are safe', vi: 'thuật toán có an toàn hay không' },
  time: { en: 'when it was signed', vi: 'thời điểm ký' },
}
