/**
 * The verification report: what `verify` returns and `countersign verify --json` prints. Types only, imports nothing.
 * Times are ISO 8601 in UTC, hashes lower-case hex. Fields marked `?` may be absent, all others are always present.
 */
export type Indication = 'TOTAL-PASSED' | 'INDETERMINATE' | 'TOTAL-FAILED'

/** EN 319 102-1 sub-indications (E-09). */
export type SubIndication =
  | 'FORMAT_FAILURE'
  | 'HASH_FAILURE'
  | 'SIG_CRYPTO_FAILURE'
  | 'REVOKED'
  | 'EXPIRED'
  | 'NOT_YET_VALID'
  | 'NO_SIGNING_CERTIFICATE_FOUND'
  | 'NO_CERTIFICATE_CHAIN_FOUND'
  | 'NO_CERTIFICATE_CHAIN_FOUND_NO_POE'
  | 'CERTIFICATE_CHAIN_GENERAL_FAILURE'
  | 'CHAIN_CONSTRAINTS_FAILURE'
  | 'REVOKED_NO_POE'
  | 'REVOKED_CA_NO_POE'
  | 'OUT_OF_BOUNDS_NO_POE'
  | 'OUT_OF_BOUNDS_NOT_REVOKED'
  | 'REVOCATION_OUT_OF_BOUNDS_NO_POE'
  | 'TRY_LATER'
  | 'CRYPTO_CONSTRAINTS_FAILURE'
  | 'CRYPTO_CONSTRAINTS_FAILURE_NO_POE'
  | 'SIG_CONSTRAINTS_FAILURE'
  | 'TIMESTAMP_ORDER_FAILURE'
  | 'NO_POE'
  | 'SIGNED_DATA_NOT_FOUND'
  | 'SIGNATURE_POLICY_NOT_AVAILABLE'
  | 'POLICY_PROCESSING_ERROR'
  | 'GENERIC'

export type ChangeLevel = 'none' | 'ltv' | 'form' | 'annotation' | 'other' | 'unknown'
export type Integrity = 'intact' | 'broken' | 'unknown'
export type Coverage = 'whole-file' | 'revision' | 'broken'
export type CheckResult = 'pass' | 'fail' | 'unknown' | 'skipped'
export type Overall = 'valid' | 'valid-with-notes' | 'indeterminate' | 'invalid' | 'unsigned' | 'unreadable'
export type BaselineLevel = 'B-B' | 'B-T' | 'B-LT' | 'B-LTA'

/** One observation, with the rule that made it. `code` is stable; `message` is for people. */
export interface Finding {
  readonly rule: string
  readonly severity: 'error' | 'warning' | 'info'
  readonly code: string
  readonly message: { readonly en: string; readonly vi: string }
  readonly args: Readonly<Record<string, unknown>>
}

export interface ByteSpan {
  readonly start: number
  readonly end: number
}

export interface SignerIdentity {
  readonly commonName: string | null
  readonly organization: string | null
  /** RFC 4514 string, most specific first, Unicode kept, every repeated attribute kept. */
  readonly subject: string
  readonly issuer: string
  /** Upper-case hex of the serial number's content octets. */
  readonly serial: string
  readonly sha256: string
  readonly email?: string
  readonly trust?: 'anchored' | 'not-anchored'
  readonly claims?: readonly { readonly statement: string; readonly value?: string }[]
}

export interface Algorithms {
  readonly digest: string | null
  readonly signature: string | null
  readonly keyBits?: number
  readonly curve?: string
}

export interface Cert {
  readonly subject: string
  readonly issuer: string
  readonly serial: string
  readonly sha256: string
  readonly notBefore: string
  readonly notAfter: string
  readonly anchor: boolean
  readonly source: string
}

export interface Revocation {
  readonly certificate: string
  readonly type: 'crl' | 'ocsp'
  readonly status: 'good' | 'revoked' | 'hold' | 'unknown'
  readonly thisUpdate: string
  readonly nextUpdate: string | null
  readonly producedAt?: string
  readonly revocationTime?: string
  readonly reason?: string
  readonly sha256: string
}

export interface TimestampReport {
  readonly id: string
  readonly genTime: string
  readonly accuracySeconds?: number
  readonly imprint: 'match' | 'mismatch' | 'unknown'
  readonly indication: Indication
  readonly subIndication: SubIndication | null
  readonly tsa: SignerIdentity | null
  readonly algorithms: Algorithms
  readonly certificatePath: readonly Cert[]
  readonly revocation: readonly Revocation[]
  readonly findings: readonly Finding[]
}

export type ChangeKind =
  | 'dss-updated'
  | 'doc-timestamp-added'
  | 'signature-added'
  | 'signature-field-added'
  | 'field-value-changed'
  | 'appearance-changed'
  | 'widget-visibility-changed'
  | 'annotation-added'
  | 'annotation-changed'
  | 'annotation-removed'
  | 'page-added'
  | 'page-removed'
  | 'page-reordered'
  | 'page-content-changed'
  | 'font-changed'
  | 'attachment-changed'
  | 'script-or-action-changed'
  | 'metadata-changed'
  | 'layer-changed'
  | 'form-structure-changed'
  | 'object-freed'
  | 'unreferenced-data'
  | 'trailing-data'
  | 'unknown'

/** One change made after a signature (M-26). */
export interface Change {
  /** Index of the revision that made it, 0 = the first revision of the file. */
  readonly revision: number
  /** Id of the next signature after the change, null when none follows. */
  readonly madeBefore: string | null
  readonly kind: ChangeKind
  /** 1-based page number. */
  readonly page?: number
  /** Fully qualified field name. */
  readonly field?: string
  readonly path: string
  /** `N G` of the object. */
  readonly object: string
  readonly before?: string
  readonly after?: string
  readonly level: ChangeLevel
  readonly permitted: boolean | null
  readonly rule: string
}

export interface Changes {
  readonly level: ChangeLevel
  readonly permitted: boolean | null
  readonly items: readonly Change[]
  readonly allowed?: ChangeLevel
  readonly unchangedPages?: string
  readonly pageFingerprints?: readonly { readonly page: number; readonly atSigning: string; readonly now: string }[]
}

export interface SignatureReport {
  readonly id: string
  readonly field: string
  readonly page?: number
  readonly kind: 'signature' | 'document-timestamp'
  readonly role: 'approval' | 'certification' | null
  readonly subFilter: string | null
  readonly indication: Indication
  readonly subIndication: SubIndication | null
  readonly level: BaselineLevel | 'PKCS7' | null
  readonly pkcs7Level?: 'B' | 'T' | 'LT' | 'LTA'
  readonly integrity: Integrity
  readonly coverage: Coverage
  readonly changes: Changes
  readonly signer: SignerIdentity | null
  readonly binding?: 'ess' | 'sid-only'
  readonly algorithms: Algorithms
  readonly times: {
    readonly claimed: string | null
    readonly best: string | null
    readonly provenBefore: string | null
    readonly provenBy: string | null
    readonly provenAfter?: string
  }
  readonly timestamps: readonly TimestampReport[]
  readonly certificatePath: readonly Cert[]
  readonly revocation: readonly Revocation[]
  readonly checks?: {
    readonly format: CheckResult
    readonly bytesIntact: CheckResult
    readonly signatureValue: CheckResult
    readonly signer: CheckResult
    readonly chain: CheckResult
    readonly revocation: CheckResult
    readonly algorithms: CheckResult
    readonly time: CheckResult
  }
  readonly longTermUntil?: string
  readonly retryAfter?: string
  readonly reason?: string
  readonly location?: string
  readonly evidence?: readonly {
    readonly type: 'certificate' | 'crl' | 'ocsp' | 'timestamp'
    readonly sha256: string
  }[]
  readonly risksAtSigning: readonly Finding[]
  readonly findings: readonly Finding[]
}

export interface VerificationReport {
  readonly schema: 'countersign/verification-report/1'
  readonly document: {
    readonly sha256: string
    readonly bytes: number
    readonly revisions: number
    readonly revisionInfo?: readonly ByteSpan[]
    readonly unaccountedBytes?: readonly ByteSpan[]
  }
  readonly overall: Overall
  readonly signatures: readonly SignatureReport[]
  readonly unsignedFields: readonly string[]
  readonly removedSignatures: readonly string[]
  readonly orphanSignatures: number
  readonly findings: readonly Finding[]
  readonly finalContentSignedBy?: readonly string[]
  readonly policy: {
    readonly id: string
    readonly version: string
    readonly hash?: string
    readonly relaxations: readonly string[]
  }
  readonly validationTime: string
  readonly engine: string
}

/** What `validateCertificate` returns and `countersign certificate validate --json` prints. */
export interface CertificateReport {
  readonly valid: boolean
  readonly indication: 'PASSED' | 'FAILED' | 'INDETERMINATE'
  readonly subIndication: SubIndication | null
  /** Leaf first, anchor last. */
  readonly path: readonly Cert[]
  readonly revocation?: readonly Revocation[]
  readonly findings: readonly Finding[]
}

/** Programs people open PDF files with. `all`: every one that checks signatures. */
export type Viewer = 'acrobat' | 'foxit' | 'pdfsig' | 'browsers' | 'all'

/** Why another program may say something else about a file, and what to do about it. */
export interface Diagnosis {
  /** Stable. */
  readonly code: string
  /** `error`: the file is not what it seems, whatever these viewers say; `warning`: they may complain; `info`: they show it otherwise. */
  readonly severity: 'error' | 'warning' | 'info'
  readonly viewers: readonly Viewer[]
  /** Id of the signature it concerns, null for the document. */
  readonly signature: string | null
  readonly message: { readonly en: string; readonly vi: string }
  readonly advice: { readonly en: string; readonly vi: string }
  readonly args: Readonly<Record<string, string | number>>
}

/** What `doctor` returns and `countersign doctor --json` prints. */
export interface DoctorReport {
  readonly schema: 'countersign/doctor-report/1'
  readonly document: { readonly sha256: string; readonly bytes: number }
  /** What `verify` says of the file, with the same options. */
  readonly overall: Overall
  /** Worst first; within one severity in the order of the signatures, the document last. */
  readonly diagnoses: readonly Diagnosis[]
  readonly validationTime: string
  readonly engine: string
}
