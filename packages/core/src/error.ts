/** Every code that `CountersignError.code` can hold. Codes are stable API: more may be added, none renamed. */
export type ErrorCode =
  | 'PDF_NOT_PDF'
  | 'PDF_DAMAGED'
  | 'PDF_DEFECTS'
  | 'PDF_PASSWORD_NEEDED'
  | 'PDF_PASSWORD_WRONG'
  | 'PDF_PERMISSION'
  | 'PDF_PUBKEY_ENCRYPTED'
  | 'PDF_ENCRYPTION_UNSUPPORTED'
  | 'PDF_MAC_REQUIRED'
  | 'PDF_CERTIFIED_NO_CHANGES'
  | 'CERTIFICATION_NOT_FIRST'
  | 'PDF_UNSUPPORTED'
  | 'PDF_SIGNED'
  | 'FIELD_UNKNOWN'
  | 'FIELD_EXISTS'
  | 'FIELD_SIGNED'
  | 'FIELD_LOCKED'
  | 'FIELD_INVALID'
  | 'FIELD_OUTSIDE_PAGE'
  | 'ANCHOR_NOT_FOUND'
  | 'PDFA_VIOLATION'
  | 'KEY_TOO_SMALL'
  | 'KEY_MISMATCH'
  | 'CERT_EXPIRED'
  | 'CERT_NOT_YET_VALID'
  | 'CERT_PURPOSE'
  | 'CERT_INVALID'
  | 'PEM_INVALID'
  | 'P12_PASSWORD_WRONG'
  | 'P12_UNSUPPORTED'
  | 'P12_INVALID'
  | 'P12_NO_KEY'
  | 'P12_LEGACY_NEEDS_FORGE'
  | 'DER_INVALID'
  | 'CMS_INVALID'
  | 'CMS_TOO_LARGE'
  | 'SCHEME_NOT_AGREED'
  | 'SIGNATURE_MISMATCH'
  | 'OUTPUT_NOT_VERIFIED'
  | 'UNSUPPORTED_ALGORITHM'
  | 'SIGNER_MISMATCH'
  | 'TSA_FAILED'
  | 'TSA_UNREACHABLE'
  | 'TSA_TIMEOUT'
  | 'TSA_PAUSED'
  | 'TSA_REPLY_INVALID'
  | 'TSA_REJECTED'
  | 'TSA_TOKEN_INVALID'
  | 'TSA_IMPRINT_MISMATCH'
  | 'TSA_NONCE_MISMATCH'
  | 'TSA_POLICY_MISMATCH'
  | 'TSA_TIME_OFF'
  | 'TSA_NAME_MISMATCH'
  | 'TSA_CERT_MISSING'
  | 'TSA_CERT_MISMATCH'
  | 'TSA_CERT_PURPOSE'
  | 'TSA_CERT_EXPIRED'
  | 'TSA_SIGNATURE_INVALID'
  | 'TSA_ALGORITHM'
  | 'LEVEL_NOT_REACHED'
  | 'NOTHING_TO_EXTEND'
  | 'BASE_CHANGED'
  | 'PREPARED_INVALID'
  | 'PREPARED_CHANGED'
  | 'FINISHED_NOT_SERVED'
  | 'FINISHED_NOT_SIGNED'
  | 'FINISHED_NOT_VALID'
  | 'FINISHED_CHANGED'
  | 'NOT_AVAILABLE'
  | 'SIGNER_REJECTED'
  | 'AUTH_EXPIRED'
  | 'KEY_DISABLED'
  | 'KEY_NOT_FOUND'
  | 'REMOTE_UNREACHABLE'
  | 'REMOTE_REPLY_INVALID'
  | 'PKCS11_MODULE'
  | 'TOKEN_NOT_FOUND'
  | 'TOKEN_REMOVED'
  | 'PIN_NEEDED'
  | 'PIN_WRONG'
  | 'PIN_LOCKED'
  | 'PIN_EXPIRED'
  | 'TIMEOUT'
  | 'ABORTED'
  | 'ARGUMENT_INVALID'
  | 'GLYPH_MISSING'
  | 'REPORT_DATA_INVALID'
  | 'FETCH_REFUSED'
  | 'FETCH_FAILED'
  | 'TRUST_PROFILE_INVALID'
  | 'TRUST_PIN_MISMATCH'
  | 'FILE_NOT_FOUND'
  | 'FILE_NOT_READABLE'
  | 'FILE_NOT_WRITABLE'
  | 'FILE_LOCKED'
  | 'FILE_JOURNAL_MISMATCH'
  | `LIMIT_${string}`

/** Facts for programs beside the text: plain data, never keys, passwords or file contents. */
export type ErrorDetails = Readonly<Record<string, string | number | boolean | null | readonly string[]>>

/**
 * A caller's mistake, or work that cannot be done. A bad signature is never an error: it is a verdict in the report.
 *
 * @example
 * ```ts
 * try { await sign(pdf, { signer }) } catch (error) {
 *   if (error instanceof CountersignError && error.code === 'PDF_PASSWORD_NEEDED') askForPassword()
 * }
 * ```
 */
export class CountersignError extends Error {
  override readonly name: string = 'CountersignError'
  /** Stable code; test this, not the message. */
  readonly code: ErrorCode
  /** True when the same call may succeed later (G4). */
  readonly retryable: boolean
  readonly details: ErrorDetails

  constructor(
    code: ErrorCode,
    message: string,
    options: { retryable?: boolean; details?: ErrorDetails; cause?: unknown } = {},
  ) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause })
    this.code = code
    this.retryable = options.retryable ?? false
    this.details = options.details ?? {}
  }
}

/** A limit of verification.md 8 was exceeded; `code` is LIMIT_ and the limit's name. */
export class LimitError extends CountersignError {
  override readonly name: string = 'LimitError'

  constructor(limit: string, message: string, details: ErrorDetails = {}) {
    super(`LIMIT_${limit}`, message, { details: { limit, ...details } })
  }
}
