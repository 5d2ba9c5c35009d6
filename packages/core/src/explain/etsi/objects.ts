// Validation objects of ETSI TS 119 102-2: certificates, revocation data and time stamps, with ids that follow from their SHA-256.
import type { Cert, Revocation, SignatureReport, SignerIdentity, VerificationReport } from '../../report.ts'
import { element } from './xml.ts'
import type { XmlElement } from './xml.ts'

export const SHA256 = 'http://www.w3.org/2001/04/xmlenc#sha256'
const TYPE = 'urn:etsi:019102:validationObject:'

export function certificateId(sha256: string): string {
  return `C-${sha256}`
}

export function revocationId({ sha256 }: Revocation): string {
  return `R-${sha256}`
}

/** Ids of signatures and time stamps, as XML names. */
export function ownId(id: string): string {
  return `S-${id.replace(/[^A-Za-z0-9_.-]/g, '_')}`
}

/** Hex as base64, without Buffer or btoa: this runs everywhere. */
export function base64OfHex(hex: string): string {
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/'
  let result = ''
  for (let at = 0; at < hex.length; at += 6) {
    const part = hex.slice(at, at + 6)
    const bits = Number.parseInt(part.padEnd(6, '0'), 16)
    for (let digit = 0; digit < 4; digit++)
      result += digit <= part.length / 2 ? alphabet[(bits >> (18 - 6 * digit)) & 63] : '='
  }
  return result
}

export function digestOf(sha256: string): XmlElement {
  return element('DigestAlgAndValue', [
    element('ds:DigestMethod', [], { Algorithm: SHA256 }),
    element('ds:DigestValue', base64OfHex(sha256)),
  ])
}

/** A reference to validation objects. */
export function reference(name: string, ...ids: readonly string[]): XmlElement {
  return element(name, [], { VOReference: ids.join(' ') })
}

function byDigest(id: string, type: string, sha256: string): XmlElement {
  return element(
    'ValidationObject',
    [element('ObjectType', TYPE + type), element('ValidationObjectRepresentation', digestOf(sha256))],
    { id },
  )
}

function stamp(id: string, time: string | null, report: XmlElement | undefined): XmlElement {
  return element(
    'ValidationObject',
    [
      element('ObjectType', `${TYPE}timestamp`),
      element('ValidationObjectRepresentation', element('URI', `urn:countersign:timestamp:${ownId(id)}`)),
      time === null ? undefined : element('POEProvisioning', element('POETime', time)),
      report,
    ],
    { id: ownId(id) },
  )
}

interface Chained {
  readonly certificatePath: readonly Cert[]
  readonly revocation: readonly Revocation[]
}

/** Everything the verdicts rest on, each once; `reportOf` adds the report of a document time stamp. */
export function validationObjects(
  { signatures }: VerificationReport,
  reportOf: (signature: SignatureReport) => XmlElement,
): readonly XmlElement[] {
  const objects = new Map<string, XmlElement>()
  const certificate = (sha256: string): void => {
    objects.set(certificateId(sha256), byDigest(certificateId(sha256), 'certificate', sha256))
  }
  const chain = ({ certificatePath, revocation }: Chained, signer: SignerIdentity | null): void => {
    if (signer !== null) certificate(signer.sha256)
    for (const { sha256 } of certificatePath) certificate(sha256)
    for (const entry of revocation) {
      certificate(entry.certificate)
      const type = entry.type === 'crl' ? 'CRL' : 'OCSPResponse'
      objects.set(revocationId(entry), byDigest(revocationId(entry), type, entry.sha256))
    }
  }
  for (const signature of signatures) {
    chain(signature, signature.signer)
    for (const one of signature.timestamps) {
      chain(one, one.tsa)
      objects.set(ownId(one.id), stamp(one.id, one.genTime, undefined))
    }
    if (signature.kind === 'document-timestamp')
      objects.set(ownId(signature.id), stamp(signature.id, signature.times.provenBefore, reportOf(signature)))
  }
  return [...objects.values()]
}
