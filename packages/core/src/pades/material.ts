import { attributesOf } from '../cms/attributes.ts'
import { openEnvelope } from '../cms/envelope.ts'
import type { SignedData } from '../cms/signed-data.ts'
import { digest } from '../crypto/index.ts'
import { OID } from '../der/oids.ts'
import { surveyOf } from './survey.ts'
import type { PdfDocument } from '../pdf/types.ts'
import type { FindRequest, FoundData, MissingData, NetworkBudget, RevocationSource } from '../validation/revocation.ts'
import type { TrustStore } from '../validation/trust.ts'
import { Certificate } from '../x509/certificate.ts'
import { hexOf } from '../x509/identity.ts'
import type { Candidate } from '../x509/path.ts'
import { readCmsRevocation, readDss } from './dss.ts'

export type MaterialKind = 'certificates' | 'ocsps' | 'crls'

/** A whole document with all its signatures; each verification of a chain has its own bounds beneath (SEC-05). */
const BUDGET = { fetches: 64, requests: 200, milliseconds: 60_000 } as const

/** The same answer serves many documents of a batch: its hash is computed once. */
const hashes = new WeakMap<Uint8Array, Promise<string>>()

export function sha256Of(bytes: Uint8Array): Promise<string> {
  let hash = hashes.get(bytes)
  if (hash === undefined) {
    hash = digest('sha256', bytes).then(hexOf)
    hashes.set(bytes, hash)
  }
  return hash
}

const parsed = new WeakMap<Uint8Array, Certificate>()

/** A certificate that was read before, and is read once. @throws CountersignError CERT_INVALID */
export function parsedCertificate(der: Uint8Array): Certificate {
  let certificate = parsed.get(der)
  if (certificate === undefined) {
    certificate = Certificate.parse(der)
    parsed.set(der, certificate)
  }
  return certificate
}

/** Everything that may become validation data of one document: what it brings, what the caller gave, what was found. Candidates only. */
export class Material {
  readonly #source: RevocationSource
  readonly #found: Record<MaterialKind, Map<string, Uint8Array>> = {
    certificates: new Map(),
    ocsps: new Map(),
    crls: new Map(),
  }
  readonly #stored = new Set<string>()
  #candidates: { readonly of: number; readonly list: readonly Candidate[] } = { of: 0, list: [] }
  readonly #trust: TrustStore
  readonly #budget: NetworkBudget = { ...BUDGET, asked: new Set() }

  constructor(source: RevocationSource = {}, trust: TrustStore) {
    this.#source = source
    this.#trust = trust
  }

  /** Takes in what the caller gave and the document brings along. */
  async open(document: PdfDocument): Promise<void> {
    await this.add(this.#source)
    await this.add({ certificates: this.#trust.anchors.map(({ certificate }) => certificate.der) })
    const { certificates, crls, ocsps } = readDss(document, document.latest)
    await this.add({ certificates, crls, ocsps })
    for (const bytes of [...crls, ...ocsps]) this.#stored.add(await sha256Of(bytes))
    for (const { contents } of surveyOf(document).signatures) {
      const data = contents === undefined ? undefined : openEnvelope(contents).signedData
      if (data !== undefined) await this.addCms(data)
    }
  }

  /** Certificates and archived revocation data of a CMS and of the time stamps in it. */
  async addCms(data: SignedData): Promise<void> {
    await this.add({ certificates: data.certificates, ...readCmsRevocation(data) })
    for (const info of data.signerInfos)
      for (const { values } of attributesOf(info.unsignedAttributes, OID.signatureTimeStampToken))
        for (const value of values) await this.addToken(value.bytes)
  }

  async addToken(der: Uint8Array): Promise<void> {
    const token = openEnvelope(der).signedData
    if (token !== undefined) await this.add({ certificates: token.certificates, ...readCmsRevocation(token) })
  }

  async add(data: Partial<Record<MaterialKind, readonly Uint8Array[]>>): Promise<boolean> {
    let added = false
    for (const kind of ['certificates', 'ocsps', 'crls'] as const)
      for (const bytes of data[kind] ?? []) {
        const hash = await sha256Of(bytes)
        if (this.#found[kind].has(hash)) continue
        this.#found[kind].set(hash, bytes)
        added = true
      }
    return added
  }

  get(kind: MaterialKind, sha256: string): Uint8Array | undefined {
    return this.#found[kind].get(sha256)
  }

  /** True for revocation data that stood in the DSS before. */
  isStored(sha256: string): boolean {
    return this.#stored.has(sha256)
  }

  /** How much is at hand: it only grows. */
  get size(): number {
    return this.#found.certificates.size + this.#found.ocsps.size + this.#found.crls.size
  }

  /** The certificates at hand that can be read, each read once. */
  candidates(): readonly Candidate[] {
    const { certificates } = this.#found
    if (this.#candidates.of !== certificates.size) {
      const list = [...certificates.values()].flatMap((der) => {
        try {
          return [{ certificate: parsedCertificate(der), source: 'caller' }]
        } catch {
          return []
        }
      })
      this.#candidates = { of: certificates.size, list }
    }
    return this.#candidates.list
  }

  all(kind: MaterialKind): readonly Uint8Array[] {
    return [...this.#found[kind].values()]
  }

  /** Everything at hand, and the caller's way to find more; what it finds is at hand from then on. */
  online(): RevocationSource {
    const { find } = this.#source
    const given = { certificates: this.all('certificates'), crls: this.all('crls'), ocsps: this.all('ocsps') }
    if (find === undefined) return given
    return { ...given, find: (request) => this.#record(find, request) }
  }

  async #record(find: NonNullable<RevocationSource['find']>, request: FindRequest): Promise<FoundData> {
    const found = await find(request)
    await this.add(found)
    return found
  }

  /** Asks for data newer than what is at hand (L3). True when something came that was not there. */
  async refresh(missing: readonly MissingData[], newerThan: Date, signal: AbortSignal | undefined): Promise<boolean> {
    const { find } = this.#source
    if (find === undefined || missing.length === 0) return false
    const request = { missing, budget: this.#budget, newerThan, ...(signal === undefined ? {} : { signal }) }
    return this.add(await find(request))
  }
}
