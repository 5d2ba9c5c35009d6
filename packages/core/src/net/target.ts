// Which URLs may be asked at all (SEC-02), before anything is resolved.
import { CountersignError } from '../error.ts'
import { isAddress } from './address.ts'

/** Where a request goes. */
export interface Target {
  readonly scheme: 'http' | 'https'
  /** Name or address, IPv6 without brackets. */
  readonly host: string
  readonly port: number
  /** Path and query. */
  readonly path: string
  /** Value of the Host field. */
  readonly authority: string
  readonly url: string
  /** Named by the operator: its address may be anything (SEC-04). */
  readonly exempt: boolean
}

/** A host that the operator named, on one port or on all. */
export interface AllowedHost {
  readonly host: string
  readonly port: number | undefined
}

const MAX_URL = 2048
const PORTS: ReadonlySet<number> = new Set([80, 443])

/** A URL of a stranger, for a message: what is printed of it is short and harmless. */
export function shortUrl(url: string): string {
  let text = ''
  for (const letter of url.slice(0, 120)) text += letter > ' ' && letter < '\u007f' ? letter : '?'
  return url.length > 120 ? `${text}...` : text
}

function refused(url: string, reason: string): CountersignError {
  const short = shortUrl(url)
  return new CountersignError('FETCH_REFUSED', `${short} is not asked: ${reason}.`, { details: { url: short, reason } })
}

/** Letters that URL parsers drop, turn or disagree about. */
function hasOddLetters(url: string): boolean {
  for (const letter of url) if (letter <= ' ' || letter > '~' || letter === '\\') return true
  return false
}

/** The host as written between `//` and what follows it. */
function writtenHost(url: string): string {
  const start = url.indexOf('//') + 2
  let end = start
  while (end < url.length && !'/?#'.includes(url[end]!)) end++
  const authority = url.slice(start, end)
  const close = authority.lastIndexOf(']')
  const colon = authority.indexOf(':', Math.max(close, 0))
  return (colon < 0 ? authority : authority.slice(0, colon)).toLowerCase()
}

function parse(url: string): URL {
  try {
    return new URL(url)
  } catch {
    throw refused(url, 'it is no URL')
  }
}

function bare(hostname: string): string {
  return hostname.startsWith('[') ? hostname.slice(1, -1) : hostname
}

/**
 * Reads a URL found in a certificate, a document or a redirect.
 *
 * @throws CountersignError FETCH_REFUSED: not http(s), credentials, odd spelling of the host, port other than 80 and 443 of a
 * host that the operator did not name.
 */
export function parseTarget(url: string, allowed: readonly AllowedHost[]): Target {
  if (url.length > MAX_URL) throw refused(url, 'it is too long')
  if (hasOddLetters(url)) throw refused(url, 'it holds letters that no URL holds')
  const parsed = parse(url)
  const { protocol, hostname, username, password } = parsed
  if (protocol !== 'http:' && protocol !== 'https:') throw refused(url, 'only http and https are asked')
  const written = writtenHost(url)
  if (username !== '' || password !== '' || written.includes('@')) throw refused(url, 'it holds credentials')
  // Decimal, octal and hexadecimal hosts, trailing dots, percent signs: whatever the parser had to rewrite.
  if (hostname === '' || hostname.endsWith('.') || written !== hostname) throw refused(url, 'its host is oddly written')
  const host = bare(hostname)
  const port = parsed.port === '' ? (protocol === 'http:' ? 80 : 443) : Number(parsed.port)
  const exempt = allowed.some((one) => one.host === host && (one.port === undefined || one.port === port))
  if (!exempt && !PORTS.has(port)) throw refused(url, `port ${port} is not asked`)
  return {
    scheme: protocol === 'http:' ? 'http' : 'https',
    host,
    port,
    path: `${parsed.pathname}${parsed.search}`,
    authority: parsed.host,
    url: parsed.href,
    exempt,
  }
}

/**
 * Reads `HOST`, `HOST:PORT`, `[IPV6]` or `[IPV6]:PORT` as an operator writes it; without a port all ports are meant.
 *
 * @throws CountersignError ARGUMENT_INVALID
 */
export function parseAllowedHost(text: string): AllowedHost {
  const wrong = new CountersignError('ARGUMENT_INVALID', `not a host that can be allowed: ${shortUrl(text)}`)
  if (hasOddLetters(text) || text.includes('/') || text.includes('@')) throw wrong
  const address = text.includes('::') && !text.includes('[') && isAddress(text) ? `[${text}]` : text
  let parsed: URL
  try {
    parsed = new URL(`http://${address}`)
  } catch (error) {
    throw new CountersignError('ARGUMENT_INVALID', wrong.message, { cause: error })
  }
  if (parsed.hostname === '' || parsed.pathname !== '/' || parsed.search !== '' || parsed.hash !== '') throw wrong
  const colon = address.lastIndexOf(':')
  const written = colon > address.lastIndexOf(']') ? address.slice(colon + 1) : undefined
  if (written === '' || written === '0') throw wrong
  return { host: bare(parsed.hostname), port: written === undefined ? undefined : Number(written) }
}
