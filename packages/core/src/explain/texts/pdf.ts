import type { Texts } from './types.ts'

/** Codes of the PDF reader: the file's structure, its encryption, form and page tree. */
export const PDF_TEXTS: Texts = {
  PDF_NOT_PDF: { en: 'The file is not a PDF document.', vi: 'Tệp không phải là tài liệu PDF.' },
  PDF_DAMAGED: {
    en: 'The file is damaged: its structure cannot be read, and nothing is guessed.',
    vi: 'Tệp bị hỏng: không đọc được cấu trúc, và phần mềm không suy đoán nội dung.',
  },
  LIMIT_ITEMS: {
    en: 'An array or dictionary of the file has too many items.',
    vi: 'Một mảng hoặc từ điển trong tệp có quá nhiều phần tử.',
  },
  PDF_PASSWORD_NEEDED: { en: 'The file needs a password.', vi: 'Tệp cần mật khẩu để mở.' },
  PDF_PASSWORD_WRONG: { en: 'The password does not open the file.', vi: 'Mật khẩu không mở được tệp.' },
  PDF_PUBKEY_ENCRYPTED: {
    en: 'The file is encrypted for certain certificates and can be opened only with their keys.',
    vi: 'Tệp được mã hóa cho một số chứng thư nhất định và chỉ mở được bằng khóa của các chứng thư đó.',
  },
  PDF_UNSUPPORTED: {
    en: 'The file uses a part of PDF that is not supported.',
    vi: 'Tệp dùng một thành phần PDF chưa được hỗ trợ.',
  },
  PDF_ENCRYPTION_UNSUPPORTED: {
    en: 'The file is encrypted in a way that is not supported.',
    vi: 'Tệp được mã hóa theo cách chưa được hỗ trợ.',
  },
  READER_DISAGREEMENT: {
    en: 'The file has a fault that readers repair in different ways ({fault}, {place}), so different readers may show different documents.',
    vi: 'Tệp có lỗi cấu trúc mà mỗi phần mềm sửa theo một cách ({fault}, {place}), nên các phần mềm khác nhau có thể hiển thị nội dung khác nhau.',
  },
  STREAM_EOL: {
    en: 'A stream does not begin with the required end of line ({place}).',
    vi: 'Một luồng dữ liệu không bắt đầu bằng ký tự xuống dòng đúng quy định ({place}).',
  },
  XREF_ENTRY_WIDTH: {
    en: 'An entry of the cross-reference table does not have 20 bytes ({place}).',
    vi: 'Một mục trong bảng tham chiếu chéo không dài đúng 20 byte ({place}).',
  },
  XREF_ENTRY_EMPTY: {
    en: 'The cross-reference table lists object {object} without a place in the file.',
    vi: 'Bảng tham chiếu chéo liệt kê đối tượng {object} nhưng không chỉ ra vị trí trong tệp.',
  },
  XREF_OFFSET_IN_SPACE: {
    en: 'An offset points at white space before the cross-reference table instead of at the table ({place}).',
    vi: 'Một địa chỉ trỏ vào khoảng trắng trước bảng tham chiếu chéo thay vì trỏ vào chính bảng đó ({place}).',
  },
  EOF_MARKER_MISSING: {
    en: 'The file does not end with %%EOF.',
    vi: 'Tệp không kết thúc bằng dấu %%EOF.',
  },
  REVISION_NOT_TERMINATED: {
    en: 'Two cross-reference sections share one end-of-file mark; they are read as one revision ({place}).',
    vi: 'Hai phần tham chiếu chéo dùng chung một dấu kết thúc tệp; chúng được đọc như một phiên bản ({place}).',
  },
  OBJECTS_OVERLAP: {
    en: 'Two objects of the file overlap ({place}).',
    vi: 'Hai đối tượng trong tệp chồng lên nhau ({place}).',
  },
  HEADER_VERSION: {
    en: 'The PDF header names no version.',
    vi: 'Phần đầu PDF không ghi phiên bản.',
  },
  LEADING_BYTES: {
    en: 'The file does not begin with the PDF header: other bytes stand before it.',
    vi: 'Tệp không bắt đầu bằng phần đầu PDF: có byte khác đứng trước.',
  },
  DUPLICATE_KEY: {
    en: 'A dictionary of object {object} has a key twice; readers may use either value.',
    vi: 'Một từ điển của đối tượng {object} có một khóa xuất hiện hai lần; phần mềm có thể dùng giá trị này hoặc giá trị kia.',
  },
  DUPLICATE_KEY_STRUCTURE: {
    en: 'A dictionary that decides what the document shows has a key twice ({place}); readers may use either value.',
    vi: 'Một từ điển quyết định nội dung tài liệu có một khóa xuất hiện hai lần ({place}); phần mềm có thể dùng giá trị này hoặc giá trị kia.',
  },
  ENTRY_BEYOND_SIZE: {
    en: 'The cross-reference data list object {object}, which is beyond the declared number of objects.',
    vi: 'Dữ liệu tham chiếu chéo liệt kê đối tượng {object}, vượt quá số đối tượng đã khai báo.',
  },
  ENTRY_BEYOND_REVISION: {
    en: 'The cross-reference data place object {object} behind the end of their own revision.',
    vi: 'Dữ liệu tham chiếu chéo đặt đối tượng {object} sau điểm kết thúc phiên bản của chính nó.',
  },
  OBJSTM_EXTENDS_LOOP: {
    en: 'Object streams extend each other in a circle (object {object}).',
    vi: 'Các luồng đối tượng mở rộng lẫn nhau thành vòng (đối tượng {object}).',
  },
  HYBRID_DIFFERS: {
    en: 'Older and newer readers see different versions of object {object}: the file has two readings.',
    vi: 'Phần mềm cũ và mới thấy các phiên bản khác nhau của đối tượng {object}: tệp có hai cách đọc.',
  },
  HYBRID_HIDES: {
    en: 'Object {object} is hidden from older readers; it is not part of what pages show.',
    vi: 'Đối tượng {object} bị ẩn với phần mềm cũ; nó không thuộc nội dung hiển thị trên trang.',
  },
  PREV_LOOP: {
    en: 'The chain of revisions runs in a circle ({place}).',
    vi: 'Chuỗi phiên bản chạy thành vòng ({place}).',
  },
  PREV_FORWARD: {
    en: 'A revision names a later place in the file as the one before it ({place}).',
    vi: 'Một phiên bản chỉ tới vị trí phía sau trong tệp như là phiên bản trước nó ({place}).',
  },
  REVISIONS_OVERLAP: {
    en: 'Two revisions of the file overlap ({place}).',
    vi: 'Hai phiên bản của tệp chồng lên nhau ({place}).',
  },
  ENCRYPT_CHANGED: {
    en: 'The encryption settings differ between revisions.',
    vi: 'Thiết lập mã hóa khác nhau giữa các phiên bản.',
  },
  ENCRYPTED_NOT_OPENED: {
    en: 'The file is encrypted and was not opened: what it contains could not be checked.',
    vi: 'Tệp được mã hóa và chưa mở được: không thể kiểm tra nội dung bên trong.',
  },
  PERMISSIONS_DIFFER: {
    en: 'The permissions of the encrypted file do not agree with their protected copy: somebody may have changed them.',
    vi: 'Quyền hạn của tệp mã hóa không khớp với bản sao được bảo vệ: có thể đã bị sửa đổi.',
  },
  MAC_NOT_CHECKED: {
    en: 'The file is protected by an integrity code that is not checked here.',
    vi: 'Tệp được bảo vệ bằng mã toàn vẹn mà ở đây chưa kiểm tra.',
  },
  PAGE_TREE_NODE_INVALID: {
    en: 'An entry of the page tree is no page (object {object}).',
    vi: 'Một mục trong cây trang không phải là trang (đối tượng {object}).',
  },
  PAGE_TREE_LOOP: {
    en: 'The page tree runs in a circle or has a page twice (object {object}).',
    vi: 'Cây trang chạy thành vòng hoặc chứa một trang hai lần (đối tượng {object}).',
  },
  PAGE_WITHOUT_SIZE: {
    en: 'Page {page} has no size; US Letter is assumed.',
    vi: 'Trang {page} không có kích thước; tạm coi là khổ US Letter.',
  },
  FIELD_NODE_INVALID: {
    en: 'An entry of the form is no field (object {object}, below "{field}").',
    vi: 'Một mục trong biểu mẫu không phải là trường (đối tượng {object}, dưới "{field}").',
  },
  FIELD_TREE_LOOP: {
    en: 'The form tree runs in a circle or has a field twice (object {object}, below "{field}").',
    vi: 'Cây biểu mẫu chạy thành vòng hoặc chứa một trường hai lần (đối tượng {object}, dưới "{field}").',
  },
  FIELD_NAME_PERIOD: {
    en: 'A field name contains a period (object {object}).',
    vi: 'Tên một trường có chứa dấu chấm (đối tượng {object}).',
  },
  FIELD_NAME_TWICE: {
    en: 'Two fields have the same name "{field}".',
    vi: 'Hai trường có cùng tên "{field}".',
  },
}
