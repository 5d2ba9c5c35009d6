import { aesCbcDecrypt, aesCbcEncrypt, md5, randomBytes, rc4 } from '../../crypto/index.ts'
import type { FilterStep } from '../filters/index.ts'
import { PdfDict, PdfName, isName, type PdfRef } from '../objects.ts'
import type { Encryption } from '../types.ts'
import { methodOf, type CryptMethod, type StandardEncryption } from './encrypt-dict.ts'
import { concat } from './legacy-key.ts'

/** Undoes the encryption of a file's strings and streams. */
export interface Decryption {
  decryptString(bytes: Uint8Array, num: number, gen: number): Uint8Array
  /** `steps` are the stream's filters: a `Crypt` filter may name another crypt filter. */
  decryptStream(bytes: Uint8Array, num: number, gen: number, dict: PdfDict, steps: readonly FilterStep[]): Uint8Array
}

/** Encryption of a file that was opened: what its handler says, with the key. */
export class OpenedEncryption implements Encryption, Decryption {
  readonly handler = 'standard'
  readonly revision: number
  readonly method: 'rc4' | 'aes-128' | 'aes-256'
  readonly access: 'user' | 'owner'
  readonly permissions: number
  readonly encryptMetadata: boolean
  readonly mac: boolean
  readonly dict: PdfDict
  readonly ref: PdfRef | undefined
  private readonly standard: StandardEncryption
  private readonly key: Uint8Array

  constructor(
    standard: StandardEncryption,
    opened: { readonly key: Uint8Array; readonly access: 'user' | 'owner' },
    place: { readonly dict: PdfDict; readonly ref: PdfRef | undefined; readonly mac: boolean },
  ) {
    this.standard = standard
    this.key = opened.key
    this.access = opened.access
    this.revision = standard.revision
    this.permissions = standard.permissions
    this.encryptMetadata = standard.encryptMetadata
    this.dict = place.dict
    this.ref = place.ref
    this.mac = place.mac
    const { streams, strings } = standard
    this.method =
      streams !== 'none' ? streams : strings !== 'none' ? strings : standard.version === 5 ? 'aes-256' : 'rc4'
  }

  decryptString(bytes: Uint8Array, num: number, gen: number): Uint8Array {
    return this.decrypt(this.standard.strings, bytes, num, gen)
  }

  decryptStream(bytes: Uint8Array, num: number, gen: number, dict: PdfDict, steps: readonly FilterStep[]): Uint8Array {
    return this.decrypt(this.streamMethod(dict, steps), bytes, num, gen)
  }

  encryptString(bytes: Uint8Array, ref: PdfRef): Uint8Array {
    return this.encrypt(this.standard.strings, bytes, ref)
  }

  encryptStream(bytes: Uint8Array, ref: PdfRef): Uint8Array {
    return this.encrypt(this.standard.streams, bytes, ref)
  }

  /** 7.6.6: cross-reference streams never, metadata by EncryptMetadata, a Crypt filter by its name, else StmF or EFF. */
  private streamMethod(dict: PdfDict, steps: readonly FilterStep[]): CryptMethod {
    const type = dict.get('Type')
    if (isName(type, 'XRef')) return 'none'
    const crypt = steps.find((step) => step.name === 'Crypt')
    if (crypt !== undefined) {
      const name = crypt.parameters?.get('Name')
      return methodOf(this.standard.filters, name instanceof PdfName ? name.name : 'Identity')
    }
    if (isName(type, 'Metadata') && !this.encryptMetadata && this.standard.version >= 4) return 'none'
    return isName(type, 'EmbeddedFile') ? this.standard.embedded : this.standard.streams
  }

  /** Algorithm 1: the key of one object; with AES-256 the file key itself. */
  private objectKey(method: CryptMethod, num: number, gen: number): Uint8Array {
    if (method === 'aes-256') return this.key
    const object = Uint8Array.of(num, num >> 8, num >> 16, gen, gen >> 8)
    const salt = method === 'aes-128' ? Uint8Array.of(0x73, 0x41, 0x6c, 0x54) : new Uint8Array(0)
    return md5(concat(this.key, object, salt)).subarray(0, Math.min(16, this.key.length + 5))
  }

  private decrypt(method: CryptMethod, bytes: Uint8Array, num: number, gen: number): Uint8Array {
    if (method === 'none') return bytes
    const key = this.objectKey(method, num, gen)
    if (method === 'rc4') return rc4(key, bytes)
    // An initialisation vector alone, or less, is no data.
    if (bytes.length < 32) return new Uint8Array(0)
    const iv = bytes.subarray(0, 16)
    const data = bytes.subarray(16, bytes.length - (bytes.length % 16))
    // Data with broken padding are given whole: readers do so, and nothing is authenticated here anyway.
    return aesCbcDecrypt(key, iv, data) ?? aesCbcDecrypt(key, iv, data, { padding: false })!
  }

  private encrypt(method: CryptMethod, bytes: Uint8Array, ref: PdfRef): Uint8Array {
    if (method === 'none') return bytes
    const key = this.objectKey(method, ref.num, ref.gen)
    if (method === 'rc4') return rc4(key, bytes)
    const iv = randomBytes(16)
    return concat(iv, aesCbcEncrypt(key, iv, bytes))
  }
}
