// A file that lives under the clock of a test PKI: signed, stamped, given validation data, sealed by document timestamps, judged years
// later. Certificates, lists, responses and tokens come from test-pki; the PDF is written by hand, independent of our own writer.
import { createHash, generateKeyPairSync, type KeyObject } from 'node:crypto'
import { OID } from '../../src/der/oids.ts'
import { parseDer } from '../../src/der/reader.ts'
import { encodeBoolean, encodeInteger, encodeOctetString, encodeSequence } from '../../src/der/writer.ts'
import type { VerifyOptions } from '../../src/pades/options.ts'
import { verify } from '../../src/pades/verify.ts'
import type { VerificationReport } from '../../src/report.ts'
import { Certificate } from '../../src/x509/certificate.ts'
import type { TrustAnchor } from '../../src/x509/path.ts'
import { createTestPki } from '../../../test-pki/src/index.ts'
import type {
  Actor,
  ActorDeclaration,
  CrlOptions,
  PkiDeclaration,
  Profile,
  TestPki,
  TimestampOptions,
} from '../../../test-pki/src/index.ts'
import { algorithm, type Identity, type KeyKind } from './craft-certificate.ts'
import { attribute, craftCms, hash, usualAttributes } from './craft-cms.ts'
import { baseObjects, CraftedPdf, FIELD } from './craft-pdf.ts'

const keys = new Map<string, KeyObject>()

/** P-256 keys of this run, by name. */
function keyOf(name: string): KeyObject {
  const key = keys.get(name) ?? generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey
  keys.set(name, key)
  return key
}

export type Cast = Readonly<Record<string, Omit<ActorDeclaration, 'subject' | 'key'> & { readonly key?: string }>>

/** An actor by profile, issuer and years from the start, such as `of('signer', 'ca', 0, 3)`. */
export function of(
  profile: Profile,
  issuer: string | undefined,
  from: number,
  to: number,
  more: Partial<ActorDeclaration> = {},
): Cast[string] {
  const validity = { from: from * 365.25, to: to * 365.25 }
  return { profile, ...(issuer === undefined ? {} : { issuer }), validity, ...more }
}

export interface SignShape {
  /** TSA over the signature value. */
  readonly stamp?: string
  readonly stampOptions?: TimestampOptions
  /** TSA over the content before signing, when and how. */
  readonly content?: string
  readonly contentOptions?: TimestampOptions
  /** Further signed attributes. */
  readonly signed?: readonly Uint8Array[]
  /** Further unsigned attributes over the signature value. */
  readonly unsigned?: (signature: Uint8Array) => readonly Uint8Array[]
  readonly claimed?: Date
  /** Changes the signature value. */
  readonly value?: (value: Uint8Array) => Uint8Array
  /** Leaves the certificates out of the CMS. */
  readonly bare?: boolean
}

export interface Material {
  readonly certificates?: readonly Uint8Array[]
  readonly crls?: readonly Uint8Array[]
  readonly ocsps?: readonly Uint8Array[]
}

function pdfTime(date: Date): string {
  return `D:${date.toISOString().replaceAll(/[-:T]/gu, '').slice(0, 14)}Z`
}

function stream(bytes: Uint8Array): string {
  const hex = Buffer.from(bytes).toString('hex')
  return `<< /Length ${hex.length + 1} /Filter /ASCIIHexDecode >>\nstream\n${hex}>\nendstream`
}

const FIELDS_FROM = 100

export class Archive {
  readonly pki: TestPki<string>
  readonly start: Date
  now: Date
  readonly #pdf: CraftedPdf = new CraftedPdf()
  readonly #fields: number[] = []
  readonly #store: { Certs: number[]; CRLs: number[]; OCSPs: number[] } = { Certs: [], CRLs: [], OCSPs: [] }
  #hasStore = false
  #next = FIELDS_FROM

  constructor(cast: Cast, start = '2026-03-01T08:00:00Z') {
    this.start = new Date(start)
    this.now = this.start
    const declaration: Record<string, ActorDeclaration> = {}
    const own: Record<string, KeyObject> = {}
    for (const [name, actor] of Object.entries(cast)) {
      const key = actor.key ?? name
      if (actor.key === undefined) own[name] = keyOf(name)
      declaration[name] = { ...actor, key, subject: ['C=VN', 'O=Countersign TEST', `CN=${name}`] }
    }
    this.pki = createTestPki({
      clock: () => this.now,
      declaration: declaration as PkiDeclaration,
      keys: own,
    })
  }

  get bytes(): Uint8Array {
    return this.#pdf.bytes
  }

  /** Days from the start. */
  day(days: number): Date {
    return new Date(this.start.getTime() + days * 86_400_000)
  }

  year(years: number): Date {
    return this.day(years * 365.25)
  }

  travel(to: Date): this {
    this.now = to
    return this
  }

  actor(name: string): Actor {
    return this.pki.actors[name]!
  }

  anchors(...names: readonly string[]): readonly TrustAnchor[] {
    return names.map((name) => ({ certificate: Certificate.parse(this.actor(name).certificate) }))
  }

  identity(name: string): Identity {
    const { certificate, keyObject, serial } = this.actor(name)
    const parsed = Certificate.parse(certificate)
    const kind: KeyKind = keyObject.asymmetricKeyType === 'ec' ? 'ec' : 'rsa'
    const { subject, issuer } = parsed
    return { kind, key: keyObject, certificate, name: subject.der, issuerName: issuer.der, serial, keyId: parsed.spki }
  }

  /** A time-stamp token of test-pki over the digest of some bytes. */
  token(tsa: string, covered: Uint8Array, options: TimestampOptions = {}): Uint8Array {
    const imprint = encodeSequence(algorithm(OID.sha256), encodeOctetString(hash('sha256', covered)))
    const request = encodeSequence(encodeInteger(1), imprint, encodeBoolean(true))
    const reply = this.pki.timestamp(request, { tsa, ...options })
    return parseDer(reply).children[1]!.bytes
  }

  crl(ca: string, options?: CrlOptions): Uint8Array {
    return this.pki.issueCrl(ca, options)
  }

  /** Certificates of the actors with their chains, and lists of now from every CA above them. */
  materialOf(...names: readonly string[]): Material {
    const actors = names.map((name) => this.actor(name))
    const issuers = new Set<Actor>()
    for (const actor of actors) for (let one = actor; one.issuer !== one; one = one.issuer) issuers.add(one.issuer)
    return {
      certificates: actors.flatMap(({ certificate, chain }) => [certificate, ...chain]),
      crls: [...issuers].map(({ name }) => this.crl(name)),
    }
  }

  #cms(name: string, covered: Uint8Array, shape: SignShape): Uint8Array {
    const signer = this.identity(name)
    const digest = hash('sha256', covered)
    const { content, stamp } = shape
    const extra = [
      ...(shape.signed ?? []),
      ...(content === undefined
        ? []
        : [attribute(OID.contentTimestamp, this.token(content, covered, shape.contentOptions))]),
    ]
    const attributes = [...usualAttributes({ signer, digest }), ...extra].toSorted(Buffer.compare)
    const unsigned = (value: Uint8Array): readonly Uint8Array[] => [
      ...(stamp === undefined
        ? []
        : [attribute(OID.signatureTimeStampToken, this.token(stamp, value, shape.stampOptions))]),
      ...(shape.unsigned?.(value) ?? []),
    ]
    const plain = stamp === undefined && shape.unsigned === undefined
    const certificates = shape.bare === true ? [] : [signer.certificate, ...this.actor(name).chain]
    return craftCms({
      signer,
      digest,
      attributes,
      certificates,
      ...(plain ? {} : { unsigned }),
      ...(shape.value === undefined ? {} : { signature: shape.value }),
    })
  }

  sign(name: string, shape: SignShape = {}): this {
    const objects = this.#withField()
    const value = this.#next - 1
    const entries = `/Type /Sig /M (${pdfTime(shape.claimed ?? this.now)})`
    this.#pdf.appendSigned(objects, value, { entries, sign: (covered) => this.#cms(name, covered, shape) })
    return this
  }

  /** A document timestamp; `token` makes another one than the right one. */
  seal(tsa: string, options: TimestampOptions = {}, token?: (covered: Uint8Array) => Uint8Array): this {
    const objects = this.#withField()
    const value = this.#next - 1
    this.#pdf.appendSigned(objects, value, {
      subFilter: 'ETSI.RFC3161',
      entries: '/Type /DocTimeStamp',
      sign: token ?? ((covered) => this.token(tsa, covered, options)),
    })
    return this
  }

  /** A revision that adds to the DSS. */
  store({ certificates = [], crls = [], ocsps = [] }: Material): this {
    const objects: Record<number, string> = {}
    const add = (key: 'Certs' | 'CRLs' | 'OCSPs', items: readonly Uint8Array[]): void => {
      for (const item of items) {
        objects[this.#next] = stream(item)
        this.#store[key].push(this.#next++)
      }
    }
    add('Certs', certificates)
    add('CRLs', crls)
    add('OCSPs', ocsps)
    this.#hasStore = true
    this.#pdf.append({ ...objects, ...this.#catalog() })
    return this
  }

  /** A revision of other objects; the page's content is 6 0. */
  append(objects: Readonly<Record<number, string>>): this {
    this.#pdf.append(objects)
    return this
  }

  /** A revision that adds a note to the page. */
  annotate(): this {
    const note = this.#next++
    this.#fields.push(note)
    const page = this.#catalog()[3]!
    this.#fields.pop()
    const annotation = '<< /Type /Annot /Subtype /Text /Rect [10 10 30 30] /Contents (note) >>'
    return this.append({ 3: page, [note]: annotation })
  }

  verify(options: Partial<VerifyOptions> & { readonly anchors?: readonly string[] } = {}): Promise<VerificationReport> {
    const { anchors = ['root'], ...others } = options
    return verify(this.bytes, { trust: { anchors: this.anchors(...anchors) }, at: this.now, ...others })
  }

  /** Hash of the file as it stands. */
  get sha256(): string {
    return createHash('sha256').update(this.bytes).digest('hex')
  }

  #catalog(): Record<number, string> {
    const refs = (numbers: readonly number[]): string => `[${numbers.map((number) => `${number} 0 R`).join(' ')}]`
    const { Certs, CRLs, OCSPs } = this.#store
    const dss = `/DSS << /Certs ${refs(Certs)} /CRLs ${refs(CRLs)} /OCSPs ${refs(OCSPs)} >>`
    const form = `/AcroForm << /Fields ${refs(this.#fields)} /SigFlags 3 >>`
    const annotations = `/Annots ${refs(this.#fields)}`
    return {
      1: `<< /Type /Catalog /Pages 2 0 R ${form} ${this.#hasStore ? dss : ''} >>`,
      3: `<< /Type /Page /Parent 2 0 R /MediaBox [0 0 200 200] ${annotations} /Contents 6 0 R /Resources << >> >>`,
    }
  }

  /** Objects of a revision that adds a signature field; the value is the last number given out. */
  #withField(): Record<number, string> {
    const first = this.#fields.length === 0
    const field = this.#next++
    const value = this.#next++
    this.#fields.push(field)
    const own = FIELD.replace('(Sig1)', `(Field${this.#fields.length})`).replace('5 0 R', `${value} 0 R`)
    const base = first ? baseObjects() : {}
    delete base[4]
    return { ...base, ...this.#catalog(), [field]: own }
  }
}
