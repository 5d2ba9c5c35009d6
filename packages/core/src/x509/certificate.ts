import { digestHex } from '../crypto/index.ts'
import { hexOf } from '../der/hex.ts'
import { OID } from '../der/oids.ts'
import { parseDer } from '../der/reader.ts'
import type { DerNode } from '../der/reader.ts'
import { readSignatureValue, readSmallInteger, readTime } from '../der/values.ts'
import { equalBytes } from '../der/writer.ts'
import { CountersignError } from '../error.ts'
import { parseAlgorithm } from './algorithm.ts'
import type { AlgorithmId, PublicKeyInfo } from './algorithm.ts'
import * as read from './extensions.ts'
import type { Extension } from './extensions.ts'
import type { GeneralName } from './general-name.ts'
import { Name } from './name.ts'
import { parsePublicKey } from './public-key.ts'

/** Content octets of an INTEGER, whether minimal or not: X-02 judges serial numbers. */
function serialOf(node: DerNode): Uint8Array {
  if (!node.is(2) || node.content.length === 0) throw new CountersignError('DER_INVALID', 'no serial number')
  return node.content
}

interface Fields {
  readonly version: number
  readonly serial: DerNode
  readonly signature: DerNode
  readonly issuer: DerNode
  readonly validity: DerNode
  readonly subject: DerNode
  readonly spki: DerNode
  readonly extensions: DerNode | undefined
}

function versionOf({ children: [number] }: DerNode): number {
  if (number === undefined) throw new CountersignError('DER_INVALID', 'no version')
  return readSmallInteger(number)
}

/** TBSCertificate by position (RFC 5280 4.1). */
function fieldsOf(tbs: DerNode): Fields {
  const parts = [...tbs.children]
  const version = parts[0]?.isContext(0) === true ? versionOf(parts.shift()!) : 0
  const [serial, signature, issuer, validity, subject, spki, ...rest] = parts
  if (!tbs.is(16) || serial === undefined || signature === undefined || issuer === undefined)
    throw new CountersignError('DER_INVALID', 'TBSCertificate is incomplete')
  if (validity === undefined || subject === undefined || spki?.is(16) !== true)
    throw new CountersignError('DER_INVALID', 'TBSCertificate is incomplete')
  const list = rest.find((part) => part.isContext(3))
  if (list !== undefined && list.children.length !== 1)
    throw new CountersignError('DER_INVALID', 'TBSCertificate holds no list of extensions')
  const extensions = list?.children[0]
  // [1], [2], [3], each at most once and in this order.
  if (rest.some((part, index) => part.cls !== 2 || part.tag <= (rest[index - 1]?.tag ?? 0) || part.tag > 3))
    throw new CountersignError('DER_INVALID', 'TBSCertificate holds an unknown field')
  return { version: version + 1, serial, signature, issuer, validity, subject, spki, extensions }
}

/**
 * An X.509 certificate as received. Nothing of it is trusted by being read; extensions are decoded when asked for,
 * and one that cannot be decoded reads as absent and stands in `malformed`.
 */
export class Certificate {
  /** The bytes received, without anything before or after. */
  readonly der: Uint8Array
  /** DER of TBSCertificate: what the issuer signed. */
  readonly tbs: Uint8Array
  /** 1, 2 or 3. */
  readonly version: number
  /** Content octets. */
  readonly serial: Uint8Array
  readonly issuer: Name
  readonly subject: Name
  readonly notBefore: Date
  readonly notAfter: Date
  /** DER of SubjectPublicKeyInfo. */
  readonly spki: Uint8Array
  readonly signatureAlgorithm: AlgorithmId
  /** The algorithm inside TBSCertificate, which must be the same. */
  readonly innerAlgorithm: AlgorithmId
  readonly signatureValue: Uint8Array
  readonly extensions: ReadonlyMap<string, Extension>
  readonly duplicateExtensions: readonly string[]
  readonly #spkiNode: DerNode
  readonly #decoded: Map<string, unknown> = new Map()
  readonly #malformed: Set<string> = new Set()
  #publicKey: PublicKeyInfo | undefined
  #sha256: Promise<string> | undefined

  private constructor(node: DerNode) {
    const [tbs, algorithm, value] = node.children
    if (!node.is(16) || node.children.length !== 3) throw new CountersignError('DER_INVALID', 'not a Certificate')
    const fields = fieldsOf(tbs!)
    const [notBefore, notAfter] = fields.validity.children
    if (notBefore === undefined || notAfter === undefined) throw new CountersignError('DER_INVALID', 'bad validity')
    this.der = node.bytes
    this.tbs = tbs!.bytes
    this.version = fields.version
    this.serial = serialOf(fields.serial)
    this.subject = Name.fromNode(fields.subject)
    this.issuer = equalBytes(fields.issuer.bytes, this.subject.der) ? this.subject : Name.fromNode(fields.issuer)
    this.notBefore = readTime(notBefore, { fractions: false })
    this.notAfter = readTime(notAfter, { fractions: false })
    this.spki = fields.spki.bytes
    this.#spkiNode = fields.spki
    this.signatureAlgorithm = parseAlgorithm(algorithm!)
    this.innerAlgorithm = parseAlgorithm(fields.signature)
    this.signatureValue = readSignatureValue(value!)
    const extensions = fields.extensions === undefined ? undefined : read.parseExtensions(fields.extensions)
    this.extensions = extensions?.all ?? new Map()
    this.duplicateExtensions = extensions?.duplicates ?? []
  }

  /**
   * Reads a certificate from strict DER.
   *
   * @throws CountersignError CERT_INVALID, LimitError ASN1_DEPTH, ASN1_ELEMENTS, INTEGER.
   * @example
   * ```ts
   * Certificate.parse(der).subject.toString() // 'CN=Nguyễn Văn An,O=Sở Nội vụ tỉnh Đắk Lắk,C=VN'
   * ```
   */
  static parse(der: Uint8Array): Certificate {
    try {
      return new Certificate(parseDer(der))
    } catch (error) {
      if (error instanceof CountersignError && error.code === 'DER_INVALID')
        throw new CountersignError('CERT_INVALID', `The certificate cannot be read: ${error.message}.`, {
          cause: error,
        })
      throw error
    }
  }

  #read<T>(oid: string, parse: (value: Uint8Array) => T): T | undefined {
    const extension = this.extensions.get(oid)
    if (extension === undefined) return undefined
    if (!this.#decoded.has(oid)) {
      let value: T | undefined
      try {
        value = parse(extension.value)
      } catch {
        this.#malformed.add(oid)
      }
      this.#decoded.set(oid, value)
    }
    return this.#decoded.get(oid) as T | undefined
  }

  /** Extensions among the processed ones that are there but cannot be decoded. */
  get malformed(): ReadonlySet<string> {
    for (const oid of this.extensions.keys()) DECODE.get(oid)?.(this)
    return this.#malformed
  }

  /** Upper-case hex of the serial number's content octets. */
  get serialHex(): string {
    return hexOf(this.serial).toUpperCase()
  }

  get publicKey(): PublicKeyInfo {
    this.#publicKey ??= parsePublicKey(this.#spkiNode)
    return this.#publicKey
  }

  /** The bits of subjectPublicKey: what key identifiers hash. */
  get publicKeyBits(): Uint8Array {
    const key = this.#spkiNode.children[1]
    return key?.is(3) === true && !key.constructed ? key.content.subarray(1) : new Uint8Array(0)
  }

  get keyUsage(): ReadonlySet<read.KeyUsageBit> | undefined {
    return this.#read(OID.keyUsage, read.parseKeyUsage)
  }

  /** Dotted purposes. */
  get extendedKeyUsage(): readonly string[] | undefined {
    return this.#read(OID.extendedKeyUsage, read.parseOidList)
  }

  get basicConstraints(): read.BasicConstraints | undefined {
    return this.#read(OID.basicConstraints, read.parseBasicConstraints)
  }

  get subjectKeyId(): Uint8Array | undefined {
    return this.#read(OID.subjectKeyIdentifier, read.parseKeyIdentifier)
  }

  get authorityKeyId(): read.AuthorityKeyId | undefined {
    return this.#read(OID.authorityKeyIdentifier, read.parseAuthorityKeyId)
  }

  get subjectAltNames(): readonly GeneralName[] | undefined {
    return this.#read(OID.subjectAltName, read.parseAltNames)
  }

  get issuerAltNames(): readonly GeneralName[] | undefined {
    return this.#read(OID.issuerAltName, read.parseAltNames)
  }

  get nameConstraints(): read.NameConstraints | undefined {
    return this.#read(OID.nameConstraints, read.parseNameConstraints)
  }

  get policies(): readonly string[] | undefined {
    return this.#read(OID.certificatePolicies, read.parsePolicies)
  }

  get policyMappings(): readonly (readonly [string, string])[] | undefined {
    return this.#read(OID.policyMappings, read.parsePolicyMappings)
  }

  get policyConstraints(): read.PolicyConstraints | undefined {
    return this.#read(OID.policyConstraints, read.parsePolicyConstraints)
  }

  get inhibitAnyPolicy(): number | undefined {
    return this.#read(OID.inhibitAnyPolicy, read.parseSkipCerts)
  }

  get distributionPoints(): readonly read.DistributionPoint[] | undefined {
    return this.#read(OID.crlDistributionPoints, read.parseDistributionPoints)
  }

  get freshestCrl(): readonly read.DistributionPoint[] | undefined {
    return this.#read(OID.freshestCrl, read.parseDistributionPoints)
  }

  get authorityInfoAccess(): readonly read.AccessDescription[] | undefined {
    return this.#read(OID.authorityInfoAccess, read.parseAccess)
  }

  get qcStatements(): readonly read.QcStatement[] | undefined {
    return this.#read(OID.qcStatements, read.parseQcStatements)
  }

  /** Issuer and subject are the same name: self-issued (RFC 5280 6.1), not necessarily self-signed. */
  get isSelfIssued(): boolean {
    return this.issuer.equals(this.subject)
  }

  /** SHA-256 of the bytes received, lower-case hex; computed once. */
  sha256(): Promise<string> {
    this.#sha256 ??= digestHex('sha256', this.der)
    return this.#sha256
  }

  /** True when both hold the same bytes. */
  equals(other: Certificate): boolean {
    return equalBytes(this.der, other.der)
  }

  /** True when `time` lies in the validity, both ends included: the second that notAfter names is part of it. */
  isValidAt(time: Date): boolean {
    return this.notBefore.getTime() <= time.getTime() && time.getTime() < this.notAfter.getTime() + 1000
  }
}

/** Extensions that path validation processes, by their decoders. */
const DECODE: ReadonlyMap<string, (certificate: Certificate) => unknown> = new Map<
  string,
  (certificate: Certificate) => unknown
>([
  [OID.keyUsage, (certificate) => certificate.keyUsage],
  [OID.extendedKeyUsage, (certificate) => certificate.extendedKeyUsage],
  [OID.basicConstraints, (certificate) => certificate.basicConstraints],
  [OID.subjectKeyIdentifier, (certificate) => certificate.subjectKeyId],
  [OID.authorityKeyIdentifier, (certificate) => certificate.authorityKeyId],
  [OID.subjectAltName, (certificate) => certificate.subjectAltNames],
  [OID.issuerAltName, (certificate) => certificate.issuerAltNames],
  [OID.nameConstraints, (certificate) => certificate.nameConstraints],
  [OID.certificatePolicies, (certificate) => certificate.policies],
  [OID.policyMappings, (certificate) => certificate.policyMappings],
  [OID.policyConstraints, (certificate) => certificate.policyConstraints],
  [OID.inhibitAnyPolicy, (certificate) => certificate.inhibitAnyPolicy],
  [OID.crlDistributionPoints, (certificate) => certificate.distributionPoints],
  [OID.freshestCrl, (certificate) => certificate.freshestCrl],
])
