// Words of the report around the sentences of V-07: headings, what the facts are called, whether the signer is trusted, what to do.
import type { SignatureReport } from '../../report.ts'
import type { Text } from './types.ts'

type Heading =
  | 'title'
  | 'file'
  | 'conclusion'
  | 'who'
  | 'changed'
  | 'open'
  | 'nothingOpen'
  | 'advice'
  | 'details'
  | 'changesAfter'
  | 'checks'
  | 'otherSigner'
  | 'validPartly'
  | 'document'
  | 'noSignatures'
  | 'signaturesUnknown'
  | 'madeWith'

/** Headings in the order of V-05. */
export const HEADINGS: Readonly<Record<Heading, Text>> = {
  title: { en: 'Report on the digital signatures of a document', vi: 'Kết quả kiểm tra chữ ký số của tài liệu' },
  file: { en: 'File', vi: 'Tệp' },
  conclusion: { en: 'Conclusion', vi: 'Kết luận' },
  who: { en: 'Who signed, for whom, since when', vi: 'Ai ký, thuộc cơ quan nào, từ khi nào' },
  changed: { en: 'What changed after each signature', vi: 'Thay đổi sau mỗi chữ ký' },
  open: {
    en: 'What is wrong or could not be checked, and what to do',
    vi: 'Điều không đúng, điều chưa kiểm tra được và việc cần làm',
  },
  nothingOpen: { en: 'Nothing is wrong, and everything was checked.', vi: 'Không có gì sai và đã kiểm tra đầy đủ.' },
  advice: { en: 'What to do', vi: 'Việc cần làm' },
  details: { en: 'Details for experts', vi: 'Chi tiết kỹ thuật' },
  changesAfter: { en: 'After signature {n}, {name}', vi: 'Sau chữ ký {n}, {name}' },
  checks: {
    en: 'checks in the order of Decree 68/2024/ND-CP',
    vi: 'các bước kiểm tra theo trình tự Nghị định 68/2024/NĐ-CP',
  },
  otherSigner: { en: 'NOT BY THE EXPECTED SIGNER', vi: 'KHÔNG PHẢI NGƯỜI KÝ ĐƯỢC YÊU CẦU' },
  validPartly: { en: 'VALID, NOT FULLY CHECKED', vi: 'HỢP LỆ, CHƯA KIỂM TRA ĐẦY ĐỦ' },
  document: { en: 'Document', vi: 'Tài liệu' },
  noSignatures: { en: 'Nobody signed this file digitally.', vi: 'Không có ai ký số tệp này.' },
  signaturesUnknown: {
    en: 'The file could not be read, so it is not known whether anybody signed it.',
    vi: 'Không đọc được tệp nên không biết có ai ký hay không.',
  },
  madeWith: { en: 'Made by {engine}', vi: 'Lập bằng {engine}' },
}

type Fact = 'unconfirmed' | 'claimedOrganisation' | 'period' | 'time' | 'trusted' | 'validAtSigning' | 'managed'

/** Facts of T15-27 that `HUMAN_LABELS` does not name. */
export const FACT_LABELS: Readonly<Record<Fact, Text>> = {
  unconfirmed: { en: 'Signer, NOT confirmed', vi: 'Người ký, CHƯA được xác nhận' },
  time: { en: 'When', vi: 'Thời gian ký' },
  trusted: { en: 'Signer confirmed', vi: 'Xác nhận người ký' },
  validAtSigning: { en: 'Certificate validity', vi: 'Hiệu lực chứng thư' },
  period: { en: 'Certificate period', vi: 'Thời hạn chứng thư' },
  managed: { en: 'Organisation (holds the certificate)', vi: 'Cơ quan, tổ chức (quản lý chứng thư)' },
  claimedOrganisation: {
    en: 'Organisation, as the certificate says',
    vi: 'Cơ quan, tổ chức, theo chứng thư tự ghi',
  },
}

type Trust =
  | 'yes'
  | 'yesThrough'
  | 'revokedBefore'
  | 'notTheirs'
  | 'unknownRevocation'
  | 'skippedRevocation'
  | 'revoked'
  | 'untrusted'
  | 'fails'
  | 'unknown'

/** Whether the certificate proves who signed. */
export const TRUST_TEXTS: Readonly<Record<Trust, Text>> = {
  yes: {
    en: 'Yes: the certificate was issued by "{anchor}", an authority you trust, and is not revoked.',
    vi: 'Có: chứng thư do "{anchor}", tổ chức chứng thực mà bạn tin cậy, cấp và không bị thu hồi.',
  },
  yesThrough: {
    en: 'Yes: the certificate was issued by "{issuer}", which "{anchor}", an authority you trust, vouches for; it is not revoked.',
    vi: 'Có: chứng thư do "{issuer}" cấp, tổ chức này được "{anchor}" mà bạn tin cậy chứng thực; chứng thư không bị thu hồi.',
  },
  notTheirs: {
    en: 'No: the certificate is genuine, but the signature does not match this document. It does not show that "{name}" signed this content.',
    vi: 'Không: chứng thư là thật nhưng chữ ký không khớp với tài liệu này. Không chứng minh được "{name}" đã ký nội dung này.',
  },
  unknownRevocation: {
    en: 'Not yet: the certificate comes from "{anchor}", an authority you trust, but it is unknown whether it was revoked.',
    vi: 'Chưa: chứng thư thuộc "{anchor}", tổ chức chứng thực mà bạn tin cậy, nhưng chưa biết có bị thu hồi hay không.',
  },
  skippedRevocation: {
    en: 'Not fully: the certificate comes from "{anchor}", an authority you trust, but revocation was not checked, as asked.',
    vi: 'Chưa đầy đủ: chứng thư thuộc "{anchor}", tổ chức chứng thực mà bạn tin cậy, nhưng đã bỏ qua kiểm tra thu hồi theo yêu cầu.',
  },
  revoked: {
    en: 'No: the certificate was revoked on {date}.',
    vi: 'Không: chứng thư đã bị thu hồi ngày {date}.',
  },
  revokedBefore: {
    en: 'No: the certificate was revoked on {date}, BEFORE the time that the signer states.',
    vi: 'Không: chứng thư đã bị thu hồi ngày {date}, TRƯỚC thời điểm ký mà người ký khai.',
  },
  untrusted: {
    en: 'No: the certificate was issued by "{issuer}", which is not among the authorities you trust. Anyone can make a certificate with any name.',
    vi: 'Không: chứng thư do "{issuer}" cấp, không thuộc các tổ chức chứng thực mà bạn tin cậy. Ai cũng có thể tự tạo chứng thư với tên bất kỳ.',
  },
  fails: {
    en: 'No: the certificate did not pass its checks.',
    vi: 'Không: chứng thư không qua được kiểm tra.',
  },
  unknown: {
    en: 'Unknown: the certificate could not be checked.',
    vi: 'Chưa rõ: không kiểm tra được chứng thư.',
  },
}

type Validity = 'yesProven' | 'yesNow' | 'no' | 'unknown'

/** N68-02: in its period, within its scope, not revoked, at the time of signing. */
export const VALIDITY_TEXTS: Readonly<Record<Validity, Text>> = {
  yesProven: {
    en: 'valid at {t}, when the signature is proven to have existed',
    vi: 'có hiệu lực vào lúc {t}, thời điểm đã chứng minh là có chữ ký',
  },
  yesNow: {
    en: 'valid at the time of this check; at the time of signing: not proven',
    vi: 'có hiệu lực tại thời điểm kiểm tra; tại thời điểm ký: chưa được chứng minh',
  },
  no: {
    en: 'NOT valid, and nothing proves that it was when the signature was made',
    vi: 'KHÔNG có hiệu lực, và không có gì chứng minh còn hiệu lực khi ký',
  },
  unknown: { en: 'unknown', vi: 'chưa xác định' },
}

type Advice =
  | 'rely'
  | 'relyChanges'
  | 'relyNotes'
  | 'relyStamp'
  | 'notChecked'
  | 'changed'
  | 'broken'
  | 'failed'
  | 'untrusted'
  | 'revoked'
  | 'expired'
  | 'notYetValid'
  | 'later'
  | 'revocation'
  | 'weak'
  | 'unclear'
  | 'unsigned'
  | 'unreadable'
  | 'password'
  | 'limit'
  | 'otherSigner'
  | 'otherDocument'

/** V-05, fourth part. */
export const ADVICE_TEXTS: Readonly<Record<Advice, Text>> = {
  rely: {
    en: 'Compare the signer named above with the person or agency you expect. If they are the same, you can rely on the document.',
    vi: 'Đối chiếu người ký nêu trên với người hoặc cơ quan mà bạn chờ đợi. Nếu đúng thì có thể tin dùng tài liệu.',
  },
  relyChanges: {
    en: 'Compare the signers and the later additions listed above with what you expect. If they are right, you can rely on the document.',
    vi: 'Đối chiếu người ký và các bổ sung nêu trên với điều bạn chờ đợi. Nếu đúng thì có thể tin dùng tài liệu.',
  },
  relyNotes: {
    en: 'Read the notes, and compare the signer named above with the person or agency you expect. If nothing speaks against it, you can rely on the document.',
    vi: 'Đọc các lưu ý và đối chiếu người ký nêu trên với người hoặc cơ quan mà bạn chờ đợi. Nếu không có gì bất thường thì có thể tin dùng tài liệu.',
  },
  relyStamp: {
    en: 'The time stamp proves that the document existed at that time, not who made or approved it. Where a signature is needed, ask the sender for the signed file.',
    vi: 'Dấu thời gian chứng minh tài liệu đã tồn tại vào thời điểm đó, không chứng minh ai lập hoặc phê duyệt. Nếu cần chữ ký, hãy yêu cầu bên gửi cung cấp tệp đã ký.',
  },
  notChecked: {
    en: 'This check left something out, as asked (see the details). Check again in full before relying on the document.',
    vi: 'Lần kiểm tra này đã bỏ qua một số bước theo yêu cầu (xem chi tiết). Hãy kiểm tra lại đầy đủ trước khi tin dùng tài liệu.',
  },
  changed: {
    en: 'Do not rely on this file. Ask the sender, or {name}, for the file exactly as it was signed.',
    vi: 'Không tin dùng tệp này. Hãy yêu cầu bên gửi, hoặc {name}, cung cấp đúng tệp như khi ký.',
  },
  broken: {
    en: 'Do not rely on this file. Ask the sender, or {name}, for an intact copy or a new signature.',
    vi: 'Không tin dùng tệp này. Hãy yêu cầu bên gửi, hoặc {name}, cung cấp bản còn nguyên vẹn hoặc ký lại.',
  },
  failed: {
    en: 'Do not rely on this file. Ask the sender for a correctly signed copy.',
    vi: 'Không tin dùng tệp này. Hãy yêu cầu bên gửi cung cấp bản được ký đúng.',
  },
  untrusted: {
    en: 'Do not take the name of the signer as proven. If you know and trust the authority "{issuer}", ask whoever keeps the list of trusted authorities of this program to add it, and check again; otherwise ask the signer in another way whether the document is genuine.',
    vi: 'Chưa coi tên người ký là đã được chứng minh. Nếu bạn biết và tin cậy tổ chức "{issuer}", hãy đề nghị người quản lý danh sách tin cậy của chương trình này thêm tổ chức đó rồi kiểm tra lại; nếu không, hãy hỏi lại người ký bằng cách khác để xác nhận tài liệu.',
  },
  revoked: {
    en: 'Do not accept this signature. Ask {name} to sign again with a certificate in force, or to give proof (a time stamp) that the signature is older than the revocation.',
    vi: 'Không chấp nhận chữ ký này. Hãy yêu cầu {name} ký lại bằng chứng thư còn hiệu lực, hoặc đưa bằng chứng (dấu thời gian) rằng chữ ký có trước khi chứng thư bị thu hồi.',
  },
  expired: {
    en: 'Do not accept this signature as it is. Ask {name} to sign again with a certificate in force, or to give proof (a time stamp) that the signature is older.',
    vi: 'Chưa chấp nhận chữ ký này. Hãy yêu cầu {name} ký lại bằng chứng thư còn hiệu lực, hoặc đưa bằng chứng (dấu thời gian) rằng chữ ký có trước khi chứng thư hết hạn.',
  },
  notYetValid: {
    en: 'Check the clock of this machine; if it is right, ask {name} to sign with a certificate in force.',
    vi: 'Kiểm tra đồng hồ của máy này; nếu đúng, hãy yêu cầu {name} ký bằng chứng thư đang có hiệu lực.',
  },
  later: {
    en: 'Check again after {date}, when newer revocation data should be out; do not rely on the document before.',
    vi: 'Kiểm tra lại sau {date}, khi có dữ liệu thu hồi mới hơn; trước đó chưa nên tin dùng tài liệu.',
  },
  revocation: {
    en: 'Check again online, or with the current revocation list of "{issuer}"; do not rely on the document before.',
    vi: 'Kiểm tra lại qua mạng, hoặc với danh sách thu hồi mới nhất của "{issuer}"; trước đó chưa nên tin dùng tài liệu.',
  },
  weak: {
    en: 'Ask {name} to sign again with an algorithm that is considered safe.',
    vi: 'Yêu cầu {name} ký lại bằng thuật toán còn được coi là an toàn.',
  },
  unclear: {
    en: 'Do not rely on the document until the points above are settled; ask the sender for a file that can be checked.',
    vi: 'Chưa nên tin dùng tài liệu cho đến khi làm rõ các điểm trên; hãy yêu cầu bên gửi cung cấp tệp kiểm tra được.',
  },
  unsigned: {
    en: 'Treat this file as unsigned. If it should be signed, ask the sender for the signed file.',
    vi: 'Coi tệp này là chưa ký. Nếu tài liệu phải được ký, hãy yêu cầu bên gửi cung cấp tệp đã ký.',
  },
  unreadable: {
    en: 'Do not rely on this file. Ask the sender for it again, in another way if possible.',
    vi: 'Không tin dùng tệp này. Hãy yêu cầu bên gửi gửi lại, nếu được thì bằng đường khác.',
  },
  password: {
    en: 'Check again with the password of the file.',
    vi: 'Kiểm tra lại với mật khẩu của tệp.',
  },
  limit: {
    en: 'The file demands more than is allowed for files from strangers. Ask the sender why, or have it checked with higher limits on a machine set apart.',
    vi: 'Tệp đòi hỏi nhiều tài nguyên hơn mức cho phép đối với tệp từ bên ngoài. Hãy hỏi bên gửi lý do, hoặc kiểm tra với giới hạn cao hơn trên máy riêng.',
  },
  otherSigner: {
    en: 'Do not take this document for one of {name}. Ask the sender for the file signed by {name}.',
    vi: 'Không coi đây là tài liệu của {name}. Hãy yêu cầu bên gửi cung cấp tệp do {name} ký.',
  },
  otherDocument: {
    en: 'Do not rely on this file: it is another one than the one on record. Get the file from where it was recorded.',
    vi: 'Không tin dùng tệp này: đây không phải tệp đã được đăng ký. Hãy lấy tệp từ nơi đã đăng ký.',
  },
}

type Check = keyof NonNullable<SignatureReport['checks']>

/** The single checks in the order of N68-01: certificate, path, signature, time stamp. */
export const CHECK_TEXTS: readonly (readonly [Check, Text])[] = [
  ['signer', { en: 'The certificate of the signer is there', vi: 'Có chứng thư của người ký' }],
  ['revocation', { en: 'No certificate was revoked', vi: 'Không chứng thư nào bị thu hồi' }],
  [
    'chain',
    {
      en: 'The certificates are in force and lead to a trusted authority',
      vi: 'Các chứng thư có hiệu lực và dẫn tới tổ chức tin cậy',
    },
  ],
  [
    'signatureValue',
    { en: 'The signature was made with the key of that certificate', vi: 'Chữ ký được tạo bằng khóa của chứng thư đó' },
  ],
  ['bytesIntact', { en: 'The signed content is unaltered', vi: 'Nội dung đã ký còn nguyên vẹn' }],
  ['format', { en: 'The signature is well formed', vi: 'Cấu trúc chữ ký đúng quy định' }],
  ['algorithms', { en: 'The algorithms are considered safe', vi: 'Thuật toán còn được coi là an toàn' }],
  ['time', { en: 'A time stamp proves the time', vi: 'Thời điểm được dấu thời gian chứng minh' }],
]

/** Answers to a check, as words: never colour alone (V-06). */
export const CHECK_WORDS: Readonly<Record<'pass' | 'fail' | 'unknown' | 'skipped', Text>> = {
  pass: { en: 'yes', vi: 'đạt' },
  fail: { en: 'NO', vi: 'KHÔNG đạt' },
  unknown: { en: 'unknown', vi: 'chưa rõ' },
  skipped: { en: 'left out', vi: 'bỏ qua' },
}

/** A signature that does not match: what was changed cannot be listed, only that something was. */
export const ALTERED: Text = {
  en: 'The signed content itself was altered or damaged: it is not what was signed',
  vi: 'Chính nội dung đã ký bị sửa hoặc hỏng: không còn là nội dung được ký',
}

/** What a field that waits for its signature means. */
export const EMPTY_FIELD: Text = {
  en: 'It is a place prepared for a signature that nobody has filled: it proves nothing, and by itself it is no fault.',
  vi: 'Đây là vị trí chuẩn bị cho một chữ ký nhưng chưa ai ký: không chứng minh điều gì, và tự nó không phải là lỗi.',
}

/** Integrity of a genuine signature on a document that was changed against its rules later. */
export const INTACT_THEN_CHANGED: Text = {
  en: 'the content as it was signed is unaltered, but the document was changed afterwards',
  vi: 'nội dung lúc ký còn nguyên vẹn, nhưng tài liệu đã bị thay đổi sau đó',
}

/** Where no time stamp is there to be checked. */
export const NO_STAMP: Text = { en: 'no time stamp', vi: 'không có dấu thời gian' }

/** What was hidden in the file when it was signed (V-07 hidden): the risks of M-28 that concern content nobody saw. */
export const HIDDEN_TEXTS: Readonly<Record<string, Text>> = {
  HIDDEN_WIDGET: { en: 'the field "{field}"', vi: 'trường "{field}"' },
  HIDDEN_LAYER: { en: '{count} layers switched off', vi: '{count} lớp nội dung bị tắt' },
  UNREFERENCED_OBJECTS: {
    en: '{count} pages, drawings or texts that nothing shows',
    vi: '{count} trang, hình vẽ hoặc nội dung không hiển thị ở đâu',
  },
  HIDDEN_DEFINITION: {
    en: '{count} second versions of objects',
    vi: '{count} phiên bản thứ hai của các đối tượng',
  },
}
