import { digest } from '../crypto/index.ts'
import { equalBytes } from '../der/writer.ts'
import type { Certificate } from '../x509/certificate.ts'
import { Crl } from '../x509/crl.ts'
import { OcspResponse } from '../x509/ocsp.ts'
import type { Candidate } from '../x509/path.ts'

async function isResponder({ responder }: OcspResponse, certificate: Certificate): Promise<boolean> {
  if ('name' in responder) return responder.name.equals(certificate.subject)
  return equalBytes(responder.keyHash, await digest('sha1', certificate.publicKeyBits))
}

async function responderOf(response: OcspResponse, candidates: readonly Candidate[]): Promise<Certificate | undefined> {
  for (const certificate of [...response.certificates, ...candidates.map((one) => one.certificate)])
    if (await isResponder(response, certificate)) return certificate
  return undefined
}

/** The certificate that a response or list which passed every check was signed with, by name and key id; undefined where it is not at hand. */
export async function evidenceSigner(
  type: 'crl' | 'ocsp',
  der: Uint8Array,
  candidates: readonly Candidate[],
): Promise<Certificate | undefined> {
  if (type === 'ocsp') return responderOf(OcspResponse.parse(der), candidates)
  const { issuer, authorityKeyId } = Crl.parse(der)
  const named = candidates.map(({ certificate }) => certificate).filter(({ subject }) => subject.equals(issuer))
  const keyId = authorityKeyId?.keyId
  const byKey =
    keyId === undefined
      ? undefined
      : named.find((one) => one.subjectKeyId !== undefined && equalBytes(one.subjectKeyId, keyId))
  return byKey ?? named[0]
}
