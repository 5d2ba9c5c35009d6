// The signers of the catalogue: the published test keys of this project (certs-test), so that everybody can make the same files again.
import { createHash, createPrivateKey, X509Certificate } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseDer } from '../src/der/reader.ts'
import { TEST_KEYS } from '../../test-pki/src/test-keys.ts'
import { craftIdentity, type Identity, type KeyKind } from '../test/support/craft-certificate.ts'

const FOLDER = join(import.meta.dirname, '..', '..', '..', 'certs-test')

/** DER of a certificate of certs-test. */
export function certificateNamed(name: string): Uint8Array {
  return new Uint8Array(new X509Certificate(readFileSync(join(FOLDER, `${name}.pem`))).raw)
}

/** A certificate's fields as they stand: serial number, issuer, subject. */
function fieldsOf(certificate: Uint8Array): { serial: Uint8Array; issuer: Uint8Array; subject: Uint8Array } {
  const fields = parseDer(certificate, { shallow: true, ber: true }).children[0]!.children
  return { serial: fields[1]!.content, issuer: fields[3]!.bytes, subject: fields[5]!.bytes }
}

/** Key and certificate of certs-test. */
export function identityNamed(name: string, kind: KeyKind = 'rsa'): Identity {
  const certificate = certificateNamed(name)
  const { serial, issuer, subject } = fieldsOf(certificate)
  const key = createPrivateKey(readFileSync(join(FOLDER, `${name}.key`)))
  const keyId = new Uint8Array(createHash('sha1').update(subject).digest())
  return { kind, key, certificate, name: subject, serial, keyId, issuerName: issuer }
}

/** Subject key identifier as the certificate gives it. */
export function keyIdOf(certificate: Uint8Array): Uint8Array {
  const id = Buffer.from('0603551d0e', 'hex')
  const at = Buffer.from(certificate).indexOf(id)
  if (at < 0) throw new Error('no subject key identifier')
  const length = certificate[at + 8]!
  return certificate.slice(at + 9, at + 9 + length)
}

const lazily = <T>(make: () => T): (() => T) => {
  let value: T | undefined
  return () => (value ??= make())
}

/** The officer, under the Vietnamese CA. */
export const officer: () => Identity = lazily(() => identityNamed('officer'))
/** A second person. */
export const officer2: () => Identity = lazily(() => identityNamed('officer2'))
/** The agency's seal. */
export const agency: () => Identity = lazily(() => identityNamed('seal'))
export const tsa: () => Identity = lazily(() => identityNamed('tsa'))
export const tsaWrongPurpose: () => Identity = lazily(() => identityNamed('tsa-wrong-purpose'))
/** Who attacks: a certificate that nobody vouches for; its own root is trusted in the runs all the same. */
export const attacker: () => Identity = lazily(() => identityNamed('self-signed'))
/** The certificates between the signers and the root. */
export const intermediates: () => readonly Uint8Array[] = lazily(() => [
  certificateNamed('ca-vn'),
  certificateNamed('ca'),
])
export const root: () => Uint8Array = lazily(() => certificateNamed('root'))
export const crl: () => Uint8Array = lazily(() => new Uint8Array(readFileSync(join(FOLDER, 'crl-ca-vn.der'))))
export const otherCrl: () => Uint8Array = lazily(() => new Uint8Array(readFileSync(join(FOLDER, 'crl-ca.der'))))

/** An officer whose certificate ends two hours after the signature: later only a proof of the time lets the signature stand. */
export const expiring: () => Identity = lazily(() => {
  const key = createPrivateKey({ key: Buffer.from(TEST_KEYS.leaf, 'base64'), format: 'der', type: 'pkcs8' })
  return craftIdentity({
    issuer: identityNamed('ca'),
    key,
    name: 'Officer whose certificate has expired (TEST)',
    serial: 77,
    notBefore: new Date('2026-01-01T00:00:00Z'),
    notAfter: new Date('2026-06-01T12:00:00Z'),
  })
})
