import { CountersignError } from '../../error.ts'
import { PdfDict, PdfName, PdfString, type PdfObject } from '../objects.ts'
import type { Resolve } from '../filters/index.ts'

/** How a crypt filter encrypts; `none` is Identity. */
export type CryptMethod = 'none' | 'rc4' | 'aes-128' | 'aes-256'

/** The /Encrypt dictionary of the standard security handler (7.6.4), read but not yet opened. */
export interface StandardEncryption {
  readonly version: number
  readonly revision: number
  /** Key lengths in bytes to try, the declared one first: writers disagree on its unit and default. */
  readonly keyLengths: readonly number[]
  readonly owner: Uint8Array
  readonly user: Uint8Array
  readonly ownerKey: Uint8Array
  readonly userKey: Uint8Array
  readonly perms: Uint8Array
  /** 32 signed bits. */
  readonly permissions: number
  readonly encryptMetadata: boolean
  /** Methods of crypt filters by name; strings, streams and embedded files by the names the dictionary gives. */
  readonly filters: ReadonlyMap<string, CryptMethod>
  readonly strings: CryptMethod
  readonly streams: CryptMethod
  readonly embedded: CryptMethod
  /** ISO/TS 32004: a MAC protects the file. */
  readonly mac: boolean
}

/**
 * Reads the dictionary. Throws PDF_PUBKEY_ENCRYPTED, PDF_ENCRYPTION_UNSUPPORTED (other handlers and versions, AES-GCM) and
 * PDF_DAMAGED.
 */
export function parseEncryptDict(dict: PdfDict, resolve: Resolve): StandardEncryption {
  const get = (key: string): PdfObject => resolve(dict.get(key))
  requireStandard(get('Filter'))
  const version = integer(get('V')) ?? 0
  const revision = integer(get('R')) ?? 0
  const known = version === 5 ? revision === 5 || revision === 6 : revision >= 2 && revision <= 4
  if (version === 6) throw unsupported(GCM)
  if (!known || ![1, 2, 3, 4, 5].includes(version)) {
    throw unsupported(`version ${version}, revision ${revision}`)
  }
  const size = version === 5 ? 48 : 32
  const filters = version >= 4 ? parseFilters(get('CF'), resolve) : new Map<string, CryptMethod>()
  const pick = (key: string, otherwise: CryptMethod): CryptMethod => {
    if (version < 4) return 'rc4'
    const name = get(key)
    return name instanceof PdfName ? methodOf(filters, name.name) : otherwise
  }
  const streams = pick('StmF', 'none')
  return {
    version,
    revision,
    keyLengths: keyLengths(version, integer(get('Length'))),
    owner: bytes(get('O'), size),
    user: bytes(get('U'), size),
    ownerKey: version === 5 ? bytes(get('OE'), 32) : EMPTY,
    userKey: version === 5 ? bytes(get('UE'), 32) : EMPTY,
    perms: version === 5 ? perms(get('Perms')) : EMPTY,
    permissions: (integer(get('P')) ?? 0) | 0,
    encryptMetadata: get('EncryptMetadata') !== false,
    filters,
    strings: pick('StrF', 'none'),
    streams,
    embedded: pick('EFF', streams),
    mac: dict.has('KDFSalt'),
  }
}

const EMPTY = new Uint8Array(0)

const GCM = 'AES-GCM (ISO/TS 32003)'

function unsupported(what: string): CountersignError {
  return new CountersignError(
    'PDF_ENCRYPTION_UNSUPPORTED',
    `The file is encrypted in a way that is not supported: ${what}.`,
  )
}

function requireStandard(filter: PdfObject): void {
  const name = filter instanceof PdfName ? filter.name : ''
  if (name === 'Standard') return
  if (name === 'Adobe.PubSec' || name === 'Adobe.PPKLite' || name.startsWith('Entrust')) {
    throw new CountersignError(
      'PDF_PUBKEY_ENCRYPTED',
      'The file is encrypted for certain certificates; it can be opened only with their keys.',
    )
  }
  throw unsupported(`security handler ${name === '' ? 'without a name' : name}`)
}

function integer(value: PdfObject): number | undefined {
  return typeof value === 'number' ? value : undefined
}

/** A string of at least `size` bytes; what stands behind them is padding. */
function bytes(value: PdfObject, size: number): Uint8Array {
  if (!(value instanceof PdfString) || value.bytes.length < size) {
    throw new CountersignError('PDF_DAMAGED', 'The /Encrypt dictionary has no usable keys.')
  }
  return value.bytes.subarray(0, size)
}

function perms(value: PdfObject): Uint8Array {
  return value instanceof PdfString ? value.bytes : EMPTY
}

function keyLengths(version: number, length: number | undefined): readonly number[] {
  if (version === 1) return [5]
  if (version === 4) return [16]
  if (version === 5) return [32]
  const lengths = new Set<number>()
  if (length !== undefined && length % 8 === 0 && length >= 40 && length <= 128) lengths.add(length / 8)
  if (length !== undefined && length >= 5 && length <= 16) lengths.add(length)
  return [...lengths.add(5).add(16)]
}

function parseFilters(value: PdfObject, resolve: Resolve): Map<string, CryptMethod> {
  const methods = new Map<string, CryptMethod>()
  if (!(value instanceof PdfDict)) return methods
  for (const [name, item] of value.map) {
    const filter = resolve(item)
    const method = filter instanceof PdfDict ? resolve(filter.get('CFM')) : null
    methods.set(name, methodNamed(method instanceof PdfName ? method.name : 'None'))
  }
  return methods
}

function methodNamed(name: string): CryptMethod {
  switch (name) {
    case 'None':
      return 'none'
    case 'V2':
      return 'rc4'
    case 'AESV2':
      return 'aes-128'
    case 'AESV3':
      return 'aes-256'
    case 'AESV4':
      throw unsupported(GCM)
    default:
      throw unsupported(`crypt filter method ${name}`)
  }
}

/** The method of a crypt filter; throws PDF_ENCRYPTION_UNSUPPORTED for a name that the dictionary does not explain. */
export function methodOf(filters: ReadonlyMap<string, CryptMethod>, name: string): CryptMethod {
  const method = name === 'Identity' ? 'none' : filters.get(name)
  if (method === undefined) throw unsupported(`crypt filter ${name} is not defined`)
  return method
}
