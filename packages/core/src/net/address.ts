// Which IP addresses are public (SEC-04). Anything that is not surely public is not.

/** A block of addresses: the leading bits that all of them share. */
interface Block {
  readonly value: bigint
  readonly bits: number
}

/** Octets of an IPv4 address in the one usual spelling; undefined for every other text. */
function parseV4(text: string): bigint | undefined {
  const parts = text.split('.')
  if (parts.length !== 4) return undefined
  let value = 0n
  for (const part of parts) {
    const number = Number(part)
    if (part.length === 0 || part.length > 3 || String(number) !== part || number > 255) return undefined
    value = (value << 8n) | BigInt(number)
  }
  return value
}

function parseGroups(text: string): bigint[] | undefined {
  if (text === '') return []
  const groups: bigint[] = []
  const parts = text.split(':')
  for (const [index, part] of parts.entries()) {
    const dotted = index === parts.length - 1 && part.includes('.') ? parseV4(part) : undefined
    if (dotted !== undefined) groups.push(dotted >> 16n, dotted & 0xffffn)
    else if (
      part.length > 0 &&
      part.length <= 4 &&
      Array.from(part).every((digit) => '0123456789abcdefABCDEF'.includes(digit))
    )
      groups.push(BigInt(`0x${part}`))
    else return undefined
  }
  return groups
}

/** An IPv6 address without zone; undefined for every other text. */
function parseV6(text: string): bigint | undefined {
  const halves = text.split('::')
  if (halves.length > 2) return undefined
  const head = parseGroups(halves[0]!)
  const tail = halves.length === 2 ? parseGroups(halves[1]!) : []
  if (head === undefined || tail === undefined) return undefined
  const missing = 8 - head.length - tail.length
  if (halves.length === 2 ? missing < 1 : missing !== 0) return undefined
  const zeros = Array.from({ length: missing }, () => 0n)
  return [...head, ...zeros, ...tail].reduce((value, group) => (value << 16n) | group, 0n)
}

function block(cidr: string): Block {
  const [address = '', bits = ''] = cidr.split('/')
  const value = address.includes(':') ? parseV6(address) : parseV4(address)
  if (value === undefined) throw new TypeError(`no block of addresses: ${cidr}`)
  return { value, bits: Number(bits) }
}

function inside(value: bigint, width: number, { value: start, bits }: Block): boolean {
  const shift = BigInt(width - bits)
  return value >> shift === start >> shift
}

const NON_PUBLIC_V4: readonly Block[] = [
  '0.0.0.0/8',
  '10.0.0.0/8',
  '100.64.0.0/10',
  '127.0.0.0/8',
  '169.254.0.0/16',
  '172.16.0.0/12',
  '192.0.0.0/24',
  '192.0.2.0/24',
  '192.88.99.0/24',
  '192.168.0.0/16',
  '198.18.0.0/15',
  '198.51.100.0/24',
  '203.0.113.0/24',
  '224.0.0.0/4',
  '240.0.0.0/4',
].map(block)
const PUBLIC_V6 = block('2000::/3')
const NON_PUBLIC_V6: readonly Block[] = ['2001::/23', '2001:db8::/32', '2002::/16', '3fff::/20'].map(block)
/** IPv4 addresses in IPv6 clothes: v4-mapped and NAT64. */
const EMBEDDED_V4: readonly Block[] = ['::ffff:0:0/96', '64:ff9b::/96'].map(block)

function isPublicV4(value: bigint): boolean {
  return !NON_PUBLIC_V4.some((one) => inside(value, 32, one))
}

/**
 * True when `address` is the usual spelling of a public IP address (SEC-04). False for every text that is no address.
 *
 * @example
 * ```ts
 * isPublicAddress('169.254.169.254') // false
 * isPublicAddress('::ffff:10.0.0.1') // false
 * ```
 */
export function isPublicAddress(address: string): boolean {
  const v4 = parseV4(address)
  if (v4 !== undefined) return isPublicV4(v4)
  const v6 = parseV6(address)
  if (v6 === undefined) return false
  if (EMBEDDED_V4.some((one) => inside(v6, 128, one))) return isPublicV4(v6 & 0xffffffffn)
  return inside(v6, 128, PUBLIC_V6) && !NON_PUBLIC_V6.some((one) => inside(v6, 128, one))
}

/** True for the text of any IP address, public or not. */
export function isAddress(text: string): boolean {
  return parseV4(text) !== undefined || parseV6(text) !== undefined
}
