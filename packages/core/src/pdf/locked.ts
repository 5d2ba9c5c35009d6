import type { PdfDocument } from './types.ts'

/** True for an encrypted file that was opened without its password: its strings and streams cannot be read (P-13). */
export function isLocked(document: PdfDocument): boolean {
  // 7.3.7: an entry whose value is null is none.
  return document.encryption === undefined && (document.latest.trailer.get('Encrypt') ?? null) !== null
}
