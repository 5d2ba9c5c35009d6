import type { Appearance } from '../appearance/drawing.ts'
import type { CmsSigner, Digest, Scheme, Signer } from '../cms/signer.ts'
import type { Section } from '../pdf/update.ts'
import type { NewField } from '../pdf/signature-field.ts'
import type { Limits } from '../pdf/types.ts'
import type { BaselineLevel, Finding, SignerIdentity } from '../report.ts'
import type { LongTermOptions, LongTermRecord } from './extension-types.ts'

/** A value for a text field, written in the signature's own revision (D30-10). */
export interface FillValue {
  readonly value: string
  /** A one-page PDF, or a PNG, that shows the value: it becomes the field's appearance, scaled into its rectangle. */
  readonly appearance?: Appearance
}

/** Options of `prepare` and `sign`. */
export interface SignOptions extends LongTermOptions {
  readonly signer: Signer | CmsSigner
  /** Fully qualified name of an existing empty signature field. */
  readonly field?: string
  /** A field to be made: its name (invisible), or name, page and rectangle, or name and place (V2). */
  readonly newField?: NewField | string
  /** Values of text fields by fully qualified name. */
  readonly fill?: Readonly<Record<string, FillValue>>
  /** Default `pades` (ETSI.CAdES.detached); `pkcs7`: adbe.pkcs7.detached with the claimed time, for readers that know nothing newer. */
  readonly format?: 'pades' | 'pkcs7'
  /** With `pkcs7`: verified revocation data of the signer's path inside the signature (adbe-revocationInfoArchival); needs `trust`. */
  readonly archiveRevocation?: boolean
  /** Default `B-B`. What cannot be reached is an error, never a lower level. */
  readonly level?: BaselineLevel
  /** Opens an encrypted file. */
  readonly password?: string
  /** Claimed signing time. Default: now. */
  readonly at?: Date
  /** Minutes east of UTC that the claimed time is written with (W14). Default: the system's. */
  readonly utcOffset?: number
  /** A PDF, of which a page is drawn, or a PNG: whole and undistorted in the middle of the field's rectangle (V1, V9). */
  readonly appearance?: Appearance
  /** Certify: 1 no later changes, 2 form filling and signing, 3 annotations too. Only as the first signature. */
  readonly certify?: 1 | 2 | 3
  readonly name?: string
  readonly reason?: string
  readonly location?: string
  readonly contactInfo?: string
  /** Schemes that may be used; default: all that this library writes (G1). */
  readonly schemes?: readonly Scheme[]
  /** Digest for a CmsSigner, which chooses its scheme itself. Default SHA-256. */
  readonly digest?: Digest
  /** Refuse inputs with defects instead of reporting them as warnings (N4): PDF_DEFECTS. */
  readonly requireClean?: boolean
  /** Sign although the file's user permissions forbid it (W16). */
  readonly ignorePermissions?: boolean
  readonly limits?: Partial<Limits>
  readonly onProgress?: (progress: {
    readonly step: 'hash' | 'sign' | 'verify'
    readonly bytes: number
    readonly total: number
  }) => void
  /** The caller's id of the document, for remote signers and audit. */
  readonly ref?: string
  /** Stable over retries; default random. */
  readonly idempotencyKey?: string
  /** What the document is called where a person confirms, such as on a phone. */
  readonly display?: { readonly title?: string; readonly pages?: number }
  /** SAD, PIN callback, OAuth token for the signer: opaque. */
  readonly authorisation?: unknown
  /** With `prepare`: the stored state is sealed under this key of the caller (32 random bytes), which `complete` then demands (S7). */
  readonly stateKey?: Uint8Array
  /** Source of random bytes, for tests. */
  readonly random?: (length: number) => Uint8Array
}

/**
 * A signature that waits for its value: everything is fixed (G3), nothing is recomputed at completion. `JSON.stringify` makes a
 * `PreparedState` of it, which `complete` takes as well (S7); the password of an encrypted document is not part of that.
 */
export interface Prepared {
  readonly base: { readonly bytes: number; readonly revisions: number; readonly signatures: number }
  /** What will be appended, /Contents still zero. */
  readonly section: Section
  /** Digest of the ByteRange. */
  readonly documentDigest: Uint8Array
  readonly digest: Digest
  /** Absent for a CmsSigner, which decides by itself. */
  readonly key:
    | {
        readonly scheme: Scheme
        readonly certificate: Uint8Array
        readonly chain: readonly Uint8Array[]
        readonly signedAttributes: Uint8Array
      }
    | undefined
  readonly field: string
  /** Object and generation number of the field. */
  readonly fieldObject: readonly [number, number]
  readonly page?: number
  readonly filled: readonly string[]
  readonly role: 'approval' | 'certification'
  readonly level: BaselineLevel
  /** Claimed time, ISO 8601. */
  readonly claimed: string
  readonly password?: string
  readonly warnings: readonly Finding[]
}

/** What was done, for the caller's records. Times ISO 8601 UTC, hashes lower-case hex. */
export interface SigningReport {
  readonly schema: 'countersign/signing-report/1'
  readonly requestedLevel: BaselineLevel
  readonly reachedLevel: BaselineLevel
  /** Id of the signature in a VerificationReport. */
  readonly signatureId: string
  readonly field: string
  readonly page?: number
  readonly role: 'approval' | 'certification'
  /** Index of the revision that was added, 0 = the first of the file. */
  readonly revision: number
  /** Claimed, not proven. */
  readonly claimedTime: string
  readonly signer: SignerIdentity | null
  /** `signature` is null where a CmsSigner chose it. */
  readonly algorithms: { readonly digest: string; readonly signature: string | null }
  /** Text fields that were filled in the same revision. */
  readonly filled: readonly string[]
  readonly earlierSignatures: number
  readonly document: { readonly sha256: string; readonly bytes: number; readonly addedBytes: number }
  /** Time stamps and validation data, for levels above B-B. */
  readonly longTerm?: LongTermRecord
  /** Defects of the input (P-10, P-15, P-16) and notes. */
  readonly warnings: readonly Finding[]
}

/** The signed file and what was done. */
export interface SignResult {
  readonly bytes: Uint8Array
  readonly report: SigningReport
}
