import { parseDer, type DerNode } from '../der/reader.ts'
import { decodeText, readSmallInteger } from '../der/values.ts'
import { CountersignError } from '../error.ts'
import { tsaError } from './tsa-error.ts'

/** Cap of T2. */
export const MAX_REPLY: number = 64 * 1024

/** RFC 3161 2.4.2, PKIStatus. */
const STATUS: readonly string[] = [
  'granted',
  'grantedWithMods',
  'rejection',
  'waiting',
  'revocationWarning',
  'revocationNotification',
]

/** RFC 3161 2.4.2, PKIFailureInfo by bit. */
const FAILURES: ReadonlyMap<number, string> = new Map([
  [0, 'badAlg'],
  [2, 'badRequest'],
  [5, 'badDataFormat'],
  [14, 'timeNotAvailable'],
  [15, 'unacceptedPolicy'],
  [16, 'unacceptedExtension'],
  [17, 'addInfoNotAvailable'],
  [25, 'systemFailure'],
])

function textOf(node: DerNode | undefined): string {
  const parts = (node?.children ?? []).map((child) => decodeText(12, child.content.subarray(0, 200)) ?? '')
  return parts.join(' ').slice(0, 400)
}

function failuresOf(node: DerNode | undefined): readonly string[] {
  if (node === undefined) return []
  const [unused = 0, ...octets] = node.content.subarray(0, 8)
  const names: string[] = []
  for (let bit = 0; bit < octets.length * 8 - unused; bit++)
    if (((octets[bit >> 3]! >> (7 - (bit & 7))) & 1) === 1) names.push(FAILURES.get(bit) ?? `bit ${bit}`)
  return names
}

function parseParts(der: Uint8Array): { readonly status: DerNode; readonly token: DerNode | undefined } {
  if (der.length > MAX_REPLY) throw tsaError('TSA_REPLY_INVALID', `the answer is larger than ${MAX_REPLY} bytes`)
  let node: DerNode
  try {
    node = parseDer(der, { ber: true })
  } catch (error) {
    const html = der[0] === 0x3c
    throw tsaError('TSA_REPLY_INVALID', html ? 'the answer is a web page' : 'the answer is no TimeStampResp', error)
  }
  const [status, token, ...rest] = node.children
  if (!node.is(0x10) || status?.is(0x10) !== true || rest.length > 0)
    throw tsaError('TSA_REPLY_INVALID', 'the answer is no TimeStampResp')
  return { status, token }
}

/** The token is read once more as what it claims to be by `checkReply`; here it is only cut out. */
function statusOf(node: DerNode): number {
  const [value] = node.children
  try {
    if (value?.is(2) === true) return readSmallInteger(value)
  } catch (error) {
    if (!(error instanceof CountersignError)) throw error
  }
  throw tsaError('TSA_REPLY_INVALID', 'the answer has no status')
}

/**
 * Reads a TimeStampResp and gives the token in it (T3).
 *
 * @throws CountersignError TSA_REPLY_INVALID; TSA_REJECTED with `status`, `failures` and `text` in its details
 */
export function parseTimestampReply(der: Uint8Array): Uint8Array {
  const { status: info, token } = parseParts(der)
  const status = statusOf(info)
  if (status > 1) {
    const text = textOf(info.children.find((child) => child.is(0x10)))
    const failures = failuresOf(info.children.find((child) => child.is(3)))
    const name = STATUS[status] ?? `status ${status}`
    const why = [name, ...failures, ...(text === '' ? [] : [`"${text}"`])].join(', ')
    throw tsaError('TSA_REJECTED', `the request was refused: ${why}`, undefined, { status: name, failures, text })
  }
  if (token === undefined) throw tsaError('TSA_REPLY_INVALID', 'the answer was granted but holds no token')
  return token.bytes
}
