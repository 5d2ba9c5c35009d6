// A document that was signed elsewhere: the plug-in of a government token signs and uploads the finished file (vietnam.md 3.4).
import { compareChanges } from '../changes/compare.ts'
import type { SignedRevision } from '../changes/signed-revision.ts'
import { equalBytes } from '../der/writer.ts'
import { OID } from '../der/oids.ts'
import { CountersignError } from '../error.ts'
import type { ErrorCode, ErrorDetails } from '../error.ts'
import { openDocument } from '../pdf/document.ts'
import { PdfDict } from '../pdf/objects.ts'
import { findSignatures } from '../pdf/signatures.ts'
import type { PdfDocument } from '../pdf/types.ts'
import type { Change, SignatureReport, SignerIdentity, VerificationReport } from '../report.ts'
import { parseNameText } from '../x509/name-text.ts'
import { signedRevisionOf } from './changes.ts'
import { requireAllUnharmed } from './check-output.ts'
import type { VerifyOptions } from './options.ts'
import { verify } from './verify.ts'

/** Who was to sign; every entry given must fit. */
export interface AssignedSigner {
  /** SHA-256 of the enrolled certificate, hex, colons allowed. */
  readonly certificateSha256?: string
  /** Exact value of a UID attribute of the subject, such as `CCCD:001085012345` or `MST:0100109106` (PKI-05). */
  readonly uid?: string
}

export interface AcceptFinishedOptions extends VerifyOptions {
  readonly assigned: AssignedSigner
  /** The field that was to be signed; default any signature field. */
  readonly field?: string
  /** Text fields that may have been filled as well, such as number and date of the register. Default none. */
  readonly fillable?: readonly string[]
}

/** A finished document that may be taken in. */
export interface AcceptedDocument {
  /** The one new signature. */
  readonly signature: SignatureReport
  readonly signer: SignerIdentity
  /** Of the returned document as a whole. */
  readonly report: VerificationReport
  readonly addedBytes: number
}

function refuse(code: ErrorCode, why: string, details: ErrorDetails = {}): CountersignError {
  return new CountersignError(code, `the finished document is not accepted: ${why}`, { details })
}

function checkAssigned({ certificateSha256, uid }: AssignedSigner): void {
  if ((certificateSha256 ?? uid ?? '').trim() === '')
    throw new CountersignError('ARGUMENT_INVALID', 'acceptFinished: nobody is assigned')
}

function requireServed(served: Uint8Array, returned: Uint8Array): void {
  const begins = returned.length >= served.length && equalBytes(returned.subarray(0, served.length), served)
  if (!begins) throw refuse('FINISHED_NOT_SERVED', 'it does not begin with the bytes that were served')
  if (returned.length === served.length) throw refuse('FINISHED_NOT_SIGNED', 'nothing was added')
}

/** Values of the UID attributes of a subject, exactly as they stand. */
function uidsOf(subject: string): readonly (string | undefined)[] {
  try {
    const attributes = parseNameText(subject).rdns.flat()
    return attributes.filter(({ type }) => type === OID.userId).map(({ text }) => text)
  } catch {
    return []
  }
}

function isAssigned(signer: SignerIdentity, { certificateSha256, uid }: AssignedSigner): boolean {
  const hash = certificateSha256?.replaceAll(':', '').toLowerCase()
  if (hash !== undefined && hash !== signer.sha256) return false
  return uid === undefined || uidsOf(signer.subject).includes(uid)
}

/** The one signature of a person that was not there before. */
function newSignature(before: VerificationReport, after: VerificationReport): SignatureReport {
  const known = new Set(before.signatures.map(({ id }) => id))
  const added = after.signatures.filter(({ id, kind }) => kind === 'signature' && !known.has(id))
  const [one] = added
  if (one === undefined) throw refuse('FINISHED_NOT_SIGNED', 'it holds no new signature')
  if (added.length > 1)
    throw refuse('FINISHED_CHANGED', `it holds ${added.length} new signatures instead of one`, {
      fields: added.map(({ field }) => field),
    })
  return one
}

function requireGood(signature: SignatureReport, options: AcceptFinishedOptions): SignerIdentity {
  const { signer, indication, subIndication } = signature
  if (indication !== 'TOTAL-PASSED' || signer === null)
    throw refuse(
      'FINISHED_NOT_VALID',
      `its signature is ${indication}${subIndication === null ? '' : ` (${subIndication})`}`,
      {
        indication,
        subIndication,
      },
    )
  if (!isAssigned(signer, options.assigned))
    throw refuse('SIGNER_MISMATCH', 'it is signed by another person than the one assigned', { found: [signer.subject] })
  if (options.field !== undefined && options.field !== signature.field)
    throw refuse('FINISHED_CHANGED', `the signature stands in field ${signature.field}`, { field: signature.field })
  const { level, permitted } = signature.changes
  if (permitted !== true || (level !== 'none' && level !== 'ltv'))
    throw refuse('FINISHED_CHANGED', 'the document was changed after it was signed')
  return signer
}

/** Kinds of change that a signature, its time stamps and its validation data bring. */
const OF_SIGNING: ReadonlySet<string> = new Set([
  'signature-added',
  'signature-field-added',
  'dss-updated',
  'doc-timestamp-added',
])
/** Kinds of change that filling a text field, or drawing the signature, brings. */
const OF_FILLING: ReadonlySet<string> = new Set(['field-value-changed', 'appearance-changed'])

function isExpected(change: Change, signature: SignatureReport, fillable: readonly string[]): boolean {
  if (change.permitted !== true) return false
  if (change.level === 'none' || change.level === 'ltv' || OF_SIGNING.has(change.kind)) return true
  const fields = new Set([signature.field, ...fillable])
  return OF_FILLING.has(change.kind) && change.field !== undefined && fields.has(change.field)
}

/** What was served counts as signed here, whether or not it was: nothing may differ but what belongs to the new signature. */
async function requireOnlySigned(
  document: PdfDocument,
  servedRevisions: number,
  report: VerificationReport,
  signature: SignatureReport,
  options: AcceptFinishedOptions,
): Promise<void> {
  const served = {
    id: 'served',
    field: '',
    kind: 'signature',
    revision: servedRevisions - 1,
    dict: new PdfDict(new Map()),
    integrity: 'intact',
    coverage: 'revision',
    contents: new Uint8Array(),
  } as const
  const { limits, signal } = options
  const found = findSignatures(document).signatures.map((one, index): SignedRevision => {
    const reported = report.signatures.find(({ id }) => id === `S${index + 1}`)
    return signedRevisionOf({ id: `S${index + 1}`, found: one, integrity: reported?.integrity ?? 'unknown' })
  })
  const results = await compareChanges(document, [served, ...found], {
    profile: 'strict',
    ...(limits === undefined ? {} : { limits }),
    ...(signal === undefined ? {} : { signal }),
  })
  const changes = results.get('served')?.changes
  if (changes === undefined || changes.level === 'unknown' || changes.permitted !== true)
    throw refuse('FINISHED_CHANGED', 'more was changed than a signature brings', {
      changes: (changes?.items ?? [])
        .filter(({ permitted }) => permitted !== true)
        .map(({ kind, path, rule }) => `${kind} ${path} ${rule}`),
    })
  const others = changes.items.filter((one) => !isExpected(one, signature, options.fillable ?? []))
  if (others.length > 0)
    throw refuse('FINISHED_CHANGED', 'more was changed than a signature brings', {
      changes: others.map(({ kind, field, path }) => `${kind} ${field ?? path}`),
    })
}

/** Ends of line that some writers leave. */
const MOST_BLANKS = 16

/** Bytes behind the last revision are nobody's, and may be anything; comments too, in which another file can begin. */
function requireNothingBehind({ document }: VerificationReport, returned: Uint8Array, servedBytes: number): void {
  const stray = (document.unaccountedBytes ?? []).some(({ end }) => end > servedBytes)
  const behind = returned.subarray(document.revisionInfo?.at(-1)?.end ?? 0)
  const blank = behind.length <= MOST_BLANKS && behind.every((byte) => byte === 0x0a || byte === 0x0d || byte === 0x20)
  if (stray || !blank) throw refuse('FINISHED_CHANGED', 'it holds bytes that belong to no revision')
}

function requireEarlier(before: VerificationReport, after: VerificationReport): void {
  try {
    requireAllUnharmed(before, after)
  } catch (cause) {
    if (!(cause instanceof CountersignError)) throw cause
    throw new CountersignError('FINISHED_CHANGED', `the finished document is not accepted: ${cause.message}`, { cause })
  }
}

/**
 * Takes in a document that was finished elsewhere, if it is the served one with exactly one new signature: it must begin with the very
 * bytes that were served, the signature must be valid under the given trust and by the assigned person, and nothing else may have
 * changed but the fields named in `fillable`. Signatures that were there before must be what they were.
 *
 * @param served - the bytes that were handed out
 * @param returned - what came back
 * @throws CountersignError FINISHED_NOT_SERVED, FINISHED_NOT_SIGNED, FINISHED_NOT_VALID (verdict in the details), SIGNER_MISMATCH,
 * FINISHED_CHANGED, ARGUMENT_INVALID, PDF_*, ABORTED, LIMIT_*
 * @example
 * ```ts
 * const { signer } = await acceptFinished(served, upload, {
 *   assigned: { certificateSha256: officer.fingerprint }, field: 'officer', trust, sources,
 * })
 * ```
 */
export async function acceptFinished(
  served: Uint8Array,
  returned: Uint8Array,
  options: AcceptFinishedOptions,
): Promise<AcceptedDocument> {
  checkAssigned(options.assigned)
  requireServed(served, returned)
  const { password, limits, signal } = options
  const opening = {
    ...(password === undefined ? {} : { password }),
    ...(limits === undefined ? {} : { limits }),
    ...(signal === undefined ? {} : { signal }),
  }
  const document = await openDocument(returned, opening)
  const servedRevisions = (await openDocument(served, opening)).revisions.length
  const at = options.at ?? new Date()
  const before = await verify(served, { ...options, at })
  const report = await verify(returned, { ...options, at })
  const signature = newSignature(before, report)
  const signer = requireGood(signature, options)
  requireEarlier(before, report)
  requireNothingBehind(report, returned, served.length)
  await requireOnlySigned(document, servedRevisions, report, signature, options)
  return { signature, signer, report, addedBytes: returned.length - served.length }
}
