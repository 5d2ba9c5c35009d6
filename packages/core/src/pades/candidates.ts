import type { SignedData } from '../cms/signed-data.ts'
import { equalBytes } from '../der/writer.ts'
import { isLocked } from '../pdf/locked.ts'
import type { PdfDocument } from '../pdf/types.ts'
import { problem, type Problem } from '../problem.ts'
import type { RevocationSource } from '../validation/revocation.ts'
import { Certificate } from '../x509/certificate.ts'
import type { Candidate } from '../x509/path.ts'
import { dssOf, readCmsRevocation, readDss, type DecodedStreams, type EmbeddedData } from './dss.ts'
import { Gathering } from './gather.ts'

/** L-14: certificates of signature dictionaries. */
const MAX_ENTRIES = 64

const NO_DATA: EmbeddedData = { certificates: [], crls: [], ocsps: [], problems: [] }

/** An item that looks like so many others is kept unseen: to hold it against all of them is what a hostile file is after (L-24). */
const MAX_LIKENESSES = 4

/** Every item once: the same stream, and the same bytes written again. */
export function joinStores(stores: readonly EmbeddedData[]): EmbeddedData {
  const [first, ...others] = stores
  if (first === undefined || others.length === 0) return first ?? NO_DATA
  const unique = (lists: readonly (readonly Uint8Array[])[]): readonly Uint8Array[] => {
    const kept = new Map<string, Uint8Array[]>()
    const all = new Set(lists.flat())
    return [...all].filter((item) => {
      const key = contentKey(item)
      const same = kept.get(key) ?? []
      if (same.some((other) => equalBytes(other, item))) return false
      if (same.length < MAX_LIKENESSES) kept.set(key, [...same, item])
      return true
    })
  }
  return {
    certificates: unique(stores.map(({ certificates }) => certificates)),
    crls: unique(stores.map(({ crls }) => crls)),
    ocsps: unique(stores.map(({ ocsps }) => ocsps)),
    problems: first.problems,
  }
}

/** Certificates and revocation data that a document brings along, each parsed once. Candidates only: nothing here is trusted. */
export class CandidatePool {
  readonly #parsed = new Map<Uint8Array, Certificate | undefined>()
  readonly #byContent = new Map<string, Certificate | undefined>()
  readonly #document: PdfDocument
  readonly #stores = new Map<number, EmbeddedData>()
  readonly #streams: DecodedStreams = new WeakMap()
  readonly #dss: EmbeddedData
  readonly #problems: Problem[]
  readonly #entries: Uint8Array[] = []

  /** What the caller gave, and what the caller's source finds when something is missing. */
  readonly gathering: Gathering

  /** @param revisions those whose store counts beside the newest: a later one may have dropped what proof rests on (M-02) */
  constructor(
    document: PdfDocument,
    caller: RevocationSource = {},
    signal?: AbortSignal,
    revisions: readonly number[] = [],
  ) {
    this.#document = document
    this.gathering = new Gathering(caller, signal)
    const latest = this.storeAt(document.revisions.length - 1)
    this.#dss = joinStores([latest, ...revisions.map((revision) => this.storeAt(revision))])
    this.#problems = [...latest.problems]
  }

  /** Takes in certificates that signature dictionaries hold themselves (C-05: /Cert). */
  include(encodings: readonly Uint8Array[]): void {
    this.#entries.push(...encodings.slice(0, MAX_ENTRIES))
  }

  /** The DSS as a revision shows it. */
  storeAt(revision: number): EmbeddedData {
    let store = this.#stores.get(revision)
    if (store === undefined) {
      const view = isLocked(this.#document) ? undefined : this.#document.view(revision)
      const empty = view === undefined || dssOf(view) === undefined
      store = empty ? NO_DATA : readDss(this.#document, view, this.#streams)
      this.#stores.set(revision, store)
    }
    return store
  }

  get problems(): readonly Problem[] {
    return this.#problems
  }

  /** C-08 order: certificates of the CMS, of the DSS, of the caller, fetched ones. */
  candidates(data: SignedData | undefined): readonly Certificate[] {
    return this.sources(data).map(({ certificate }) => certificate)
  }

  /** The same with the place each came from. */
  sources(data: SignedData | undefined): readonly Candidate[] {
    const found = new Map<Certificate, string>()
    const add = (encodings: readonly Uint8Array[], source: string): void => {
      for (const certificate of this.parseAll(encodings)) if (!found.has(certificate)) found.set(certificate, source)
    }
    add(data?.certificates ?? [], 'cms')
    add(this.#entries, 'cms')
    add(this.#dss.certificates, 'dss')
    add(this.gathering.certificates, 'caller')
    add(this.gathering.fetched, 'aia')
    return [...found].map(([certificate, source]) => ({ certificate, source }))
  }

  /** Revocation data of the CMS, then of the DSS, then of the caller. */
  revocation(data: SignedData | undefined): {
    readonly crls: readonly Uint8Array[]
    readonly ocsps: readonly Uint8Array[]
  } {
    const own = data === undefined ? { crls: [], ocsps: [] } : readCmsRevocation(data)
    return {
      crls: [...own.crls, ...this.#dss.crls, ...this.gathering.crls],
      ocsps: [...own.ocsps, ...this.#dss.ocsps, ...this.gathering.ocsps],
    }
  }

  parseAll(encodings: readonly Uint8Array[]): readonly Certificate[] {
    const found = new Set<Certificate>()
    for (const encoding of encodings) {
      const certificate = this.#parse(encoding)
      if (certificate !== undefined) found.add(certificate)
    }
    return [...found]
  }

  #parse(encoding: Uint8Array): Certificate | undefined {
    if (this.#parsed.has(encoding)) return this.#parsed.get(encoding)
    // A long file repeats the same chain in every signature; equal encodings are one certificate.
    const key = contentKey(encoding)
    let certificate = this.#byContent.get(key)
    if (certificate === undefined || !equalBytes(certificate.der, encoding)) {
      certificate = this.#read(encoding)
      this.#byContent.set(key, certificate)
    }
    this.#parsed.set(encoding, certificate)
    return certificate
  }

  #read(encoding: Uint8Array): Certificate | undefined {
    try {
      return Certificate.parse(encoding)
    } catch {
      this.#problems.push(problem('X-02', 'CERTIFICATE_UNREADABLE', 'note', { bytes: encoding.length }))
      return undefined
    }
  }
}

function contentKey(encoding: Uint8Array): string {
  return String.fromCharCode(...encoding.subarray(0, 64), ...encoding.subarray(-64)) + encoding.length
}
