import { createHash } from 'node:crypto'
import { OID } from '../der/oids.ts'
import {
  encodeExplicit,
  encodeInteger,
  encodeNull,
  encodeOctetString,
  encodeOid,
  encodeSequence,
  equalBytes,
} from '../der/writer.ts'
import type { Certificate } from '../x509/certificate.ts'
import type { OcspResponse } from '../x509/ocsp.ts'

/** A question about one certificate, and the nonce that the answer must repeat. */
export interface OcspQuestion {
  /** DER of OCSPRequest. */
  readonly der: Uint8Array
  /** Value of the nonce extension. */
  readonly nonce: Uint8Array
}

function sha1(bytes: Uint8Array): Uint8Array {
  return createHash('sha1').update(bytes).digest()
}

/** CertID with SHA-1: the one that every responder knows (RFC 6960 4.1.1, RFC 9654); a name for a key, no protection. */
function encodeCertId(certificate: Certificate, issuer: Certificate): Uint8Array {
  return encodeSequence(
    encodeSequence(encodeOid(OID.sha1), encodeNull()),
    encodeOctetString(sha1(certificate.issuer.der)),
    encodeOctetString(sha1(issuer.publicKeyBits)),
    encodeInteger(certificate.serial),
  )
}

/**
 * OCSPRequest for one certificate (RFC 6960 4.1).
 *
 * @param nonce 1 to 32 random bytes (RFC 9654 2.1)
 */
export function encodeOcspRequest(certificate: Certificate, issuer: Certificate, nonce: Uint8Array): OcspQuestion {
  const value = encodeOctetString(nonce)
  const extension = encodeSequence(encodeOid(OID.ocspNonce), encodeOctetString(value))
  const requests = encodeSequence(encodeSequence(encodeCertId(certificate, issuer)))
  return { der: encodeSequence(encodeSequence(requests, encodeExplicit(2, encodeSequence(extension)))), nonce: value }
}

/** a response may leave the nonce out, as those made in advance do; another one was made for another question. */
export function repeatsNonce(response: OcspResponse, { nonce }: OcspQuestion): boolean {
  const given = response.extensions.get(OID.ocspNonce)
  return given === undefined || equalBytes(given.value, nonce)
}
