import { describe, expect, test } from '@jest/globals'
import * as fc from 'fast-check'
import { OID } from './oids.ts'
import { DerNode, parseDer, parseDerPrefix } from './reader.ts'
import * as values from './values.ts'
import * as writer from './writer.ts'

function bytes(hex: string): Uint8Array {
  return Uint8Array.from(hex.replaceAll(' ', '').match(/../gu) ?? [], (pair) => Number.parseInt(pair, 16))
}

function encodeAgain(node: DerNode): Uint8Array {
  const content = node.constructed ? node.children.map(encodeAgain) : [node.content]
  return writer.encodeTlv(node.cls, node.constructed, node.tag, ...content)
}

const tree: fc.Arbitrary<Uint8Array> = fc.letrec<{ node: Uint8Array }>((tie) => ({
  node: fc.oneof(
    { depthSize: 'small' },
    fc.uint8Array({ maxLength: 200 }).map(writer.encodeOctetString),
    fc.bigInt().map(writer.encodeInteger),
    fc
      .tuple(fc.nat(100_000), fc.uint8Array({ maxLength: 8 }))
      .map(([tag, content]) => writer.encodeTlv(2, false, tag, content)),
    fc.array(tie('node'), { maxLength: 5 }).map((parts) => writer.encodeSequence(...parts)),
    fc.array(tie('node'), { maxLength: 5 }).map((parts) => writer.encodeSet(...parts)),
    fc.tuple(fc.nat(40), tie('node')).map(([tag, part]) => writer.encodeExplicit(tag, part)),
  ),
})).node

describe('whatever parses strictly re-encodes to the same bytes', () => {
  test('for well-formed trees', () => {
    fc.assert(
      fc.property(tree, (der) => expect(encodeAgain(parseDer(der))).toEqual(der)),
      { seed: 1, numRuns: 500 },
    )
  })

  test('for mutated trees: same bytes or a coded error', () => {
    const mutation = fc.tuple(tree, fc.array(fc.tuple(fc.nat(), fc.nat(255)), { minLength: 1, maxLength: 3 }))
    const property = fc.property(mutation, ([der, edits]) => {
      const mutated = Uint8Array.from(der)
      for (const [at, value] of edits) mutated[at % mutated.length] = value
      try {
        expect(encodeAgain(parseDer(mutated))).toEqual(mutated)
      } catch (error) {
        expect(error).toMatchObject({ code: expect.stringMatching(/^(?:DER_INVALID|LIMIT_ASN1_DEPTH)$/u) })
      }
    })
    fc.assert(property, { seed: 2, numRuns: 2000 })
  })

  test('for any bytes, BER never throws anything but coded errors', () => {
    const property = fc.property(fc.uint8Array({ minLength: 1, maxLength: 40 }), (data) => {
      try {
        const { node, length, ber } = parseDerPrefix(data)
        expect(node.end).toBe(length)
        if (!ber) expect(encodeAgain(node)).toEqual(data.subarray(0, length))
      } catch (error) {
        expect(error).toMatchObject({ code: expect.stringMatching(/^(?:DER_INVALID|LIMIT_ASN1_DEPTH)$/u) })
      }
    })
    fc.assert(property, { seed: 3, numRuns: 5000 })
  })
})

describe('strict reading refuses', () => {
  test.each([
    ['trailing data', '05 00 00'],
    ['indefinite length', '30 80 05 00 00 00'],
    ['length in long form without need', '04 81 01 00'],
    ['leading zero in a length', '04 82 00 80'],
    ['length beyond the data', '04 05 00'],
    ['child beyond its parent', '30 03 04 05 00 00 00 00'],
    ['constructed OCTET STRING', '24 03 04 01 00'],
    ['primitive SEQUENCE', '10 00'],
    ['end-of-contents alone', '00 00'],
    ['high tag form of a low tag', '1f 1e 00'],
    ['high tag with leading zeros', '1f 80 7f 00'],
    ['nothing', ''],
    ['half a header', '30'],
    ['length of lengths ff', '04 ff'],
  ])('%s', (_name, hex) => {
    expect(() => parseDer(bytes(hex))).toThrow(expect.objectContaining({ code: 'DER_INVALID' }))
  })
})

describe('BER', () => {
  test('tracks nested indefinite lengths and says so', () => {
    const { node, length, ber } = parseDerPrefix(bytes('30 80 24 80 04 01 01 04 01 02 00 00 05 00 00 00 00 00 00 00'))
    expect({ length, ber }).toEqual({ length: 16, ber: true })
    expect(node.children).toHaveLength(2)
    expect(values.readOctetString(node.children.at(0)!)).toEqual(bytes('0102'))
  })

  test('zeros after a DER element are left to the caller', () => {
    expect(parseDerPrefix(bytes('30 02 05 00 00 00'))).toMatchObject({ length: 4, ber: false })
  })

  test('joins the pieces of a constructed BIT STRING', () => {
    const node = parseDer(bytes('23 09 03 03 00 6e 5d 03 02 06 c0'), { ber: true })
    expect(values.readBitString(node)).toEqual({ unused: 6, bytes: bytes('6e5dc0') })
  })
})

describe('limits (L-17)', () => {
  test('depth 32 passes, deeper is LIMIT_ASN1_DEPTH, at once even when very deep', () => {
    let deep: Uint8Array = writer.encodeNull()
    for (let level = 0; level < 32; level++) deep = writer.encodeSequence(deep)
    expect(parseDer(deep).constructed).toBe(true)
    expect(() => parseDer(writer.encodeSequence(deep))).toThrow(expect.objectContaining({ code: 'LIMIT_ASN1_DEPTH' }))
    const bomb = new Uint8Array(1_000_000).fill(0x30)
    for (let index = 1; index < bomb.length; index += 2) bomb[index] = 0x80
    expect(() => parseDer(bomb, { ber: true })).toThrow(expect.objectContaining({ code: 'LIMIT_ASN1_DEPTH' }))
  })

  test('what is read shallowly is walked only where somebody looks', () => {
    let deep: Uint8Array = writer.encodeNull()
    for (let level = 0; level < 40; level++) deep = writer.encodeSequence(deep)
    expect(() => parseDerPrefix(deep)).toThrow(expect.objectContaining({ code: 'LIMIT_ASN1_DEPTH' }))
    const { node, length } = parseDerPrefix(deep, { shallow: true })
    expect([length, node.children.length]).toEqual([deep.length, 1])
    const look = (): void => {
      for (let one = node; ; one = one.children[0]!) if (one.children.length === 0) return
    }
    expect(look).toThrow(expect.objectContaining({ code: 'LIMIT_ASN1_DEPTH' }))
  })

  test('elements', () => {
    const many = writer.encodeSequence(new Uint8Array(2 * 200_000).map((_, index) => (index % 2 === 0 ? 5 : 0)))
    expect(() => parseDer(many)).toThrow(expect.objectContaining({ code: 'LIMIT_ASN1_ELEMENTS' }))
    expect(parseDer(many, { shallow: true }).children).toHaveLength(200_000)
  })
})

describe('values', () => {
  test('integers round-trip', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: -(1n << 300n), max: 1n << 300n }), (value) =>
        expect(values.readInteger(parseDer(writer.encodeInteger(value)))).toBe(value),
      ),
      { seed: 4 },
    )
  })

  test.each(['02 02 00 01', '02 02 ff 80', '02 00'])('not a minimal INTEGER: %s', (hex) => {
    expect(() => values.readInteger(parseDer(bytes(hex)))).toThrow(expect.objectContaining({ code: 'DER_INVALID' }))
  })

  test('object identifiers round-trip, large arcs too', () => {
    for (const oid of [
      '1.2.840.113549.1.7.2',
      '2.5.29.15',
      '0.9.2342.19200300.100.1.1',
      '2.999.3',
      '2.25.329800735698586629295641978511506172918',
    ])
      expect(values.readOid(parseDer(writer.encodeOid(oid)))).toBe(oid)
    expect(() => values.readOid(parseDer(bytes('06 03 2a 80 01')))).toThrow()
    expect(() => values.readOid(parseDer(bytes('06 02 2a 80')))).toThrow()
    expect(() => writer.encodeOid('3.1')).toThrow()
  })

  test('BOOLEAN is 00 or FF, other values only in BER', () => {
    expect(values.readBoolean(parseDer(bytes('01 01 ff')))).toBe(true)
    expect(() => values.readBoolean(parseDer(bytes('01 01 01')))).toThrow()
    expect(values.readBoolean(parseDer(bytes('01 01 01'), { ber: true }))).toBe(true)
  })

  test('times', () => {
    const read = (hex: string, ber = false): string => values.readTime(parseDer(bytes(hex), { ber })).toISOString()
    const ascii = (tag: number, text: string): string =>
      [tag, text.length, ...new TextEncoder().encode(text)].map((octet) => octet.toString(16).padStart(2, '0')).join('')
    expect(read(ascii(23, '500101000000Z'))).toBe('1950-01-01T00:00:00.000Z')
    expect(read(ascii(23, '491231235959Z'))).toBe('2049-12-31T23:59:59.000Z')
    expect(read(ascii(24, '20240229120000.25Z'))).toBe('2024-02-29T12:00:00.250Z')
    expect(read(ascii(23, '2402291200+0700'), true)).toBe('2024-02-29T05:00:00.000Z')
    for (const bad of [
      '230229120000Z',
      '2402291200Z',
      '240229120060Z',
      '240229240000Z',
      '240229120000',
      '240229120000+0000 ',
      '24022912000 Z',
    ])
      expect(() => read(ascii(23, bad))).toThrow()
    for (const time of ['1949-05-06T07:08:09Z', '2026-01-01T00:00:00Z', '2050-01-01T00:00:00Z'])
      expect(values.readTime(parseDer(writer.encodeTime(new Date(time))))).toEqual(new Date(time))
  })

  test('any digits are the time they spell, or none', () => {
    const digits = fc.array(fc.nat(9), { minLength: 14, maxLength: 14 }).map((all) => all.join(''))
    const near = fc
      .tuple(fc.nat(9999), fc.nat(13), fc.nat(32), fc.nat(25), fc.nat(61), fc.nat(61))
      .map(([year, ...rest]) =>
        [String(year).padStart(4, '0'), ...rest.map((part) => String(part).padStart(2, '0'))].join(''),
      )
    const property = fc.property(fc.oneof(digits, near), (text) => {
      const parts = [text.slice(0, 4), ...[4, 6, 8, 10, 12].map((at) => text.slice(at, at + 2))]
      const spelled = `${parts.slice(0, 3).join('-')}T${parts.slice(3).join(':')}Z`
      const time = new Date(spelled)
      const isTime = !Number.isNaN(time.getTime()) && time.toISOString().slice(0, 19) === spelled.slice(0, 19)
      const node = parseDer(writer.encodeTlv(0, false, 24, new TextEncoder().encode(`${text}Z`)))
      if (isTime) expect(values.readTime(node)).toEqual(time)
      else expect(() => values.readTime(node)).toThrow(expect.objectContaining({ code: 'DER_INVALID' }))
    })
    fc.assert(property, { seed: 3, numRuns: 1000 })
  })

  test('the known object identifiers are those that are spelled out', () => {
    for (const oid of Object.values(OID)) expect(values.readOid(parseDer(writer.encodeOid(oid)))).toBe(oid)
  })

  test('strings keep Vietnamese text in every type', () => {
    const text = 'Sở Nội vụ tỉnh Đắk Lắk'
    expect(values.readString(parseDer(writer.encodeUtf8String(text)))).toBe(text)
    const bmp = Uint8Array.from(
      Array.from(text).flatMap((letter) => [letter.charCodeAt(0) >> 8, letter.charCodeAt(0) & 0xff]),
    )
    expect(values.readString(parseDer(writer.encodeTlv(0, false, 30, bmp)))).toBe(text)
    expect(() => values.readString(parseDer(bytes('0c 02 c3 28')))).toThrow()
  })

  test('SET OF is sorted', () => {
    expect(writer.encodeSet(bytes('020102'), bytes('020101'), bytes('0500'))).toEqual(bytes('3108 020101 020102 0500'))
  })
})
