import type { SignedStatement } from '../approval/statement.ts'
import type { FileIdentity } from '../workflow/flow.ts'

/** What a key is for: the signature of a competent person, or that of the agency. */
export type KeyUse = 'officer' | 'seal'

/** A text field of the document that gets its value in the same update as the signature (D30-10). */
export interface FieldFill {
  readonly value: string
  /** One-page PDF of the field's size that shows the value. */
  readonly appearance?: Uint8Array
}

/** Everything the key side needs to decide for itself (SEC-01). A bare digest is never asked for. */
export interface SigningRequest {
  readonly use: KeyUse
  readonly tenant: string
  readonly document: string
  /** The person whose act this is; each seal names the clerk (D30-05). */
  readonly person: string
  /** The file to sign: the approved bytes, and for the seal the officer's signature after them. */
  readonly file: Uint8Array
  /** The approved part of `file`: its first `length` bytes have this SHA-256. */
  readonly approved: FileIdentity
  readonly approvals: readonly SignedStatement[]
  readonly fill: Readonly<Record<string, FieldFill>>
  /** Claimed signing time. */
  readonly at: Date
}

export interface SigningResult {
  /** The file with the signature: it begins with the bytes of the request. */
  readonly bytes: Uint8Array
  /** Id of the key that was used. */
  readonly key: string
  /** Name of the signature field. */
  readonly field: string
}

/** What is known of a key, never the key. */
export interface KeyDescription {
  readonly id: string
  readonly use: KeyUse
  readonly tenant: string
  /** SHA-256 of the certificate, lower-case hex. */
  readonly certificate: string
  readonly notAfter: Date
  /** Issued by a test CA. */
  readonly test: boolean
}

/**
 * The side that holds the keys (SEC-01). It trusts nothing it is told: it hashes the approved part, reads the approvals and
 * checks the officer's signature itself. Today it runs in this process; the interface passes only what a socket could carry.
 */
export interface KeySide {
  describe(): Promise<readonly KeyDescription[]>
  /** @throws KeyRefusal when the request may not be signed; CountersignError when the document or key cannot be used. */
  sign(request: SigningRequest): Promise<SigningResult>
}

/** The key side says no. The code is a problem code. */
export class KeyRefusal extends Error {
  override readonly name: string = 'KeyRefusal'
  readonly code:
    | 'hash.notApproved'
    | 'approval.invalid'
    | 'officerSignature.missing'
    | 'key.unavailable'
    | 'duty.conflict'
    | 'auth.forbidden'
  readonly rule: string

  constructor(code: KeyRefusal['code'], rule: string) {
    super(code)
    this.code = code
    this.rule = rule
  }
}
