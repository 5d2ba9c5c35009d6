// DER for the test PKI: asn1js writes the primitives, constructed values are joined here. Nothing of core is used,
// so that what core reads was written by an independent implementation.
import {
  BmpString,
  GeneralizedTime,
  IA5String,
  Integer,
  ObjectIdentifier,
  PrintableString,
  TeletexString,
  UTCTime,
  Utf8String,
  fromBER,
} from 'asn1js'
import type { BaseBlock } from 'asn1js'

export type StringKind = 'utf8' | 'printable' | 'ia5' | 'bmp' | 'teletex'

const STRINGS = { utf8: Utf8String, printable: PrintableString, ia5: IA5String, bmp: BmpString, teletex: TeletexString }

export function joinBytes(...parts: readonly Uint8Array[]): Uint8Array {
  const joined = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0))
  let position = 0
  for (const part of parts) {
    joined.set(part, position)
    position += part.length
  }
  return joined
}

/** One element with the given identifier octet. */
export function tlv(identifier: number, ...content: readonly Uint8Array[]): Uint8Array {
  const body = joinBytes(...content)
  const length: number[] = []
  for (let rest = body.length; rest > 0; rest = Math.floor(rest / 256)) length.unshift(rest % 256)
  const header = body.length < 128 ? [body.length] : [0x80 | length.length, ...length]
  return joinBytes(Uint8Array.of(identifier, ...header), body)
}

export function sequence(...parts: readonly Uint8Array[]): Uint8Array {
  return tlv(0x30, ...parts)
}

/** SET OF in DER order. */
export function setOf(...parts: readonly Uint8Array[]): Uint8Array {
  return tlv(0x31, ...[...parts].sort((a, b) => Buffer.compare(a, b)))
}

/** [tag] EXPLICIT. */
export function explicit(tag: number, ...content: readonly Uint8Array[]): Uint8Array {
  return tlv(0xa0 | tag, ...content)
}

/** [tag] IMPLICIT over a primitive value: `content` is the value without its header. */
export function implicit(tag: number, content: Uint8Array): Uint8Array {
  return tlv(0x80 | tag, content)
}

function encoded(node: { toBER(sizeOnly?: boolean): ArrayBuffer }): Uint8Array {
  return new Uint8Array(node.toBER(false))
}

export function integer(value: number | bigint): Uint8Array {
  return encoded(Integer.fromBigInt(BigInt(value)))
}

/** INTEGER from its content octets as they are. */
export function rawInteger(content: Uint8Array): Uint8Array {
  return tlv(0x02, content)
}

export function enumerated(value: number): Uint8Array {
  return tlv(0x0a, Uint8Array.of(value))
}

export function oid(dotted: string): Uint8Array {
  return encoded(new ObjectIdentifier({ value: dotted }))
}

export function boolean(value: boolean): Uint8Array {
  return tlv(0x01, Uint8Array.of(value ? 0xff : 0))
}

export function nullValue(): Uint8Array {
  return Uint8Array.of(0x05, 0)
}

export function octetString(content: Uint8Array): Uint8Array {
  return tlv(0x04, content)
}

export function bitString(content: Uint8Array, unused = 0): Uint8Array {
  return tlv(0x03, Uint8Array.of(unused), content)
}

/** BIT STRING with named bits: trailing zero bits left out (X.690 11.2.2). */
export function namedBits(bits: readonly number[]): Uint8Array {
  if (bits.length === 0) return bitString(new Uint8Array(0))
  const highest = Math.max(...bits)
  const content = new Uint8Array(Math.floor(highest / 8) + 1)
  for (const bit of bits) content[bit >> 3]! |= 0x80 >> (bit & 7)
  return bitString(content, 7 - (highest & 7))
}

export function text(value: string, kind: StringKind = 'utf8'): Uint8Array {
  return encoded(new STRINGS[kind]({ value }))
}

/** UTCTime until 2049, GeneralizedTime after it (RFC 5280 4.1.2.5). */
export function time(value: Date): Uint8Array {
  const whole = new Date(Math.floor(value.getTime() / 1000) * 1000)
  const year = whole.getUTCFullYear()
  if (year < 1950 || year > 2049) return encoded(new GeneralizedTime({ valueDate: whole }))
  return encoded(new UTCTime({ valueDate: whole }))
}

export function generalizedTime(value: Date): Uint8Array {
  return encoded(new GeneralizedTime({ valueDate: new Date(Math.floor(value.getTime() / 1000) * 1000) }))
}

/** Reads one element with asn1js; throws for bytes that are not BER. */
export function parseAsn1(bytes: Uint8Array): BaseBlock {
  const { offset, result } = fromBER(Uint8Array.from(bytes))
  if (offset === -1) throw new Error(`not ASN.1: ${result.error}`)
  return result
}
