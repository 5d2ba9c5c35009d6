import type { PdfDocument } from './types.ts'

/** True for an encrypted file that was opened without its password: its strings and streams cannot be read (P-13). */
export function isLocked(document: PdfDocument): boolean {
  return document.encryption === undefined && document.latest.trailer.has('Encrypt')
}
