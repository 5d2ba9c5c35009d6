import { CountersignError } from '../error.ts'
import { createDigest } from '../crypto/index.ts'
import { openDocument } from '../pdf/document.ts'
import { memorySource } from '../pdf/source.ts'
import { DEFAULT_LIMITS, type ByteSource, type PdfDocument } from '../pdf/types.ts'
import { problem, type Problem } from '../problem.ts'
import type { SignatureReport, VerificationReport } from '../report.ts'
import { policyHash, resolvePolicy, type ResolvedPolicy } from '../validation/policy.ts'
import { analyseChanges, noteUntrustedSigners } from './changes.ts'
import type { DigestPrefixes, DocumentDigests } from './digests.ts'
import { evaluateAll } from './evaluate-all.ts'
import { findingsOf } from './findings.ts'
import { checkVerifyOptions, type VerifyOptions } from './options.ts'
import { gatherProof } from './proof.ts'
import { overallOf } from './overall.ts'
import type { GenuineSignatures } from '../x509/signatures.ts'
import { reportSignature } from './signature-report.ts'

const SCHEMA = 'countersign/verification-report/1'
const ENGINE = 'countersign/0.1.0'
const CHUNK = 1024 * 1024

function hex(bytes: Uint8Array): string {
  return Array.from(bytes, (octet) => octet.toString(16).padStart(2, '0')).join('')
}

function toSource(input: unknown): ByteSource {
  if (input instanceof Uint8Array) return memorySource(input)
  if (typeof input === 'object' && input !== null && 'size' in input && 'read' in input) return input as ByteSource
  throw new CountersignError('ARGUMENT_INVALID', 'verify: the input is neither bytes nor a byte source.')
}

/** SHA-256 of a file that could not be opened as PDF; the limit is for sources that are read whole. */
async function digestOfSource(source: ByteSource, limit: number): Promise<string> {
  if (source.readSync === undefined && source.size > limit) return ''
  const state = createDigest('sha256')
  const chunk = new Uint8Array(Math.min(CHUNK, source.size))
  for (let at = 0; at < source.size; at += CHUNK) {
    const wanted = Math.min(CHUNK, source.size - at)
    const length = await source.read(at, chunk.subarray(0, wanted))
    await state.update(chunk.subarray(0, length))
    if (length < wanted) break
  }
  return hex(await state.digest())
}

async function policyOf(policy: ResolvedPolicy): Promise<VerificationReport['policy']> {
  const { id, version, relaxations } = policy
  return { id, version, hash: await policyHash(policy), relaxations }
}

/** What a file needs beyond the memory there is comes as a RangeError: a limit, not damage. */
function reasonOf(error: unknown): { readonly code: string; readonly detail: string } {
  if (error instanceof CountersignError) return { code: error.code, detail: error.message }
  const memory = error instanceof RangeError && /alloc|array length|string length/i.test(error.message)
  return memory
    ? { code: 'LIMIT_MEMORY', detail: 'the file needs more memory than there is' }
    : { code: 'PDF_DAMAGED', detail: 'unexpected error' }
}

async function unreadable(source: ByteSource, error: unknown, options: VerifyOptions): Promise<VerificationReport> {
  const { code, detail } = reasonOf(error)
  const limit = options.limits?.fileSize ?? DEFAULT_LIMITS.fileSize
  const sha256 = await digestOfSource(source, limit)
  const unexpected = sha256 === '' ? [] : checkExpected(options.expectedDigest, sha256)
  return {
    schema: SCHEMA,
    document: { sha256, bytes: source.size, revisions: 0 },
    overall: 'unreadable',
    signatures: [],
    unsignedFields: [],
    removedSignatures: [],
    orphanSignatures: 0,
    findings: findingsOf([problem('V-01', code, 'I', { detail }), ...unexpected]),
    policy: await policyOf(resolvePolicy(options.policy)),
    validationTime: (options.at ?? new Date()).toISOString(),
    engine: ENGINE,
  }
}

/** Opens what can be opened: a wrong or missing password still leaves the cryptographic checks possible (P-13). */
async function open(
  source: ByteSource,
  options: VerifyOptions,
): Promise<{ document: PdfDocument; problems: Problem[] }> {
  const { password, limits = {}, signal } = options
  const common = { limits, ...(signal === undefined ? {} : { signal }) }
  const locked = { ...common, encrypted: 'allow' } as const
  if (password === undefined) return { document: await openDocument(source, locked), problems: [] }
  try {
    return { document: await openDocument(source, { ...common, password }), problems: [] }
  } catch (error) {
    if (!(error instanceof CountersignError) || error.code !== 'PDF_PASSWORD_WRONG') throw error
    return { document: await openDocument(source, locked), problems: [problem('P-13', 'PDF_PASSWORD_WRONG', 'I')] }
  }
}

/**
 * Verifies every signature and document timestamp of a PDF file: is it genuine on its own revision, and what changed since.
 * Answers for every input: a document that cannot be read gives `overall: "unreadable"` with findings, never an exception.
 *
 * @param input - the file's bytes, or a source of bytes
 * @param options - trust anchors (there is no built-in trust), validation time, policy, password of an encrypted file
 * @throws CountersignError ARGUMENT_INVALID for a caller's mistake, ABORTED when `signal` says so
 * @example
 * ```ts
 * const report = await verify(bytes, { trust: createTrustStore([rootPem]) })
 * if (report.overall === 'valid') console.log(report.signatures[0]?.signer?.subject)
 * ```
 */
export async function verify(input: Uint8Array | ByteSource, options: VerifyOptions): Promise<VerificationReport> {
  checkVerifyOptions(options)
  const source = toSource(input)
  try {
    const { document, problems } = await open(source, options)
    return await verifyOpened(document, options, { problems })
  } catch (error) {
    if (error instanceof CountersignError && (error.code === 'ABORTED' || error.code === 'ARGUMENT_INVALID'))
      throw error
    return unreadable(source, error, options)
  }
}

/** What a caller that has worked on the document already can hand on. */
export interface OpenedContext {
  readonly problems?: readonly Problem[]
  /** Digest states over a prefix of the document (S8, N4). */
  readonly prefixes?: DigestPrefixes
  /** Digests over what the signatures of a prefix cover. */
  readonly covered?: DocumentDigests | undefined
  /** Signatures of certificates and revocation data known from other documents of the same run. */
  readonly genuine?: GenuineSignatures
}

function checkExpected(expected: Uint8Array | undefined, actual: string): readonly Problem[] {
  if (expected === undefined || hex(expected) === actual) return []
  return [problem('A-30', 'DOCUMENT_NOT_EXPECTED', 'F', { expected: hex(expected), actual })]
}

/** The pages as they stand now are those that the signature covers: what came later is evidence or form filling. */
function coversFinalContent({ kind, integrity, changes }: SignatureReport): boolean {
  const untouched = changes.level === 'none' || changes.level === 'ltv' || changes.level === 'form'
  return kind === 'signature' && integrity === 'intact' && untouched && changes.permitted === true
}

/** `verify` for a document that is open already, such as a fresh output (N4). Same report. */
export async function verifyOpened(
  document: PdfDocument,
  options: VerifyOptions,
  context: OpenedContext = {},
): Promise<VerificationReport> {
  const policy = resolvePolicy(options.policy)
  const at = options.at ?? new Date()
  // R-05, P-10, P-16, P-17: every object is read first, so that the defects found count for each signature.
  document.unaccounted()
  const { survey, evaluated, digests, pool } = await evaluateAll(document, options, context)
  const changes = await analyseChanges(document, evaluated, options, policy)
  const budget = { verifications: 0, ...(context.genuine === undefined ? {} : { genuine: context.genuine }) }
  const shared = { document, policy, options, at, pool, digests, budget }
  const proofs = await gatherProof(evaluated, shared)
  const reports: SignatureReport[] = []
  for (const one of evaluated) reports.push(await reportSignature(one, { ...shared, changes, proofs }))
  const signatures = noteUntrustedSigners(reports, changes)
  const sha256 = hex(digests.get('sha256', undefined) ?? new Uint8Array())
  const documentProblems = [
    ...(context.problems ?? []),
    ...document.defects,
    ...survey.problems,
    ...pool.problems,
    ...checkExpected(options.expectedDigest, sha256),
  ]
  const findings = findingsOf(documentProblems)
  return {
    schema: SCHEMA,
    document: {
      sha256,
      bytes: document.size,
      revisions: document.revisions.length,
      revisionInfo: document.revisions.map(({ start, end }) => ({ start, end })),
      unaccountedBytes: document.unaccounted().map(({ start, end }) => ({ start, end })),
    },
    overall: documentProblems.some((one) => one.rule === 'A-30') ? 'invalid' : overallOf(signatures, findings),
    signatures,
    unsignedFields: survey.unsignedFields,
    removedSignatures: survey.removedFields,
    orphanSignatures: survey.orphans,
    findings,
    finalContentSignedBy: signatures.filter((one) => coversFinalContent(one)).map(({ id }) => id),
    policy: await policyOf(policy),
    validationTime: at.toISOString(),
    engine: ENGINE,
  }
}
