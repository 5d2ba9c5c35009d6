import type { Texts } from './types.ts'

/** Certificates, paths, revocation data and algorithms (X-01 to X-13, C-16). */
export const X509_TEXTS: Texts = {
  CERT_UNREADABLE: {
    en: 'The certificate cannot be read: {detail}',
    vi: 'Không đọc được chứng thư số: {detail}',
  },
  CERT_ALGORITHMS_DIFFER: {
    en: 'The certificate {subject} names two different signature algorithms.',
    vi: 'Chứng thư số {subject} ghi hai thuật toán ký khác nhau.',
  },
  CERT_EXTENSION_TWICE: {
    en: 'The certificate {subject} holds the extension {extension} twice.',
    vi: 'Chứng thư số {subject} chứa phần mở rộng {extension} hai lần.',
  },
  CERT_EXTENSION_MALFORMED: {
    en: 'The extension {extension} of the certificate {subject} cannot be read.',
    vi: 'Không đọc được phần mở rộng {extension} của chứng thư số {subject}.',
  },
  CERT_VERSION: {
    en: 'The certificate {subject} has version {version}, which does not fit its content.',
    vi: 'Chứng thư số {subject} có phiên bản {version}, không phù hợp với nội dung của nó.',
  },
  CERT_ISSUER_EMPTY: {
    en: 'The certificate {subject} does not name its issuer.',
    vi: 'Chứng thư số {subject} không ghi tên tổ chức cấp.',
  },
  CERT_SUBJECT_EMPTY: {
    en: 'A certificate names nobody: its subject is empty.',
    vi: 'Một chứng thư số không ghi tên chủ thể.',
  },
  CERT_CURVE_EXPLICIT: {
    en: 'The key of {subject} uses an elliptic curve that is spelled out instead of named.',
    vi: 'Khóa của {subject} dùng đường cong elliptic khai báo trực tiếp tham số thay vì theo tên.',
  },
  CERT_SERIAL: {
    en: 'The serial number {serial} of the certificate {subject} is not a positive number of at most 20 bytes.',
    vi: 'Số hiệu {serial} của chứng thư số {subject} không phải là số dương dài tối đa 20 byte.',
  },
  CERT_SIGNATURE_INVALID: {
    en: 'The signature of the issuer on the certificate {subject} is not genuine.',
    vi: 'Chữ ký của tổ chức cấp trên chứng thư số {subject} không đúng.',
  },
  DIGEST_INFO_WITHOUT_NULL: {
    en: 'The signature on {subject} leaves out a parameter that the standard demands; it is accepted.',
    vi: 'Chữ ký trên {subject} thiếu một tham số mà tiêu chuẩn yêu cầu; vẫn được chấp nhận.',
  },
  CERT_EXPIRED: {
    en: 'The certificate {subject} expired on {limit}; checked for {at}.',
    vi: 'Chứng thư số {subject} đã hết hạn ngày {limit}; thời điểm kiểm tra {at}.',
  },
  CERT_NOT_YET_VALID: {
    en: 'The certificate {subject} is valid only from {limit}; checked for {at}.',
    vi: 'Chứng thư số {subject} chỉ có hiệu lực từ {limit}; thời điểm kiểm tra {at}.',
  },
  CA_FLAG_MISSING: {
    en: 'The certificate {subject} issued a certificate but is not one of a certification authority.',
    vi: 'Chứng thư số {subject} đã cấp chứng thư số khác nhưng không phải của tổ chức chứng thực.',
  },
  CA_KEY_USAGE: {
    en: 'The key of {subject} must not sign certificates.',
    vi: 'Khóa của {subject} không được phép ký chứng thư số.',
  },
  CERT_KEY_USAGE_OF_CA: {
    en: 'The certificate {subject} is not one of a certification authority, yet says that its key signs certificates.',
    vi: 'Chứng thư số {subject} không phải của tổ chức chứng thực nhưng lại ghi khóa được dùng để ký chứng thư số.',
  },
  PATH_TOO_LONG: {
    en: 'There are more certification authorities below one another than the path allows, at {subject}.',
    vi: 'Số tổ chức chứng thực nối tiếp nhau vượt quá mức cho phép của đường dẫn, tại {subject}.',
  },
  CRITICAL_EXTENSION_UNKNOWN: {
    en: 'The certificate {subject} demands the extension {extension}, which is not known here.',
    vi: 'Chứng thư số {subject} đòi hỏi phần mở rộng {extension} mà phần mềm này không biết.',
  },
  EXTENSION_NOT_CRITICAL: {
    en: 'The extension {extension} of {subject} should be marked critical.',
    vi: 'Phần mở rộng {extension} của {subject} lẽ ra phải được đánh dấu là quan trọng.',
  },
  NAME_CONSTRAINT_BOUNDS: {
    en: 'A name constraint above {subject} uses bounds that the standard forbids.',
    vi: 'Một ràng buộc tên phía trên {subject} dùng giới hạn mà tiêu chuẩn không cho phép.',
  },
  NAME_EXCLUDED: {
    en: 'The issuer of {subject} must not issue certificates for this name.',
    vi: 'Tổ chức cấp chứng thư số {subject} không được phép cấp cho tên này.',
  },
  NAME_NOT_PERMITTED: {
    en: 'The name of {subject} is outside what its issuer may certify.',
    vi: 'Tên của {subject} nằm ngoài phạm vi mà tổ chức cấp được phép chứng thực.',
  },
  NAME_NOT_COMPARABLE: {
    en: 'A name of {subject} cannot be compared with what its issuer may certify.',
    vi: 'Không so sánh được một tên của {subject} với phạm vi mà tổ chức cấp được phép chứng thực.',
  },
  NAME_CONSTRAINTS_IN_LEAF: {
    en: 'The certificate {subject} limits names although it cannot issue certificates.',
    vi: 'Chứng thư số {subject} có ràng buộc tên dù không thể cấp chứng thư số.',
  },
  POLICY_REQUIRED: {
    en: 'No certificate policy is valid along the whole path, which is demanded at {subject}.',
    vi: 'Không có chính sách chứng thư nào hợp lệ trên toàn đường dẫn, điều bắt buộc tại {subject}.',
  },
  POLICY_MAPPING_ANY: {
    en: 'The certificate {subject} maps the policy "any", which is forbidden.',
    vi: 'Chứng thư số {subject} ánh xạ chính sách "bất kỳ", điều bị cấm.',
  },
  NO_PATH_TO_ANCHOR: {
    en: 'No path of certificates leads to a trusted one; missing or not trusted: {issuer}.',
    vi: 'Không có đường dẫn chứng thư số nào tới một gốc được tin cậy; thiếu hoặc không tin cậy: {issuer}.',
  },
  ANCHOR_NOT_YET: {
    en: 'The trusted certificate {subject} is trusted only from {start} on.',
    vi: 'Chứng thư số gốc {subject} chỉ được tin cậy từ {start}.',
  },
  ANCHOR_SUNSET: {
    en: 'The trusted certificate {subject} is trusted only until {sunset}.',
    vi: 'Chứng thư số gốc {subject} chỉ được tin cậy đến {sunset}.',
  },
  LIMIT_CHAINS: {
    en: 'More than {limit} certificate paths were possible; the search was stopped.',
    vi: 'Có hơn {limit} đường dẫn chứng thư số khả dĩ; việc tìm kiếm đã dừng.',
  },
  LIMIT_CHAIN_LENGTH: {
    en: 'The certificate path is longer than {limit}.',
    vi: 'Đường dẫn chứng thư số dài hơn {limit}.',
  },
  LIMIT_VERIFICATIONS: {
    en: 'Too many signatures would have to be checked; the check was stopped.',
    vi: 'Phải kiểm tra quá nhiều chữ ký; việc kiểm tra đã dừng.',
  },
  LIMIT_NC_WORK: {
    en: 'The name constraints are too large; the check was stopped.',
    vi: 'Ràng buộc tên quá lớn; việc kiểm tra đã dừng.',
  },
  LIMIT_POLICIES: {
    en: 'A certificate holds too many policies; the check was stopped.',
    vi: 'Một chứng thư số chứa quá nhiều chính sách; việc kiểm tra đã dừng.',
  },
  LIMIT_POLICY_NODES: {
    en: 'The certificate policies are too entangled; the check was stopped.',
    vi: 'Các chính sách chứng thư quá rắc rối; việc kiểm tra đã dừng.',
  },
  LIMIT_ASN1_DEPTH: {
    en: 'The data are nested too deeply; the check was stopped.',
    vi: 'Dữ liệu lồng nhau quá sâu; việc kiểm tra đã dừng.',
  },
  LIMIT_ASN1_ELEMENTS: {
    en: 'The data hold too many elements; the check was stopped.',
    vi: 'Dữ liệu có quá nhiều phần tử; việc kiểm tra đã dừng.',
  },
  LIMIT_INTEGER: {
    en: 'A number in the data is too long; the check was stopped.',
    vi: 'Một số trong dữ liệu quá dài; việc kiểm tra đã dừng.',
  },
  LIMIT_CRL_ENTRIES: {
    en: 'A revocation list is too long; it was not used.',
    vi: 'Danh sách thu hồi quá dài; không được sử dụng.',
  },
  LIMIT_CRL_SIZE: {
    en: 'A revocation list is too large; it was not used.',
    vi: 'Danh sách thu hồi có dung lượng quá lớn; không được sử dụng.',
  },
  LIMIT_OCSP_SIZE: {
    en: 'An OCSP response is too large; it was not used.',
    vi: 'Phản hồi OCSP có dung lượng quá lớn; không được sử dụng.',
  },
  UNSUPPORTED_ALGORITHM: {
    en: 'The algorithm {algorithm} is not known here; nothing is said about the signature.',
    vi: 'Phần mềm này không hỗ trợ thuật toán {algorithm}; chưa kết luận về chữ ký.',
  },
  ALGORITHMS_DISAGREE: {
    en: 'Signature algorithm, digest and key do not fit together: {detail}.',
    vi: 'Thuật toán ký, hàm băm và khóa không khớp nhau: {detail}.',
  },
  EDDSA_PARAMETERS: {
    en: 'The EdDSA signature algorithm has parameters, which is forbidden.',
    vi: 'Thuật toán ký EdDSA có tham số, điều không được phép.',
  },
  EDDSA_DIGEST: {
    en: 'The digest {digest} must not be used with {variant}.',
    vi: 'Không được dùng hàm băm {digest} với {variant}.',
  },
  PSS_MGF_DIFFERS: {
    en: 'The RSA-PSS signature uses {digest} but {mgf} for its mask.',
    vi: 'Chữ ký RSA-PSS dùng {digest} nhưng dùng {mgf} cho hàm sinh mặt nạ.',
  },
  PSS_SALT_LENGTH: {
    en: 'The RSA-PSS signature has an unusual salt length of {salt} bytes.',
    vi: 'Chữ ký RSA-PSS có độ dài salt bất thường: {salt} byte.',
  },
  RSA_EXPONENT_SMALL: {
    en: 'The RSA key has the small exponent {exponent}.',
    vi: 'Khóa RSA có số mũ nhỏ: {exponent}.',
  },
  DIGEST_WEAK: {
    en: 'The digest {algorithm} ({use}) counts as safe until {until}; checked for {at}.',
    vi: 'Hàm băm {algorithm} ({use}) chỉ được coi là an toàn đến {until}; thời điểm kiểm tra {at}.',
  },
  KEY_WEAK: {
    en: '{algorithm} with a key of {bits} bits ({use}) counts as safe until {until}; checked for {at}.',
    vi: '{algorithm} với khóa {bits} bit ({use}) chỉ được coi là an toàn đến {until}; thời điểm kiểm tra {at}.',
  },
  SIGNER_PURPOSE_REQUIRED: {
    en: 'The policy of this check demands one of the purposes {purposes}, which the certificate {subject} does not have.',
    vi: 'Chính sách kiểm tra đòi hỏi một trong các mục đích {purposes} mà chứng thư số {subject} không có.',
  },
  SIGNER_PURPOSE_EXCLUDED: {
    en: 'The certificate {subject} is for {purposes}, which the policy of this check excludes.',
    vi: 'Chứng thư số {subject} dùng cho {purposes}, mục đích bị chính sách kiểm tra loại trừ.',
  },
  SIGNER_KEY_USAGE: {
    en: 'The key of {subject} is not meant for signing documents.',
    vi: 'Khóa của {subject} không dùng để ký văn bản.',
  },
  SIGNER_PURPOSE: {
    en: 'The certificate {subject} is meant for other purposes only: {purposes}.',
    vi: 'Chứng thư số {subject} chỉ dùng cho mục đích khác: {purposes}.',
  },
  SIGNER_PURPOSE_UNUSUAL: {
    en: 'The certificate {subject} does not name document signing among its purposes: {purposes}.',
    vi: 'Chứng thư số {subject} không ghi mục đích ký văn bản: {purposes}.',
  },
  SIGNER_OCSP_NOCHECK: {
    en: 'The certificate {subject} of a signer claims that its revocation need not be checked.',
    vi: 'Chứng thư số {subject} của người ký khai báo không cần kiểm tra thu hồi.',
  },
  NO_REV_AVAIL_CONTRADICTED: {
    en: 'The certificate {subject} says that no revocation data exist, and yet where to find them.',
    vi: 'Chứng thư số {subject} vừa ghi không có dữ liệu thu hồi, vừa chỉ nơi lấy dữ liệu đó.',
  },
  TSA_CERTIFICATE_PURPOSE: {
    en: 'The certificate {subject} is not meant for time stamps alone.',
    vi: 'Chứng thư số {subject} không phải loại chỉ dùng để cấp dấu thời gian.',
  },
  OCSP_RESPONDER_PURPOSE: {
    en: 'The certificate {subject} is not meant for OCSP responses.',
    vi: 'Chứng thư số {subject} không dùng để ký phản hồi OCSP.',
  },
  CERT_REVOKED: {
    en: 'The certificate {subject} was revoked on {revokedAt} ({reason}); checked for {at}.',
    vi: 'Chứng thư số {subject} đã bị thu hồi ngày {revokedAt} ({reason}); thời điểm kiểm tra {at}.',
  },
  CERT_ON_HOLD: {
    en: 'The certificate {subject} has been suspended since {revokedAt}.',
    vi: 'Chứng thư số {subject} đang bị tạm dừng từ {revokedAt}.',
  },
  REVOCATION_MISSING: {
    en: 'It is not known whether the certificate {subject} was revoked: no revocation data were found.',
    vi: 'Chưa biết chứng thư số {subject} có bị thu hồi hay không: không có dữ liệu thu hồi.',
  },
  REVOCATION_UNUSABLE: {
    en: 'It is not known whether the certificate {subject} was revoked: the data at hand cannot be used ({detail}).',
    vi: 'Chưa biết chứng thư số {subject} có bị thu hồi hay không: dữ liệu hiện có không dùng được ({detail}).',
  },
  REVOCATION_STALE: {
    en: 'The revocation data for {subject} are out of date ({nextUpdate}); newer ones are needed.',
    vi: 'Dữ liệu thu hồi của {subject} đã cũ ({nextUpdate}); cần dữ liệu mới hơn.',
  },
  REVOCATION_UNREADABLE: {
    en: 'A piece of revocation data cannot be read and was not used: {detail}',
    vi: 'Không đọc được một dữ liệu thu hồi nên không sử dụng: {detail}',
  },
  REVOCATION_INCOMPLETE_REASONS: {
    en: 'The revocation lists at hand cover only some reasons of revocation for {subject}.',
    vi: 'Các danh sách thu hồi hiện có chỉ bao gồm một số lý do thu hồi đối với {subject}.',
  },
  OCSP_PRODUCED_EARLY: {
    en: 'An OCSP response for {subject} was produced before the status it states.',
    vi: 'Phản hồi OCSP cho {subject} được tạo trước thời điểm của trạng thái mà nó nêu.',
  },
  FETCH_REFUSED: {
    en: 'A certificate names {url}, which is not asked for safety: {detail}.',
    vi: 'Một chứng thư số chỉ tới {url}, không truy cập vì lý do an toàn ({detail}).',
  },
  FETCH_FAILED: {
    en: 'Nothing could be fetched from {url}: {detail}.',
    vi: 'Không tải được dữ liệu từ {url} ({detail}).',
  },
  FETCH_UNUSABLE: {
    en: 'What {url} answered cannot be used: {detail}.',
    vi: 'Dữ liệu nhận từ {url} không dùng được ({detail}).',
  },
  LIMIT_NETWORK: {
    en: 'Too much would have to be fetched from the network; {url} was not asked.',
    vi: 'Phải tải quá nhiều dữ liệu qua mạng; không truy cập {url}.',
  },
}
