import type { DerNode } from '../der/reader.ts'
import { OID } from '../der/oids.ts'
import { readOctetString } from '../der/values.ts'
import { CountersignError } from '../error.ts'
import { parseAlgorithm } from '../x509/algorithm.ts'

/** One ESSCertID or ESSCertIDv2 (RFC 2634, RFC 5035). */
export interface EssCertId {
  readonly version: 1 | 2
  /** OID of the hash over the certificate. */
  readonly hashAlgorithm: string
  readonly certHash: Uint8Array
  readonly issuerSerial: { readonly issuer: Uint8Array | undefined; readonly serial: Uint8Array } | undefined
}

function invalid(): CountersignError {
  return new CountersignError('CMS_INVALID', 'The signing-certificate attribute is not well-formed.')
}

function isSequence(node: DerNode | undefined): node is DerNode {
  return node?.is(0x10) === true
}

function parseIssuerSerial(node: DerNode | undefined): EssCertId['issuerSerial'] {
  if (node === undefined) return undefined
  const [names, serial] = node.children
  if (!isSequence(node) || !isSequence(names) || serial === undefined || !serial.is(2)) throw invalid()
  // GeneralNames with one directoryName; [4] is explicit because Name is a CHOICE.
  const directory = names.children.find((name) => name.isContext(4))
  return { issuer: directory?.children[0]?.bytes, serial: serial.content }
}

function parseCertId(node: DerNode, version: 1 | 2): EssCertId {
  if (!isSequence(node)) throw invalid()
  const parts = [...node.children]
  let hashAlgorithm: string = version === 1 ? OID.sha1 : OID.sha256
  if (version === 2 && isSequence(parts[0])) hashAlgorithm = parseAlgorithm(parts.shift()!).oid
  const hash = parts.shift()
  if (hash?.is(4) !== true) throw invalid()
  return { version, hashAlgorithm, certHash: readOctetString(hash), issuerSerial: parseIssuerSerial(parts.shift()) }
}

/**
 * Reads a SigningCertificate (version 1) or SigningCertificateV2 attribute value; the first id is the signer's (C-09).
 *
 * @throws CountersignError CMS_INVALID
 */
export function parseEssCertIds(value: DerNode, version: 1 | 2): readonly EssCertId[] {
  const list = value.children[0]
  if (!isSequence(value) || !isSequence(list) || list.children.length === 0) throw invalid()
  return list.children.map((child) => parseCertId(child, version))
}
