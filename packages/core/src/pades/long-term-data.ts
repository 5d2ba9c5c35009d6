// What a verifier will need later, taken from what a verification rested on: nothing unverified is stored (L4, L5, B17).
import type { DssItems } from '../pdf/dss-update.ts'
import type { BaselineLevel, Cert, Finding, Revocation, SignatureReport, VerificationReport } from '../report.ts'
import { checkCertificateChain } from '../validation/certificate.ts'
import type { ChainOptions, ChainResult } from '../validation/certificate.ts'
import { resolvePolicy } from '../validation/policy.ts'
import type { Policy } from '../validation/policy.ts'
import type { TrustStore } from '../validation/trust.ts'
import type { MissingData } from '../validation/revocation.ts'
import type { Certificate } from '../x509/certificate.ts'
import { certificateSha256 } from '../x509/identity.ts'
import type { Budget, GenuineSignatures } from '../x509/signatures.ts'
import { OID } from '../der/oids.ts'
import type { Gap } from './extension-types.ts'
import type { Material, MaterialKind } from './material.ts'
import { evidenceSigner } from './evidence-signer.ts'

/** The path of one signer or TSA as a verification found it. */
export interface ReportedChain {
  /** Id of the signature or time stamp. */
  readonly id: string
  readonly kind: 'signer' | 'tsa'
  readonly passed: boolean
  readonly path: readonly Cert[]
  readonly revocation: readonly Revocation[]
  readonly findings: readonly Finding[]
  /** Proven time of what the chain signed, undefined where nothing proves one. */
  readonly provenBefore: string | undefined
}

/** Level of a signature that passed; legacy ones count by the same letters (C-05). */
export function levelOfReport({ indication, level, pkcs7Level }: SignatureReport): BaselineLevel | null {
  if (indication !== 'TOTAL-PASSED') return null
  if (level === 'PKCS7') return pkcs7Level === undefined ? null : `B-${pkcs7Level}`
  return level
}

/** The chains of all signatures and time stamps. */
export function chainsOf(report: VerificationReport): readonly ReportedChain[] {
  return report.signatures.flatMap((one) => [
    {
      id: one.id,
      kind: one.kind === 'signature' ? ('signer' as const) : ('tsa' as const),
      passed: one.indication === 'TOTAL-PASSED',
      path: one.certificatePath,
      revocation: one.revocation,
      findings: one.findings,
      provenBefore: one.kind === 'signature' ? (one.times.provenBefore ?? undefined) : undefined,
    },
    ...one.timestamps.map((stamp) => ({
      id: stamp.id,
      kind: 'tsa' as const,
      passed: stamp.indication === 'TOTAL-PASSED',
      path: stamp.certificatePath,
      revocation: stamp.revocation,
      findings: stamp.findings,
      provenBefore: undefined,
    })),
  ])
}

function isGood({ status }: Revocation): boolean {
  return status === 'good'
}

/** Revocation data issued before what the policy wants, by certificate: the newest of each decides (L3). */
export function staleEntries(
  chain: ReportedChain,
  threshold: Date,
): readonly { readonly certificate: Cert; readonly nextUpdate: string | null }[] {
  // Times in certificates and tokens count whole seconds.
  const wanted = Math.floor(threshold.getTime() / 1000) * 1000
  return chain.path.flatMap((certificate) => {
    const entries = chain.revocation.filter((one) => one.certificate === certificate.sha256 && isGood(one))
    const [newest] = entries.toSorted((a, b) => b.thisUpdate.localeCompare(a.thisUpdate))
    if (newest === undefined || Date.parse(newest.thisUpdate) >= wanted) return []
    return [{ certificate, nextUpdate: newest.nextUpdate }]
  })
}

/** What to ask for so that these certificates get newer data. */
export function missingFor(chain: ReportedChain, certificates: readonly Cert[], material: Material): MissingData[] {
  return certificates.flatMap((certificate) => {
    const index = chain.path.findIndex(({ sha256 }) => sha256 === certificate.sha256)
    const own = material.get('certificates', certificate.sha256)
    const issuer = material.get('certificates', chain.path[index + 1]?.sha256 ?? '')
    return own === undefined || issuer === undefined ? [] : [{ certificate: own, issuer }]
  })
}

/** Certificates below the anchor of a chain that no good revocation data spoke for. */
export function gapsOf(chain: ReportedChain): readonly Gap[] {
  return chain.path.flatMap(({ anchor, sha256, subject }, index) => {
    if (anchor || chain.revocation.some((one) => one.certificate === sha256 && isGood(one))) return []
    const own = chain.findings.find(({ severity, args }) => severity === 'error' && args['subject'] === subject)
    const reason = own?.code ?? 'REVOCATION_MISSING'
    const role = index === 0 ? chain.kind : chain.kind === 'tsa' ? ('tsa-ca' as const) : ('ca' as const)
    return [{ role, for: chain.id, subject, sha256, reason }]
  })
}

export interface CollectContext {
  readonly material: Material
  readonly trust: TrustStore
  readonly policy: Policy | undefined
  readonly at: Date
  /** Signatures known from other documents of the same run. */
  readonly genuine: GenuineSignatures
}

/** Data for the DSS, in the order of the chains that need them, with what is missing. */
export interface Collected {
  readonly items: DssItems
  readonly gaps: readonly Gap[]
}

/** Gathers the data of some chains, and of the OCSP responders and list signers that vouched for them (L4). */
export class DataCollection {
  readonly #context: CollectContext
  readonly #items: Record<MaterialKind, Set<Uint8Array>> = {
    certificates: new Set(),
    ocsps: new Set(),
    crls: new Set(),
  }
  readonly #gaps = new Map<string, Gap>()
  readonly #seen = new Set<string>()
  /** Signature verifications are bounded over the whole collection (L-16). */
  readonly #budget: Budget

  constructor(context: CollectContext) {
    this.#context = context
    this.#budget = { verifications: 0, genuine: context.genuine }
  }

  get result(): Collected {
    const { certificates, ocsps, crls } = this.#items
    const items = { certificates: [...certificates], ocsps: [...ocsps], crls: [...crls] }
    return { items, gaps: [...this.#gaps.values()] }
  }

  addGaps(gaps: readonly Gap[]): void {
    for (const gap of gaps) this.#gaps.set(`${gap.role} ${gap.sha256}`, gap)
  }

  /** Takes in the data of a chain that passed. `newest` keeps only data from then on where there are such. */
  async addChain(chain: ReportedChain, newest?: Date): Promise<void> {
    for (const { sha256 } of chain.path) this.#take('certificates', sha256)
    for (const entry of chain.revocation) {
      const replaced = newest !== undefined && isReplaced(entry, chain.revocation, newest)
      if (!isGood(entry) || replaced) continue
      const bytes = this.#take(entry.type === 'crl' ? 'crls' : 'ocsps', entry.sha256)
      if (bytes !== undefined) await this.#addSigner(bytes, entry, chain)
    }
    this.addGaps(gapsOf(chain))
  }

  #take(kind: MaterialKind, sha256: string): Uint8Array | undefined {
    const bytes = this.#context.material.get(kind, sha256)
    if (bytes !== undefined) this.#items[kind].add(bytes)
    return bytes
  }

  /** Who signed the data: where it is not a CA of the path, its certificate and its own revocation data are needed as well. */
  async #addSigner(bytes: Uint8Array, { type, sha256 }: Revocation, chain: ReportedChain): Promise<void> {
    // What the document holds already was complete when it was stored; by now its signers may be gone.
    if (this.#seen.has(sha256) || this.#context.material.isStored(sha256)) return
    this.#seen.add(sha256)
    const signer = await evidenceSigner(type, bytes, this.#context.material.candidates())
    if (signer === undefined) return
    const own = await certificateSha256(signer)
    if (chain.path.some((one) => one.sha256 === own)) return
    await this.#context.material.add({ certificates: [signer.der] })
    this.#take('certificates', own)
    // nobody asks for the status of a responder with nocheck.
    if (signer.extensions.has(OID.ocspNoCheck)) return
    await this.#addOwnChain(signer, type === 'ocsp' ? 'ocsp-responder' : 'crl-issuer', chain.id)
  }

  async #addOwnChain(signer: Certificate, role: Gap['role'], id: string): Promise<void> {
    const result = await checkCertificateChain(signer, this.#chainOptions(role))
    const own = await certificateSha256(signer)
    const entries = await Promise.all(
      result.path.map(async ({ certificate }) => [certificate, await certificateSha256(certificate)] as const),
    )
    for (const [, sha256] of entries) this.#take('certificates', sha256)
    for (const entry of result.revocation.filter(isGood))
      this.#take(entry.type === 'crl' ? 'crls' : 'ocsps', entry.sha256)
    if (result.revocation.some((one) => one.certificate === own && isGood(one))) return
    const reason = reasonOf(result)
    this.addGaps([{ role, for: id, subject: signer.subject.toString(), sha256: own, reason }])
  }

  #chainOptions(role: Gap['role']): ChainOptions {
    const { material, trust, policy, at } = this.#context
    const { algorithms, profile, catalogue } = resolvePolicy(policy)
    return {
      anchors: trust.anchors,
      candidates: material.candidates(),
      at,
      crls: material.all('crls'),
      // a responder's own status comes from lists.
      ocsps: role === 'ocsp-responder' ? [] : material.all('ocsps'),
      purpose: role === 'ocsp-responder' ? 'ocsp' : 'any',
      algorithms,
      profile,
      catalogue,
      budget: this.#budget,
    }
  }
}

function reasonOf({ problems }: ChainResult): string {
  return problems.find(({ outcome }) => outcome === 'I')?.code ?? 'REVOCATION_MISSING'
}

function isReplaced(entry: Revocation, all: readonly Revocation[], newest: Date): boolean {
  const wanted = Math.floor(newest.getTime() / 1000) * 1000
  if (Date.parse(entry.thisUpdate) >= wanted) return false
  return all.some((one) => one.certificate === entry.certificate && isGood(one) && Date.parse(one.thisUpdate) >= wanted)
}
