import { OID } from '../der/oids.ts'
import { parseDer } from '../der/reader.ts'
import type { DerNode } from '../der/reader.ts'
import { readOctetString, readOid, readString } from '../der/values.ts'
import { CountersignError, LimitError } from '../error.ts'
import { decryptLegacy } from './p12-legacy.ts'
import { decryptPbes2, PBES2 } from './pbes2.ts'

const BAG = '1.2.840.113549.1.12.10.1.'
const X509_CERTIFICATE = '1.2.840.113549.1.9.22.1'
const FRIENDLY_NAME = '1.2.840.113549.1.9.20'
const MAX_BAGS = 1000

/** What a file holds: PKCS#8 keys and certificates, in file order. */
export interface P12Contents {
  readonly keys: { readonly pkcs8: Uint8Array; readonly name: string | undefined }[]
  readonly certificates: Uint8Array[]
}

function wrongPassword(): CountersignError {
  return new CountersignError('P12_PASSWORD_WRONG', 'the password of the key file is wrong')
}

async function decrypt(algorithm: DerNode, encrypted: Uint8Array, password: string): Promise<DerNode> {
  const [oidNode, params] = algorithm.children
  const oid = readOid(oidNode!)
  if (params === undefined) throw new CountersignError('P12_UNSUPPORTED', `${oid} without parameters`)
  const plain =
    oid === PBES2
      ? await decryptPbes2(params, encrypted, new TextEncoder().encode(password))
      : await decryptLegacy(oid, params, encrypted, password)
  if (plain === undefined) throw wrongPassword()
  try {
    return parseDer(plain, { ber: true })
  } catch {
    throw wrongPassword() // the padding fitted by chance
  }
}

/** The SafeContents of one ContentInfo of the authenticated safe (RFC 7292 4). */
export async function openSafe(contentInfo: DerNode, password: string): Promise<DerNode> {
  const [type, explicit] = contentInfo.children
  const content = explicit?.children[0]
  const oid = readOid(type!)
  if (content === undefined) throw new CountersignError('P12_INVALID', 'an empty part in the key file')
  if (oid === OID.data) return parseDer(readOctetString(content), { ber: true })
  if (oid !== OID.pkcs7EncryptedData)
    throw new CountersignError('P12_UNSUPPORTED', `the file holds a part of type ${oid}, which is not supported`)
  // EncryptedData { version, EncryptedContentInfo { contentType, algorithm, [0] IMPLICIT OCTET STRING } }
  const [, algorithm, encrypted] = content.children[1]?.children ?? []
  if (algorithm === undefined || encrypted === undefined)
    throw new CountersignError('P12_INVALID', 'an encrypted part is incomplete')
  return decrypt(algorithm, readOctetString(encrypted), password)
}

function friendlyName(attributes: DerNode | undefined): string | undefined {
  const found = attributes?.children.find((one) => readOid(one.children[0]!) === FRIENDLY_NAME)
  const value = found?.children[1]?.children[0]
  return value === undefined ? undefined : readString(value)
}

async function shroudedKey(bag: DerNode, password: string): Promise<Uint8Array> {
  const [algorithm, encrypted] = bag.children
  return (await decrypt(algorithm!, readOctetString(encrypted!), password)).bytes
}

function certificateOf(bag: DerNode): Uint8Array | undefined {
  const [type, value] = bag.children
  if (readOid(type!) !== X509_CERTIFICATE) return undefined
  return readOctetString(value!.children[0]!)
}

/** Collects the bags, nested ones too; CRLs and secrets are skipped. */
export async function collectBags(safe: DerNode, password: string, into: P12Contents): Promise<void> {
  const open = [...safe.children]
  for (let count = 0, bag = open.shift(); bag !== undefined; bag = open.shift(), count++) {
    if (count > MAX_BAGS) throw new LimitError('P12_BAGS', `more than ${MAX_BAGS} bags in the key file`)
    const [type, explicit, attributes] = bag.children
    const value = explicit?.children[0]
    if (value === undefined) throw new CountersignError('P12_INVALID', 'an empty bag in the key file')
    const kind = readOid(type!)
    if (kind === `${BAG}1`) into.keys.push({ pkcs8: value.bytes, name: friendlyName(attributes) })
    else if (kind === `${BAG}2`)
      into.keys.push({ pkcs8: await shroudedKey(value, password), name: friendlyName(attributes) })
    else if (kind === `${BAG}3`) {
      const certificate = certificateOf(value)
      if (certificate !== undefined) into.certificates.push(certificate)
    } else if (kind === `${BAG}6`) open.push(...value.children)
  }
}
