// V-05, fourth part: what to do about what could not be checked, in terms of this command's options.
import type { Language, SignatureReport, VerificationReport } from '@countersign/core'
import type { CommandLine } from './command-line.ts'

const HINTS = {
  trust: {
    en: 'Give the certificate of the authority you trust: --trust FILE',
    vi: 'Cung cấp chứng thư gốc của tổ chức chứng thực mà bạn tin cậy: --trust TỆP',
  },
  revocation: {
    en: "Give the authority's current revocation lists or answers: --crl FILE, --ocsp FILE",
    vi: 'Cung cấp danh sách thu hồi hoặc phản hồi trạng thái mới nhất: --crl TỆP, --ocsp TỆP',
  },
  password: {
    en: 'Give the password of the PDF: --password-file-pdf FILE',
    vi: 'Cung cấp mật khẩu PDF: --password-file-pdf TỆP',
  },
} as const

/** Lines that say which option would help; none where nothing is open. */
export function hints(report: VerificationReport, line: CommandLine, language: Language): readonly string[] {
  const open = (check: keyof NonNullable<SignatureReport['checks']>): boolean =>
    report.signatures.some((signature) => signature.checks?.[check] === 'unknown')
  const wanted: (keyof typeof HINTS)[] = []
  if (report.findings.some((finding) => finding.code.startsWith('PDF_PASSWORD'))) wanted.push('password')
  if (report.overall === 'indeterminate' && line.values('trust').length === 0) wanted.push('trust')
  else if (report.overall === 'indeterminate' && open('revocation')) wanted.push('revocation')
  return wanted.map((name) => `  ${language === 'vi' ? 'Cần làm gì' : 'What to do'}: ${HINTS[name][language]}`)
}
