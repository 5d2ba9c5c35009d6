import { CountersignError } from '../../error.ts'
import { PdfDict, PdfRef, PdfString } from '../objects.ts'
import { encodeText } from '../text.ts'
import type { View } from '../types.ts'
import { OpenedEncryption } from './decryption.ts'
import { parseEncryptDict, type StandardEncryption } from './encrypt-dict.ts'
import { openLegacy } from './legacy-key.ts'
import { checkPerms, openModern } from './modern-key.ts'

/** What opening an encrypted file gave. */
export interface EncryptionResult {
  readonly encryption: OpenedEncryption
  /** False where /Perms does not repeat /P (revision 5 and 6): somebody changed the permissions. */
  readonly permsRight: boolean
}

/**
 * Opens the encryption of the view's trailer; undefined when there is none. Without a password the empty one is tried.
 * Throws PDF_PASSWORD_NEEDED, PDF_PASSWORD_WRONG, PDF_PUBKEY_ENCRYPTED, PDF_ENCRYPTION_UNSUPPORTED and PDF_DAMAGED.
 */
export async function openEncryption(view: View, password: string | undefined): Promise<EncryptionResult | undefined> {
  const value = view.trailer.get('Encrypt')
  if (value === undefined || value === null) return undefined
  const dict = view.resolve(value)
  if (dict === null) return undefined
  if (!(dict instanceof PdfDict)) throw new CountersignError('PDF_DAMAGED', 'The /Encrypt entry is no dictionary.')
  const standard = parseEncryptDict(dict, (item) => view.resolve(item))
  const opened = await tryPasswords(standard, password, fileId(view))
  if (opened === undefined) {
    throw password === undefined
      ? new CountersignError('PDF_PASSWORD_NEEDED', 'The file is encrypted and needs a password.')
      : new CountersignError('PDF_PASSWORD_WRONG', 'The password does not open the file.')
  }
  const mac = standard.mac || view.trailer.has('AuthCode')
  const ref = value instanceof PdfRef ? value : undefined
  return {
    encryption: new OpenedEncryption(standard, opened, { dict, ref, mac }),
    permsRight: standard.version < 5 || checkPerms(standard, opened.key),
  }
}

/** First element of /ID; it is never encrypted (7.5.5). */
function fileId(view: View): Uint8Array {
  const first = view.resolve(view.array(view.trailer.get('ID'))?.items[0])
  return first instanceof PdfString ? first.bytes : new Uint8Array(0)
}

/** The given password, then the empty one: a file that opens for everybody opens whatever the caller gave. */
async function tryPasswords(
  standard: StandardEncryption,
  password: string | undefined,
  id: Uint8Array,
): ReturnType<typeof openModern> {
  for (const candidate of new Set([password ?? '', ''])) {
    for (const bytes of passwordBytes(standard, candidate)) {
      const opened = standard.version === 5 ? await openModern(standard, bytes) : openLegacy(standard, bytes, id)
      if (opened !== undefined) return opened
    }
  }
  return undefined
}

/** 7.6.4.3: PDFDocEncoding up to revision 4 (writers also used UTF-8), UTF-8 after SASLprep later (NFKC, else as given). */
function passwordBytes(standard: StandardEncryption, password: string): readonly Uint8Array[] {
  const utf8 = new TextEncoder().encode(password)
  if (standard.version === 5) {
    const prepared = password.normalize('NFKC')
    return prepared === password ? [utf8] : [new TextEncoder().encode(prepared), utf8]
  }
  const plain = encodeText(password).bytes
  const same = plain.length === utf8.length && plain.every((byte, index) => byte === utf8[index])
  return same ? [plain] : [plain, utf8]
}
