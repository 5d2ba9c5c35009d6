// V-08: the verification report as an ETSI TS 119 102-2 (V1.4.1) validation report in XML. What has no place in it stands under
// urn:countersign: as additional report data.
import type { SignatureReport, VerificationReport } from '../../report.ts'
import { algorithmUri } from './algorithms.ts'
import { base64OfHex, certificateId, ownId, reference, revocationId, SHA256, validationObjects } from './objects.ts'
import { element, encodeXml } from './xml.ts'
import type { XmlElement, XmlNode } from './xml.ts'

const URN = 'urn:etsi:019102'
const OWN = 'urn:countersign'

const NAMESPACES: Readonly<Record<string, string>> = {
  xmlns: 'http://uri.etsi.org/19102/v1.4.1#',
  'xmlns:ds': 'http://www.w3.org/2000/09/xmldsig#',
  'xmlns:XAdES': 'http://uri.etsi.org/01903/v1.3.2#',
}

const MAIN: Readonly<Record<SignatureReport['indication'], string>> = {
  'TOTAL-PASSED': 'total-passed',
  'TOTAL-FAILED': 'total-failed',
  INDETERMINATE: 'indeterminate',
}

/**
 * The report as an ETSI TS 119 102-2 validation report, for programs that read those. Signatures have a report each; document time
 * stamps are validation objects with a report of their own. Deterministic.
 *
 * @example
 * ```ts
 * await writeFile('report.xml', exportEtsiReport(await verify(pdf, { trust })))
 * ```
 */
export function exportEtsiReport(report: VerificationReport): string {
  const persons = report.signatures.filter(({ kind }) => kind === 'signature')
  const reports = persons.map((signature) => signatureReport('SignatureValidationReport', signature, report))
  const objects = validationObjects(report, (stamp) => signatureReport('ValidationReport', stamp, report))
  const content = [
    ...(reports.length === 0 ? [withoutSignature(report)] : reports),
    objects.length === 0 ? undefined : element('SignatureValidationObjects', objects),
  ]
  return `<?xml version="1.0" encoding="UTF-8"?>\n${encodeXml(element('ValidationReport', content, NAMESPACES))}`
}

/** A validation report holds at least one report about a signature: this one says that there is none. */
function withoutSignature({ overall, findings }: VerificationReport): XmlElement {
  const data = findings.map(({ code, message }) => reportData(`finding:${code}`, message.en))
  return element('SignatureValidationReport', [
    element('SignatureValidationStatus', [
      element('MainIndication', `${OWN}:mainindication:no-signature`),
      associated([additional([reportData('overall', overall), ...data])]),
    ]),
  ])
}

function signatureReport(name: string, signature: SignatureReport, report: VerificationReport): XmlElement {
  const person = signature.kind === 'signature'
  return element(name, [
    // The id of a time stamp is that of its validation object.
    element(
      'SignatureIdentifier',
      [
        element('HashOnly', 'false'),
        element('DocHashOnly', 'false'),
        element('DAIdentifier', signature.field === '' ? signature.id : signature.field),
      ],
      person ? { id: ownId(signature.id) } : {},
    ),
    constraints(signature, report),
    timeInfo(signature, report),
    attributes(signature),
    signerInformation(signature),
    element('SignatureValidationProcess', element('SignatureValidationProcessID', processOf(signature))),
    status(signature),
  ])
}

const CONSTRAINT: Readonly<Record<'pass' | 'fail' | 'unknown', string>> = {
  pass: 'passed',
  fail: 'failed',
  unknown: 'indeterminate',
}

/** The policy, and the single checks as its constraints. */
function constraints({ checks }: SignatureReport, { policy }: VerificationReport): XmlElement {
  const identifier = `${OWN}:policy:${encodeURIComponent(policy.id)}:${encodeURIComponent(policy.version)}`
  const implied = element('XAdES:SignaturePolicyImplied')
  const known =
    policy.hash === undefined || !/^[0-9a-f]{64}$/.test(policy.hash)
      ? implied
      : element('XAdES:SignaturePolicyId', [
          element('XAdES:SigPolicyId', element('XAdES:Identifier', identifier)),
          element('XAdES:SigPolicyHash', [
            element('ds:DigestMethod', [], { Algorithm: SHA256 }),
            element('ds:DigestValue', base64OfHex(policy.hash)),
          ]),
        ])
  return element('ValidationConstraintsEvaluationReport', [
    element('SignatureValidationPolicy', [
      element('SignaturePolicyIdentifier', known),
      element('PolicyName', `${policy.id} ${policy.version}`),
    ]),
    ...Object.entries(checks ?? {}).map(([check, result]) =>
      element('ValidationConstraint', [
        element('ValidationConstraintIdentifier', `${OWN}:check:${check}`),
        element(
          'ConstraintStatus',
          element('Status', `${URN}:constraintStatus:${result === 'skipped' ? 'disabled' : 'applied'}`),
        ),
        result === 'skipped'
          ? undefined
          : element('ValidationStatus', element('MainIndication', `${URN}:mainindication:${CONSTRAINT[result]}`)),
      ]),
    ),
  ])
}

/** Proven by a time stamp that the file holds; else by the caller, or only by this validation itself. */
function timeInfo({ times }: SignatureReport, report: VerificationReport): XmlElement {
  const { best, provenBefore, provenBy } = times
  const held = report.signatures.some(
    ({ id, kind, timestamps }) =>
      (id === provenBy && kind === 'document-timestamp') || timestamps.some((one) => one.id === provenBy),
  )
  const given = provenBefore !== null && !held
  return element('ValidationTimeInfo', [
    element('ValidationTime', report.validationTime),
    element('BestSignatureTime', [
      element('POETime', best ?? report.validationTime),
      element('TypeOfProof', `${URN}:poetype:${given ? 'provided' : 'validation'}`),
      held && provenBy !== null ? reference('POEObject', ownId(provenBy)) : undefined,
    ]),
  ])
}

function attributes({ times, timestamps, subFilter, reason, location }: SignatureReport): XmlElement | undefined {
  const signed = { Signed: 'true' }
  const found: readonly XmlNode[] = [
    times.claimed === null ? undefined : element('SigningTime', element('Time', times.claimed), signed),
    ...timestamps.map(({ id, genTime }) =>
      element('SignatureTimeStamp', [reference('AttributeObject', ownId(id)), element('TimeStampValue', genTime)], {
        Signed: 'false',
      }),
    ),
    location === undefined
      ? undefined
      : element('SignatureProductionPlace', element('AddressString', location), signed),
    reason === undefined ? undefined : element('Reason', element('ReasonElement', reason), signed),
    subFilter === null ? undefined : element('SubFilter', element('SubFilterElement', subFilter), signed),
  ]
  return found.every((one) => one === undefined) ? undefined : element('SignatureAttributes', found)
}

function signerInformation({ signer }: SignatureReport): XmlElement | undefined {
  if (signer === null) return undefined
  return element('SignerInformation', [
    reference('SignerCertificate', certificateId(signer.sha256)),
    element('Signer', signer.subject),
  ])
}

function processOf({ level, pkcs7Level, times }: SignatureReport): string {
  const reached = pkcs7Level ?? level
  if (reached === 'B-LTA' || reached === 'LTA') return `${URN}:validationprocess:LTA`
  return `${URN}:validationprocess:${times.provenBefore === null ? 'Basic' : 'LTVM'}`
}

function status(signature: SignatureReport): XmlElement {
  const { indication, subIndication } = signature
  return element('SignatureValidationStatus', [
    element('MainIndication', `${URN}:mainindication:${MAIN[indication]}`),
    subIndication === null ? undefined : element('SubIndication', `${URN}:subindication:${subIndication}`),
    associated([chainOf(signature), related(signature), ...revoked(signature), crypto(signature), ownData(signature)]),
  ])
}

function associated(children: readonly XmlNode[]): XmlElement {
  return element('AssociatedValidationReportData', children)
}

function chainOf({ certificatePath }: SignatureReport): XmlElement | undefined {
  const [leaf, ...rest] = certificatePath
  if (leaf === undefined) return undefined
  return element('CertificateChain', [
    reference('SigningCertificate', certificateId(leaf.sha256)),
    ...rest
      .filter(({ anchor }) => !anchor)
      .map(({ sha256 }) => reference('IntermediateCertificate', certificateId(sha256))),
    ...rest.filter(({ anchor }) => anchor).map(({ sha256 }) => reference('TrustAnchor', certificateId(sha256))),
  ])
}

function related({ revocation }: SignatureReport): XmlElement | undefined {
  const ids = [...new Set(revocation.map((entry) => revocationId(entry)))]
  return ids.length === 0 ? undefined : reference('RelatedValidationObject', ...ids)
}

function revoked({ revocation }: SignatureReport): readonly XmlElement[] {
  const entry = revocation.find((one) => one.status === 'revoked' && one.revocationTime !== undefined)
  if (entry?.revocationTime === undefined) return []
  return [
    element('RevocationStatusInformation', [
      reference('ValidationObjectId', certificateId(entry.certificate)),
      element('RevocationTime', entry.revocationTime),
      entry.reason === undefined ? undefined : element('RevocationReason', `${OWN}:reason:${entry.reason}`),
      reference('RevocationObject', revocationId(entry)),
    ]),
  ]
}

function crypto({ algorithms, checks, signer }: SignatureReport): XmlElement | undefined {
  const uri = algorithmUri(algorithms)
  if (uri === undefined || signer === null) return undefined
  return element('CryptoInformation', [
    reference('ValidationObjectId', certificateId(signer.sha256)),
    element('Algorithm', uri),
    element('SecureAlgorithm', String(checks?.algorithms === 'pass')),
  ])
}

/** What the standard has no place for: our codes, the state of the document and what changed. */
function ownData(signature: SignatureReport): XmlElement {
  const { integrity, coverage, changes, findings, risksAtSigning } = signature
  return additional([
    reportData('integrity', integrity),
    reportData('coverage', coverage),
    reportData('changes:level', changes.level),
    reportData('changes:permitted', String(changes.permitted)),
    ...changes.items.map(({ kind, path, rule, permitted }) =>
      reportData(`change:${kind}`, `${path} ${rule} permitted=${String(permitted)}`),
    ),
    ...[...findings, ...risksAtSigning].map(({ code, message }) => reportData(`finding:${code}`, message.en)),
  ])
}

function additional(data: readonly XmlElement[]): XmlElement {
  return element('AdditionalValidationReportData', data)
}

function reportData(type: string, value: string): XmlElement {
  return element('ReportData', [element('Type', `${OWN}:${type}`), element('Value', value)])
}
