import type { Texts } from './types.ts'

/**
 * Findings of signing. Defects of the input have their texts in `pdf.ts`; what signing refuses is an error, with its text in
 * `errors.ts`.
 */
export const SIGNING_TEXTS: Texts = {
  FIELD_PARTLY_OUTSIDE: {
    en: 'The new field {field} lies partly outside page {page}.',
    vi: 'Trường mới {field} nằm một phần ngoài trang {page}.',
  },
  FIELD_OVERLAPS: {
    en: 'The new field {field} on page {page} overlaps: {others}.',
    vi: 'Trường mới {field} trên trang {page} chồng lên: {others}.',
  },
  PDFA_VIOLATION: {
    en: 'The document claims PDF/A-{part}; the signature would break that claim: {what}.',
    vi: 'Tài liệu khai báo theo chuẩn PDF/A-{part}; chữ ký này sẽ làm sai khai báo đó: {what}.',
  },
  VALUE_WITHOUT_APPEARANCE: {
    en: 'The field {field} has a value but no appearance of its own: viewers may not show it.',
    vi: 'Trường {field} có giá trị nhưng không có hình hiển thị riêng: trình xem có thể không hiện giá trị này.',
  },
}
