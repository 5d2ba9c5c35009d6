import { CountersignError, type ErrorCode } from '@countersign/core'
import type { Reply } from './transport.ts'

/** `error` of the service -> our code (CSC-08). The service's own description goes to nobody: it may hold anything. */
const CODES: ReadonlyMap<string, readonly [code: ErrorCode, text: string, retryable?: boolean]> = new Map<
  string,
  readonly [code: ErrorCode, text: string, retryable?: boolean]
>([
  ['invalid_token', ['AUTH_EXPIRED', 'the access token is not valid any more', true]],
  ['expired_token', ['AUTH_EXPIRED', 'the access token has expired', true]],
  ['expired_sad', ['AUTH_EXPIRED', 'the authorisation of the signature has expired', true]],
  ['invalid_sad', ['AUTH_EXPIRED', 'the authorisation of the signature is not accepted', true]],
  ['invalid_client', ['SIGNER_REJECTED', 'the service does not know this client']],
  ['unauthorized_client', ['SIGNER_REJECTED', 'the service does not allow this client to sign']],
  ['access_denied', ['SIGNER_REJECTED', 'the signer refused, or the service did']],
  ['invalid_otp', ['PIN_WRONG', 'the one-time code is wrong']],
  ['invalid_pin', ['PIN_WRONG', 'the PIN is wrong']],
  ['locked', ['PIN_LOCKED', 'the credential is locked after too many wrong tries']],
  ['invalid_hash', ['SIGNER_REJECTED', 'the service was authorised for other documents than these']],
  ['hash_mismatch', ['SIGNER_REJECTED', 'the service was authorised for other documents than these']],
  ['invalid_algorithm', ['UNSUPPORTED_ALGORITHM', 'the service does not know the algorithm']],
  ['unsupported_algorithm', ['UNSUPPORTED_ALGORITHM', 'the service does not know the algorithm']],
  ['credential_disabled', ['KEY_DISABLED', 'the credential is disabled']],
  ['temporarily_unavailable', ['REMOTE_UNREACHABLE', 'the service is not available for the moment', true]],
  ['slow_down', ['REMOTE_UNREACHABLE', 'the service asks us to come later', true]],
])

/** The error of a reply with an error status. */
export function cscError({ status, json }: Reply): CountersignError {
  const error = typeof json['error'] === 'string' ? json['error'].toLowerCase() : ''
  const known = CODES.get(error)
  // only names that we know ourselves are repeated
  const details = { status, ...(known === undefined ? {} : { error }) }
  if (known !== undefined) {
    const [code, text, retryable = false] = known
    return new CountersignError(code, text, { retryable, details })
  }
  if (status === 401)
    return new CountersignError('AUTH_EXPIRED', 'the service wants a new login', { retryable: true, details })
  if (status === 429)
    return new CountersignError('REMOTE_UNREACHABLE', 'the service asks us to come later', { retryable: true, details })
  return new CountersignError('SIGNER_REJECTED', `the signing service refused with status ${status}`, { details })
}
