// One certificate from its declaration (RFC 5280 4.1), defects included.
import type { KeyObject } from 'node:crypto'
import { bitString, explicit, generalizedTime, integer, joinBytes, rawInteger, sequence, time, tlv } from './asn1.ts'
import type { ActorDeclaration, CertificateFlaw, NameDeclaration } from './declaration.ts'
import { buildExtensions, encodeExtensions } from './extensions.ts'
import type { ExtensionContext } from './extensions.ts'
import { publicKeyBits, publicKeyInfo } from './keys.ts'
import { encodeName } from './name.ts'
import { signData, signatureAlgorithm } from './signature.ts'
import type { SignatureName } from './signature.ts'

export interface CertificateRequest {
  readonly declaration: ActorDeclaration
  readonly key: KeyObject
  readonly serial: Uint8Array
  readonly notBefore: Date
  readonly notAfter: Date
  readonly issuer: { readonly subject: NameDeclaration; readonly key: KeyObject }
  readonly signature: SignatureName
  readonly urls: ExtensionContext['urls']
  /** Signs instead of the issuer for the flaw `signed-by-another-key`. */
  readonly stranger: () => KeyObject
}

type Flaws = ReadonlySet<CertificateFlaw>

const STRANGE_NAME: NameDeclaration = ['C=VN', 'O=Countersign TEST', 'CN=Nobody TEST CA']

function serialNumber(serial: Uint8Array, flaws: Flaws): Uint8Array {
  if (flaws.has('zero-serial')) return rawInteger(Uint8Array.of(0))
  if (flaws.has('negative-serial')) return rawInteger(joinBytes(Uint8Array.of(0x80), serial.subarray(1)))
  if (flaws.has('long-serial')) return rawInteger(joinBytes(serial, serial).subarray(0, 24))
  return rawInteger(serial)
}

function issuerName(request: CertificateRequest, flaws: Flaws): Uint8Array {
  if (flaws.has('empty-issuer')) return encodeName([])
  return encodeName(flaws.has('wrong-issuer-name') ? STRANGE_NAME : request.issuer.subject)
}

function validity(request: CertificateRequest, flaws: Flaws): Uint8Array {
  const { notBefore, notAfter } = request
  if (flaws.has('swapped-validity')) return sequence(time(notAfter), time(notBefore))
  if (!flaws.has('fractional-seconds')) return sequence(time(notBefore), time(notAfter))
  const whole = Buffer.from(generalizedTime(notBefore).subarray(2)).toString('latin1')
  return sequence(tlv(0x18, Buffer.from(`${whole.slice(0, -1)}.5Z`, 'latin1')), time(notAfter))
}

function extensions(request: CertificateRequest, flaws: Flaws): Uint8Array {
  const authority = flaws.has('wrong-authority-key-id') ? request.stranger() : request.issuer.key
  const parts = buildExtensions({
    profile: request.declaration.profile,
    declared: request.declaration.extensions,
    subjectKeyBits: publicKeyBits(request.key),
    authorityKeyBits: publicKeyBits(authority),
    urls: request.urls,
  })
  if (flaws.has('duplicate-extension') && parts[0] !== undefined) parts.push(parts[0])
  return encodeExtensions(parts)
}

/** DER of the certificate. */
export function issueCertificate(request: CertificateRequest): Uint8Array {
  const flaws: Flaws = new Set(request.declaration.flaws)
  const algorithm = signatureAlgorithm(request.signature)
  const tbs = sequence(
    ...(flaws.has('version-1') ? [] : [explicit(0, integer(2))]),
    serialNumber(request.serial, flaws),
    algorithm,
    issuerName(request, flaws),
    validity(request, flaws),
    encodeName(request.declaration.subject),
    publicKeyInfo(request.key),
    extensions(request, flaws),
  )
  const signer = flaws.has('signed-by-another-key') ? request.stranger() : request.issuer.key
  const value = Uint8Array.from(signData(request.signature, signer, tbs))
  if (flaws.has('bad-signature')) value[value.length >> 1]! ^= 1
  const outer = flaws.has('mismatched-algorithms') ? signatureAlgorithm('rsa-sha512') : algorithm
  const certificate = sequence(tbs, outer, bitString(value, flaws.has('unused-bits-in-signature') ? 1 : 0))
  return flaws.has('trailing-data') ? joinBytes(certificate, Uint8Array.of(0)) : certificate
}
