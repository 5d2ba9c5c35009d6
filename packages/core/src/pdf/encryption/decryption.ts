import type { FilterStep } from '../filters/index.ts'
import type { PdfDict } from '../objects.ts'

/** Undoes the encryption of a file's strings and streams. */
export interface Decryption {
  decryptString(bytes: Uint8Array, num: number, gen: number): Uint8Array
  /** `steps` are the stream's filters: a `Crypt` filter may name another crypt filter. */
  decryptStream(bytes: Uint8Array, num: number, gen: number, dict: PdfDict, steps: readonly FilterStep[]): Uint8Array
}
