import { attributesOf } from '../cms/attributes.ts'
import { OID } from '../der/oids.ts'
import { LimitError } from '../error.ts'
import { PdfName, PdfString } from '../pdf/objects.ts'
import type { PdfDocument } from '../pdf/types.ts'
import type { SignatureReport } from '../report.ts'
import { revocationHistory } from '../validation/history.ts'
import { sha256Of } from '../validation/poe.ts'
import { openRevocationData, targetsOf } from '../validation/revocation-check.ts'
import { certificateSha256 } from '../x509/identity.ts'
import type { FoundChain, PathEntry } from '../x509/path.ts'
import { signatureChecks } from '../x509/signatures.ts'
import { readCmsRevocation } from './dss.ts'
import type { EvaluatedSignature } from './evaluation.ts'
import type { JudgedStamp } from './proof.ts'
import type { TrustContext } from './trust-check.ts'

type Level = Pick<SignatureReport, 'level' | 'pkcs7Level'>
type Rank = 'B' | 'T' | 'LT' | 'LTA'

/** What the level of one signature depends on beside the signature itself (C-14). */
export interface LevelFacts extends TrustContext {
  readonly document: PdfDocument
  /** The signature's own path, and those of its good signature time stamps. */
  readonly paths: readonly (readonly PathEntry[])[]
  /** A good signature time stamp, or a good document timestamp over it. */
  readonly stamped: boolean
  /** Good document timestamps over it. */
  readonly over: readonly JudgedStamp[]
}

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

interface Store {
  readonly certificates: ReadonlySet<string>
  readonly crls: readonly Uint8Array[]
  readonly ocsps: readonly Uint8Array[]
}

/** What the DSS of one revision holds, and with PKCS#7 what the signature itself archives. */
async function storeAt(one: EvaluatedSignature, facts: LevelFacts, revision: number): Promise<Store> {
  const dss = facts.pool.storeAt(revision)
  const archives = one.found.subFilter === 'adbe.pkcs7.detached' && one.data !== undefined
  const own = archives ? readCmsRevocation(one.data) : { crls: [], ocsps: [] }
  const certificates = new Set(await Promise.all(dss.certificates.map((der) => sha256Of(der))))
  return { certificates, crls: [...dss.crls, ...own.crls], ocsps: [...dss.ocsps, ...own.ocsps] }
}

/** The path as the revocation checks see it. */
function chainOf(entries: readonly PathEntry[]): FoundChain {
  const issuerKeys = entries.slice(1).map(({ certificate: { spki, publicKey: info } }) => ({ spki, info }))
  return { entries, issuerKeys, policies: [], anchor: { certificate: entries.at(-1)!.certificate } }
}

/** Certificates below the anchor come with the signature or stand in the store. */
async function carries(store: Store, entries: readonly PathEntry[]): Promise<boolean> {
  for (const { certificate, anchor, source } of entries)
    if (!anchor && source !== 'cms' && !store.certificates.has(await certificateSha256(certificate))) return false
  return true
}

/**
 * B-LT: the chain is there, and the store holds genuine revocation data on the certificate itself (C-14). Whether all data suffice for
 * a verdict is another question, so what only strict rules refuse, such as a list without number, counts here.
 */
async function covers(store: Store, entries: readonly PathEntry[], facts: LevelFacts): Promise<boolean> {
  if (entries.at(-1)?.anchor !== true || !(await carries(store, entries))) return false
  const chain = chainOf(entries)
  const [leaf] = targetsOf(chain)
  if (leaf === undefined) return true
  const data = openRevocationData(store.crls, store.ocsps, facts.budget)
  const candidates = [...facts.pool.sources(undefined), ...entries]
  const common = { at: facts.at, now: facts.at, profile: 'compat', candidates } as const
  try {
    return (await revocationHistory(leaf, chain, data, signatureChecks(facts.budget), common)).length > 0
  } catch (error) {
    // L-16: what could not be looked at is not there.
    if (error instanceof LimitError) return false
    throw error
  }
}

async function rankOf(one: EvaluatedSignature, facts: LevelFacts): Promise<Rank> {
  const { document, paths, stamped, over } = facts
  if (!stamped) return 'B'
  const complete = async (revision: number): Promise<boolean> => {
    const store = await storeAt(one, facts, revision)
    if (store.crls.length + store.ocsps.length === 0) return false
    for (const entries of paths) if (!(await covers(store, entries, facts))) return false
    return true
  }
  if (!(await complete(document.revisions.length - 1))) return 'T'
  // The revision that the timestamp itself made adds nothing it covers; the store must stand before it or in it.
  for (const { carrier } of over.toReversed()) if (await complete(carrier.found.revision)) return 'LTA'
  return 'LT'
}

/** C-14 and C-05: the level reached, apart from validity. */
export async function levelOf(one: EvaluatedSignature, facts: LevelFacts): Promise<Level> {
  const { kind, subFilter } = one.found
  if (kind === 'document-timestamp') return { level: null }
  if (subFilter === 'adbe.pkcs7.detached') return { level: 'PKCS7', pkcs7Level: await rankOf(one, facts) }
  if (subFilter !== 'ETSI.CAdES.detached' || !meetsBaseline(one)) return { level: null }
  return { level: `B-${await rankOf(one, facts)}` }
}
