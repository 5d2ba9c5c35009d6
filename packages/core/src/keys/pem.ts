import { createPrivateKey } from 'node:crypto'
import type { KeyObject } from 'node:crypto'
import type { Signer } from '../cms/signer.ts'
import { parseDer } from '../der/reader.ts'
import { readOctetString, readOid } from '../der/values.ts'
import { CountersignError } from '../error.ts'
import { chooseCertificate, orderChain } from './chain.ts'
import { importPkcs8, localSigner } from './local.ts'
import type { LocalKeyOptions } from './local.ts'
import { decryptPbes2, PBES2 } from './pbes2.ts'

/** One block of a PEM file. */
interface PemBlock {
  readonly label: string
  readonly text: string
  readonly der: Uint8Array
  /** RFC 1421 encryption, as old OpenSSL wrote it. */
  readonly legacyEncrypted: boolean
}

const BEGIN = '-----BEGIN '
const DASHES = '-----'

function textOf(input: string | Uint8Array): string {
  return typeof input === 'string' ? input : new TextDecoder('latin1').decode(input)
}

/** Blocks in file order; text between them is skipped (RFC 7468 2). */
export function parsePem(input: string | Uint8Array): readonly PemBlock[] {
  const text = textOf(input)
  const blocks: PemBlock[] = []
  for (let from = text.indexOf(BEGIN); from >= 0; from = text.indexOf(BEGIN, from + 1)) {
    const labelEnd = text.indexOf(DASHES, from + BEGIN.length)
    const label = text.slice(from + BEGIN.length, labelEnd)
    const endLine = `-----END ${label}-----`
    const end = text.indexOf(endLine, labelEnd)
    if (labelEnd < 0 || end < 0) throw new CountersignError('PEM_INVALID', 'a PEM block has no end line')
    const body = text.slice(labelEnd + DASHES.length, end)
    const legacyEncrypted = body.includes('Proc-Type:') && body.includes('ENCRYPTED')
    const lines = body.split('\n').filter((line) => !line.includes(':'))
    const der = new Uint8Array(Buffer.from(lines.join(''), 'base64'))
    blocks.push({ label, text: text.slice(from, end + endLine.length), der, legacyEncrypted })
  }
  return blocks
}

const wrongPassword = (): CountersignError =>
  new CountersignError('P12_PASSWORD_WRONG', 'the password of the private key is wrong')

async function decryptPkcs8(der: Uint8Array, password: string | undefined): Promise<KeyObject> {
  if (password === undefined) throw new CountersignError('P12_PASSWORD_WRONG', 'the private key needs a password')
  const [algorithm, encrypted] = parseDer(der, { ber: true }).children
  const [oid, params] = algorithm?.children ?? []
  if (oid === undefined || params === undefined || encrypted === undefined)
    throw new CountersignError('PEM_INVALID', 'not an encrypted private key')
  if (readOid(oid) !== PBES2) return importText(der, password)
  const plain = await decryptPbes2(params, readOctetString(encrypted), new TextEncoder().encode(password))
  try {
    if (plain !== undefined) return importPkcs8(plain)
  } catch {
    // Rarely the padding fits by chance: the key inside then makes no sense.
  }
  throw wrongPassword()
}

// The old password-based schemes of PKCS#5 and RFC 1421: what OpenSSL still opens, it opens.
function importText(source: Uint8Array | string, password: string): KeyObject {
  try {
    return typeof source === 'string'
      ? createPrivateKey({ key: source, format: 'pem', passphrase: password })
      : createPrivateKey({ key: Buffer.from(source), format: 'der', type: 'pkcs8', passphrase: password })
  } catch (cause) {
    const code = (cause as { code?: unknown }).code
    if (code === 'ERR_OSSL_EVP_UNSUPPORTED' || code === 'ERR_OSSL_UNSUPPORTED')
      throw new CountersignError('P12_UNSUPPORTED', 'the key is protected by an algorithm this OpenSSL does not offer')
    throw wrongPassword()
  }
}

async function importKey(block: PemBlock, password: string | undefined): Promise<KeyObject> {
  if (block.label === 'ENCRYPTED PRIVATE KEY') return decryptPkcs8(block.der, password)
  if (block.legacyEncrypted) {
    if (password === undefined) throw new CountersignError('P12_PASSWORD_WRONG', 'the private key needs a password')
    return importText(block.text, password)
  }
  try {
    return createPrivateKey(block.text)
  } catch (cause) {
    throw new CountersignError('PEM_INVALID', 'the private key cannot be read', { cause })
  }
}

export interface PemOptions extends LocalKeyOptions {
  /** PKCS#8 (also encrypted), PKCS#1 or SEC1 key; may hold the certificates too. */
  readonly key: string | Uint8Array
  /** The signer's certificate and, in any order, its chain. May be left out where `key` holds them. */
  readonly certificates?: string | Uint8Array
  readonly password?: string
}

/**
 * Signer from PEM text: a private key and certificates in any order.
 *
 * @throws CountersignError PEM_INVALID, P12_PASSWORD_WRONG, P12_UNSUPPORTED, P12_NO_KEY, KEY_MISMATCH, CERT_INVALID.
 * @example
 * ```ts
 * const signer = await pemSigner({ key: await readFile('officer.key.pem'), certificates: await readFile('officer.pem') })
 * ```
 */
export async function pemSigner(options: PemOptions): Promise<Signer> {
  const blocks = [...parsePem(options.key), ...(options.certificates ? parsePem(options.certificates) : [])]
  const keyBlock = blocks.find((block) => block.label.endsWith('PRIVATE KEY'))
  if (keyBlock === undefined) throw new CountersignError('P12_NO_KEY', 'the file holds no private key')
  const key = await importKey(keyBlock, options.password)
  const labels = ['CERTIFICATE', 'X509 CERTIFICATE', 'TRUSTED CERTIFICATE']
  const certificates = blocks.filter((block) => labels.includes(block.label)).map((block) => block.der)
  const leaf = chooseCertificate(key, certificates)
  return localSigner(key, leaf, orderChain(leaf, certificates), options)
}
