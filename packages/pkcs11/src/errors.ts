import { CountersignError, type ErrorCode } from '@countersign/core'

/** CKR_ values -> our code, and whether the same call may succeed later (G4). */
const CODES: ReadonlyMap<number, readonly [code: ErrorCode, text: string, retryable: boolean]> = new Map([
  [0x30, ['TOKEN_REMOVED', 'the token failed while it worked', true]],
  [0x31, ['SIGNER_REJECTED', 'the token has no memory left', true]],
  [0x32, ['TOKEN_REMOVED', 'the token was removed', true]],
  [0x50, ['SIGNER_REJECTED', 'the token cancelled the signature', false]],
  [0x60, ['TOKEN_REMOVED', 'the key is no longer there: another token, or another session', true]],
  [0x63, ['UNSUPPORTED_ALGORITHM', 'the key is of another type than the scheme', false]],
  [0x68, ['KEY_DISABLED', 'the token does not allow this key to sign', false]],
  [0x70, ['UNSUPPORTED_ALGORITHM', 'the token does not know the mechanism', false]],
  [0x71, ['UNSUPPORTED_ALGORITHM', 'the token does not take the parameters of the mechanism', false]],
  [0x82, ['TOKEN_REMOVED', 'the key is no longer there: another token, or another session', true]],
  [0xa0, ['PIN_WRONG', 'the PIN is wrong', false]],
  [0xa1, ['PIN_WRONG', 'the PIN holds characters that the token does not take', false]],
  [0xa2, ['PIN_WRONG', 'the PIN is too short or too long for the token', false]],
  [0xa3, ['PIN_EXPIRED', 'the PIN has expired: set a new one with the tool of the token', false]],
  [0xa4, ['PIN_LOCKED', 'the PIN is locked after too many wrong tries', false]],
  [0xb0, ['TOKEN_REMOVED', 'the token closed the session', true]],
  [0xb1, ['SIGNER_REJECTED', 'the token has no session left', true]],
  [0xb3, ['TOKEN_REMOVED', 'the session is gone: the token was removed or reset', true]],
  [0xe0, ['TOKEN_REMOVED', 'there is no token in the slot', true]],
  [0xe1, ['TOKEN_REMOVED', 'the token is not one that this module knows', false]],
  [0x100, ['SIGNER_REJECTED', 'another user is logged in at the token', true]],
  [0x101, ['AUTH_EXPIRED', 'the login at the token has ended', true]],
])

/** The CKR_ value of an error of pkcs11js, undefined for other errors. */
export function returnValue(error: unknown): number | undefined {
  if (typeof error !== 'object' || error === null) return undefined
  const { code, message } = error as { code?: unknown; message?: unknown }
  const isCryptoki = typeof message === 'string' && message.startsWith('CKR_')
  return isCryptoki && typeof code === 'number' ? code : undefined
}

/** The error with one of our codes; the PIN is in none of its texts. */
export function coded(error: unknown): CountersignError {
  if (error instanceof CountersignError) return error
  const value = returnValue(error)
  const known = value === undefined ? undefined : CODES.get(value)
  if (known !== undefined) {
    const [code, text, retryable] = known
    return new CountersignError(code, text, { retryable, details: { returnValue: value! } })
  }
  const text = error instanceof Error ? error.message : 'unknown error'
  return new CountersignError('SIGNER_REJECTED', `the token did not sign: ${text}`, {
    details: value === undefined ? {} : { returnValue: value },
  })
}

export function withCodes<T>(work: () => T): T {
  try {
    return work()
  } catch (error) {
    throw coded(error)
  }
}
