// The order of work of signing.md 7.2 for one document.
import { attributesOf } from '../cms/attributes.ts'
import { openEnvelope } from '../cms/envelope.ts'
import { OID } from '../der/oids.ts'
import { surveyOf } from './survey.ts'
import type { PdfDocument } from '../pdf/types.ts'
import type { BaselineLevel, VerificationReport } from '../report.ts'
import type { Climb } from './climb.ts'

/** True when each of the signatures carries a time stamp, or a document timestamp follows it; whether they are good is seen later. */
function isStamped(document: PdfDocument, climb: Climb): boolean {
  const { signatures } = surveyOf(document)
  const last = signatures.findLastIndex(({ kind }) => kind === 'document-timestamp')
  return signatures.every(({ kind, contents, field }, index) => {
    if (kind === 'document-timestamp' || index < last || !climb.demands(field)) return true
    const data = contents === undefined ? undefined : openEnvelope(contents).signedData
    return attributesOf(data?.signerInfos[0]?.unsignedAttributes, OID.signatureTimeStampToken).length > 0
  })
}

/** B-T: what carries no time stamp, or none that counts, gets a document timestamp (L11). */
async function toTimestamp(climb: Climb): Promise<VerificationReport> {
  if (!isStamped(climb.base.document, climb)) {
    await climb.stamp(climb.archiveDigest(), 'tsa')
    return climb.gather()
  }
  const report = await climb.gather()
  if (climb.isAt(report, 'B-T') || !climb.isHopeful(report)) return report
  await climb.stamp(climb.archiveDigest(), 'tsa')
  return climb.gather()
}

/**
 * B-LTA: a document timestamp over the DSS (L8). Its own data follow at once where the caller wants that (L9), and where another
 * authority answered than the one whose data are stored: what is called B-LTA passes with what the file holds.
 */
async function toArchive(climb: Climb): Promise<VerificationReport> {
  await climb.stamp(climb.archiveDigest(), 'archive')
  const report = await climb.verify('embedded')
  const alone = climb.isAt(report, 'B-LTA') && report.signatures.at(-1)?.indication === 'TOTAL-PASSED'
  if (alone && !climb.storesAtOnce) return report
  const { items } = await climb.collect(await climb.gather(), false)
  await climb.writeDss(items)
  return climb.verify('embedded')
}

/**
 * Brings a document to a level, one revision after the other.
 *
 * @throws LevelNotReachedError; TSA_FAILED and what the reader and writer throw
 */
export async function ascend(climb: Climb, to: Exclude<BaselineLevel, 'B-B'>): Promise<VerificationReport> {
  await climb.material.open(climb.base.document)
  const stamped = await toTimestamp(climb)
  if (!climb.isAt(stamped, 'B-T')) climb.fail(to, stamped)
  if (to === 'B-T') {
    climb.noteExtendAfter(stamped)
    return stamped
  }
  const { items, report, complete } = await climb.collect(stamped, to === 'B-LTA')
  // L5: what does not pass with everything at hand is not stored, and does not go on.
  if (!climb.isAt(report, 'B-T') || !complete) climb.fail(to, report)
  await climb.writeDss(items)
  // L7: passing with the embedded data alone is what B-LT means; the check after the document timestamp includes it.
  const reached = to === 'B-LTA' ? await toArchive(climb) : await climb.verify('embedded')
  if (!climb.isAt(reached, to)) climb.fail(to, reached)
  return reached
}
