import { OID } from '../der/oids.ts'
import { parseDer } from '../der/reader.ts'
import { readOid, readSmallInteger, readString } from '../der/values.ts'
import type { Cert, SignerIdentity } from '../report.ts'
import type { Certificate } from './certificate.ts'
import type { QcStatement } from './extensions.ts'

export { hexOf } from '../der/hex.ts'

/** SHA-256 of the certificate as received, lower-case hex; computed once per Certificate. */
export function certificateSha256(certificate: Certificate): Promise<string> {
  return certificate.sha256()
}

/** An entry of `certificatePath`. */
export async function describeCertificate(
  certificate: Certificate,
  options: { readonly anchor: boolean; readonly source: string },
): Promise<Cert> {
  return {
    subject: certificate.subject.toString(),
    issuer: certificate.issuer.toString(),
    serial: certificate.serialHex,
    sha256: await certificateSha256(certificate),
    notBefore: certificate.notBefore.toISOString(),
    notAfter: certificate.notAfter.toISOString(),
    anchor: options.anchor,
    source: options.source,
  }
}

const STATEMENTS: ReadonlyMap<string, string> = new Map([
  [OID.qcCompliance, 'QcCompliance'],
  [OID.qcLimitValue, 'QcLimitValue'],
  [OID.qcRetentionPeriod, 'QcRetentionPeriod'],
  [OID.qcSscd, 'QcSSCD'],
  [OID.qcPds, 'QcPDS'],
  [OID.qcType, 'QcType'],
  [OID.qcCcLegislation, 'QcCClegislation'],
])

const TYPES: ReadonlyMap<string, string> = new Map([
  [OID.qcTypeSign, 'sign'],
  [OID.qcTypeSeal, 'seal'],
  [OID.qcTypeWeb, 'web'],
])

function statementValue({ id, value }: QcStatement): string | undefined {
  if (value === undefined) return undefined
  const node = parseDer(value)
  switch (id) {
    case OID.qcType:
      return node.children.map((child) => TYPES.get(readOid(child)) ?? readOid(child)).join(', ')
    case OID.qcCcLegislation:
      return node.children.map((child) => readString(child)).join(', ')
    case OID.qcRetentionPeriod:
      return `${readSmallInteger(node)} years`
    case OID.qcPds:
      return node.children.map((child) => readString(child.children[0]!)).join(', ')
    case OID.qcLimitValue: {
      const [currency, amount, exponent] = node.children
      const unit = currency!.is(2) ? String(readSmallInteger(currency!)) : readString(currency!)
      return `${readSmallInteger(amount!)}e${readSmallInteger(exponent!)} ${unit}`
    }
    default:
      return undefined
  }
}

/** statements of the CA about the certificate, as claims: nothing here makes a signature "qualified". */
function claimsOf(certificate: Certificate): { statement: string; value?: string }[] {
  return (certificate.qcStatements ?? []).map((item) => {
    const statement = STATEMENTS.get(item.id) ?? item.id
    try {
      const value = statementValue(item)
      return value === undefined ? { statement } : { statement, value }
    } catch {
      return { statement }
    }
  })
}

/** Who a certificate says its holder is; what it says is proven only by a path to an anchor. */
export async function describeSigner(certificate: Certificate): Promise<SignerIdentity> {
  const { subject } = certificate
  const address = certificate.subjectAltNames?.find((name) => name.kind === 'email')
  const email = address?.kind === 'email' ? address.value : subject.get(OID.emailAddress).at(-1)
  const claims = claimsOf(certificate)
  return {
    commonName: subject.get(OID.commonName).at(-1) ?? null,
    organization: subject.get(OID.organizationName).at(-1) ?? null,
    subject: subject.toString(),
    issuer: certificate.issuer.toString(),
    serial: certificate.serialHex,
    sha256: await certificateSha256(certificate),
    ...(email === undefined ? {} : { email }),
    ...(claims.length === 0 ? {} : { claims }),
  }
}
