import { CountersignError } from '@countersign/core'
import { decodeObject } from '../encoding.ts'
import { HttpProblem } from '../problems/problem.ts'
import type { Call, Office, Reply } from './office.ts'
import { trustedAnchors } from './trust.ts'

/** A request to validate one certificate; objects are PEM or base64 of DER. */
export interface CertificateRequest {
  readonly certificate: string
  readonly intermediates: readonly string[]
  readonly crls: readonly string[]
  readonly ocsps: readonly string[]
  readonly at?: string | undefined
  readonly policies: readonly string[]
  readonly requireExplicitPolicy: boolean
  readonly inhibitPolicyMapping: boolean
  readonly inhibitAnyPolicy: boolean
  readonly revocation: 'none' | 'prefer' | 'require'
  readonly purpose: 'any' | 'signing' | 'timestamping' | 'ocsp'
  readonly algorithms: 'policy' | 'any'
}

/** The same request with bytes. */
export interface CertificateQuestion extends Omit<
  CertificateRequest,
  'certificate' | 'intermediates' | 'crls' | 'ocsps' | 'at'
> {
  readonly certificate: Uint8Array
  readonly intermediates: readonly Uint8Array[]
  readonly crls: readonly Uint8Array[]
  readonly ocsps: readonly Uint8Array[]
  readonly at?: Date
}

/** 200 whatever the verdict; an object that cannot be read is an error. */
export async function checkCertificate(office: Office, call: Call, request: CertificateRequest): Promise<Reply> {
  const question = {
    certificate: decode(request.certificate, '/certificate'),
    intermediates: request.intermediates.map((text, index) => decode(text, `/intermediates/${index}`)),
    crls: request.crls.map((text, index) => decode(text, `/crls/${index}`)),
    ocsps: request.ocsps.map((text, index) => decode(text, `/ocsps/${index}`)),
    ...(request.at === undefined ? {} : { at: new Date(request.at) }),
    policies: request.policies,
    requireExplicitPolicy: request.requireExplicitPolicy,
    inhibitPolicyMapping: request.inhibitPolicyMapping,
    inhibitAnyPolicy: request.inhibitAnyPolicy,
    revocation: request.revocation,
    purpose: request.purpose,
    algorithms: request.algorithms,
  }
  const trusted = await trustedAnchors(office, call)
  try {
    return { status: 200, headers: {}, body: await office.validator.validateCertificate(question, trusted) }
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
