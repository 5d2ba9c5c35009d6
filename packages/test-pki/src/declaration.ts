// A test PKI is data: who exists, who issued whom, when it is valid, and what is wrong with it.
import type { KeyName } from './keys.ts'
import type { SignatureName } from './signature.ts'

/**
 * Attributes in the order of the encoding (country first): `'CN=Nguyễn Văn A'`; an inner array is a multi-valued RDN;
 * `'CN:bmp=...'` chooses the string type (utf8, printable, ia5, bmp, teletex).
 */
export type NameDeclaration = readonly (string | readonly string[])[]

/** Days from the clock's time at creation, or an absolute ISO 8601 time. */
export type When = number | string

/** `email:`, `dns:`, `uri:`, `ip:` (hex octets), `rid:` (dotted), or a directory name. */
export type GeneralNameDeclaration = string | { readonly directory: NameDeclaration }

export type KeyUsage =
  | 'digitalSignature'
  | 'nonRepudiation'
  | 'keyEncipherment'
  | 'dataEncipherment'
  | 'keyAgreement'
  | 'keyCertSign'
  | 'cRLSign'
  | 'encipherOnly'
  | 'decipherOnly'

export type Profile = 'root' | 'ca' | 'signer' | 'signer-vn' | 'tsa' | 'ocsp' | 'server'

/** Extensions laid over those of the profile; null takes one away. */
export interface ExtensionsDeclaration {
  readonly basicConstraints?: {
    readonly ca: boolean
    readonly pathLength?: number
    readonly critical?: boolean
  } | null
  readonly keyUsage?: { readonly bits: readonly KeyUsage[]; readonly critical?: boolean } | null
  /** Names of EKU_OIDS or dotted OIDs. */
  readonly extendedKeyUsage?: { readonly purposes: readonly string[]; readonly critical?: boolean } | null
  readonly subjectAltName?: { readonly names: readonly GeneralNameDeclaration[]; readonly critical?: boolean } | null
  readonly nameConstraints?: {
    readonly permitted?: readonly GeneralNameDeclaration[]
    readonly excluded?: readonly GeneralNameDeclaration[]
    readonly critical?: boolean
  } | null
  readonly policies?: { readonly oids: readonly string[]; readonly critical?: boolean } | null
  readonly policyMappings?: readonly (readonly [issuer: string, subject: string])[] | null
  readonly policyConstraints?: { readonly requireExplicit?: number; readonly inhibitMapping?: number } | null
  readonly inhibitAnyPolicy?: number | null
  readonly ocspNoCheck?: boolean | null
  /** qcStatements without a value, dotted OIDs. */
  readonly qcStatements?: readonly string[] | null
  /** CRL distribution point and AIA pointing at `baseUrl`. */
  readonly pointers?: boolean | null
  readonly subjectKeyId?: boolean | null
  readonly authorityKeyId?: boolean | null
  /** Any other extension; `value` is the hex of its DER. */
  readonly other?: readonly { readonly oid: string; readonly critical?: boolean; readonly value: string }[]
}

/** Defects put into one certificate. */
export type CertificateFlaw =
  | 'bad-signature'
  | 'mismatched-algorithms'
  | 'duplicate-extension'
  | 'negative-serial'
  | 'zero-serial'
  | 'long-serial'
  | 'version-1'
  | 'wrong-issuer-name'
  | 'empty-issuer'
  | 'wrong-authority-key-id'
  | 'signed-by-another-key'
  | 'trailing-data'
  | 'unused-bits-in-signature'
  | 'fractional-seconds'
  | 'swapped-validity'

export type RevocationReason =
  | 'unspecified'
  | 'keyCompromise'
  | 'cACompromise'
  | 'affiliationChanged'
  | 'superseded'
  | 'cessationOfOperation'
  | 'certificateHold'
  | 'removeFromCRL'
  | 'privilegeWithdrawn'
  | 'aACompromise'

export interface RevocationDeclaration {
  readonly at: When
  readonly reason?: RevocationReason
  readonly invalidityDate?: When
}

export interface ActorDeclaration {
  readonly subject: NameDeclaration
  /** Name of the issuing actor; self-signed without one. */
  readonly issuer?: string
  readonly key: KeyName
  readonly profile: Profile
  readonly validity: { readonly from: When; readonly to: When }
  /** How the issuer signs this certificate; by default what fits the issuer's key. */
  readonly signature?: SignatureName
  /** How this actor signs what it issues itself (certificates without `signature`, CRL, OCSP, time stamps). */
  readonly signs?: SignatureName
  /** Hex of the content octets; by default derived from the actor's name. */
  readonly serial?: string
  readonly extensions?: ExtensionsDeclaration
  readonly flaws?: readonly CertificateFlaw[]
  readonly revoked?: RevocationDeclaration
}

export type PkiDeclaration<Name extends string = string> = Readonly<Record<Name, ActorDeclaration>>

const DAY = 86_400_000

/** The moment a `When` means, seen from `now`. */
export function momentOf(when: When, now: Date): Date {
  return typeof when === 'string' ? new Date(when) : new Date(now.getTime() + when * DAY)
}
