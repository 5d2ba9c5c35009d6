import { X509Certificate } from 'node:crypto'
import type { KeyObject } from 'node:crypto'
import { parseDer } from '../der/reader.ts'
import { equalBytes } from '../der/writer.ts'
import { CountersignError } from '../error.ts'

function belongs(key: KeyObject, certificate: Uint8Array): boolean {
  try {
    return new X509Certificate(certificate).checkPrivateKey(key)
  } catch {
    return false
  }
}

/** The certificate of the key, whatever the order in the file. Throws KEY_MISMATCH, or CERT_INVALID where there is none at all. */
export function chooseCertificate(key: KeyObject, certificates: readonly Uint8Array[]): Uint8Array {
  if (certificates.length === 0) throw new CountersignError('CERT_INVALID', 'no certificate was given for the key')
  const leaf = certificates.find((certificate) => belongs(key, certificate))
  if (leaf === undefined)
    throw new CountersignError('KEY_MISMATCH', 'none of the certificates belongs to the private key')
  return leaf
}

interface Names {
  readonly issuer: Uint8Array
  readonly subject: Uint8Array
}

function namesOf(certificate: Uint8Array): Names | undefined {
  try {
    const fields = parseDer(certificate, { shallow: true, ber: true }).children[0]?.children ?? []
    const first = fields[0]?.isContext(0) === true ? 1 : 0
    const [issuer, subject] = [fields[first + 2], fields[first + 4]]
    return issuer === undefined || subject === undefined ? undefined : { issuer: issuer.bytes, subject: subject.bytes }
  } catch {
    return undefined
  }
}

/** The certificates above `leaf`, each the issuer (by name) of the one before; what does not belong to the path is left out. */
export function orderChain(leaf: Uint8Array, certificates: readonly Uint8Array[]): readonly Uint8Array[] {
  const chain: Uint8Array[] = []
  let current = namesOf(leaf)
  const left = certificates.filter((certificate) => !equalBytes(certificate, leaf))
  while (current !== undefined && !equalBytes(current.issuer, current.subject)) {
    const { issuer } = current
    const index = left.findIndex((certificate) => {
      const names = namesOf(certificate)
      return names !== undefined && equalBytes(names.subject, issuer)
    })
    if (index < 0) break
    const [found] = left.splice(index, 1)
    chain.push(found!)
    current = namesOf(found!)
  }
  return chain
}
