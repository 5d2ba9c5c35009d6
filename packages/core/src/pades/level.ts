import { attributesOf } from '../cms/attributes.ts'
import { digest } from '../crypto/index.ts'
import { OID } from '../der/oids.ts'
import { PdfName, PdfString } from '../pdf/objects.ts'
import type { PdfDocument } from '../pdf/types.ts'
import type { SignatureReport } from '../report.ts'
import { hexOf } from '../x509/identity.ts'
import { readCmsRevocation, readDss } from './dss.ts'
import type { EvaluatedSignature } from './evaluation.ts'
import type { JudgedTimestamp } from './proof.ts'
import type { TrustCheck } from './trust-check.ts'

type Level = Pick<SignatureReport, 'level' | 'pkcs7Level'>
type Rank = 'B' | 'T' | 'LT' | 'LTA'

/** What the level of one signature depends on beside the signature itself (C-14). */
export interface LevelFacts {
  readonly document: PdfDocument
  /** The signature's own path, and those of its good signature time stamps. */
  readonly paths: readonly Pick<TrustCheck, 'path' | 'revocation'>[]
  /** A good signature time stamp, or a good document timestamp over it. */
  readonly stamped: boolean
  readonly timestamps: ReadonlyMap<string, JudgedTimestamp>
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

async function hashesOf(items: readonly Uint8Array[]): Promise<ReadonlySet<string>> {
  return new Set(await Promise.all(items.map(async (item) => hexOf(await digest('sha256', item)))))
}

/** Hashes of what the DSS of one revision holds, and with PKCS#7 what the signature itself archives. */
async function archived(
  one: EvaluatedSignature,
  document: PdfDocument,
  revision: number,
): Promise<ReadonlySet<string>> {
  const dss = readDss(document, document.view(revision))
  const own =
    one.found.subFilter === 'adbe.pkcs7.detached' && one.data !== undefined ? readCmsRevocation(one.data) : undefined
  return hashesOf([...dss.certificates, ...dss.crls, ...dss.ocsps, ...(own?.crls ?? []), ...(own?.ocsps ?? [])])
}

/** B-LT: certificates below the anchor come with the signature, and each has revocation data in the store. */
function covers(store: ReadonlySet<string>, { path, revocation }: LevelFacts['paths'][number]): boolean {
  const below = path.filter(({ anchor }) => !anchor)
  return below.every(({ sha256, source }) => {
    const carried = store.has(sha256) || source === 'cms'
    return carried && revocation.some((item) => item.certificate === sha256 && store.has(item.sha256))
  })
}

async function rankOf(one: EvaluatedSignature, facts: LevelFacts): Promise<Rank> {
  const { document, paths, stamped, timestamps } = facts
  if (!stamped) return 'B'
  const complete = async (revision: number): Promise<boolean> => {
    const store = await archived(one, document, revision)
    return store.size > 0 && paths.every((path) => covers(store, path))
  }
  if (!paths.some(({ revocation }) => revocation.length > 0)) return 'T'
  if (!(await complete(document.revisions.length - 1))) return 'T'
  for (const { one: stamp, proves } of timestamps.values()) {
    const { revision } = stamp.found
    // The revision that the timestamp itself made adds nothing it covers; the store must stand before it or in it.
    if (proves && revision > one.found.revision && (await complete(revision))) return 'LTA'
  }
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
