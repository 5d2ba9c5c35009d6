import { CountersignError } from '../error.ts'
import { equalBytes } from '../der/writer.ts'
import { checkByteRange, nameOf } from '../pdf/byte-range.ts'
import type { FoundSignature } from '../pdf/found-signature.ts'
import { PdfRef } from '../pdf/objects.ts'
import type { PdfDict } from '../pdf/objects.ts'
import { findSignatures } from '../pdf/signatures.ts'
import { DEFAULT_LIMITS } from '../pdf/types.ts'
import type { PdfDocument, View } from '../pdf/types.ts'
import type { SignatureReport, SignerIdentity, VerificationReport } from '../report.ts'
import type { SignedData } from '../cms/signed-data.ts'
import type { Certificate } from '../x509/certificate.ts'
import { describeSigner } from '../x509/identity.ts'
import { CandidatePool } from './candidates.ts'
import { DocumentDigests } from './digests.ts'
import { digestsNeeded, evaluateSignature, openSignature } from './evaluation.ts'
import type { EvaluatedSignature } from './evaluation.ts'
import type { VerifyOptions } from './options.ts'
import type { Prepared } from './signing-types.ts'
import type { SignedStep, StepBase } from './step.ts'
import { verifyOpened } from './verify.ts'

/** What the re-opened output says of its new signature. */
export interface CheckedOutput {
  readonly signatureId: string
  readonly signer: SignerIdentity | null
}

function refuse(why: string): CountersignError {
  return new CountersignError('OUTPUT_NOT_VERIFIED', `the signed file did not pass its own check: ${why}`)
}

/** Deepest form tree that is followed upwards. */
const MAX_LEVELS = 100

interface NewSignature {
  readonly found: FoundSignature
  readonly id: string
}

/** Over a file of one revision the new signature can only be the first: its own rules say all, no other needs to be found. */
function onlySignature(document: PdfDocument, prepared: Prepared): NewSignature | undefined {
  const view = document.latest
  const fieldRef = new PdfRef(...prepared.fieldObject)
  const fieldDict = view.dict(fieldRef)
  const ref = fieldDict?.get('V')
  const dict = view.dict(ref)
  if (fieldDict === undefined || dict === undefined || !(ref instanceof PdfRef)) return undefined
  if (!isInForm(view, fieldRef, fieldDict)) return undefined
  const check = checkByteRange(document, dict, ref)
  const found: FoundSignature = {
    ...check,
    field: prepared.field,
    fieldRef,
    fieldDict,
    page: prepared.page,
    ref,
    dict,
    revision: check.revision ?? -1,
    subFilter: nameOf(dict, 'SubFilter'),
    kind: 'signature',
    coverage: check.byteRange?.second.end === document.size ? 'whole-file' : 'broken',
    removed: false,
  }
  return { found, id: 'S1' }
}

/** True when the form's tree leads to the field: upwards by /Parent, and each step listed below. */
function isInForm(view: View, ref: PdfRef, dict: PdfDict): boolean {
  const lists = (holder: PdfDict | undefined, key: string, child: PdfRef): boolean =>
    view.array(holder?.get(key))?.items.some((item) => item instanceof PdfRef && item.num === child.num) === true
  let [child, current] = [ref, dict]
  for (let level = 0; level < MAX_LEVELS; level++) {
    const parent = current.get('Parent')
    const above = view.dict(parent)
    if (above === undefined) return lists(view.dict(view.root?.get('AcroForm')), 'Fields', child)
    if (!(parent instanceof PdfRef) || !lists(above, 'Kids', child)) return false
    ;[child, current] = [parent, above]
  }
  return false
}

function newSignature(document: PdfDocument, prepared: Prepared): NewSignature | undefined {
  if (prepared.base.revisions === 1 && prepared.base.signatures === 0) return onlySignature(document, prepared)
  const { signatures } = findSignatures(document)
  const index = signatures.findLastIndex((one) => one.field === prepared.field)
  const found = signatures[index]
  return found === undefined ? undefined : { found, id: `S${index + 1}` }
}

/** The signer's certificate as read before, where the CMS brings the same bytes; for others the usual candidates. */
function candidatesOf(
  document: PdfDocument,
  known: Certificate | undefined,
): (data: SignedData | undefined) => readonly Certificate[] {
  return (data) => {
    if (known !== undefined && data?.certificates.some((one) => equalBytes(one, known.der)) === true) return [known]
    return new CandidatePool(document).candidates(data)
  }
}

/** Rules and CMS of the new signature; who is trusted is not asked here. */
async function evaluateNew(
  base: StepBase,
  step: SignedStep,
  prepared: Prepared,
  known: Certificate | undefined,
): Promise<EvaluatedSignature> {
  const { document } = step
  const added = newSignature(document, prepared)
  if (added === undefined) throw refuse('the new signature is not found')
  if (added.found.coverage !== 'whole-file') throw refuse('the new signature does not cover the whole file')
  const opened = openSignature(added.found, added.id, { compat: false, limit: DEFAULT_LIMITS.contents })
  const digests = new DocumentDigests()
  // S8: the pass over the base was made already; only the section is hashed here.
  await digests.compute(document, digestsNeeded(opened), { prefixes: base.digests })
  const context = { document, digests, compat: false, candidates: candidatesOf(document, known) }
  return evaluateSignature(opened, context)
}

function requireGood(evaluated: EvaluatedSignature, prepared: Prepared): void {
  // The value fits the attributes (C7), so it is the file that is not the one they were made for.
  if (prepared.key !== undefined && evaluated.signer?.messageDigest === 'mismatch')
    throw new CountersignError('BASE_CHANGED', 'the file has changed since the signature was prepared')
  // A whole CMS may be anybody's: it must be by the certificate that the attributes were made for.
  const certificate = evaluated.signer?.certificate
  if (prepared.key !== undefined && certificate !== undefined && !equalBytes(certificate.der, prepared.key.certificate))
    throw new CountersignError('SIGNATURE_MISMATCH', 'the CMS is signed with another certificate than was prepared for')
  const faults = evaluated.problems.filter((one) => ['F', 'H', 'S'].includes(one.outcome)).map((one) => one.code)
  if (evaluated.integrity !== 'intact' || faults.length > 0)
    throw refuse(`the new signature is ${evaluated.integrity} (${faults.join(', ')})`)
}

// Trust is the verifier's business: here only genuineness and permitted changes count.
function optionsFor(prepared: Prepared): VerifyOptions {
  return { trust: { anchors: [] }, at: new Date(prepared.claimed), fingerprints: false, risks: false }
}

/** An analysis that was not made says nothing, neither before nor after. */
function compared(report: SignatureReport): boolean {
  return report.changes.level !== 'unknown'
}

/** Each change is permitted; that a file with two readings leaves the whole open (P-15) is no doing of what was added. */
function permitsAll({ changes }: SignatureReport): boolean {
  return changes.permitted !== false && changes.items.every(({ permitted }) => permitted === true)
}

const RANK = { 'TOTAL-FAILED': 0, INDETERMINATE: 1, 'TOTAL-PASSED': 2 } as const

function requireUnharmed(before: SignatureReport, after: SignatureReport | undefined): void {
  if (after === undefined) throw refuse(`the signature in ${before.field} is gone`)
  if (after.integrity !== before.integrity)
    throw refuse(`the signature in ${before.field} was ${before.integrity} and is ${after.integrity}`)
  if (!compared(before) || !compared(after)) return
  if (before.changes.permitted === true && !permitsAll(after))
    throw refuse(`the signature in ${before.field} would not permit what was added`)
  const same = after.indication === before.indication && after.subIndication === before.subIndication
  // A later signature may vouch for what nobody had signed before; worse it must not become.
  if (!same && RANK[after.indication] <= RANK[before.indication])
    throw refuse(
      `the signature in ${before.field} was ${before.indication} and is ${after.indication} (${after.subIndication})`,
    )
}

/** Every signature of `before` is what it was, or better (N4). @throws CountersignError OUTPUT_NOT_VERIFIED */
export function requireAllUnharmed(before: VerificationReport, after: VerificationReport): void {
  for (const one of before.signatures) {
    const same = after.signatures.find((other) => other.id === one.id && other.field === one.field)
    requireUnharmed(one, same)
  }
}

/**
 * N4: re-opens the output. The new signature must be intact over the whole file, every earlier one as it was;
 * a result that fails is not delivered.
 *
 * @throws CountersignError OUTPUT_NOT_VERIFIED, BASE_CHANGED.
 */
export async function checkOutput(
  base: StepBase,
  step: SignedStep,
  prepared: Prepared,
  leaf: Certificate | undefined,
): Promise<CheckedOutput> {
  const added = await evaluateNew(base, step, prepared, leaf)
  requireGood(added, prepared)
  if (prepared.base.signatures > 0) {
    const options = optionsFor(prepared)
    const known = { prefixes: base.digests, covered: base.covered }
    requireAllUnharmed(
      await verifyOpened(base.document, options, known),
      await verifyOpened(step.document, options, known),
    )
  }
  const certificate = added.signer?.certificate
  return { signatureId: added.id, signer: certificate === undefined ? null : await describeSigner(certificate) }
}
