// --signer: "valid" alone only means that some trusted person signed.
import type { SignatureReport, VerificationReport } from '@countersign/core'

/** Exact certificate SHA-256, exact UID value, or case-insensitive NFC part of the subject. */
export function matchesSigner(signature: SignatureReport, wanted: string): boolean {
  const { signer } = signature
  if (signer === null) return false
  const text = wanted.normalize('NFC').trim()
  const hash = text.replaceAll(':', '').toLowerCase()
  if (/^[0-9a-f]{64}$/.test(hash)) return signer.sha256 === hash
  const part = text.toLocaleLowerCase('vi')
  const subject = signer.subject.normalize('NFC').toLocaleLowerCase('vi')
  return subject.includes(part) || unescaped(subject).includes(part)
}

/** RFC 4514 escapes (`\,`, `\2C`) as the characters they stand for. */
function unescaped(subject: string): string {
  return subject.replace(/\\([0-9a-f]{2}|.)/g, (_, escape: string) =>
    escape.length === 2 ? String.fromCodePoint(Number.parseInt(escape, 16)) : escape,
  )
}

/** Adds SIGNER_MISMATCH when no TOTAL-PASSED signature is by the wanted signer. */
export function withSigner(
  report: VerificationReport,
  wanted: string | undefined,
): { report: VerificationReport; mismatch: boolean } {
  if (wanted === undefined) return { report, mismatch: false }
  const found = report.signatures.some(
    (signature) =>
      signature.kind === 'signature' && signature.indication === 'TOTAL-PASSED' && matchesSigner(signature, wanted),
  )
  if (found) return { report, mismatch: false }
  const finding = {
    rule: 'V-01',
    severity: 'error',
    code: 'SIGNER_MISMATCH',
    message: {
      en: `The document holds no valid signature of the expected signer "${wanted}".`,
      vi: `Tài liệu không có chữ ký hợp lệ của người ký được yêu cầu "${wanted}".`,
    },
    args: { signer: wanted },
  } as const
  return { report: { ...report, findings: [...report.findings, finding] }, mismatch: true }
}
