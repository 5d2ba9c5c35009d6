// A whole PKI from its declaration, under an injected clock.
import { createHash } from 'node:crypto'
import type { KeyObject } from 'node:crypto'
import { createActor } from './actor.ts'
import type { Actor } from './actor.ts'
import { DEFAULT_DECLARATION } from './actors.ts'
import type { DefaultActor } from './actors.ts'
import { joinBytes } from './asn1.ts'
import { issueCertificate } from './certificate.ts'
import { buildCrl } from './crl.ts'
import type { CrlEntry, CrlOptions } from './crl.ts'
import { momentOf } from './declaration.ts'
import type { PkiDeclaration } from './declaration.ts'
import { testKey } from './keys.ts'
import { buildOcspResponse } from './ocsp.ts'
import type { OcspOptions } from './ocsp.ts'
import { buildPkcs12 } from './pkcs12.ts'
import type { RandomBytes } from './pkcs12.ts'
import { defaultSignature } from './signature.ts'
import { buildTimestamp } from './timestamp.ts'
import type { TimestampOptions } from './timestamp.ts'

export interface TestPkiOptions<Name extends string = DefaultActor> {
  /** The only source of time. */
  readonly clock: () => Date
  /** Default: DEFAULT_DECLARATION. */
  readonly declaration?: PkiDeclaration<Name>
  /** Keys beside the committed ones, by the name used in the declaration. */
  readonly keys?: Readonly<Record<string, KeyObject>>
  /** For serial numbers, salts and IVs of what is named; default: derived from the name, so that output is the same each time. */
  readonly random?: (purpose: string) => RandomBytes
  /** Host of the CRL, OCSP and issuer addresses in certificates. Default `http://pki.test`. */
  readonly baseUrl?: string
}

export interface TestPki<Name extends string = DefaultActor> {
  readonly clock: () => Date
  readonly baseUrl: string
  readonly names: readonly Name[]
  /** Made when first asked for. */
  readonly actors: Readonly<Record<Name, Actor>>
  /** The actor with that certificate (issuer and serial), if it is one of this PKI. */
  findBySerial(serial: Uint8Array): Actor | undefined
  /** DER of a CRL of that CA. */
  issueCrl(ca: Name, options?: CrlOptions): Uint8Array
  /** DER of an OCSPResponse about an actor, or to a DER OCSPRequest. */
  ocspResponse(about: Name | Uint8Array, options?: OcspOptions<Name>): Uint8Array
  /** DER of a TimeStampResp to a DER TimeStampReq. */
  timestamp(request: Uint8Array, options?: TimestampOptions<Name>): Uint8Array
}

/** Endless bytes that depend on the purpose only. */
export function derivedBytes(purpose: string): RandomBytes {
  let block = 0
  return (length) => {
    const blocks: Uint8Array[] = []
    for (let made = 0; made < length; made += 32) {
      blocks.push(createHash('sha256').update(`countersign TEST ${purpose} ${block}`).digest())
      block += 1
    }
    return joinBytes(...blocks).subarray(0, length)
  }
}

/** Sixteen octets, positive and minimal. */
function serialOf(random: RandomBytes): Uint8Array {
  const serial = Uint8Array.from(random(16))
  serial[0] = (serial[0]! & 0x3f) | 0x40
  return serial
}

/** File name of a CA in its addresses: `caVn` is served as `ca-vn`. */
export function fileNameOf(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)
}

interface Context<Name extends string> {
  readonly declaration: PkiDeclaration<Name>
  readonly now: Date
  readonly baseUrl: string
  readonly random: (purpose: string) => RandomBytes
  readonly keyOf: (name: string) => KeyObject
}

/** Issues one actor; `find` gives the actors it needs. */
function issueActor<Name extends string>(name: Name, context: Context<Name>, find: (name: string) => Actor): Actor {
  const { declaration, now, baseUrl, random, keyOf } = context
  const own = declaration[name]
  if (own === undefined) throw new Error(`no actor ${name} in the declaration`)
  const issuer = own.issuer === undefined ? undefined : find(own.issuer)
  const keyObject = keyOf(own.key)
  const at = fileNameOf(own.issuer ?? name)
  const signature = own.signs ?? defaultSignature(keyObject)
  const serial =
    own.serial === undefined ? serialOf(random(`serial ${name}`)) : Uint8Array.from(Buffer.from(own.serial, 'hex'))
  const dates = { notBefore: momentOf(own.validity.from, now), notAfter: momentOf(own.validity.to, now) }
  const certificate = issueCertificate({
    ...dates,
    declaration: own,
    key: keyObject,
    serial,
    issuer: { subject: issuer?.declaration.subject ?? own.subject, key: issuer?.keyObject ?? keyObject },
    signature: own.signature ?? issuer?.signature ?? signature,
    urls: { crl: `${baseUrl}/crl/${at}.crl`, ocsp: `${baseUrl}/ocsp`, issuer: `${baseUrl}/certs/${at}.crt` },
    stranger: () => keyOf('stranger'),
  })
  const parts = { name, declaration: own, certificate, serial, ...dates, signature, keyObject, issuedBy: issuer }
  return createActor({
    ...parts,
    pkcs12: (actor, password, options) => {
      const { privateKey, chain } = actor
      const certificates = [certificate, ...chain, ...(issuer === undefined ? [] : [rootOf(actor).certificate])]
      const salts = random(`p12 ${name} ${options?.style ?? 'modern'}`)
      return buildPkcs12({ privateKey, certificates, friendlyName: `${name} TEST` }, password, salts, options)
    },
  })
}

function buildActors<Name extends string>(context: Context<Name>): Readonly<Record<Name, Actor>> {
  const made = new Map<string, Actor>()
  const find = (name: string): Actor => {
    const known = made.get(name)
    if (known !== undefined) return known
    const actor = issueActor(name as Name, context, find)
    made.set(name, actor)
    return actor
  }
  const actors = {} as Record<Name, Actor>
  for (const name of Object.keys(context.declaration) as Name[]) {
    Object.defineProperty(actors, name, { enumerable: true, get: () => find(name) })
  }
  return actors
}

/** What the declaration says was revoked at `at`. */
function revokedEntries(issued: readonly Actor[], start: Date, at: Date): CrlEntry[] {
  const entries: CrlEntry[] = []
  for (const { serial, declaration } of issued) {
    if (declaration.revoked === undefined) continue
    const { at: when, reason, invalidityDate: invalid } = declaration.revoked
    const moment = momentOf(when, start)
    if (moment > at) continue
    const invalidity = invalid === undefined ? {} : { invalidityDate: momentOf(invalid, start) }
    entries.push({ serial, at: moment, ...(reason === undefined ? {} : { reason }), ...invalidity })
  }
  return entries
}

/** The self-signed actor above. */
export function rootOf(actor: Actor): Actor {
  let current = actor
  while (current.issuer !== current) current = current.issuer
  return current
}

/**
 * Builds a PKI from its declaration. Certificates are made when first asked for; with the committed keys the same
 * declaration and clock give the same bytes (ECDSA and PSS signatures apart).
 *
 * @example
 * const pki = createTestPki({ clock: () => new Date('2026-06-01T00:00:00Z') })
 * pki.actors.officer.toPkcs12('test')
 */
export function createTestPki<Name extends string = DefaultActor>(options: TestPkiOptions<Name>): TestPki<Name> {
  const declaration = options.declaration ?? (DEFAULT_DECLARATION as unknown as PkiDeclaration<Name>)
  const baseUrl = options.baseUrl ?? 'http://pki.test'
  const start = options.clock()
  const names = Object.keys(declaration) as Name[]
  const random = options.random ?? derivedBytes
  const keyOf = (name: string): KeyObject => options.keys?.[name] ?? testKey(name)
  const actors = buildActors({ declaration, now: start, baseUrl, random, keyOf })
  let stamps = 0

  const pki: TestPki<Name> = {
    clock: options.clock,
    baseUrl,
    names,
    actors,
    findBySerial: (serial) => {
      const name = names.find((one) => Buffer.compare(actors[one].serial, serial) === 0)
      return name === undefined ? undefined : actors[name]
    },
    issueCrl: (ca, crlOptions = {}) => {
      const now = options.clock()
      const issued = names.map((name) => actors[name]).filter((actor) => actor.issuer === actors[ca])
      return buildCrl(actors[ca], now, revokedEntries(issued, start, crlOptions.thisUpdate ?? now), crlOptions)
    },
    ocspResponse: (about, ocspOptions = {}) => buildOcspResponse(pki, start, about, ocspOptions),
    timestamp: (request, stampOptions = {}) => {
      stamps += 1
      return buildTimestamp(pki, serialOf(random(`time stamp ${stamps}`)), request, stampOptions)
    },
  }
  return pki
}
