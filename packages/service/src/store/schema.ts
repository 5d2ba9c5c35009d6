/** The tables. Times are RFC 3339 in UTC, hashes lower-case hex, JSON is text. Every table but `meta` belongs to tenants. */
export interface Schema {
  readonly meta: MetaRow
  readonly tenants: TenantRow
  readonly api_keys: ApiKeyRow
  readonly documents: DocumentRow
  readonly document_events: DocumentEventRow
  readonly approvals: ApprovalRow
  readonly signing_claims: SigningClaimRow
  readonly numbers: NumberRow
  readonly register_entries: RegisterRow
  readonly audit: AuditRow
  readonly idempotency: IdempotencyRow
  readonly trust_anchors: TrustAnchorRow
  readonly outputs: OutputRow
}

export interface MetaRow {
  readonly name: string
  readonly value: string
}

export interface TenantRow {
  readonly tenant: string
  readonly name: string
}

export interface ApiKeyRow {
  readonly tenant: string
  readonly id: string
  readonly hash: string
  readonly person: string
  readonly name: string
  readonly roles: string
  readonly created_at: string
  readonly expires_at: string
  readonly revoked_at: string | null
}

export interface DocumentRow {
  readonly tenant: string
  readonly id: string
  readonly title: string
  readonly symbol: string
  readonly state: string
  readonly version: number
  readonly created_at: string
}

export interface DocumentEventRow {
  readonly tenant: string
  readonly document: string
  readonly version: number
  readonly at: string
  readonly person_name: string
  readonly event: string
}

export interface ApprovalRow {
  readonly tenant: string
  readonly id: string
  readonly document: string
  readonly statement: string
  readonly jws: string | null
  readonly nonce: string
  readonly used_at: string | null
  readonly voided_at: string | null
}

export interface SigningClaimRow {
  readonly tenant: string
  readonly document: string
  readonly claim: string
  readonly until: string
}

export interface NumberRow {
  readonly tenant: string
  readonly year: number
  readonly number: number
  readonly document: string
  readonly symbol: string
  readonly date: string
}

export interface RegisterRow {
  readonly tenant: string
  readonly seq: number
  readonly year: number
  readonly number: number
  readonly symbol: string
  readonly date: string
  readonly document: string
  readonly title: string
  readonly sha256: string
  readonly signer: string
  readonly clerk: string
  readonly issued_at: string
}

export interface AuditRow {
  readonly tenant: string
  readonly seq: number
  readonly at: string
  readonly request: string
  readonly actor: string
  readonly event: string
  readonly document: string | null
  readonly data: string
  readonly previous: string
  readonly hash: string
}

export interface IdempotencyRow {
  readonly tenant: string
  readonly person: string
  readonly key: string
  readonly request_hash: string
  readonly claim: string
  readonly claimed_until: string
  readonly created_at: string
  readonly reply: string | null
}

/** A root that an agency trusts for checking files, beside those of the configuration (VN-15). */
export interface TrustAnchorRow {
  readonly tenant: string
  /** Of the certificate's DER. */
  readonly sha256: string
  /** Base64 of the DER. */
  readonly certificate: string
  /** JSON of the profile's entry: profiles, purposes, provenance, limits. */
  readonly entry: string
  readonly proposed_by: string
  readonly proposed_at: string
  /** Null: nobody has confirmed it, and it is not trusted. */
  readonly confirmed_by: string | null
  readonly confirmed_at: string | null
}

/** A file that was stamped or extended; the bytes lie in the file store. */
export interface OutputRow {
  readonly tenant: string
  readonly id: string
  readonly kind: 'timestamp' | 'extension'
  readonly created_at: string
  readonly person: string
  readonly source_sha256: string
  readonly sha256: string
  readonly length: number
  /** JSON of core's report. */
  readonly report: string
}
