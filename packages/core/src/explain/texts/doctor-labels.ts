import type { Diagnosis, Viewer } from '../../report.ts'
import type { Text } from './types.ts'

export const DOCTOR_LABELS: Readonly<Record<Diagnosis['severity'] | 'advice', Text>> = {
  error: { en: 'SERIOUS', vi: 'NGHIÊM TRỌNG' },
  warning: { en: 'MAY COMPLAIN', vi: 'CÓ THỂ BÁO LỖI' },
  info: { en: 'GOOD TO KNOW', vi: 'NÊN BIẾT' },
  advice: { en: 'What to do', vi: 'Việc cần làm' },
}

export const VIEWER_NAMES: Readonly<Record<Viewer, Text>> = {
  acrobat: { en: 'Acrobat', vi: 'Acrobat' },
  foxit: { en: 'Foxit and other PAdES programs', vi: 'Foxit và phần mềm PAdES khác' },
  pdfsig: { en: 'pdfsig (poppler)', vi: 'pdfsig (poppler)' },
  browsers: { en: 'browsers', vi: 'trình duyệt' },
  all: { en: 'most viewers', vi: 'hầu hết phần mềm đọc' },
}
