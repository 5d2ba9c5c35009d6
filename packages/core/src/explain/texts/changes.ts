import type { Texts } from './types.ts'

/** Texts of the change analysis: what happened after a signature, what it allows, and risks present when it was made. */
export const CHANGES_TEXTS: Texts = {
  ANNOTATED_AFTER_SIGNING: {
    en: 'Annotations were added, edited or removed after signing. The signer neither allowed nor forbade that.',
    vi: 'Có chú thích được thêm, sửa hoặc xóa sau khi ký. Người ký không cho phép cũng không cấm việc này.',
  },
  DANGEROUS_ANNOTATION: {
    en: 'An annotation of type {subtype} was added on page {page} after signing. It can cover what the page shows or lead elsewhere.',
    vi: 'Chú thích loại {subtype} được thêm vào trang {page} sau khi ký. Loại này có thể che nội dung trang hoặc dẫn đến nơi khác.',
  },
  ANNOTATION_COVERS_CONTENT: {
    en: 'An annotation added on page {page} after signing lies over content of the page.',
    vi: 'Chú thích được thêm vào trang {page} sau khi ký nằm đè lên nội dung của trang.',
  },
  DECORATION_COVERS_CONTENT: {
    en: 'The new signature field "{field}" on page {page} lies over content that was there when the document was signed.',
    vi: 'Trường chữ ký mới "{field}" ở trang {page} nằm đè lên nội dung đã có khi tài liệu được ký.',
  },
  UNSIGNED_DECORATION: {
    en: 'The field "{field}" was added or filled visibly after signing, and no intact signature of anybody stands in it. It may only look like a signature.',
    vi: 'Trường "{field}" được thêm hoặc được điền ở dạng nhìn thấy được sau khi ký nhưng không có chữ ký nguyên vẹn của ai trong đó. Có thể chỉ là hình trông như chữ ký.',
  },
  SIGNER_UNTRUSTED: {
    en: 'The field "{field}" was added visibly after signing for a signature whose signer is not confirmed.',
    vi: 'Trường "{field}" được thêm ở dạng nhìn thấy được sau khi ký, cho một chữ ký mà người ký chưa được xác nhận.',
  },
  VALUE_NOT_SHOWN: {
    en: 'The field "{field}" shows something else than its value.',
    vi: 'Trường "{field}" hiển thị nội dung khác với giá trị của trường.',
  },
  NOT_A_CERTIFICATION: {
    en: 'The signature restricts later changes, but the document does not name it as its certification. The restriction is applied all the same.',
    vi: 'Chữ ký hạn chế các thay đổi về sau nhưng tài liệu không ghi nhận đây là chữ ký chứng nhận. Hạn chế này vẫn được áp dụng.',
  },
  SECOND_CERTIFICATION: {
    en: 'An earlier signature already certifies the document; a second certification is not allowed.',
    vi: 'Tài liệu đã được chứng nhận bằng một chữ ký trước đó; không được chứng nhận lần thứ hai.',
  },
  DSS_DROPPED: {
    en: 'Data for long-term checking was dropped in a later update ({key}).',
    vi: 'Dữ liệu kiểm tra lâu dài đã bị bỏ trong một lần cập nhật sau ({key}).',
  },
  VRI_KEY_UNKNOWN: {
    en: 'Validation data was added for a signature that the document does not hold ({key}).',
    vi: 'Dữ liệu xác thực được bổ sung cho một chữ ký không có trong tài liệu ({key}).',
  },
  VRI_TIMESTAMP_UNREADABLE: {
    en: 'The validation data hold a time stamp that cannot be read.',
    vi: 'Dữ liệu xác thực chứa một dấu thời gian không đọc được.',
  },
  TITLE_CHANGED: {
    en: 'The title that viewers show in their window was changed after signing.',
    vi: 'Tiêu đề hiển thị trên cửa sổ của phần mềm đọc đã bị đổi sau khi ký.',
  },
  PDFA_CLAIM_CHANGED: {
    en: 'The claim to be a PDF/A document was changed after signing.',
    vi: 'Khai báo chuẩn PDF/A của tài liệu đã bị thay đổi sau khi ký.',
  },
  TRAILER_KEY_ADDED: {
    en: 'A later update wrote the unknown entry /{key} into the file trailer. Viewers ignore it.',
    vi: 'Một lần cập nhật sau đã ghi mục lạ /{key} vào phần cuối tệp. Phần mềm đọc bỏ qua mục này.',
  },
  TRAILING_DATA: {
    en: 'Bytes {start} to {end} stand after the end of the document. Nothing shows them.',
    vi: 'Có dữ liệu từ byte {start} đến {end} nằm sau phần cuối của tài liệu. Dữ liệu này không được hiển thị.',
  },
  HIDDEN_WIDGET: {
    en: 'When it was signed the document held a hidden field: "{field}".',
    vi: 'Khi được ký, tài liệu có trường bị ẩn: "{field}".',
  },
  HIDDEN_LAYER: {
    en: 'When it was signed the document held {count} layers that were switched off.',
    vi: 'Khi được ký, tài liệu có {count} lớp nội dung đang bị tắt.',
  },
  NEED_APPEARANCES: {
    en: 'The document asks viewers to draw its fields anew, so that they may look different elsewhere.',
    vi: 'Tài liệu yêu cầu phần mềm đọc vẽ lại các trường, nên hình thức có thể khác nhau ở từng nơi.',
  },
  UNREFERENCED_OBJECTS: {
    en: 'When it was signed the file held {count} pages, drawings or text streams that nothing showed.',
    vi: 'Khi được ký, tệp chứa {count} trang, hình vẽ hoặc nội dung không được hiển thị ở đâu.',
  },
  DANGLING_REFERENCE: {
    en: 'The signed document refers to {count} objects that did not exist; a later update could fill them in.',
    vi: 'Tài liệu đã ký tham chiếu đến {count} đối tượng không tồn tại; lần cập nhật sau có thể bổ sung vào đó.',
  },
  ACTIVE_CONTENT: {
    en: 'The signed document holds active content: {kind}.',
    vi: 'Tài liệu đã ký có nội dung động: {kind}.',
  },
  EXTERNAL_CONTENT: {
    en: 'The signed document takes content from outside the file.',
    vi: 'Tài liệu đã ký lấy nội dung từ bên ngoài tệp.',
  },
  FONT_READS_OTHERWISE: {
    en: 'The font {font} draws letters or digits that read as others when text is searched, copied or read by a program.',
    vi: 'Phông chữ {font} hiển thị chữ hoặc số khác với nội dung mà phần mềm đọc được khi tìm kiếm hay sao chép văn bản.',
  },
  FONT_NOT_EMBEDDED: {
    en: 'The font {font} is not embedded: the text may look different elsewhere.',
    vi: 'Phông chữ {font} không được nhúng: văn bản có thể hiển thị khác nhau ở từng nơi.',
  },
  HIDDEN_DEFINITION: {
    en: 'When it was signed the file held {count} definitions of objects that no list named: a later addition could put them in force.',
    vi: 'Khi được ký, tệp chứa {count} định nghĩa đối tượng không có trong danh mục nào: một bổ sung về sau có thể kích hoạt chúng.',
  },
  WIDGETS_OVERLAP: {
    en: 'Fields lie over each other on page {page}: "{first}" and "{second}".',
    vi: 'Các trường nằm đè lên nhau ở trang {page}: "{first}" và "{second}".',
  },
}
