// One member of the PKI, made when first asked for.
import { X509Certificate, createHash } from 'node:crypto'
import type { KeyObject } from 'node:crypto'
import type { ActorDeclaration } from './declaration.ts'
import { privateKeyInfo, publicKeyInfo } from './keys.ts'
import type { Pkcs12Options } from './pkcs12.ts'
import type { SignatureName } from './signature.ts'

export interface Actor {
  readonly name: string
  readonly declaration: ActorDeclaration
  /** DER. */
  readonly certificate: Uint8Array
  readonly pem: string
  /** Content octets of the serial number. */
  readonly serial: Uint8Array
  readonly notBefore: Date
  readonly notAfter: Date
  /** DER of the issuers, nearest first, the root left out. */
  readonly chain: readonly Uint8Array[]
  /** The issuing actor; the actor itself when self-signed. */
  readonly issuer: Actor
  /** How this actor signs. */
  readonly signature: SignatureName
  readonly keyObject: KeyObject
  /** PKCS#8 DER. */
  readonly privateKey: Uint8Array
  readonly privateKeyPem: string
  /** DER SubjectPublicKeyInfo. */
  readonly publicKey: Uint8Array
  /** Lower-case hex of the certificate's SHA-256. */
  readonly sha256: string
  /** Key, certificate and chain in one file. */
  toPkcs12(password: string, options?: Pkcs12Options): Uint8Array
  /** node:crypto's reading of the certificate. */
  toX509(): X509Certificate
}

export function toPem(label: string, der: Uint8Array): string {
  const lines =
    Buffer.from(der)
      .toString('base64')
      .match(/.{1,64}/g) ?? []
  return `-----BEGIN ${label}-----\n${lines.join('\n')}\n-----END ${label}-----\n`
}

export type ActorParts = Pick<
  Actor,
  'name' | 'declaration' | 'certificate' | 'serial' | 'notBefore' | 'notAfter' | 'signature' | 'keyObject'
> & {
  /** Undefined when self-signed. */
  readonly issuedBy: Actor | undefined
  readonly pkcs12: (actor: Actor, password: string, options: Pkcs12Options | undefined) => Uint8Array
}

export function createActor(parts: ActorParts): Actor {
  const { issuedBy, pkcs12, ...own } = parts
  const above = issuedBy === undefined || issuedBy.issuer === issuedBy ? [] : [issuedBy.certificate, ...issuedBy.chain]
  const actor: Actor = {
    ...own,
    chain: above,
    get issuer() {
      return issuedBy ?? actor
    },
    get pem() {
      return toPem('CERTIFICATE', own.certificate)
    },
    get privateKey() {
      return privateKeyInfo(own.keyObject)
    },
    get privateKeyPem() {
      return toPem('PRIVATE KEY', privateKeyInfo(own.keyObject))
    },
    get publicKey() {
      return publicKeyInfo(own.keyObject)
    },
    get sha256() {
      return createHash('sha256').update(own.certificate).digest('hex')
    },
    toPkcs12: (password, options) => pkcs12(actor, password, options),
    toX509: () => new X509Certificate(own.certificate),
  }
  return actor
}
