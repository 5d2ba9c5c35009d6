import { X509Certificate } from 'node:crypto'
import { listFormFields, sign, validateCertificate, verify } from '@countersign/core'
import type { RevocationSource, Signer, TrustStore } from '@countersign/core'
import { ConfigurationError } from '../configuration-error.ts'
import { sha256Of } from '../store/files.ts'
import { checkApprovals } from './check-approvals.ts'
import type { ApprovalRules } from './check-approvals.ts'
import { KeyRefusal } from './key-side.ts'
import type { KeyDescription, KeySide, KeyUse, SigningRequest, SigningResult } from './key-side.ts'
import { isSignedBy } from './signed-by.ts'
import { isTestCertificate } from './test-certificate.ts'

/** A key and who may use it. */
export interface KeyConfiguration {
  readonly id: string
  readonly use: KeyUse
  readonly tenant: string
  /** Where the key is does not matter: PKCS#12, token, HSM (G6). */
  readonly signer: Signer
  /** Persons whose acts may use the key. `anybody` only for test keys. */
  readonly persons: readonly string[] | 'anybody'
}

export interface KeySideOptions {
  readonly keys: readonly KeyConfiguration[]
  readonly approvals: ApprovalRules
  readonly trust: TrustStore
  readonly sources: RevocationSource
  /** This side's own clock. */
  readonly now: () => Date
}

interface Key extends KeyDescription {
  readonly persons: KeyConfiguration['persons']
  readonly signer: Signer
  readonly der: Uint8Array
  readonly chain: readonly Uint8Array[]
}

/** Minutes east of UTC in which the claimed time is written (D30-17). */
const VIETNAM = 7 * 60

/**
 * The key side in this process.
 *
 * @throws ConfigurationError when a rule for tests would meet a real key
 */
export async function openKeys(options: KeySideOptions): Promise<KeySide> {
  const keys = await Promise.all(options.keys.map(openKey))
  requireTestKeys(keys, options.approvals)
  return {
    describe: () => Promise.resolve(keys.map(describe)),
    sign: (request) => signRequest(options, keys, request),
  }
}

async function openKey(configuration: KeyConfiguration): Promise<Key> {
  const { id, use, tenant, persons, signer } = configuration
  const { certificate, chain } = await signer.info()
  const parsed = new X509Certificate(certificate)
  const identity = {
    certificate: sha256Of(certificate),
    notAfter: new Date(parsed.validTo),
    test: [certificate, ...chain].some(isTestCertificate),
  }
  return { id, use, tenant, persons, signer, der: certificate, chain, ...identity }
}

function describe({ id, use, tenant, certificate, notAfter, test }: Key): KeyDescription {
  return { id, use, tenant, certificate, notAfter, test }
}

function requireTestKeys(keys: readonly Key[], approvals: ApprovalRules): void {
  const real = keys.find((key) => !key.test && (approvals.unsigned === 'test-ca-only' || key.persons === 'anybody'))
  if (real !== undefined) {
    throw new ConfigurationError(
      'CONFIG_INVALID',
      `key ${real.id} is not of a test CA: it needs signed approvals and named persons`,
    )
  }
}

/** Decides and signs. The checks come before the key is touched, in the order of what they cost. */
async function signRequest(
  options: KeySideOptions,
  keys: readonly Key[],
  request: SigningRequest,
): Promise<SigningResult> {
  const key = findKey(keys, request)
  requireApprovedBytes(request)
  requireKnownFields(request)
  requirePresentTime(options.now(), request.at)
  const statement = checkApprovals(request, options.approvals)
  const sealing = request.use === 'seal'
  if (sealing) {
    // D30-09: whoever approved does not seal, whatever the HTTP side says.
    if (statement.subject === request.person) throw new KeyRefusal('duty.conflict', 'D30-09')
    await requireOfficerSignature(options, keys, request, request.file)
  }
  await requireValidCertificate(options, key, request.at)
  const { bytes, report } = await sign(request.file, {
    signer: key.signer,
    ...(await chooseField(request)),
    fill: request.fill,
    at: request.at,
    utcOffset: VIETNAM,
    ref: request.document,
  })
  // VN-01, VN-07: a seal that would break the officer's signature, or go beyond permitted changes, leaves this side never.
  if (sealing) await requireOfficerSignature(options, keys, request, bytes)
  return { bytes, key: key.id, field: report.field }
}

function findKey(keys: readonly Key[], { use, tenant, person }: SigningRequest): Key {
  const ready = keys.filter((key) => key.use === use && key.tenant === tenant)
  if (ready.length === 0) throw new KeyRefusal('key.unavailable', 'SEC-01')
  const key = ready.find(({ persons }) => persons === 'anybody' || persons.includes(person))
  // D30-05: the agency's key answers to the clerk who keeps it, the officer's to the officer.
  if (key === undefined) throw new KeyRefusal('auth.forbidden', use === 'seal' ? 'D30-05' : 'SEC-01')
  return key
}

/** REQ-01: the bytes themselves are hashed here, whatever the request says about them. */
function requireApprovedBytes({ use, file, approved }: SigningRequest): void {
  const whole = use === 'officer'
  const fits = whole ? file.length === approved.length : file.length > approved.length
  if (!fits || sha256Of(file.subarray(0, approved.length)) !== approved.sha256) {
    throw new KeyRefusal('hash.notApproved', whole ? 'D30-04' : 'VN-01')
  }
}

/** D30-10: with the seal come number, date and agency info, with the officer's signature nothing; no other field is filled. */
const FILLED: Readonly<Record<KeyUse, readonly string[]>> = { officer: [], seal: ['number', 'date', 'agencyInfo'] }

function requireKnownFields({ use, fill }: SigningRequest): void {
  const unknown = Object.keys(fill).some((name) => !FILLED[use].includes(name))
  if (unknown) throw new KeyRefusal('hash.notApproved', 'D30-10')
}

/** SEC-13: how far the claimed time may be from this side's clock. */
const SKEW_MS = 60_000

/** Nobody signs into the past or future, where a certificate might still, or again, be good. */
function requirePresentTime(now: Date, at: Date): void {
  if (!(Math.abs(now.getTime() - at.getTime()) <= SKEW_MS)) throw new KeyRefusal('key.unavailable', 'SEC-13')
}

/** D30-06: sealed is only what an officer of this agency signed validly, with nothing but permitted changes after it. */
async function requireOfficerSignature(
  options: KeySideOptions,
  keys: readonly Key[],
  { tenant, at }: SigningRequest,
  file: Uint8Array,
): Promise<void> {
  const { trust, sources } = options
  const report = await verify(file, { trust, sources, at, fingerprints: false, risks: false })
  const officers = keys.filter((key) => key.use === 'officer' && key.tenant === tenant)
  if (!officers.some((key) => isSignedBy(report, key.certificate))) {
    throw new KeyRefusal('officerSignature.missing', 'D30-06')
  }
}

/** VN-04, N68-01: period, scope, revocation and path are checked first; on failure the key is never called. */
async function requireValidCertificate(options: KeySideOptions, key: Key, at: Date): Promise<void> {
  const { certificates = [], crls = [], ocsps = [] } = options.sources
  const intermediates = [...key.chain, ...certificates]
  const report = await validateCertificate(key.der, {
    trust: options.trust,
    intermediates,
    crls,
    ocsps,
    at,
    purpose: 'signing',
  })
  if (!report.valid) throw new KeyRefusal('key.unavailable', 'VN-04')
}

/** The prepared field `officer` or `seal` (D30-10); a document without it gets an invisible one of that name. */
async function chooseField({
  file,
  use,
}: SigningRequest): Promise<{ readonly field: string } | { readonly newField: string }> {
  const fields = await listFormFields(file)
  return fields.some(({ name }) => name === use) ? { field: use } : { newField: use }
}
