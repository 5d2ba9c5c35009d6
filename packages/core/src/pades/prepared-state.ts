// S7: a prepared signature as text that survives a file, a database, another process and the days between.
// Why a digest and an HMAC: docs/adr/016.
import type { Digest, Scheme } from '../cms/signer.ts'
import { digest as digestOf } from '../crypto/index.ts'
import { bytesOfHex, hexOf } from '../der/hex.ts'
import { CountersignError } from '../error.ts'
import type { Placeholder } from '../pdf/placeholder.ts'
import type { BaselineLevel, Finding } from '../report.ts'
import type { Prepared } from './signing-types.ts'

/** What `JSON.stringify` makes of a `Prepared`; bytes are lower-case hex. A password of the document is never in it. */
export interface PreparedState {
  readonly schema: 'countersign/prepared/1'
  readonly base: Prepared['base']
  /** The section around its empty /Contents. */
  readonly section: { readonly base: number; readonly before: string; readonly after: string } & Placeholder
  readonly documentDigest: string
  readonly digest: Digest
  /** Null for a CmsSigner. */
  readonly key: {
    readonly scheme: Scheme
    readonly certificate: string
    readonly chain: readonly string[]
    readonly signedAttributes: string
  } | null
  readonly field: string
  readonly fieldObject: readonly [number, number]
  readonly page: number | null
  readonly filled: readonly string[]
  readonly role: Prepared['role']
  readonly level: BaselineLevel
  readonly claimed: string
  readonly warnings: readonly Finding[]
  readonly seal: PreparedSeal
}

/** Both over everything else in the state. */
export interface PreparedSeal {
  /** Shows damage; anybody can compute it. */
  readonly sha256: string
  /** HMAC-SHA-256 under the caller's `stateKey`: shows that nobody else wrote it. */
  readonly hmac?: string
}

const SCHEMA = 'countersign/prepared/1'
const BLOCK = 64
const MIN_KEY = 16
const text = new TextEncoder()

function invalid(why: string): CountersignError {
  return new CountersignError('PREPARED_INVALID', `not a stored state of a prepared signature: ${why}`)
}

function changed(why: string): CountersignError {
  return new CountersignError('PREPARED_CHANGED', `the stored state of the signature is not as it was made: ${why}`)
}

function stateOfPrepared(prepared: Prepared): Omit<PreparedState, 'seal'> {
  const { section, key, page } = prepared
  const { byteRange, contents } = section.placeholder!
  const state: Omit<PreparedState, 'seal'> = {
    schema: SCHEMA,
    base: prepared.base,
    section: {
      base: section.base,
      before: hexOf(section.bytes.subarray(0, contents.start)),
      after: hexOf(section.bytes.subarray(contents.end)),
      byteRange,
      contents,
    },
    documentDigest: hexOf(prepared.documentDigest),
    digest: prepared.digest,
    key:
      key === undefined
        ? null
        : {
            scheme: key.scheme,
            certificate: hexOf(key.certificate),
            chain: key.chain.map((one) => hexOf(one)),
            signedAttributes: hexOf(key.signedAttributes),
          },
    field: prepared.field,
    fieldObject: prepared.fieldObject,
    page: page ?? null,
    filled: prepared.filled,
    role: prepared.role,
    level: prepared.level,
    claimed: prepared.claimed,
    warnings: prepared.warnings,
  }
  // What JSON drops must not be sealed.
  return JSON.parse(JSON.stringify(state)) as Omit<PreparedState, 'seal'>
}

/** The same text whatever order a database gives the keys back in. */
function canonical(value: unknown): string {
  return JSON.stringify(value, (_, one: unknown) =>
    typeof one === 'object' && one !== null && !Array.isArray(one)
      ? Object.fromEntries(Object.entries(one).sort(([a], [b]) => (a < b ? -1 : 1)))
      : one,
  )
}

function checkKey(stateKey: Uint8Array): void {
  if (stateKey.length < MIN_KEY)
    throw new CountersignError('ARGUMENT_INVALID', `stateKey needs at least ${MIN_KEY} bytes, 32 random ones are good`)
}

/** RFC 2104 with SHA-256. */
async function hmacSha256(key: Uint8Array, data: Uint8Array): Promise<Uint8Array> {
  const padded = new Uint8Array(BLOCK)
  padded.set(key.length > BLOCK ? await digestOf('sha256', key) : key)
  const inner = await digestOf(
    'sha256',
    padded.map((byte) => byte ^ 0x36),
    data,
  )
  return digestOf(
    'sha256',
    padded.map((byte) => byte ^ 0x5c),
    inner,
  )
}

async function sealOf(state: Omit<PreparedState, 'seal'>, stateKey: Uint8Array | undefined): Promise<PreparedSeal> {
  const bytes = text.encode(canonical(state))
  const sha256 = hexOf(await digestOf('sha256', bytes))
  return stateKey === undefined ? { sha256 } : { sha256, hmac: hexOf(await hmacSha256(stateKey, bytes)) }
}

/**
 * Gives a prepared signature its JSON form: `JSON.stringify(prepared)` is a `PreparedState`. The seal is made now, so that what is
 * changed on the object later does not pass.
 */
export async function sealPrepared(prepared: Prepared, stateKey?: Uint8Array): Promise<Prepared> {
  if (stateKey !== undefined) checkKey(stateKey)
  const seal = await sealOf(stateOfPrepared(prepared), stateKey)
  return Object.defineProperty({ ...prepared }, 'toJSON', {
    // Not enumerable: copies of the object are plain data.
    enumerable: false,
    value(this: Prepared): PreparedState {
      return { ...stateOfPrepared(this), seal }
    },
  })
}

/** Takes as long whatever the difference. */
function sameHex(expected: string, found: unknown): boolean {
  if (typeof found !== 'string' || found.length !== expected.length) return false
  let difference = 0
  for (let at = 0; at < expected.length; at++) difference |= expected.charCodeAt(at) ^ found.charCodeAt(at)
  return difference === 0
}

async function checkSeal(given: PreparedState, stateKey: Uint8Array | undefined): Promise<void> {
  const { seal, ...state } = given
  if (typeof seal !== 'object' || seal === null) throw invalid('it has no seal')
  const expected = await sealOf(state, stateKey)
  if (stateKey === undefined && seal.hmac !== undefined)
    throw new CountersignError('ARGUMENT_INVALID', 'the state was prepared under a stateKey: give it to complete it')
  if (expected.hmac !== undefined && !sameHex(expected.hmac, seal.hmac))
    throw changed('its HMAC does not fit the stateKey')
  if (!sameHex(expected.sha256, seal.sha256)) throw changed('its digest differs')
}

function bytesOf(value: unknown, what: string): Uint8Array {
  const bytes = typeof value === 'string' ? bytesOfHex(value) : undefined
  if (bytes === undefined) throw invalid(`${what} is not hex`)
  return bytes
}

/** The section with its room for the CMS empty again. */
function sectionOf({ base, before, after, byteRange, contents }: PreparedState['section']): Prepared['section'] {
  const head = bytesOf(before, 'section')
  const tail = bytesOf(after, 'section')
  const { start, end } = contents
  const room = end - start - 2
  const fits = Number.isSafeInteger(start) && Number.isSafeInteger(end) && start === head.length && room >= 0
  if (!fits || room > MAX_ROOM || room % 2 !== 0) throw invalid('the room for the CMS does not fit the section')
  const bytes = new Uint8Array(end + tail.length).fill(0x30, start, end)
  bytes.set(head)
  bytes[start] = 0x3c // <
  bytes[end - 1] = 0x3e // >
  bytes.set(tail, end)
  return { base, bytes, placeholder: { byteRange, contents } }
}

function isSpan(value: unknown): boolean {
  const { start, end } = (value ?? {}) as Record<string, unknown>
  return Number.isSafeInteger(start) && Number.isSafeInteger(end)
}

/** What never was text, as it must be for the work on it; whether it fits the file is seen then. */
function isPrepared(given: Prepared): boolean {
  const { base, section, documentDigest, key, fieldObject } = given
  if (typeof base !== 'object' || base === null || !Array.isArray(fieldObject)) return false
  if (!(section?.bytes instanceof Uint8Array) || !(documentDigest instanceof Uint8Array)) return false
  if (!isSpan(section.placeholder?.contents) || !isSpan(section.placeholder?.byteRange)) return false
  if (key === undefined) return true
  if (typeof key?.scheme !== 'object' || key.scheme === null || !Array.isArray(key.chain)) return false
  return [key.certificate, key.signedAttributes, ...key.chain].every((one) => one instanceof Uint8Array)
}

/** Hex digits of a CMS that any signature could need. */
const MAX_ROOM = 64 * 1024 * 1024

function preparedOf(state: PreparedState): Prepared {
  const { key, page } = state
  return {
    base: state.base,
    section: sectionOf(state.section),
    documentDigest: bytesOf(state.documentDigest, 'documentDigest'),
    digest: state.digest,
    key:
      key === null
        ? undefined
        : {
            scheme: key.scheme,
            certificate: bytesOf(key.certificate, 'certificate'),
            chain: key.chain.map((one) => bytesOf(one, 'chain')),
            signedAttributes: bytesOf(key.signedAttributes, 'signedAttributes'),
          },
    field: state.field,
    fieldObject: state.fieldObject,
    ...(page === null ? {} : { page }),
    filled: state.filled,
    role: state.role,
    level: state.level,
    claimed: state.claimed,
    warnings: state.warnings,
  }
}

/**
 * The prepared signature of a stored state, or the object itself where it never was text.
 *
 * @throws CountersignError PREPARED_INVALID (no such state, or of an unknown version), PREPARED_CHANGED, ARGUMENT_INVALID
 */
export async function openPrepared(given: Prepared | PreparedState, stateKey?: Uint8Array): Promise<Prepared> {
  if (typeof given !== 'object' || given === null) throw invalid('no object')
  if (!('schema' in given)) {
    if (isPrepared(given)) return given
    throw invalid('it names no schema')
  }
  const schema: string = given.schema
  if (schema !== SCHEMA) throw invalid(`its schema is ${schema}, this version reads ${SCHEMA}`)
  if (stateKey !== undefined) checkKey(stateKey)
  await checkSeal(given, stateKey)
  try {
    return preparedOf(given)
  } catch (cause) {
    // Sealed by somebody who wrote something else.
    if (cause instanceof CountersignError) throw cause
    throw new CountersignError('PREPARED_INVALID', 'not a stored state of a prepared signature', { cause })
  }
}
