import { attributesOf } from '../cms/attributes.ts'
import { OID } from '../der/oids.ts'
import { PdfName, PdfString } from '../pdf/objects.ts'
import type { SignatureReport, TimestampReport } from '../report.ts'
import type { EvaluatedSignature } from './evaluation.ts'

type Level = Pick<SignatureReport, 'level' | 'pkcs7Level'>

/** C-14: what B-B asks for beyond a sound signature. */
function meetsBaseline(one: EvaluatedSignature): boolean {
  const { dict } = one.found
  if (one.data === undefined || one.signer === undefined) return false
  if (one.data.ber || one.data.contentType !== OID.data) return false
  const attributes = one.data.signerInfos[0]?.signedAttributes
  const has = (type: string): boolean => attributesOf(attributes, type).length > 0
  if (!(dict.get('M') instanceof PdfString) || !(dict.get('Filter') instanceof PdfName) || dict.has('Cert'))
    return false
  if (has(OID.signingTime) || one.signer.binding !== 'ess') return false
  const reasoned = has(OID.commitmentTypeIndication) || has(OID.signaturePolicyIdentifier)
  if (reasoned && dict.has('Reason')) return false
  return !one.problems.some((found) => found.outcome === 'F')
}

/** C-14 and C-05: the level reached, apart from validity. */
export function levelOf(one: EvaluatedSignature, stamps: readonly TimestampReport[]): Level {
  if (one.found.kind === 'document-timestamp') return { level: null }
  const stamped = stamps.some((stamp) => stamp.imprint === 'match' && stamp.indication === 'TOTAL-PASSED')
  if (one.found.subFilter === 'adbe.pkcs7.detached') return { level: 'PKCS7', pkcs7Level: stamped ? 'T' : 'B' }
  if (one.found.subFilter !== 'ETSI.CAdES.detached' || !meetsBaseline(one)) return { level: null }
  return { level: stamped ? 'B-T' : 'B-B' }
}
