import { CountersignError } from '@countersign/core'
import { decodeObject } from '../encoding.ts'
import { HttpProblem } from '../problems/problem.ts'
import type { Office, Reply } from './office.ts'

/** A request to validate one certificate; objects are PEM or base64 of DER. */
export interface CertificateRequest {
  readonly certificate: string
  readonly intermediates: readonly string[]
  readonly crls: readonly string[]
  readonly ocsps: readonly string[]
  readonly at?: string | undefined
  readonly revocation: 'none' | 'prefer' | 'require'
  readonly purpose: 'any' | 'signing' | 'timestamping' | 'ocsp'
}

/** The same request with bytes. */
export interface CertificateQuestion {
  readonly certificate: Uint8Array
  readonly intermediates: readonly Uint8Array[]
  readonly crls: readonly Uint8Array[]
  readonly ocsps: readonly Uint8Array[]
  readonly at?: Date
  readonly revocation: CertificateRequest['revocation']
  readonly purpose: CertificateRequest['purpose']
}

/** 200 whatever the verdict; an object that cannot be read is an error. */
export async function checkCertificate(office: Office, request: CertificateRequest): Promise<Reply> {
  const question = {
    certificate: decode(request.certificate, '/certificate'),
    intermediates: request.intermediates.map((text, index) => decode(text, `/intermediates/${index}`)),
    crls: request.crls.map((text, index) => decode(text, `/crls/${index}`)),
    ocsps: request.ocsps.map((text, index) => decode(text, `/ocsps/${index}`)),
    ...(request.at === undefined ? {} : { at: new Date(request.at) }),
    revocation: request.revocation,
    purpose: request.purpose,
  }
  try {
    return { status: 200, headers: {}, body: await office.validator.validateCertificate(question) }
  } catch (error) {
    if (!(error instanceof CountersignError)) throw error
    throw new HttpProblem('certificate.malformed', { coreCode: error.code, cause: error })
  }
}

function decode(text: string, pointer: string): Uint8Array {
  const bytes = decodeObject(text)
  if (bytes !== undefined) return bytes
  throw new HttpProblem('certificate.malformed', { errors: [{ pointer, code: 'not_pem_or_base64' }] })
}
