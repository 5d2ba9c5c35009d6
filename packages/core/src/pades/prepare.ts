import { attributesFor, signedDataSize } from '../cms/build.ts'
import { digestOfScheme } from '../cms/schemes.ts'
import type { CmsSigner, Digest, KeyInfo, Scheme, Signer } from '../cms/signer.ts'
import { createDigest, randomBytes } from '../crypto/index.ts'
import type { RunningDigest } from '../crypto/index.ts'
import { CountersignError } from '../error.ts'
import { openDocument } from '../pdf/document.ts'
import type { ByteSource, PdfDocument } from '../pdf/types.ts'
import type { Section } from '../pdf/update.ts'
import type { Certificate } from '../x509/certificate.ts'
import { checkSignable, warningsOf } from './base-checks.ts'
import { findingsOf } from './findings.ts'
import { checkSignArguments } from './check-sign-options.ts'
import { agreeScheme } from './negotiation.ts'
import type { SeedDigests } from './negotiation.ts'
import { planField, planObjects } from './plan.ts'
import type { Plan } from './plan.ts'
import { withCodes } from './signer-errors.ts'
import { checkSignerCertificate } from './signer-certificate.ts'
import type { Prepared, SignOptions } from './signing-types.ts'

/** Whose key, and with which scheme; nothing of it for a CmsSigner. */
interface AgreedKey {
  readonly info: KeyInfo
  readonly scheme: Scheme
  readonly certificate: Certificate
  readonly attributes: (digest: Uint8Array) => Uint8Array
}

/** Room for a CMS beyond its estimate, and the step it is rounded to (P1). */
const SPARE = 64
const ROUNDING = 1024
/** SHA-512 has the longest value of all digests in use. */
const LARGEST_DIGEST = new Uint8Array(64)

export function isCmsSigner(signer: Signer | CmsSigner): signer is CmsSigner {
  return 'signCms' in signer
}

function throwIfAborted(signal: AbortSignal | undefined): void {
  if (signal?.aborted === true) throw new CountersignError('ABORTED', 'signing was cancelled')
}

async function agreeKey(options: SignOptions, time: Date, seed: SeedDigests): Promise<AgreedKey | undefined> {
  if (isCmsSigner(options.signer)) return undefined
  const { signer } = options
  const info = await withCodes(() => signer.info(options.signal === undefined ? {} : { signal: options.signal }))
  const certificate = checkSignerCertificate(info.certificate, time)
  const scheme = agreeScheme(info, options.schemes, seed)
  return { info, scheme, certificate, attributes: await attributesFor(info.certificate, scheme) }
}

/** P1: room for a CMS with a value of the largest size. */
function placeholderSize(key: AgreedKey | undefined, options: SignOptions): number {
  const round = (size: number): number => Math.ceil((size + SPARE) / ROUNDING) * ROUNDING
  if (isCmsSigner(options.signer)) return round(options.signer.maxCmsSize)
  const { info, scheme, attributes } = key!
  return round(
    signedDataSize({ ...info, signedAttributes: attributes(LARGEST_DIGEST), scheme }, info.maxSignatureSize(scheme)),
  )
}

/** Hashes the input once and keeps its state (S5), then the section around the gap. */
async function hashByteRange(
  document: PdfDocument,
  section: Section,
  digest: Digest,
  options: SignOptions,
): Promise<{ readonly value: Uint8Array; readonly state: RunningDigest }> {
  const state = createDigest(digest)
  const step = 4 * 1024 * 1024
  for (let at = 0; at < document.size; at += step) {
    throwIfAborted(options.signal)
    const end = Math.min(document.size, at + step)
    await state.update(document.bytes(at, end))
    options.onProgress?.({ step: 'hash', bytes: end, total: document.size })
  }
  const running = state.copy()
  const { contents } = section.placeholder!
  await running.update(section.bytes.subarray(0, contents.start))
  await running.update(section.bytes.subarray(contents.end))
  return { value: await running.digest(), state }
}

function requireLevel(options: SignOptions): void {
  const level = options.level ?? 'B-B'
  if (level !== 'B-B')
    throw new CountersignError('NOT_AVAILABLE', `level ${level} is not available yet`, { details: { level } })
}

function keyOf(key: AgreedKey | undefined, documentDigest: Uint8Array): Prepared['key'] {
  if (key === undefined) return undefined
  const { certificate, chain } = key.info
  return { scheme: key.scheme, certificate, chain, signedAttributes: key.attributes(documentDigest) }
}

function pageOf(plan: Plan): number | undefined {
  if (plan.target.kind === 'existing') return plan.target.field.widgets[0]?.page
  return plan.target.page > 0 ? plan.target.page : undefined
}

/** `prepare` over an opened document; `sign` goes on with the same one. */
export async function prepareOpened(document: PdfDocument, options: SignOptions): Promise<Prepared> {
  requireLevel(options)
  const time = options.at ?? new Date()
  checkSignable(document, options)
  const plan = planField(document, options)
  const key = await agreeKey(options, time, plan.seedDigests)
  const digest = key === undefined ? (options.digest ?? 'sha256') : digestOfScheme(key.scheme)
  const { field, filled } = await planObjects(plan, options, time, placeholderSize(key, options))
  const section = plan.update.build(options.random ?? randomBytes)
  const hashed = await hashByteRange(document, section, digest, options)
  const page = pageOf(plan)
  return {
    base: {
      bytes: document.size,
      revisions: document.revisions.length,
      signatures: plan.restrictions.signers.length + plan.restrictions.timestamps.length,
    },
    section,
    documentDigest: hashed.value,
    digest,
    key: keyOf(key, hashed.value),
    field: plan.target.name,
    fieldObject: [field.num, field.gen],
    ...(page === undefined ? {} : { page }),
    filled,
    role: options.certify === undefined ? 'approval' : 'certification',
    level: options.level ?? 'B-B',
    claimed: time.toISOString(),
    ...(options.password === undefined ? {} : { password: options.password }),
    warnings: [...warningsOf(document, options), ...findingsOf(plan.notes)],
    state: hashed.state,
    ...(key === undefined ? {} : { parsed: key.certificate }),
  }
}

/**
 * First half of a signature: chooses the field, writes the section with room for the CMS, hashes, builds the signed attributes.
 * Nothing is signed yet; `complete` takes the value (G3).
 *
 * @throws CountersignError PDF_*, FIELD_*, CERT_*, KEY_TOO_SMALL, SCHEME_NOT_AGREED, NOT_AVAILABLE, ABORTED, LIMIT_*.
 */
export async function prepare(input: Uint8Array | ByteSource, options: SignOptions): Promise<Prepared> {
  return prepareOpened(await openInput(input, options), options)
}

/** The input as a document; its defects and refusals are those of the reader. */
export async function openInput(input: Uint8Array | ByteSource, options: SignOptions): Promise<PdfDocument> {
  checkSignArguments(input, options)
  throwIfAborted(options.signal)
  return openDocument(input, {
    ...(options.password === undefined ? {} : { password: options.password }),
    ...(options.limits === undefined ? {} : { limits: options.limits }),
    ...(options.signal === undefined ? {} : { signal: options.signal }),
  })
}
