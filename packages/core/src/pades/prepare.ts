import { attributesFor, signedDataSize } from '../cms/build.ts'
import { digestOfScheme } from '../cms/schemes.ts'
import type { CmsSigner, KeyInfo, Scheme, Signer } from '../cms/signer.ts'
import { randomBytes } from '../crypto/index.ts'
import { openDocument } from '../pdf/document.ts'
import { contentsRoom } from '../pdf/placeholder.ts'
import type { ByteSource, OpenOptions, PdfDocument } from '../pdf/types.ts'
import type { Certificate } from '../x509/certificate.ts'
import { checkSignable, warningsOf } from './base-checks.ts'
import { findingsOf } from './findings.ts'
import { checkSignArguments } from './check-sign-options.ts'
import { isoExtensionsOf } from './iso-extensions.ts'
import { legacyAttributes } from './legacy.ts'
import { planLevel } from './levels.ts'
import type { LevelPlan } from './levels.ts'
import { agreeScheme } from './negotiation.ts'
import { withPlace } from './place-field.ts'
import { planField, planObjects } from './plan.ts'
import type { Plan } from './plan.ts'
import { sealPrepared } from './prepared-state.ts'
import { checkSeedCertificate } from './seed-values.ts'
import { withCodes } from './signer-errors.ts'
import { checkSignerCertificate } from './signer-certificate.ts'
import type { Prepared, SignOptions } from './signing-types.ts'
import { hashDocument, hashSection, stateOf, throwIfAborted } from './step.ts'
import type { StepBase } from './step.ts'
import type { Pass } from './digests.ts'
import { digestsOfSignatures } from './evaluate-all.ts'

/** Whose key, and with which scheme; nothing of it for a CmsSigner. */
interface AgreedKey {
  readonly info: KeyInfo
  readonly scheme: Scheme
  readonly certificate: Certificate
  readonly attributes: (digest: Uint8Array) => Uint8Array
}

/** A prepared signature with what only this process can hold: the opened document, its digest states, a larger placeholder. */
export interface Preparation {
  readonly prepared: Prepared
  readonly base: StepBase
  /** The signer's certificate as read; undefined for a CmsSigner. */
  readonly leaf: Certificate | undefined
  readonly level: LevelPlan | undefined
  /** What the signer wants; undefined for a CmsSigner. */
  readonly accepts: KeyInfo['accepts'] | undefined
  /** The signer may be asked again for the same document (P2). */
  readonly mayRepeat: boolean
  /** The same signature with room for `bytes` of CMS: only the section is written and hashed again (P2, S5). */
  enlarged(bytes: number): Promise<Preparation>
}

/** Room for a CMS beyond its estimate, and the step it is rounded to (P1). */
const SPARE = 64
const ROUNDING = 1024
/** P2: a signer that may not be asked twice gets so much more room for what only comes after its answer. */
const ONCE_ONLY = 1.5
/** SHA-512 has the longest value of all digests in use. */
const LARGEST_DIGEST = new Uint8Array(64)

export function isCmsSigner(signer: Signer | CmsSigner): signer is CmsSigner {
  return 'signCms' in signer
}

async function agreeKey(options: SignOptions, time: Date, plan: Plan): Promise<AgreedKey | undefined> {
  if (isCmsSigner(options.signer)) return undefined
  const { signer } = options
  const info = await withCodes(() => signer.info(options.signal === undefined ? {} : { signal: options.signal }))
  const certificate = checkSignerCertificate(info.certificate, time)
  if (plan.seed !== undefined) checkSeedCertificate(plan.target.name, plan.seed, info, certificate)
  const scheme = agreeScheme(info, options.schemes, plan.seed?.digests)
  const further = await legacyAttributes(certificate, info.chain, options, time)
  return { info, scheme, certificate, attributes: await attributesFor(info.certificate, scheme, further) }
}

/** P1: room for a CMS with a value of the largest size and the unsigned attributes of the level. */
function placeholderSize(key: AgreedKey | undefined, options: SignOptions, level: LevelPlan | undefined): number {
  const round = (size: number): number => Math.ceil((size + SPARE) / ROUNDING) * ROUNDING
  const unsigned = level?.unsignedSize ?? 0
  if (isCmsSigner(options.signer)) return round(options.signer.maxCmsSize + unsigned * ONCE_ONLY)
  const { info, scheme, attributes } = key!
  const signed = { ...info, signedAttributes: attributes(LARGEST_DIGEST), scheme }
  const room = unsigned * (info.mayRepeat === true ? 1 : ONCE_ONLY)
  return round(signedDataSize(signed, info.maxSignatureSize(scheme)) + Math.ceil(room))
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

/** Everything of a Prepared that its section and digest do not change. */
type Fixed = Omit<Prepared, 'section' | 'documentDigest' | 'key'>

async function finish(
  base: StepBase,
  fixed: Fixed,
  parts: { readonly plan: Plan; readonly key: AgreedKey | undefined; readonly options: SignOptions },
  level: LevelPlan | undefined,
): Promise<Preparation> {
  const { plan, key, options } = parts
  const section = plan.update.build(options.random ?? randomBytes)
  const documentDigest = await hashSection(stateOf(base, fixed.digest), section)
  return {
    prepared: { ...fixed, section, documentDigest, key: keyOf(key, documentDigest) },
    base,
    leaf: key?.certificate,
    level,
    accepts: key?.info.accepts,
    mayRepeat: key?.info.mayRepeat === true,
    enlarged: (bytes) => {
      plan.update.resizeSignature(Math.max(bytes, contentsRoom(section.placeholder!)))
      return finish(base, fixed, parts, level)
    },
  }
}

/** `prepare` over an opened document; `sign` goes on with the same one. */
export async function prepareOpened(document: PdfDocument, given: SignOptions, pass?: Pass): Promise<Preparation> {
  const level = planLevel(given.level ?? 'B-B', given)
  const time = given.at ?? new Date()
  checkSignable(document, given)
  const options = await withPlace(document, given)
  const plan = planField(document, options)
  const key = await agreeKey(options, time, plan)
  const digest = key === undefined ? (options.digest ?? 'sha256') : digestOfScheme(key.scheme)
  const room = placeholderSize(key, options, level)
  const extensions = isoExtensionsOf(digest, key?.scheme)
  const { field, filled } = await planObjects(plan, options, { time, room, extensions })
  const { signers, timestamps } = plan.restrictions
  const signatures = signers.length + timestamps.length
  // SHA-256 of the whole file stands in the report; the earlier signatures are checked again afterwards (N4).
  const earlier = signatures === 0 ? [] : digestsOfSignatures(document)
  const fresh = { document, digests: new Map() }
  const base = await hashDocument(fresh, [digest, 'sha256'], { ...options, pass }, earlier)
  const page = pageOf(plan)
  const fixed: Fixed = {
    base: {
      bytes: document.size,
      revisions: document.revisions.length,
      signatures,
    },
    digest,
    field: plan.target.name,
    fieldObject: [field.num, field.gen],
    ...(page === undefined ? {} : { page }),
    filled,
    role: options.certify === undefined ? 'approval' : 'certification',
    level: options.level ?? 'B-B',
    claimed: time.toISOString(),
    ...(options.password === undefined ? {} : { password: options.password }),
    warnings: [...warningsOf(document, options), ...findingsOf(plan.notes)],
  }
  return finish(base, fixed, { plan, key, options }, level)
}

/**
 * First half of a signature: chooses the field, writes the section with room for the CMS, hashes, builds the signed attributes.
 * Nothing is signed yet; `complete` takes the value (G3), in this process or from `JSON.stringify` of the result in another, days
 * later (S7).
 *
 * @throws CountersignError PDF_*, FIELD_*, CERT_*, KEY_TOO_SMALL, SCHEME_NOT_AGREED, NOT_AVAILABLE, ABORTED, LIMIT_*.
 */
export async function prepare(input: Uint8Array | ByteSource, options: SignOptions): Promise<Prepared> {
  const { prepared } = await prepareOpened(await openInput(input, options), options)
  return sealPrepared(prepared, options.stateKey)
}

/** How the input is opened. */
export function openingOf({
  password,
  limits,
  signal,
}: Pick<SignOptions, 'password' | 'limits' | 'signal'>): OpenOptions {
  return {
    ...(password === undefined ? {} : { password }),
    ...(limits === undefined ? {} : { limits }),
    ...(signal === undefined ? {} : { signal }),
  }
}

/** The input as a document; its defects and refusals are those of the reader. */
export async function openInput(input: Uint8Array | ByteSource, options: SignOptions): Promise<PdfDocument> {
  checkSignArguments(input, options)
  throwIfAborted(options.signal)
  return openDocument(input, openingOf(options))
}
