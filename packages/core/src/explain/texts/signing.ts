import type { Texts } from './types.ts'

/** What signing refuses: one line for a person per error code. */
export const SIGNING_TEXTS: Texts = {
  PDF_DEFECTS: {
    en: 'The file has defects of structure, and clean input was demanded.',
    vi: 'Tệp có lỗi cấu trúc trong khi yêu cầu tệp không có lỗi.',
  },
  PDF_PERMISSION: {
    en: 'The file does not permit this to its users; the owner password is needed.',
    vi: 'Tệp không cho phép người dùng thực hiện việc này; cần mật khẩu của chủ sở hữu.',
  },
  PDF_MAC_REQUIRED: {
    en: 'The encrypted file demands a message authentication code, which cannot be written yet.',
    vi: 'Tệp mã hóa yêu cầu mã xác thực thông điệp, chưa hỗ trợ ghi mã này.',
  },
  PDF_CERTIFIED_NO_CHANGES: {
    en: 'A signature in the document forbids every later change, further signatures included.',
    vi: 'Một chữ ký trong tài liệu cấm mọi thay đổi về sau, kể cả ký thêm.',
  },
  CERTIFICATION_NOT_FIRST: {
    en: 'A certification must be the first signature of the document.',
    vi: 'Chữ ký chứng nhận phải là chữ ký đầu tiên của tài liệu.',
  },
  PDF_UNSUPPORTED: {
    en: 'The document uses a feature that cannot be signed.',
    vi: 'Tài liệu dùng tính năng không thể ký số.',
  },
  FIELD_UNKNOWN: {
    en: 'There is no such field in the document.',
    vi: 'Tài liệu không có trường này.',
  },
  FIELD_EXISTS: {
    en: 'A field of this name exists already.',
    vi: 'Đã có trường mang tên này.',
  },
  FIELD_SIGNED: {
    en: 'The signature field is signed already.',
    vi: 'Trường chữ ký này đã được ký.',
  },
  FIELD_LOCKED: {
    en: 'The field is locked by an earlier signature.',
    vi: 'Trường này đã bị một chữ ký trước đó khóa.',
  },
  FIELD_INVALID: {
    en: 'The field cannot be used: its name, kind or structure does not fit.',
    vi: 'Không dùng được trường này: tên, loại hoặc cấu trúc không phù hợp.',
  },
  KEY_TOO_SMALL: {
    en: 'The key is too small: RSA keys need at least 2048 bits.',
    vi: 'Khóa quá ngắn: khóa RSA phải từ 2048 bit trở lên.',
  },
  KEY_MISMATCH: {
    en: 'The private key does not belong to the certificate.',
    vi: 'Khóa bí mật không khớp với chứng thư chữ ký số.',
  },
  CERT_EXPIRED: {
    en: 'The certificate has expired.',
    vi: 'Chứng thư chữ ký số đã hết hạn.',
  },
  CERT_NOT_YET_VALID: {
    en: 'The certificate is not valid yet.',
    vi: 'Chứng thư chữ ký số chưa có hiệu lực.',
  },
  CERT_PURPOSE: {
    en: 'The certificate is not meant for signing documents.',
    vi: 'Chứng thư chữ ký số không dùng để ký tài liệu.',
  },
  CERT_INVALID: {
    en: 'The certificate is missing or cannot be read.',
    vi: 'Thiếu chứng thư chữ ký số hoặc không đọc được chứng thư.',
  },
  PEM_INVALID: {
    en: 'The PEM file is damaged.',
    vi: 'Tệp PEM bị hỏng.',
  },
  P12_PASSWORD_WRONG: {
    en: 'The password of the key file is wrong.',
    vi: 'Mật khẩu của tệp khóa không đúng.',
  },
  P12_UNSUPPORTED: {
    en: 'The key file is protected by an algorithm that is not supported.',
    vi: 'Tệp khóa được bảo vệ bằng thuật toán chưa được hỗ trợ.',
  },
  P12_INVALID: {
    en: 'The key file is damaged or is not a PKCS#12 file.',
    vi: 'Tệp khóa bị hỏng hoặc không phải tệp PKCS#12.',
  },
  P12_NO_KEY: {
    en: 'The file holds no private key.',
    vi: 'Tệp không chứa khóa bí mật.',
  },
  P12_LEGACY_NEEDS_FORGE: {
    en: 'The key file uses old encryption (3DES, RC2): install node-forge, or convert the file to AES.',
    vi: 'Tệp khóa dùng mã hóa cũ (3DES, RC2): hãy cài node-forge hoặc chuyển tệp sang AES.',
  },
  SCHEME_NOT_AGREED: {
    en: 'Signer, policy and field have no signature scheme in common.',
    vi: 'Bên ký, chính sách và trường chữ ký không có thuật toán ký chung.',
  },
  SIGNATURE_MISMATCH: {
    en: 'The value the signer returned does not fit its certificate; nothing was written.',
    vi: 'Giá trị chữ ký trả về không khớp với chứng thư; không ghi gì vào tệp.',
  },
  CMS_TOO_LARGE: {
    en: 'The signature is larger than the room kept for it.',
    vi: 'Chữ ký lớn hơn phần chỗ đã dành sẵn.',
  },
  OUTPUT_NOT_VERIFIED: {
    en: 'The signed file did not pass its own check and was not delivered.',
    vi: 'Tệp đã ký không vượt qua bước tự kiểm tra nên không được trả về.',
  },
  BASE_CHANGED: {
    en: 'The file has changed since the signature was prepared.',
    vi: 'Tệp đã thay đổi sau khi chuẩn bị ký.',
  },
  NOT_AVAILABLE: {
    en: 'This is not available yet.',
    vi: 'Chức năng này chưa có.',
  },
  SIGNER_REJECTED: {
    en: 'The signer refused to sign.',
    vi: 'Bên giữ khóa từ chối ký.',
  },
  ABORTED: {
    en: 'The work was cancelled.',
    vi: 'Công việc đã bị hủy.',
  },
  ARGUMENT_INVALID: {
    en: 'An option has a wrong value.',
    vi: 'Một tùy chọn có giá trị không hợp lệ.',
  },
}
