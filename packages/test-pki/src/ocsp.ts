// OCSP responses (RFC 6960).
import { createHash } from 'node:crypto'
import { OCSPRequest } from 'pkijs'
import type { Actor } from './actor.ts'
import {
  bitString,
  boolean,
  enumerated,
  explicit,
  generalizedTime,
  implicit,
  joinBytes,
  octetString,
  oid,
  rawInteger,
  sequence,
  tlv,
} from './asn1.ts'
import { REASON_CODES } from './crl.ts'
import { momentOf } from './declaration.ts'
import type { RevocationReason } from './declaration.ts'
import { encodeExtension, keyIdentifier } from './extensions.ts'
import { publicKeyBits } from './keys.ts'
import { encodeName } from './name.ts'
import type { TestPki } from './pki.ts'
import { hashAlgorithm, signData, signatureAlgorithm } from './signature.ts'
import type { HashName } from './signature.ts'

export type OcspStatus =
  | { readonly status: 'good' }
  | { readonly status: 'unknown' }
  | { readonly status: 'revoked'; readonly at: Date; readonly reason?: RevocationReason }

export type OcspFlaw =
  'bad-signature' | 'wrong-serial' | 'wrong-nonce' | 'no-certificate' | 'unknown-critical-extension'

export interface OcspOptions<Name extends string = string> {
  /** Signs the response; default: the responder issued by the same CA, else the CA itself. */
  readonly responder?: Name
  /** Default: as the actor is declared. */
  readonly status?: OcspStatus
  readonly thisUpdate?: Date
  /** Default: one day after thisUpdate; null leaves it out. */
  readonly nextUpdate?: Date | null
  readonly producedAt?: Date
  /** Hash of the CertID when no request says. */
  readonly certIdHash?: 'sha1' | 'sha256'
  /** ResponderID by name instead of by key. */
  readonly byName?: boolean
  /** CertHash extension (positive evidence, Common PKI). */
  readonly certHash?: boolean
  readonly archiveCutoff?: Date
  /** Another responseStatus than successful (0): 1, 2, 3, 5, 6. */
  readonly responseStatus?: number
  readonly flaws?: readonly OcspFlaw[]
}

interface Question {
  readonly certId: Uint8Array
  readonly serial: Uint8Array
}

interface Questions {
  readonly asked: readonly Question[]
  readonly nonce?: Uint8Array
}

const NONCE = '1.3.6.1.5.5.7.48.1.2'

function certIdOf(actor: Actor, hash: HashName, serial: Uint8Array): Uint8Array {
  const issuer = actor.issuer
  const over = (bytes: Uint8Array): Uint8Array => octetString(createHash(hash).update(bytes).digest())
  return sequence(
    hashAlgorithm(hash),
    over(encodeName(issuer.declaration.subject)),
    over(publicKeyBits(issuer.keyObject)),
    rawInteger(serial),
  )
}

function readRequest(der: Uint8Array): Questions {
  const request = OCSPRequest.fromBER(Uint8Array.from(der))
  const asked = request.tbsRequest.requestList.map(({ reqCert }) => ({
    certId: new Uint8Array(reqCert.toSchema().toBER(false)),
    serial: reqCert.serialNumber.valueBlock.valueHexView,
  }))
  const nonce = request.tbsRequest.requestExtensions?.find((one) => one.extnID === NONCE)
  return { asked, ...(nonce === undefined ? {} : { nonce: nonce.extnValue.valueBlock.valueHexView }) }
}

function declaredStatus(actor: Actor | undefined, start: Date, at: Date): OcspStatus {
  if (actor === undefined) return { status: 'unknown' }
  const revoked = actor.declaration.revoked
  if (revoked === undefined || momentOf(revoked.at, start) > at) return { status: 'good' }
  const moment = momentOf(revoked.at, start)
  return { status: 'revoked', at: moment, ...(revoked.reason === undefined ? {} : { reason: revoked.reason }) }
}

function encodeStatus(status: OcspStatus): Uint8Array {
  if (status.status === 'good') return implicit(0, new Uint8Array(0))
  if (status.status === 'unknown') return implicit(2, new Uint8Array(0))
  const reason = status.reason === undefined ? [] : [explicit(0, enumerated(REASON_CODES[status.reason]))]
  return tlv(0xa1, generalizedTime(status.at), ...reason)
}

function singleExtensions(actor: Actor | undefined, options: OcspOptions): Uint8Array[] {
  const parts: Uint8Array[] = []
  if (options.certHash === true && actor !== undefined) {
    const value = octetString(createHash('sha256').update(actor.certificate).digest())
    parts.push(encodeExtension('1.3.36.8.3.13', false, sequence(hashAlgorithm('sha256'), value)))
  }
  if (options.archiveCutoff !== undefined) {
    parts.push(encodeExtension('1.3.6.1.5.5.7.48.1.6', false, generalizedTime(options.archiveCutoff)))
  }
  return parts
}

const DAY = 86_400_000

function basicResponse(
  responder: Actor,
  responses: readonly Uint8Array[],
  producedAt: Date,
  q: Questions,
  options: OcspOptions,
): Uint8Array {
  const flaws = options.flaws ?? []
  const extensions: Uint8Array[] = []
  if (q.nonce !== undefined) {
    const nonce = flaws.includes('wrong-nonce') ? octetString(new Uint8Array(16)) : q.nonce
    extensions.push(encodeExtension(NONCE, false, nonce))
  }
  if (flaws.includes('unknown-critical-extension')) extensions.push(encodeExtension('2.999.3', true, boolean(true)))
  const id =
    options.byName === true
      ? explicit(1, encodeName(responder.declaration.subject))
      : explicit(2, octetString(keyIdentifier(publicKeyBits(responder.keyObject))))
  const data = sequence(
    id,
    generalizedTime(producedAt),
    sequence(...responses),
    ...(extensions.length === 0 ? [] : [explicit(1, sequence(...extensions))]),
  )
  const value = Uint8Array.from(signData(responder.signature, responder.keyObject, data))
  if (flaws.includes('bad-signature')) value[value.length >> 1]! ^= 1
  const included = flaws.includes('no-certificate') ? [] : [explicit(0, sequence(responder.certificate))]
  return sequence(data, signatureAlgorithm(responder.signature), bitString(value), ...included)
}

function chooseResponder<Name extends string>(
  pki: TestPki<Name>,
  subject: Actor | undefined,
  wanted: Name | undefined,
): Actor {
  if (wanted !== undefined) return pki.actors[wanted]
  const all = pki.names.map((name) => pki.actors[name])
  const responders = all.filter((actor) => actor.declaration.profile === 'ocsp')
  const found = responders.find((actor) => actor.issuer === subject?.issuer) ?? subject?.issuer ?? responders[0]
  if (found === undefined) throw new Error('no OCSP responder in the declaration')
  return found
}

export function buildOcspResponse<Name extends string>(
  pki: TestPki<Name>,
  start: Date,
  about: Name | Uint8Array,
  options: OcspOptions<Name>,
): Uint8Array {
  if (options.responseStatus !== undefined && options.responseStatus !== 0) {
    return sequence(enumerated(options.responseStatus))
  }
  const hash = options.certIdHash ?? 'sha1'
  const q: Questions =
    typeof about === 'string'
      ? {
          asked: [
            { certId: certIdOf(pki.actors[about], hash, pki.actors[about].serial), serial: pki.actors[about].serial },
          ],
        }
      : readRequest(about)
  const thisUpdate = options.thisUpdate ?? pki.clock()
  const nextUpdate = options.nextUpdate === undefined ? new Date(thisUpdate.getTime() + DAY) : options.nextUpdate
  const subjects = q.asked.map((one) => pki.findBySerial(one.serial))
  const responses = q.asked.map((one, index) => {
    const subject = subjects[index]
    const wrong = options.flaws?.includes('wrong-serial') === true && subject !== undefined
    const extensions = singleExtensions(subject, options)
    return sequence(
      wrong ? certIdOf(subject, hash, joinBytes(one.serial.subarray(0, -1), Uint8Array.of(1))) : one.certId,
      encodeStatus(options.status ?? declaredStatus(subject, start, thisUpdate)),
      generalizedTime(thisUpdate),
      ...(nextUpdate === null ? [] : [explicit(0, generalizedTime(nextUpdate))]),
      ...(extensions.length === 0 ? [] : [explicit(1, sequence(...extensions))]),
    )
  })
  const responder = chooseResponder(pki, subjects[0], options.responder)
  const basic = basicResponse(responder, responses, options.producedAt ?? thisUpdate, q, options)
  const bytes = sequence(oid('1.3.6.1.5.5.7.48.1.1'), octetString(basic))
  return sequence(enumerated(0), explicit(0, bytes))
}
