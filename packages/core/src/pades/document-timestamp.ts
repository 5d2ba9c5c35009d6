// Document timestamps (T8, ISO 32000-2 12.8.5): a signature field whose value is an RFC 3161 token over the whole file.
import type { Digest } from '../cms/signer.ts'
import { randomBytes } from '../crypto/index.ts'
import { CountersignError } from '../error.ts'
import { declareExtensions } from '../pdf/extensions.ts'
import { listFields } from '../pdf/fields.ts'
import type { Field } from '../pdf/fields.ts'
import { markSigned } from '../pdf/form-update.ts'
import { PdfDict, PdfName } from '../pdf/objects.ts'
import { contentsRoom, patchContents } from '../pdf/placeholder.ts'
import { requirePermission } from '../pdf/restrictions.ts'
import { chooseField, createField, fillField } from '../pdf/signature-field.ts'
import type { FieldTarget } from '../pdf/signature-field.ts'
import type { OpenOptions, PdfDocument } from '../pdf/types.ts'
import { Update } from '../pdf/update.ts'
import type { Section } from '../pdf/update.ts'
import { UNKNOWN_TOKEN_SIZE } from '../tsp/authority.ts'
import type { TimestampAuthority } from '../tsp/authority.ts'
import { acceptToken } from '../tsp/check-reply.ts'
import type { CheckedToken } from '../tsp/check-reply.ts'
import { appendStep, hashDocument, stateOf, throwIfAborted } from './step.ts'
import type { SignedStep, StepBase } from './step.ts'

export interface StampOptions {
  readonly tsa: TimestampAuthority
  readonly digest: Digest
  /** A prepared empty field (W24); default a new invisible one. */
  readonly field?: string | undefined
  readonly opening: OpenOptions
  readonly ignorePermissions?: boolean | undefined
  readonly random?: ((length: number) => Uint8Array) | undefined
  readonly signal?: AbortSignal | undefined
}

/** A document timestamp as one step, with what its token says. */
export interface Stamped {
  readonly step: SignedStep
  readonly field: string
  readonly token: CheckedToken
}

/** P1. */
const SPARE = 64
const ROUNDING = 1024
/** P2: a token that does not fit is asked for again, with room for it. */
const MAX_ATTEMPTS = 3

const roomFor = (bytes: number): number => Math.ceil((bytes + SPARE) / ROUNDING) * ROUNDING

const DICT = new PdfDict(
  new Map([
    ['Type', new PdfName('DocTimeStamp')],
    ['Filter', new PdfName('Adobe.PPKLite')],
    ['SubFilter', new PdfName('ETSI.RFC3161')],
  ]),
)

function freeName(fields: readonly Field[]): string {
  const used = new Set(fields.map(({ name }) => name.normalize('NFC').split('.')[0]))
  let number = 1
  while (used.has(`Timestamp${number}`)) number++
  return `Timestamp${number}`
}

function chooseTarget(document: PdfDocument, fields: readonly Field[], options: StampOptions): FieldTarget {
  const request = options.field === undefined ? { newField: freeName(fields) } : { field: options.field }
  return chooseField(document.latest, fields, request)
}

/** W27: viewers treat a later declaration as a change, so that the first one says what the signatures to come will need. */
function declare(update: Update, fields: readonly Field[], target: FieldTarget): void {
  const signatures = fields.filter(({ type }) => type === 'Sig')
  if (signatures.some(({ value }) => update.dict(value) !== undefined)) return
  const others = signatures.some(({ name }) => name !== target.name)
  declareExtensions(update, others ? 'signature' : 'timestamp')
}

interface Prepared {
  readonly update: Update
  readonly field: string
}

function prepare(document: PdfDocument, options: StampOptions): Prepared {
  const { fields } = listFields(document.latest)
  const target = chooseTarget(document, fields, options)
  if (options.ignorePermissions !== true) requirePermission(document, target.kind === 'new')
  const update = new Update(document)
  const value = update.allocate()
  update.reserveSignature(value, DICT, roomFor(options.tsa.sizeHint?.(options.digest) ?? UNKNOWN_TOKEN_SIZE))
  if (target.kind === 'new') createField(update, target, value, undefined)
  else fillField(update, target, value, undefined)
  markSigned(update)
  declare(update, fields, target)
  return { update, field: target.name }
}

/** The digest of the ByteRange, from the state at the end of the document (S5). */
async function imprintOf(base: StepBase, section: Section, digest: Digest): Promise<Uint8Array> {
  const running = stateOf(base, digest)
  const { contents } = section.placeholder!
  await running.update(section.bytes.subarray(0, contents.start))
  await running.update(section.bytes.subarray(contents.end))
  return running.digest()
}

/** An authority that gives something else than a token for the question is as bad as one that gives nothing. */
export async function requestToken(
  tsa: TimestampAuthority,
  request: { readonly digest: Digest; readonly imprint: Uint8Array },
  signal: AbortSignal | undefined,
): Promise<CheckedToken> {
  const der = await tsa.timestamp(request, signal === undefined ? {} : { signal })
  try {
    return await acceptToken(der, request)
  } catch (error) {
    if (!(error instanceof CountersignError)) throw error
    const details = { code: error.code, reason: String(error.details['reason'] ?? '') }
    throw new CountersignError('TSA_FAILED', error.message, { details, cause: error })
  }
}

/**
 * Appends a document timestamp over all that is there. Only the new section is hashed, where the base brings a state of the digest.
 *
 * @throws CountersignError TSA_FAILED, FIELD_UNKNOWN, FIELD_SIGNED, PDF_PERMISSION, CMS_TOO_LARGE, ABORTED
 */
export async function stampDocument(start: StepBase, options: StampOptions): Promise<Stamped> {
  const { tsa, digest, signal, opening } = options
  const base = await hashDocument(start, [digest, 'sha256'], { signal })
  const { update, field } = prepare(base.document, options)
  for (let attempt = 1; ; attempt++) {
    throwIfAborted(signal)
    const section = update.build(options.random ?? randomBytes)
    const request = { digest, imprint: await imprintOf(base, section, digest) }
    const token = await requestToken(tsa, request, signal)
    const fits = token.der.length <= contentsRoom(section.placeholder!)
    if (fits || attempt === MAX_ATTEMPTS) {
      const bytes = patchContents(section.bytes, section.placeholder!, token.der)
      return { step: await appendStep(base, bytes, opening), field, token }
    }
    update.resizeSignature(roomFor(token.der.length))
  }
}
