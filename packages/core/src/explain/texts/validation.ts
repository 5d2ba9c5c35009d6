import type { Texts } from './types.ts'

/** Names of the limits (section 8) with what each counts. */
const LIMITS: Readonly<Record<string, readonly [en: string, vi: string]>> = {
  FILE_SIZE: ['the size of the file', 'kích thước tệp'],
  XREF_ENTRIES: ['the number of objects', 'số lượng đối tượng'],
  OBJECT_NUMBER: ['the object numbers', 'số hiệu đối tượng'],
  REVISIONS: ['the number of revisions', 'số phiên bản'],
  SIGNATURES: ['the number of signatures', 'số chữ ký'],
  NESTING: ['the nesting of objects', 'độ lồng nhau của đối tượng'],
  PAGE_DEPTH: ['the depth of the page tree', 'độ sâu cây trang'],
  PAGES: ['the number of pages', 'số trang'],
  FIELDS: ['the number of form fields', 'số trường biểu mẫu'],
  KIDS: ['the number of entries of a form node', 'số mục của một nút biểu mẫu'],
  NAME: ['the length of a name', 'độ dài tên'],
  STRING: ['the length of a string', 'độ dài chuỗi'],
  INFLATE_ONE: ['the size of an unpacked stream', 'kích thước một luồng sau giải nén'],
  INFLATE_TOTAL: ['the size of all unpacked streams', 'tổng kích thước các luồng sau giải nén'],
  INFLATE_RATIO: ['the compression ratio', 'tỷ lệ nén'],
  FILTERS: ['the number of filters of a stream', 'số bộ lọc của một luồng'],
  OBJSTM: ['the size of an object stream', 'kích thước luồng đối tượng'],
  PATHS: ['the number of paths to an object', 'số đường dẫn tới một đối tượng'],
  CONTENTS: ['the size of the signature data', 'kích thước dữ liệu chữ ký'],
  CHANGES: ['the number of changes', 'số thay đổi'],
  CPU: ['the computing time', 'thời gian tính toán'],
  APPEARANCE: ['the size of an appearance', 'kích thước hình hiển thị của chữ ký'],
  KDF_ITERATIONS: ['the work to open the key file', 'khối lượng tính toán để mở tệp khóa'],
  P12_BAGS: ['the number of items in the key file', 'số mục trong tệp khóa'],
  TIME: ['the time the check took', 'thời gian kiểm tra'],
  MEMORY: ['the memory the check needed', 'bộ nhớ cần cho việc kiểm tra'],
  CMS_CERTS: ['the number of certificates in the signature', 'số chứng thư trong chữ ký'],
  DSS_CERTS: ['the number of items of validation data', 'số mục dữ liệu kiểm tra'],
  CHAIN_LENGTH: ['the length of a certificate chain', 'độ dài chuỗi chứng thư'],
  CHAINS: ['the number of certificate chains', 'số chuỗi chứng thư'],
  VERIFICATIONS: ['the number of signature checks', 'số lần kiểm tra chữ ký'],
  ASN1_DEPTH: ['the nesting of the signature data', 'độ lồng nhau của dữ liệu chữ ký'],
  ASN1_ELEMENTS: ['the number of elements in the signature data', 'số phần tử trong dữ liệu chữ ký'],
  INTEGER: ['the length of a number', 'độ dài của một số'],
}

const LIMIT_TEXTS: Texts = Object.fromEntries(
  Object.entries(LIMITS).map(([name, [en, vi]]) => [
    `LIMIT_${name}`,
    {
      en: `Not fully checked: ${en} is beyond the limit set against hostile files.`,
      vi: `Chưa kiểm tra hết: ${vi} vượt giới hạn đặt ra để chống tệp độc hại.`,
    },
  ]),
)

/** Texts of the verdict and of what concerns the document as a whole. */
export const VALIDATION_TEXTS: Texts = {
  ...LIMIT_TEXTS,
  DOC_CHANGED: {
    en: 'The document was changed after signing in a way that is not allowed.',
    vi: 'Tài liệu đã bị thay đổi trái phép sau khi ký.',
  },
  CHANGES_NOT_COMPARED: {
    en: 'What changed after signing was not compared, so the document counts as changed.',
    vi: 'Chưa so sánh các thay đổi sau khi ký nên tài liệu được coi là đã bị thay đổi.',
  },
  DOCUMENT_NOT_EXPECTED: {
    en: 'This is not the expected document: its SHA-256 is {actual}, expected {expected}.',
    vi: 'Đây không phải tài liệu mong đợi: SHA-256 là {actual}, cần {expected}.',
  },
  ANALYSIS_FAILED: {
    en: 'The check of this signature could not be completed.',
    vi: 'Không hoàn thành được việc kiểm tra chữ ký này.',
  },
  NO_TRUST_PATH_CHECK: {
    en: 'The certificate path was not checked.',
    vi: 'Chưa kiểm tra chuỗi chứng thư chữ ký số.',
  },
  REVOCATION_UNKNOWN: {
    en: 'There is no usable data that tells whether the certificate of {subject} was revoked.',
    vi: 'Không có dữ liệu dùng được cho biết chứng thư của {subject} đã bị thu hồi hay chưa.',
  },
  REVOCATION_SIGNER_EXPIRED: {
    en: 'The certificate of {subject}, who signed the revocation data, expired on {limit}, and nothing proves the data older.',
    vi: 'Chứng thư của {subject}, nơi ký dữ liệu thu hồi, đã hết hạn ngày {limit} và không có gì chứng minh dữ liệu có trước đó.',
  },
  CERTIFICATE_NOT_PROVEN: {
    en: 'Nothing proves that the certificate {subject} is older than the last time its chain is known to have been good.',
    vi: 'Không có gì chứng minh chứng thư số {subject} có trước thời điểm cuối cùng mà chuỗi của nó được biết là còn tốt.',
  },
  REVOCATION_NOT_PROVEN: {
    en: 'No revocation data on {subject} is proven to be older than the last time its chain is known to have been good.',
    vi: 'Không có dữ liệu thu hồi nào về {subject} được chứng minh có trước thời điểm cuối cùng mà chuỗi của nó được biết là còn tốt.',
  },
  WEAK_NOT_PROVEN: {
    en: 'An algorithm on {subject} or its revocation data has ended, and nothing proves them older than that.',
    vi: 'Một thuật toán của {subject} hoặc dữ liệu thu hồi của nó đã hết hạn an toàn và không có gì chứng minh chúng có trước đó.',
  },
  TIMESTAMPS_OUT_OF_ORDER: {
    en: 'The time stamp {first} ({time}) is younger than {second}, which covers it: one of them is wrong.',
    vi: 'Dấu thời gian {first} ({time}) lại mới hơn {second} là dấu bao trùm nó: một trong hai không đúng.',
  },
  TIMESTAMP_TOO_LATE: {
    en: 'The first proof of the signature ({proven}) comes more than {seconds} seconds after the time the signer states ({claimed}).',
    vi: 'Bằng chứng đầu tiên của chữ ký ({proven}) muộn hơn {seconds} giây so với thời điểm người ký khai ({claimed}).',
  },
  CONTENT_TIMESTAMP_INVALID: {
    en: 'A time stamp that the signer put over the content before signing does not hold; it is not counted.',
    vi: 'Dấu thời gian người ký đặt lên nội dung trước khi ký không hợp lệ; không được tính.',
  },
  IMPRINT_WEAK: {
    en: 'The time stamp covers its data with {algorithm}, which counted as safe until {until} only; it proves nothing for later.',
    vi: 'Dấu thời gian bao trùm dữ liệu bằng {algorithm}, chỉ được coi là an toàn đến {until}; không chứng minh được gì sau đó.',
  },
  SIGNATURE_POLICY_UNKNOWN: {
    en: 'The signature policy {policy} that the signature names is not known here, and the policy of this check demands it.',
    vi: 'Phần mềm này không biết chính sách ký {policy} ghi trong chữ ký, trong khi chính sách kiểm tra đòi hỏi điều đó.',
  },
  SIGNATURE_POLICY_HASH: {
    en: 'The signature policy {policy} is not the document that the signer agreed to: its hash differs.',
    vi: 'Chính sách ký {policy} không phải là văn bản mà người ký đã chấp nhận: giá trị băm khác nhau.',
  },
  SIGNER_MISMATCH: {
    en: 'No valid signature in this document was made by {signer}.',
    vi: 'Không có chữ ký hợp lệ nào trong tài liệu này là của {signer}.',
  },
}
