import { OID } from '../der/oids.ts'
import { parseDer } from '../der/reader.ts'
import type { DerNode } from '../der/reader.ts'
import { readSignatureValue, readOctetString, readOid, readSmallInteger, readTime } from '../der/values.ts'
import { CountersignError, LimitError } from '../error.ts'
import { digestOfOid, parseAlgorithm } from './algorithm.ts'
import type { AlgorithmId } from './algorithm.ts'
import { Certificate } from './certificate.ts'
import { parseExtensions } from './extensions.ts'
import type { Extension } from './extensions.ts'
import { Name } from './name.ts'
import type { DigestName } from '../crypto/index.ts'

/** L-18. */
const MAX_BYTES = 256 * 1024
/** CMS_CERTS of L-14. */
const MAX_CERTIFICATES = 64

/** CertID: which certificate a response is about. */
export interface CertId {
  readonly digest: DigestName | undefined
  readonly nameHash: Uint8Array
  readonly keyHash: Uint8Array
  readonly serial: Uint8Array
}

export interface SingleResponse {
  readonly id: CertId
  readonly status: 'good' | 'revoked' | 'unknown'
  readonly revocationTime?: Date
  readonly reason?: number
  readonly thisUpdate: Date
  readonly nextUpdate?: Date
  readonly extensions: ReadonlyMap<string, Extension>
}

export type ResponderId = { readonly name: Name } | { readonly keyHash: Uint8Array }

/** Extensions of responses that may be critical without making them unusable. */
const KNOWN: ReadonlySet<string> = new Set([
  OID.ocspNonce,
  OID.ocspCrl,
  OID.ocspArchiveCutoff,
  OID.ocspCertHash,
  OID.reasonCode,
  OID.invalidityDate,
  OID.certificateIssuer,
])

function invalid(what: string): CountersignError {
  return new CountersignError('DER_INVALID', `OCSP response: ${what}`)
}

function parseCertId(node: DerNode): CertId {
  const [algorithm, name, key, serial] = node.children
  if (algorithm === undefined || name === undefined || key === undefined || serial === undefined)
    throw invalid('bad CertID')
  return {
    digest: digestOfOid(parseAlgorithm(algorithm).oid),
    nameHash: readOctetString(name),
    keyHash: readOctetString(key),
    serial: serial.content,
  }
}

function parseSingle(node: DerNode): SingleResponse {
  const [id, status, thisUpdate, ...rest] = node.children
  if (id === undefined || status === undefined || thisUpdate === undefined || status.cls !== 2 || status.tag > 2)
    throw invalid('bad SingleResponse')
  const next = rest.find((part) => part.isContext(0))?.children[0]
  const extensions = rest.find((part) => part.isContext(1))?.children[0]
  const [revoked, reason] = status.tag === 1 ? status.children : []
  if (status.tag === 1 && revoked === undefined) throw invalid('bad RevokedInfo')
  return {
    id: parseCertId(id),
    status: (['good', 'revoked', 'unknown'] as const)[status.tag as 0 | 1 | 2],
    ...(revoked === undefined ? {} : { revocationTime: readTime(revoked) }),
    ...(reason?.children[0] === undefined ? {} : { reason: readSmallInteger(reason.children[0]) }),
    thisUpdate: readTime(thisUpdate),
    ...(next === undefined ? {} : { nextUpdate: readTime(next) }),
    extensions: extensions === undefined ? new Map() : parseExtensions(extensions).all,
  }
}

function parseResponder(node: DerNode): ResponderId {
  const [inner] = node.children
  if (inner === undefined) throw invalid('bad ResponderID')
  if (node.isContext(1)) return { name: Name.fromNode(inner) }
  if (node.isContext(2)) return { keyHash: readOctetString(inner) }
  throw invalid('bad ResponderID')
}

/** BasicOCSPResponse inside an OCSPResponse, or alone as PDF files carry it sometimes. */
function basicOf(node: DerNode): DerNode {
  const [status, wrapped] = node.children
  if (status?.is(16) === true) return node
  if (status?.is(10) !== true) throw invalid('no status')
  const code = readSmallInteger(status)
  if (code !== 0) throw invalid(`the responder answered with status ${code}`)
  const [type, content] = wrapped?.children[0]?.children ?? []
  if (type === undefined || content === undefined || readOid(type) !== OID.ocspBasic)
    throw invalid('not a basic response')
  return parseDer(readOctetString(content))
}

/** A successful basic OCSP response as received (RFC 6960). */
export class OcspResponse {
  readonly der: Uint8Array
  /** Raw tbsResponseData: what is signed. */
  readonly tbs: Uint8Array
  readonly signatureAlgorithm: AlgorithmId
  readonly signatureValue: Uint8Array
  readonly responder: ResponderId
  readonly producedAt: Date
  readonly responses: readonly SingleResponse[]
  readonly extensions: ReadonlyMap<string, Extension>
  readonly #nodes: readonly DerNode[]
  #certificates: readonly Certificate[] | undefined

  private constructor(der: Uint8Array) {
    const [tbs, algorithm, value, certificates] = basicOf(parseDer(der)).children
    if (tbs === undefined || algorithm === undefined || value === undefined) throw invalid('incomplete')
    const parts = [...tbs.children]
    if (parts[0]?.isContext(0) === true) parts.shift()
    const [responder, producedAt, responses, extensions] = parts
    if (responder === undefined || producedAt === undefined || responses === undefined) throw invalid('incomplete')
    this.der = der
    this.tbs = tbs.bytes
    this.signatureAlgorithm = parseAlgorithm(algorithm)
    this.signatureValue = readSignatureValue(value)
    this.responder = parseResponder(responder)
    this.producedAt = readTime(producedAt)
    this.responses = responses.children.map(parseSingle)
    const list = extensions?.children[0]
    this.extensions = list === undefined ? new Map() : parseExtensions(list).all
    const nodes = certificates?.children[0]?.children ?? []
    if (nodes.length > MAX_CERTIFICATES)
      throw new LimitError('CMS_CERTS', 'an OCSP response holds too many certificates')
    this.#nodes = nodes
  }

  /** The certificates in the response that can be read. */
  get certificates(): readonly Certificate[] {
    this.#certificates ??= this.#nodes.flatMap(({ bytes }) => {
      try {
        return [Certificate.parse(bytes)]
      } catch {
        return []
      }
    })
    return this.#certificates
  }

  /** Reads an OCSPResponse or a bare BasicOCSPResponse. @throws CountersignError DER_INVALID, LimitError OCSP_SIZE */
  static parse(der: Uint8Array): OcspResponse {
    if (der.length > MAX_BYTES) throw new LimitError('OCSP_SIZE', `an OCSP response has more than ${MAX_BYTES} bytes`)
    return new OcspResponse(der)
  }

  /** Why this response cannot be used at all; undefined when it can. */
  faultOf(single: SingleResponse): string | undefined {
    for (const { oid, critical } of [...this.extensions.values(), ...single.extensions.values()])
      if (critical && !KNOWN.has(oid)) return `unknown critical extension ${oid}`
    return undefined
  }
}
