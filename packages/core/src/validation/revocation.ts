/** Further material for validation, offline or online. What it returns is candidates only: everything is checked. */
export interface RevocationSource {
  /** DER of certificates that may help to build a path. */
  readonly certificates?: readonly Uint8Array[]
  /** DER of certificate revocation lists. */
  readonly crls?: readonly Uint8Array[]
  /** DER of OCSP responses. */
  readonly ocsps?: readonly Uint8Array[]
}
