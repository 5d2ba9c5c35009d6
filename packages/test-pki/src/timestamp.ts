// RFC 3161 time stamps.
import { createHash } from 'node:crypto'
import { TimeStampReq } from 'pkijs'
import type { Actor } from './actor.ts'
import {
  boolean,
  explicit,
  generalizedTime,
  integer,
  namedBits,
  octetString,
  oid,
  rawInteger,
  sequence,
  setOf,
  text,
  tlv,
} from './asn1.ts'
import { encodeName } from './name.ts'
import type { TestPki } from './pki.ts'
import { hashAlgorithm, hashOf, signData, signatureAlgorithm } from './signature.ts'

export type TimestampFlaw =
  | 'bad-signature'
  | 'wrong-imprint'
  | 'wrong-nonce'
  | 'no-nonce'
  | 'no-certificate'
  | 'no-signing-certificate'
  | 'wrong-signing-certificate'
  | 'wrong-content-type'

export interface TimestampOptions<Name extends string = string> {
  /** Default: the actor `tsa`, else the first with that profile. */
  readonly tsa?: Name
  readonly genTime?: Date
  readonly policy?: string
  /** Seconds; null leaves accuracy out. Default 1. */
  readonly accuracySeconds?: number | null
  readonly ordering?: boolean
  /** A refusal: PKIFailureInfo bit (2 badRequest, 0 badAlg, 14 timeNotAvailable, ...). */
  readonly failure?: number
  readonly flaws?: readonly TimestampFlaw[]
}

const TST_INFO = '1.2.840.113549.1.9.16.1.4'

interface Asked {
  readonly imprint: Uint8Array
  readonly hash: Uint8Array
  readonly nonce: Uint8Array | undefined
  readonly certReq: boolean
  readonly policy: string | undefined
}

function readRequest(der: Uint8Array): Asked {
  const request = TimeStampReq.fromBER(Uint8Array.from(der))
  return {
    imprint: request.messageImprint.hashedMessage.valueBlock.valueHexView,
    hash: new Uint8Array(request.messageImprint.hashAlgorithm.toSchema().toBER(false)),
    nonce: request.nonce === undefined ? undefined : new Uint8Array(request.nonce.toBER(false)),
    certReq: request.certReq === true,
    policy: request.reqPolicy,
  }
}

function encodeInfo(asked: Asked, serial: Uint8Array, genTime: Date, options: TimestampOptions): Uint8Array {
  const flaws = options.flaws ?? []
  const imprint = Uint8Array.from(asked.imprint)
  if (flaws.includes('wrong-imprint')) imprint[0]! ^= 1
  const seconds = options.accuracySeconds === undefined ? 1 : options.accuracySeconds
  const nonce = flaws.includes('wrong-nonce') ? integer(4711) : asked.nonce
  return sequence(
    integer(1),
    oid(options.policy ?? asked.policy ?? '2.999.3161.1'),
    sequence(asked.hash, octetString(imprint)),
    rawInteger(serial),
    generalizedTime(genTime),
    ...(seconds === null ? [] : [sequence(integer(seconds))]),
    ...(options.ordering === true ? [boolean(true)] : []),
    ...(nonce === undefined || flaws.includes('no-nonce') ? [] : [nonce]),
  )
}

function signingCertificateV2(tsa: Actor, wrong: boolean): Uint8Array {
  const hash = Uint8Array.from(createHash('sha256').update(tsa.certificate).digest())
  if (wrong) hash[0]! ^= 1
  const issuer = sequence(explicit(4, encodeName(tsa.issuer.declaration.subject)))
  // RFC 5035: SHA-256 is the default hash algorithm and left out
  const id = sequence(octetString(hash), sequence(issuer, rawInteger(tsa.serial)))
  return sequence(sequence(id))
}

const attribute = (type: string, value: Uint8Array): Uint8Array => sequence(oid(type), setOf(value))

function signedData(
  tsa: Actor,
  info: Uint8Array,
  genTime: Date,
  certReq: boolean,
  options: TimestampOptions,
): Uint8Array {
  const flaws = options.flaws ?? []
  const hash = hashOf(tsa.signature)
  const contentType = flaws.includes('wrong-content-type') ? '1.2.840.113549.1.7.1' : TST_INFO
  const attributes = [
    attribute('1.2.840.113549.1.9.3', oid(contentType)),
    attribute('1.2.840.113549.1.9.4', octetString(createHash(hash).update(info).digest())),
    attribute('1.2.840.113549.1.9.5', tlv(0x17, generalizedTime(genTime).subarray(4))),
  ]
  if (!flaws.includes('no-signing-certificate')) {
    const value = signingCertificateV2(tsa, flaws.includes('wrong-signing-certificate'))
    attributes.push(attribute('1.2.840.113549.1.9.16.2.47', value))
  }
  const signed = setOf(...attributes)
  const value = Uint8Array.from(signData(tsa.signature, tsa.keyObject, signed))
  if (flaws.includes('bad-signature')) value[value.length >> 1]! ^= 1
  const signerInfo = sequence(
    integer(1),
    sequence(encodeName(tsa.issuer.declaration.subject), rawInteger(tsa.serial)),
    hashAlgorithm(hash),
    tlv(0xa0, signed.subarray(signed.length - contentLength(signed))),
    signatureAlgorithm(tsa.signature),
    octetString(value),
  )
  const certificates = certReq && !flaws.includes('no-certificate') ? [tlv(0xa0, tsa.certificate, ...tsa.chain)] : []
  return sequence(
    integer(3),
    setOf(hashAlgorithm(hash)),
    sequence(oid(contentType), explicit(0, octetString(info))),
    ...certificates,
    setOf(signerInfo),
  )
}

/** Length of the content of a short DER element. */
function contentLength(element: Uint8Array): number {
  const first = element[1]!
  return first < 128 ? element.length - 2 : element.length - 2 - (first & 0x7f)
}

export function buildTimestamp<Name extends string>(
  pki: TestPki<Name>,
  serial: Uint8Array,
  request: Uint8Array,
  options: TimestampOptions<Name>,
): Uint8Array {
  if (options.failure !== undefined) {
    const status = sequence(integer(2), sequence(text('refused by the TEST TSA')), namedBits([options.failure]))
    return sequence(status)
  }
  const all = pki.names.map((name) => pki.actors[name])
  const named = options.tsa === undefined ? undefined : pki.actors[options.tsa]
  const tsa = named ?? all.find((one) => one.declaration.profile === 'tsa')
  if (tsa === undefined) throw new Error('no TSA in the declaration')
  const asked = readRequest(request)
  const genTime = options.genTime ?? pki.clock()
  const content = signedData(tsa, encodeInfo(asked, serial, genTime, options), genTime, asked.certReq, options)
  const token = sequence(oid('1.2.840.113549.1.7.2'), explicit(0, content))
  return sequence(sequence(integer(0)), token)
}
