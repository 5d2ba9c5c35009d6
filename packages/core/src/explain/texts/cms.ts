import type { Texts } from './types.ts'

/** Texts of the signature rules: sections 1 (C) and 2 (P) of the rule book. */
export const CMS_TEXTS: Texts = {
  CMS_UNREADABLE: {
    en: 'The signature data cannot be read: {detail}',
    vi: 'Không đọc được dữ liệu chữ ký: {detail}',
  },
  SIGNATURE_EMPTY: {
    en: 'The field was prepared for a signature but never signed.',
    vi: 'Trường chữ ký đã được chuẩn bị nhưng chưa được ký.',
  },
  CONTENTS_REMAINDER: {
    en: '{bytes} bytes after the signature data are not empty padding.',
    vi: '{bytes} byte sau dữ liệu chữ ký không phải phần đệm rỗng.',
  },
  NOT_DER: {
    en: 'The signature data is encoded in BER, not in DER.',
    vi: 'Dữ liệu chữ ký được mã hóa theo BER thay vì DER.',
  },
  CMS_VERSION: {
    en: 'The signature data states the unusual version {version}.',
    vi: 'Dữ liệu chữ ký ghi phiên bản bất thường {version}.',
  },
  DIGEST_NOT_LISTED: {
    en: "The signer's hash algorithm is not in the list of hash algorithms.",
    vi: 'Thuật toán băm của người ký không có trong danh sách thuật toán băm.',
  },
  NO_SIGNER_INFO: { en: 'The signature data names no signer.', vi: 'Dữ liệu chữ ký không nêu người ký.' },
  MANY_SIGNER_INFOS: {
    en: 'The signature data holds {count} signers; a PDF signature has exactly one.',
    vi: 'Dữ liệu chữ ký có {count} người ký; một chữ ký PDF chỉ được có đúng một.',
  },
  CONTENT_TYPE: {
    en: 'The signature data is of type {found} where {expected} is needed.',
    vi: 'Dữ liệu chữ ký thuộc loại {found} trong khi cần loại {expected}.',
  },
  CONTENT_MISSING: {
    en: 'The signature data lacks the content that it must hold.',
    vi: 'Dữ liệu chữ ký thiếu nội dung bắt buộc bên trong.',
  },
  CONTENT_NOT_DETACHED: {
    en: 'The signature data holds content of its own, which this kind of signature must not.',
    vi: 'Dữ liệu chữ ký chứa nội dung riêng, điều mà loại chữ ký này không cho phép.',
  },
  UNSUPPORTED_SUBFILTER: {
    en: 'This kind of signature ({subFilter}) is not supported, so it was not checked.',
    vi: 'Loại chữ ký này ({subFilter}) chưa được hỗ trợ nên chưa được kiểm tra.',
  },
  SUBFILTER_DEPRECATED: {
    en: 'The signature format {subFilter} rests on SHA-1 and is no longer considered safe.',
    vi: 'Định dạng chữ ký {subFilter} dựa trên SHA-1 và không còn được coi là an toàn.',
  },
  NO_SIGNED_ATTRS: {
    en: 'The signature has no signed attributes.',
    vi: 'Chữ ký không có thuộc tính được ký.',
  },
  SIGNED_ATTRS_EMPTY: {
    en: 'The list of signed attributes is present but empty.',
    vi: 'Danh sách thuộc tính được ký có mặt nhưng rỗng.',
  },
  ATTRS_NOT_DER: {
    en: 'The signed attributes are not in the order the standard demands (DER).',
    vi: 'Các thuộc tính được ký không theo thứ tự mà tiêu chuẩn yêu cầu (DER).',
  },
  ATTRS_RESORTED: {
    en: 'The signature value fits only after the signed attributes were put in standard order.',
    vi: 'Giá trị chữ ký chỉ khớp sau khi sắp xếp lại các thuộc tính được ký theo tiêu chuẩn.',
  },
  ATTRIBUTE_DUPLICATE: {
    en: 'The signed attribute {attribute} stands more than once.',
    vi: 'Thuộc tính được ký {attribute} xuất hiện nhiều hơn một lần.',
  },
  ATTRIBUTE_VALUE_COUNT: {
    en: 'The signed attribute {attribute} has {count} values.',
    vi: 'Thuộc tính được ký {attribute} có {count} giá trị.',
  },
  ATTRIBUTE_MISPLACED: {
    en: 'The attribute {attribute} stands among the wrong attributes and was ignored.',
    vi: 'Thuộc tính {attribute} nằm sai nhóm thuộc tính và đã bị bỏ qua.',
  },
  ATTRIBUTE_FOREIGN: {
    en: 'A {attribute} does not belong in a PDF signature and was ignored.',
    vi: 'Thuộc tính {attribute} không thuộc về chữ ký PDF và đã bị bỏ qua.',
  },
  CONTENT_TYPE_ATTRIBUTE: {
    en: 'The signed content type is not {expected}.',
    vi: 'Loại nội dung được ký không phải là {expected}.',
  },
  MESSAGE_DIGEST_MISSING: {
    en: 'The signed attributes hold no digest of the document.',
    vi: 'Các thuộc tính được ký không có giá trị băm của tài liệu.',
  },
  MESSAGE_DIGEST_MISMATCH: {
    en: 'The document is not the one that was signed.',
    vi: 'Tài liệu không phải là bản đã được ký.',
  },
  SIGNER_CERTIFICATE_MISSING: {
    en: "The signer's certificate is not in the file.",
    vi: 'Không tìm thấy chứng thư chữ ký số của người ký trong tệp.',
  },
  ESS_MALFORMED: {
    en: 'The attribute that binds the certificate to the signature cannot be read.',
    vi: 'Không đọc được thuộc tính gắn chứng thư chữ ký số với chữ ký.',
  },
  ESS_MISMATCH: {
    en: 'The signature was made for another certificate than the one found.',
    vi: 'Chữ ký được tạo cho một chứng thư chữ ký số khác với chứng thư tìm thấy.',
  },
  ESS_ISSUER_SERIAL: {
    en: 'Issuer and serial number in the signature are not those of the certificate.',
    vi: 'Tổ chức cấp và số sê-ri trong chữ ký không phải của chứng thư chữ ký số.',
  },
  ESS_MISSING: {
    en: 'The signature does not bind its certificate, which its format demands.',
    vi: 'Chữ ký không gắn với chứng thư chữ ký số như định dạng của nó yêu cầu.',
  },
  NO_ESS_BINDING: {
    en: 'The signature names its certificate by issuer and serial number only.',
    vi: 'Chữ ký chỉ nêu chứng thư chữ ký số bằng tổ chức cấp và số sê-ri.',
  },
  UNSUPPORTED_ALGORITHM: {
    en: 'The algorithm {algorithm} is not supported here, so it was not checked.',
    vi: 'Thuật toán {algorithm} chưa được hỗ trợ ở đây nên chưa được kiểm tra.',
  },
  DIGEST_ALGORITHM_INVALID: {
    en: 'The signature names {algorithm}, which is no hash algorithm.',
    vi: 'Chữ ký nêu {algorithm}, vốn không phải thuật toán băm.',
  },
  SHAKE256_WITHOUT_LENGTH: {
    en: 'The hash algorithm SHAKE256 is named without its length.',
    vi: 'Thuật toán băm SHAKE256 được nêu mà không kèm độ dài.',
  },
  DIGEST_INFO_WITHOUT_NULL: {
    en: 'The RSA signature leaves out the NULL parameters of its digest.',
    vi: 'Chữ ký RSA bỏ qua tham số NULL của giá trị băm.',
  },
  SIGNATURE_VALUE_INVALID: {
    en: "The signature value does not fit the signer's key.",
    vi: 'Giá trị chữ ký không khớp với khóa của người ký.',
  },
  ALGORITHM_PROTECTION: {
    en: 'The algorithms in use are not those that the signature protects.',
    vi: 'Các thuật toán được dùng không phải là thuật toán mà chữ ký bảo vệ.',
  },
  SIGNING_TIME_IN_PADES: {
    en: 'The signature states its time in an attribute that PAdES does not allow.',
    vi: 'Chữ ký nêu thời điểm trong một thuộc tính mà PAdES không cho phép.',
  },
  CLAIMED_TIME_OUTSIDE_VALIDITY: {
    en: "The time stated by the signer ({claimed}) is outside the certificate's validity.",
    vi: 'Thời điểm do người ký khai ({claimed}) nằm ngoài thời hạn của chứng thư chữ ký số.',
  },
  CLAIMED_TIME_AFTER_PROOF: {
    en: 'The time stated by the signer ({claimed}) is later than the time stamp ({proven}).',
    vi: 'Thời điểm do người ký khai ({claimed}) muộn hơn dấu thời gian ({proven}).',
  },
  SIGNATURE_POLICY_NOT_PROCESSED: {
    en: 'The signature names a signature policy, which was not checked.',
    vi: 'Chữ ký nêu một chính sách chữ ký, chính sách này chưa được kiểm tra.',
  },
  TIMESTAMP_UNREADABLE: {
    en: 'A time stamp of the signature cannot be read: {detail}',
    vi: 'Không đọc được một dấu thời gian của chữ ký: {detail}',
  },
  TSTINFO_UNREADABLE: {
    en: 'The content of the time stamp cannot be read: {detail}',
    vi: 'Không đọc được nội dung dấu thời gian: {detail}',
  },
  TSTINFO_VERSION: {
    en: 'The time stamp states the unknown version {version}.',
    vi: 'Dấu thời gian ghi phiên bản không xác định {version}.',
  },
  IMPRINT_MISMATCH: {
    en: 'The time stamp was made for other data: its {digest} imprint differs.',
    vi: 'Dấu thời gian được cấp cho dữ liệu khác: giá trị băm {digest} không khớp.',
  },
  TSA_PURPOSE: {
    en: 'The certificate of the time stamp is not one for time stamping only.',
    vi: 'Chứng thư của dấu thời gian không phải là chứng thư chỉ dùng để cấp dấu thời gian.',
  },
  TSA_TIME_OUTSIDE_VALIDITY: {
    en: 'The time stamp states {genTime}, when the certificate of its authority was not valid.',
    vi: 'Dấu thời gian ghi {genTime}, khi chứng thư của tổ chức cấp dấu không có hiệu lực.',
  },
  TSA_NAME: {
    en: 'The time stamp names another authority than its certificate.',
    vi: 'Dấu thời gian nêu tên tổ chức khác với chứng thư của nó.',
  },
  CERTIFICATE_UNREADABLE: {
    en: 'A certificate in the file cannot be read and was left out.',
    vi: 'Một chứng thư trong tệp không đọc được và đã bị bỏ qua.',
  },
  DSS_ITEM_TOO_LARGE: {
    en: 'An item of the validation data ({key}, {bytes} bytes) is too large and was left out.',
    vi: 'Một mục dữ liệu kiểm tra ({key}, {bytes} byte) quá lớn và đã bị bỏ qua.',
  },
  DSS_ITEM_UNREADABLE: {
    en: 'An item of the validation data ({key}) cannot be read.',
    vi: 'Không đọc được một mục dữ liệu kiểm tra ({key}).',
  },
  HEADER_NOT_AT_START: {
    en: 'The file does not begin with a PDF header, so what was signed is not what is shown.',
    vi: 'Tệp không bắt đầu bằng phần đầu PDF, nên nội dung được ký không phải nội dung hiển thị.',
  },
  SIGNATURE_FIELD_NOT_IN_FORM: {
    en: 'The signature field "{field}" stands on a page but not in the list of fields.',
    vi: 'Trường chữ ký "{field}" có trên trang nhưng không có trong danh sách trường.',
  },
  SIGNATURE_WITHOUT_FIELD: {
    en: 'The file is damaged: its signature in object {object} belongs to no readable field.',
    vi: 'Tệp bị hỏng: chữ ký trong đối tượng {object} không thuộc trường nào đọc được.',
  },
  SIGNATURE_DIRECT: {
    en: 'The signature of "{field}" stands inside its field instead of in an object of its own.',
    vi: 'Chữ ký của "{field}" nằm ngay trong trường thay vì trong một đối tượng riêng.',
  },
  SIGNATURE_VALUE_NOT_DICTIONARY: {
    en: 'The value of the signature field "{field}" is not a signature.',
    vi: 'Giá trị của trường chữ ký "{field}" không phải là chữ ký.',
  },
  BYTERANGE_NOT_DIRECT_ARRAY: {
    en: 'The signature does not state which bytes it covers.',
    vi: 'Chữ ký không nêu rõ nó bao phủ những byte nào.',
  },
  BYTERANGE_SHAPE: {
    en: 'The statement of the covered bytes is not four whole numbers.',
    vi: 'Phần khai báo các byte được bao phủ không phải bốn số nguyên.',
  },
  BYTERANGE_BOUNDS: {
    en: 'The covered bytes ({from} to {to}) do not fit the file of {size} bytes.',
    vi: 'Các byte được bao phủ ({from} đến {to}) không phù hợp với tệp {size} byte.',
  },
  CONTENTS_MISSING: {
    en: 'The signature dictionary holds no signature data.',
    vi: 'Từ điển chữ ký không có dữ liệu chữ ký.',
  },
  CONTENTS_NOT_HEX: {
    en: 'The signature data is not written as plain hexadecimal digits.',
    vi: 'Dữ liệu chữ ký không được ghi bằng các chữ số thập lục phân thuần túy.',
  },
  GAP_NOT_CONTENTS: {
    en: 'The bytes left out of the signature ({gapStart} to {gapEnd}) are not exactly the signature data.',
    vi: 'Các byte nằm ngoài chữ ký ({gapStart} đến {gapEnd}) không đúng bằng dữ liệu chữ ký.',
  },
  GAP_WITHOUT_DELIMITERS: {
    en: 'The brackets around the signature data are covered by the signature, against the usual form.',
    vi: 'Dấu ngoặc quanh dữ liệu chữ ký cũng được chữ ký bao phủ, khác với dạng thông thường.',
  },
  SIGNATURE_NOT_PLAIN_OBJECT: {
    en: 'The signature is not an ordinary object inside the covered bytes.',
    vi: 'Chữ ký không phải là một đối tượng thông thường nằm trong các byte được bao phủ.',
  },
  COVERED_END_NO_REVISION: {
    en: 'The covered bytes do not end where a revision of the file ends (byte {end}).',
    vi: 'Các byte được bao phủ không kết thúc tại cuối một phiên bản của tệp (byte {end}).',
  },
  SIGNATURE_NOT_NEWEST: {
    en: 'In the revision it covers, the signature is not the current definition of its object ({object}).',
    vi: 'Trong phiên bản được bao phủ, chữ ký không phải là định nghĩa hiện hành của đối tượng ({object}).',
  },
  SIGNATURE_REPLACED: {
    en: 'The signature dictionary was replaced by another one in revision {revision}.',
    vi: 'Từ điển chữ ký đã bị thay bằng một từ điển khác ở phiên bản {revision}.',
  },
  XREF_OUTSIDE_COVERED: {
    en: 'A cross-reference section in use lies outside the covered bytes (byte {offset}).',
    vi: 'Một bảng tham chiếu đang dùng nằm ngoài các byte được bao phủ (byte {offset}).',
  },
  DUPLICATE_KEYS: {
    en: 'Keys stand twice in one dictionary: {keys}.',
    vi: 'Có khóa xuất hiện hai lần trong cùng một từ điển: {keys}.',
  },
  SIGNATURE_SHARED: {
    en: 'One signature is used by several fields: {fields}.',
    vi: 'Một chữ ký được dùng cho nhiều trường: {fields}.',
  },
  SIGNATURE_SHARED_FIRST: {
    en: 'Other fields refer to this signature too: {fields}.',
    vi: 'Các trường khác cũng tham chiếu tới chữ ký này: {fields}.',
  },
  BYTERANGE_OVERLAP: {
    en: 'The covered bytes overlap with those of the signature in "{earlier}".',
    vi: 'Các byte được bao phủ chồng lên phần của chữ ký trong "{earlier}".',
  },
  SIGNATURE_TYPE_WRONG: {
    en: 'The signature dictionary states the wrong type {type}.',
    vi: 'Từ điển chữ ký ghi sai loại {type}.',
  },
  TIMESTAMP_TYPE_MISSING: {
    en: 'The document time stamp does not state its type.',
    vi: 'Dấu thời gian của tài liệu không ghi loại.',
  },
  TIMESTAMP_TYPE_WRONG: {
    en: 'The document time stamp states the type {type} instead of DocTimeStamp.',
    vi: 'Dấu thời gian của tài liệu ghi loại {type} thay vì DocTimeStamp.',
  },
}
