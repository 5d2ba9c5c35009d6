import { parseDer, type DerNode } from '../der/reader.ts'
import { readBoolean, readInteger, readOctetString, readOid, readSmallInteger } from '../der/values.ts'
import { CountersignError } from '../error.ts'
import { parseAlgorithm, type AlgorithmId } from '../x509/algorithm.ts'

/** The content of a time-stamp token (RFC 3161, 2.4.2). */
export interface TstInfo {
  readonly version: number
  readonly policy: string
  readonly imprint: { readonly algorithm: AlgorithmId; readonly value: Uint8Array }
  readonly serial: bigint
  readonly genTime: Date
  /** Accuracy in seconds, undefined when the token does not state one. */
  readonly accuracySeconds: number | undefined
  readonly ordering: boolean
  readonly nonce: bigint | undefined
  /** DER of the GeneralName that names the TSA. */
  readonly tsa: Uint8Array | undefined
  /** DER of the directoryName in `tsa`. */
  readonly tsaName: Uint8Array | undefined
}

function invalid(what: string): CountersignError {
  return new CountersignError('CMS_INVALID', `The time-stamp token is not well-formed: ${what}.`)
}

function digitsOf(text: string, from: number, count: number): number {
  let value = 0
  for (let i = from; i < from + count; i++) {
    const digit = text.charCodeAt(i) - 0x30
    if (!(digit >= 0 && digit <= 9)) throw invalid('genTime holds a character that is no digit')
    value = value * 10 + digit
  }
  return value
}

/** GeneralizedTime of RFC 3161: UTC with optional fraction, always `Z` (C-15). */
export function parseGenTime(content: Uint8Array): Date {
  const text = String.fromCharCode(...content.subarray(0, 64))
  if (content.length > 64 || !text.endsWith('Z')) throw invalid('genTime is not in UTC')
  const fraction = text.slice(14, -1)
  if (text.length < 15 || (fraction !== '' && (fraction[0] !== '.' || fraction.length < 2))) throw invalid('genTime')
  if (fraction !== '') digitsOf(fraction, 1, fraction.length - 1)
  const [year, month, day] = [digitsOf(text, 0, 4), digitsOf(text, 4, 2), digitsOf(text, 6, 2)]
  const [hour, minute, second] = [digitsOf(text, 8, 2), digitsOf(text, 10, 2), digitsOf(text, 12, 2)]
  const millis = Math.floor(Number(`0${fraction === '' ? '.0' : fraction}`) * 1000)
  const time = new Date(Date.UTC(2000, 0, 1, hour, minute, Math.min(second, 59), millis))
  // Date.UTC takes a year below 100 for one of the last century.
  time.setUTCFullYear(year, month - 1, day)
  if (time.getUTCMonth() !== month - 1 || time.getUTCDate() !== day || hour > 23 || minute > 59 || second > 60) {
    throw invalid('genTime is not a date')
  }
  return time
}

function implicitInteger(node: DerNode): number {
  let value = 0
  if (node.content.length === 0 || node.content.length > 4) throw invalid('the accuracy')
  for (const octet of node.content) value = value * 256 + octet
  return value
}

function parseAccuracy(node: DerNode): number {
  let seconds = 0
  for (const child of node.children) {
    if (child.is(2)) seconds += readSmallInteger(child)
    else if (child.isContext(0)) seconds += implicitInteger(child) / 1e3
    else if (child.isContext(1)) seconds += implicitInteger(child) / 1e6
  }
  return seconds
}

function parseImprint(node: DerNode | undefined): TstInfo['imprint'] {
  const [algorithm, value] = node?.children ?? []
  if (algorithm === undefined || value?.is(4) !== true) throw invalid('the message imprint')
  return { algorithm: parseAlgorithm(algorithm), value: readOctetString(value) }
}

/**
 * Reads a TSTInfo (the eContent of a time-stamp token).
 *
 * @throws CountersignError CMS_INVALID or DER_INVALID
 */
export function parseTstInfo(bytes: Uint8Array): TstInfo {
  const node = parseDer(bytes, { ber: true })
  if (!node.is(0x10)) throw invalid('it is not a sequence')
  const [version, policy, imprint, serial, genTime, ...rest] = node.children
  if (version === undefined || policy === undefined || serial?.is(2) !== true) throw invalid('a field is missing')
  if (genTime?.is(0x18) !== true) throw invalid('genTime is missing')
  const accuracy = rest[0]?.is(0x10) === true ? rest.shift() : undefined
  const ordering = rest[0]?.is(1) === true ? rest.shift() : undefined
  const nonce = rest[0]?.is(2) === true ? rest.shift() : undefined
  const tsa = rest[0]?.isContext(0) === true ? rest.shift() : undefined
  if (rest[0]?.isContext(1) === true) rest.shift()
  if (rest.length > 0) throw invalid('it has more fields than it may')
  const name = tsa?.children[0]
  return {
    version: readSmallInteger(version),
    policy: readOid(policy),
    imprint: parseImprint(imprint),
    serial: readInteger(serial),
    genTime: parseGenTime(genTime.content),
    accuracySeconds: accuracy === undefined ? undefined : parseAccuracy(accuracy),
    ordering: ordering === undefined ? false : readBoolean(ordering),
    nonce: nonce === undefined ? undefined : readInteger(nonce),
    tsa: name?.bytes,
    tsaName: name?.isContext(4) === true ? name.children[0]?.bytes : undefined,
  }
}
