import { describe, expect, test } from '@jest/globals'
import { faults, validate, warnings } from '../../test/support/chains.ts'
import {
  basicConstraints,
  cn,
  dn,
  extension,
  generalName,
  issue,
  keyUsage,
  nameConstraints,
  newKey,
  subjectAltName,
} from '../../test/support/issue.ts'
import type { Issued } from '../../test/support/issue.ts'
import { OID } from '../der/oids.ts'
import { encodeInteger, encodeNull, encodeOctetString, encodeOid, encodeSequence } from '../der/writer.ts'
import { Certificate } from './certificate.ts'
import type { AnchorConstraints } from './chain.ts'
import { parseNameText } from './name-text.ts'
import { buildPath } from './path.ts'
import type { TrustAnchor } from './path.ts'
import { signatureChecks } from './signatures.ts'

/** Milliseconds of processor time since `start`: other programs on the machine do not count. */
function spent(start: NodeJS.CpuUsage): number {
  const { user, system } = process.cpuUsage(start)
  return (user + system) / 1000
}

const root = issue({ subject: cn('Root'), ca: true, key: newKey() })
const ca = issue({ subject: cn('CA'), ca: true, key: newKey() }, root)
const leaf = issue({ subject: cn('Nguyễn Văn An') }, ca)

describe('X-01 building', () => {
  test('a plain chain passes, leaf first, anchor last', async () => {
    const report = await validate(leaf, { anchors: [root], others: [ca] })
    expect(report).toMatchObject({ valid: true, indication: 'PASSED', subIndication: null })
    expect(report.path.map(({ subject, anchor, source }) => [subject, anchor, source])).toEqual([
      ['CN=Nguyễn Văn An,C=VN', false, 'leaf'],
      ['CN=CA,C=VN', false, 'caller'],
      ['CN=Root,C=VN', true, 'trust'],
    ])
  })

  test('a missing intermediate is no path, not an error', async () => {
    const report = await validate(leaf, { anchors: [root] })
    expect(report).toMatchObject({
      valid: false,
      indication: 'INDETERMINATE',
      subIndication: 'NO_CERTIFICATE_CHAIN_FOUND',
    })
    expect(faults(report)).toEqual(['NO_PATH_TO_ANCHOR'])
  })

  test('an anchor of the same name with another key vouches for nothing', async () => {
    const other = issue({ subject: cn('Root'), ca: true, key: newKey() })
    const report = await validate(leaf, { anchors: [other], others: [ca] })
    expect(report.valid).toBe(false)
    expect(faults(report)).toEqual(['CERT_SIGNATURE_INVALID'])
  })

  test('a CA that is not self-signed may be the anchor', async () => {
    const report = await validate(leaf, { anchors: [ca] })
    expect(report.valid).toBe(true)
    expect(report.path).toHaveLength(2)
  })

  test('the dates and the signature of an anchor do not matter, its key does', async () => {
    const key = newKey()
    const old = issue({ subject: cn('Old'), ca: true, key, notAfter: '2021-01-01T00:00:00Z' })
    const below = issue({ subject: cn('B') }, old)
    expect((await validate(below, { anchors: [old] })).valid).toBe(true)
  })

  test('key identifiers are hints: a wrong one does not exclude', async () => {
    const wrong = extension(OID.authorityKeyIdentifier, encodeSequence(Uint8Array.of(0x80, 2, 9, 9)))
    const skied = issue(
      {
        subject: cn('S'),
        ca: true,
        key: newKey(),
        more: [extension(OID.subjectKeyIdentifier, encodeOctetString(Uint8Array.of(1, 2)))],
      },
      root,
    )
    expect(
      (await validate(issue({ subject: cn('L'), more: [wrong] }, skied), { anchors: [root], others: [skied] })).valid,
    ).toBe(true)
  })

  test('every chain is tried: an expired or wrong intermediate does not hide a good one', async () => {
    const key = newKey()
    const subject = cn('Twice')
    const expired = issue({ subject, ca: true, key, notAfter: '2022-01-01T00:00:00Z' }, root)
    const narrow = issue({ subject, ca: true, key, more: [nameConstraints([generalName.directory(cn('x'))])] }, root)
    const good = issue({ subject, ca: true, key }, root)
    const end = issue({ subject: cn('L') }, { ...good })
    for (const others of [
      [expired, narrow, good],
      [good, narrow, expired],
      [narrow, expired, good],
    ])
      expect((await validate(end, { anchors: [root], others })).valid).toBe(true)
    expect((await validate(end, { anchors: [root], others: [expired, narrow] })).valid).toBe(false)
  })

  test('cross certificates in a circle end, and the way out is found', async () => {
    const [a, b] = [newKey(), newKey()]
    const aSelf: Issued = issue({ subject: cn('A'), ca: true, key: a })
    const bSelf: Issued = issue({ subject: cn('B'), ca: true, key: b })
    const aByB = issue({ subject: cn('A'), ca: true, key: a }, bSelf)
    const bByA = issue({ subject: cn('B'), ca: true, key: b }, aSelf)
    const end = issue({ subject: cn('L') }, aSelf)
    expect(faults(await validate(end, { anchors: [root], others: [aByB, bByA] }))).toEqual(['NO_PATH_TO_ANCHOR'])
    const bByRoot = issue({ subject: cn('B'), ca: true, key: b }, root)
    expect((await validate(end, { anchors: [root], others: [aByB, bByA, bByRoot] })).valid).toBe(true)
  })

  test('a leaf that is an anchor itself passes, but not outside its validity', async () => {
    const own = issue({ subject: cn('Own'), notAfter: '2030-01-01T00:00:00Z' })
    expect((await validate(own, { anchors: [own] })).path).toHaveLength(1)
    const late = await validate(own, { anchors: [own], at: new Date('2031-01-01T00:00:00Z') })
    expect(late.subIndication).toBe('OUT_OF_BOUNDS_NO_POE')
  })

  test('the constraints of an anchor certificate count (RFC 5937)', async () => {
    const limited = issue({ subject: cn('Limited'), ca: true, pathLen: 0, key: newKey() })
    const below = issue({ subject: cn('Below'), ca: true, key: newKey() }, limited)
    expect((await validate(issue({ subject: cn('L') }, limited), { anchors: [limited] })).valid).toBe(true)
    expect(faults(await validate(issue({ subject: cn('L') }, below), { anchors: [limited], others: [below] }))).toEqual(
      ['PATH_TOO_LONG'],
    )
  })
})

describe('X-01 what an anchor certificate says against issuing', () => {
  const under = async (input: Partial<Parameters<typeof issue>[0]>) => {
    const anchor = issue({ subject: cn('Anchor'), ca: true, key: newKey(), ...input })
    return validate(issue({ subject: cn('L') }, anchor), { anchors: [anchor] })
  }

  test.each([
    ['it is expressly no CA', { extensions: [basicConstraints(false)] }, 'CA_FLAG_MISSING'],
    [
      'its key must not sign certificates',
      { extensions: [basicConstraints(true), keyUsage('cRLSign')] },
      'CA_KEY_USAGE',
    ],
    [
      'an unknown critical extension',
      { more: [extension('1.2.3.4', encodeNull(), true)] },
      'CRITICAL_EXTENSION_UNKNOWN',
    ],
    ['no name', { subject: encodeSequence() }, 'CERT_SUBJECT_EMPTY'],
  ])('%s', async (_name, input, code) => {
    expect(faults(await under(input))).toContain(code)
  })

  test('it need say nothing: a name and a key are enough', async () => {
    expect((await under({ version: 1, extensions: [] })).valid).toBe(true)
    expect((await under({ extensions: [] })).valid).toBe(true)
  })

  test('whoever is trusted alone vouches for nobody but itself', async () => {
    const own = issue({ subject: cn('Own'), key: newKey() })
    expect((await validate(own, { anchors: [own] })).valid).toBe(true)
    expect((await validate(issue({ subject: cn('L') }, own), { anchors: [own] })).valid).toBe(false)
  })
})

describe('limits that the caller sets for an anchor (E-01)', () => {
  const anchor = issue({ subject: cn('Limited'), ca: true, key: newKey() })
  const below = issue({ subject: cn('Below'), ca: true, key: newKey() }, anchor)
  const under = async (limits: Omit<TrustAnchor, 'certificate'>, end: Issued, others: readonly Issued[] = []) =>
    buildPath(Certificate.parse(end.der), {
      anchors: [{ certificate: Certificate.parse(anchor.der), ...limits }],
      candidates: others.map(({ der }) => ({ certificate: Certificate.parse(der), source: 'caller' })),
      at: new Date('2026-06-01T00:00:00Z'),
      signatures: signatureChecks(undefined),
    })
  const codesOf = async (...given: Parameters<typeof under>): Promise<readonly string[]> =>
    (await under(...given)).problems.map(({ code, subIndication }) => `${code} ${subIndication ?? ''}`)

  test('from when on, until when', async () => {
    const end = issue({ subject: cn('L') }, anchor)
    expect(await codesOf({ start: new Date('2026-06-01'), sunset: new Date('2026-06-01') }, end)).toEqual([])
    expect(await codesOf({ start: new Date('2026-06-02') }, end)).toEqual(['ANCHOR_NOT_YET NO_CERTIFICATE_CHAIN_FOUND'])
    expect(await codesOf({ sunset: new Date('2026-05-31') }, end)).toEqual([
      'ANCHOR_SUNSET NO_CERTIFICATE_CHAIN_FOUND_NO_POE',
    ])
  })

  test('how many CAs below it, and for which names', async () => {
    const end = issue({ subject: cn('L') }, below)
    expect(await codesOf({ constraints: { pathLength: 1 } }, end, [below])).toEqual([])
    expect(await codesOf({ constraints: { pathLength: 0 } }, end, [below])).toEqual([
      'PATH_TOO_LONG CERTIFICATE_CHAIN_GENERAL_FAILURE',
    ])
    const only = (text: string): AnchorConstraints => ({
      names: {
        permitted: [{ base: { kind: 'directory', value: parseNameText(text) }, minimum: 0, hasMaximum: false }],
        excluded: [],
      },
    })
    expect(await codesOf({ constraints: only('c=vn') }, end, [below])).toEqual([])
    expect(await codesOf({ constraints: only('C=LA') }, end, [below])).toEqual(
      Array.from({ length: 2 }, () => 'NAME_NOT_PERMITTED CERTIFICATE_CHAIN_GENERAL_FAILURE'),
    )
  })

  test('names as people write them', () => {
    const name = parseNameText('CN=Nguyễn\\, An+UID=MST:1,O=Sở Nội vụ,2.5.4.6=VN')
    expect(name.toString()).toBe('CN=Nguyễn\\, An+UID=MST:1,O=Sở Nội vụ,C=VN')
    for (const wrong of ['', 'CN', 'CN=', 'XX=1', 'CN=#0500', 'CN=a\\x', 'CN=a,,C=VN'])
      expect(() => parseNameText(wrong)).toThrow(expect.objectContaining({ code: 'ARGUMENT_INVALID' }))
  })
})

describe('X-02 shape', () => {
  const shaped = async (input: Partial<Parameters<typeof issue>[0]>, profile: 'strict' | 'compat' = 'strict') =>
    validate(issue({ subject: cn('L'), ...input }, ca), { anchors: [root], others: [ca], profile })

  test.each([
    ['two signature algorithms', { inner: encodeSequence(encodeOid(OID.ecdsaWithSha384)) }, 'CERT_ALGORITHMS_DIFFER'],
    ['an extension twice', { more: [basicConstraints(false), basicConstraints(false)] }, 'CERT_EXTENSION_TWICE'],
    [
      'an extension that cannot be read',
      { more: [extension(OID.certificatePolicies, encodeNull())] },
      'CERT_EXTENSION_MALFORMED',
    ],
    ['version 1 with extensions', { version: 1 as const }, 'CERT_VERSION'],
    [
      'an unknown critical extension',
      { more: [extension('1.2.3.4', encodeNull(), true)] },
      'CRITICAL_EXTENSION_UNKNOWN',
    ],
    // RFC 5280 4.2.1.1, 4.2.1.2, 4.2.2.1: what no CA may mark critical
    ...(
      [
        ['an authority key identifier', OID.authorityKeyIdentifier, encodeSequence()],
        ['a subject key identifier', OID.subjectKeyIdentifier, encodeOctetString(new Uint8Array(20))],
        ['an access description', OID.authorityInfoAccess, encodeSequence()],
      ] as const
    ).map(
      ([what, oid, value]) =>
        [`${what} that is critical`, { more: [extension(oid, value, true)] }, 'CRITICAL_EXTENSION_UNKNOWN'] as const,
    ),
    ['serial 0', { serial: 0 }, 'CERT_SERIAL'],
    ['a negative serial', { serial: -5 }, 'CERT_SERIAL'],
    ['a serial of 21 bytes', { serial: 1n << 160n }, 'CERT_SERIAL'],
    [
      'a key that signs certificates without being a CA',
      { extensions: [basicConstraints(false), keyUsage('digitalSignature', 'keyCertSign')] },
      'CERT_KEY_USAGE_OF_CA',
    ],
    ['no subject and no alternative name', { subject: encodeSequence() }, 'CERT_SUBJECT_EMPTY'],
    [
      'no subject and an alternative name that is not critical',
      { subject: encodeSequence(), more: [subjectAltName(generalName.email('a@b.vn'))] },
      'CERT_SUBJECT_EMPTY',
    ],
    ['name constraints in a leaf', { more: [nameConstraints([generalName.dns('a.vn')])] }, 'NAME_CONSTRAINTS_IN_LEAF'],
  ])('%s fails', async (_name, input, code) => {
    expect(faults(await shaped(input))).toEqual([code])
  })

  test('serials of 20 bytes, the leading zero not counted, are right', async () => {
    expect((await shaped({ serial: (1n << 160n) - 1n })).valid).toBe(true)
  })

  test('compat keeps odd serials as a note', async () => {
    const report = await shaped({ serial: 0 }, 'compat')
    expect([report.valid, warnings(report)]).toEqual([true, ['CERT_SERIAL']])
  })

  test('an unknown critical extension matters only in the chain that is used', async () => {
    const odd = issue(
      { subject: cn('CA'), ca: true, key: ca.key, more: [extension('1.2.3.4', encodeNull(), true)] },
      root,
    )
    expect((await validate(leaf, { anchors: [root], others: [odd, ca] })).valid).toBe(true)
  })

  test('an empty issuer, a CA without a name', async () => {
    const nameless = issue({ subject: encodeSequence(), ca: true, key: newKey() }, root)
    const end = issue({ subject: cn('L') }, nameless)
    expect(faults(await validate(end, { anchors: [root], others: [nameless] }))).toEqual(
      ['CERT_ISSUER_EMPTY', 'CERT_SUBJECT_EMPTY'].sort((a) => (a === 'CERT_SUBJECT_EMPTY' ? -1 : 1)),
    )
  })

  test('validity includes both ends', async () => {
    const bounded = issue({ subject: cn('L'), notBefore: '2026-01-01T00:00:00Z', notAfter: '2026-02-01T00:00:00Z' }, ca)
    const at = async (time: string) => validate(bounded, { anchors: [root], others: [ca], at: new Date(time) })
    expect((await at('2026-01-01T00:00:00Z')).valid).toBe(true)
    expect((await at('2026-02-01T00:00:00Z')).valid).toBe(true)
    expect(await at('2025-12-31T23:59:59Z')).toMatchObject({ valid: false, subIndication: 'OUT_OF_BOUNDS_NO_POE' })
    expect(faults(await at('2026-02-01T00:00:01Z'))).toEqual(['CERT_EXPIRED'])
    // Certificates count in seconds: the one that notAfter names belongs to it, the one before notBefore does not.
    expect((await at('2026-02-01T00:00:00.999Z')).valid).toBe(true)
    expect(faults(await at('2025-12-31T23:59:59.999Z'))).toEqual(['CERT_NOT_YET_VALID'])
  })
})

describe('X-03 certification authorities', () => {
  const under = async (input: Partial<Parameters<typeof issue>[0]>) => {
    const middle = issue({ subject: cn('M'), ca: true, key: newKey(), ...input }, root)
    return validate(issue({ subject: cn('L') }, middle), { anchors: [root], others: [middle] })
  }

  test.each([
    ['cA false', { extensions: [basicConstraints(false), keyUsage('keyCertSign')] }, ['CA_FLAG_MISSING']],
    ['no basic constraints', { extensions: [keyUsage('keyCertSign')] }, ['CA_FLAG_MISSING']],
    ['a person', { extensions: [keyUsage('digitalSignature')] }, ['CA_FLAG_MISSING', 'CA_KEY_USAGE']],
    ['key usage without keyCertSign', { extensions: [basicConstraints(true), keyUsage('cRLSign')] }, ['CA_KEY_USAGE']],
    ['no key usage at all: right', { extensions: [basicConstraints(true)] }, []],
  ])('%s', async (_name, input, codes) => {
    expect(faults(await under(input))).toEqual(codes)
  })

  test('path length counts CAs that are not self-issued; the leaf does not count', async () => {
    const zero = issue({ subject: cn('Zero'), ca: true, pathLen: 0, key: newKey() }, root)
    const newer = issue({ subject: cn('Zero'), ca: true, pathLen: 0, key: newKey() }, zero)
    const below = issue({ subject: cn('Below'), ca: true, key: newKey() }, zero)
    expect((await validate(issue({ subject: cn('L') }, zero), { anchors: [root], others: [zero] })).valid).toBe(true)
    expect((await validate(issue({ subject: cn('L') }, newer), { anchors: [root], others: [zero, newer] })).valid).toBe(
      true,
    )
    expect(
      faults(await validate(issue({ subject: cn('L') }, below), { anchors: [root], others: [zero, below] })),
    ).toEqual(['PATH_TOO_LONG'])
  })

  test('a larger path length below a smaller one has no effect', async () => {
    const one = issue({ subject: cn('1'), ca: true, pathLen: 1, key: newKey() }, root)
    const five = issue({ subject: cn('5'), ca: true, pathLen: 5, key: newKey() }, one)
    const more = issue({ subject: cn('more'), ca: true, key: newKey() }, five)
    expect((await validate(issue({ subject: cn('L') }, five), { anchors: [root], others: [one, five] })).valid).toBe(
      true,
    )
    expect(
      faults(await validate(issue({ subject: cn('L') }, more), { anchors: [root], others: [one, five, more] })),
    ).toEqual(['PATH_TOO_LONG'])
  })
})

describe('limits', () => {
  test('a mesh of 200 CAs that certify one another ends under a second with LIMIT_CHAINS (L-15)', async () => {
    // Each by ten others; `npm run fuzz:x509` has all 39,800 certificates.
    const keys = Array.from({ length: 200 }, newKey)
    const selves = keys.map((key, index) => issue({ subject: cn(`M${index}`), ca: true, key }))
    const mesh = selves.flatMap((issuer, index) =>
      Array.from({ length: 10 }, (_, step) => selves[(index + 1 + step * step) % selves.length]!).map((other) =>
        issue({ subject: other.subject, ca: true, key: other.key }, issuer),
      ),
    )
    const end = issue({ subject: cn('L') }, selves[0])
    const start = process.cpuUsage()
    const report = await validate(end, { anchors: [root], others: mesh })
    expect(faults(report)).toContain('LIMIT_CHAINS')
    expect(report.valid).toBe(false)
    expect(spent(start)).toBeLessThan(1000)
    const way = issue({ subject: selves[150]!.subject, ca: true, key: selves[150]!.key }, root)
    const middle = process.cpuUsage()
    expect((await validate(end, { anchors: [root], others: [...mesh, way] })).valid).toBe(true)
    expect(spent(middle)).toBeLessThan(1000)
  })

  test('a mesh with one way out is left by it, however many ways lead astray', async () => {
    const keys = Array.from({ length: 12 }, newKey)
    const selves = keys.map((key, index) => issue({ subject: cn(`W${index}`), ca: true, key }))
    const mesh = selves.flatMap((issuer) =>
      selves
        .filter((other) => other !== issuer)
        .map((other) => issue({ subject: other.subject, ca: true, key: other.key }, issuer)),
    )
    const way = issue({ subject: cn('W11'), ca: true, key: keys[11]! }, root)
    const start = process.cpuUsage()
    for (const others of [
      [...mesh, way],
      [way, ...mesh],
    ]) {
      const report = await validate(issue({ subject: cn('L') }, selves[0]), { anchors: [root], others })
      expect([report.valid, report.path.length]).toEqual([true, 4])
    }
    expect(spent(start)).toBeLessThan(1000)
  })

  test('many keys under one name end with LIMIT_VERIFICATIONS (L-16)', async () => {
    const key = newKey()
    const spki = (index: number): Uint8Array => {
      // the point is not on the curve: cheap to make, and each is another key
      const bytes = Uint8Array.from(key.spki)
      bytes.set([index >> 8, index & 255], bytes.length - 2)
      return bytes
    }
    const crowd = Array.from({ length: 2100 }, (_, index) =>
      issue({ subject: cn('CA'), ca: true, key: { ...key, spki: spki(index) } }),
    )
    const start = process.cpuUsage()
    const report = await validate(leaf, { anchors: [root], others: crowd })
    expect(faults(report)).toEqual(['LIMIT_VERIFICATIONS'])
    expect(spent(start)).toBeLessThan(5000)
  })

  test('a chain longer than ten is refused (L-15)', async () => {
    const chain: Issued[] = [root]
    for (let index = 0; index < 12; index++)
      chain.push(issue({ subject: cn(`C${index}`), ca: true, key: newKey() }, chain.at(-1)))
    const end = async (length: number) =>
      validate(issue({ subject: cn('L') }, chain[length]), { anchors: [root], others: chain.slice(1) })
    expect((await end(8)).path).toHaveLength(10)
    expect(faults(await end(9))).toEqual(['LIMIT_CHAIN_LENGTH'])
  })

  test('name constraints times names are bounded (L-22)', async () => {
    const many = (count: number): Uint8Array[] =>
      Array.from({ length: count }, (_, index) => generalName.dns(`h${index}.example.vn`))
    const constrained = issue(
      { subject: cn('NC'), ca: true, key: newKey(), more: [nameConstraints([generalName.dns('vn')], many(600))] },
      root,
    )
    const end = issue(
      { subject: cn('L'), more: [subjectAltName(...many(600).map((_, index) => generalName.dns(`x${index}.vn`)))] },
      constrained,
    )
    expect(faults(await validate(end, { anchors: [root], others: [constrained] }))).toEqual(['LIMIT_NC_WORK'])
  })
})

test('a chain that costs too much does not hide a good one (L-21, L-22)', async () => {
  const key = newKey()
  const many = Array.from({ length: 600 }, (_, index) => generalName.dns(`h${index}.example.vn`))
  const costly = issue(
    { subject: cn('CA'), ca: true, key, more: [nameConstraints([generalName.dns('vn')], many)] },
    root,
  )
  const plain = issue({ subject: cn('CA'), ca: true, key }, root)
  const names = Array.from({ length: 600 }, (_, index) => generalName.dns(`x${index}.vn`))
  const end = issue({ subject: cn('L'), more: [subjectAltName(...names)] }, plain)
  expect(faults(await validate(end, { anchors: [root], others: [costly] }))).toEqual(['LIMIT_NC_WORK'])
  for (const others of [
    [costly, plain],
    [plain, costly],
  ])
    expect((await validate(end, { anchors: [root], others })).valid).toBe(true)
})

test('distinguished names are compared by rule when chaining (X-04)', async () => {
  const upper = issue(
    { subject: dn([OID.countryName, 'VN'], [OID.commonName, 'SỞ  NỘI VỤ ']), ca: true, key: newKey() },
    root,
  )
  const end = issue({ subject: cn('L'), issuerName: dn([OID.countryName, 'vn'], [OID.commonName, 'sở nội vụ']) }, upper)
  expect((await validate(end, { anchors: [root], others: [upper] })).valid).toBe(true)
})

test('integers as skip counts must not be negative', async () => {
  const bad = extension(OID.inhibitAnyPolicy, encodeInteger(-1), true)
  const odd = issue({ subject: cn('O'), ca: true, key: newKey(), more: [bad] }, root)
  expect(faults(await validate(issue({ subject: cn('L') }, odd), { anchors: [root], others: [odd] }))).toEqual([
    'CERT_EXTENSION_MALFORMED',
  ])
})

describe('X-01 what an anchor itself says', () => {
  const other = { subject: cn('Limited'), ca: true, key: newKey() }
  const named = { subject: cn('L'), more: [subjectAltName(generalName.dns('a.vn'))] }

  test('limits that cannot be read are not dropped', async () => {
    const odd = extension(OID.nameConstraints, Uint8Array.of(0x30, 3, 1), true)
    const anchor = issue({ ...other, more: [odd] })
    expect(faults(await validate(issue(named, anchor), { anchors: [anchor] }))).toEqual(['CERT_EXTENSION_MALFORMED'])
  })

  test('nor are limits that stand there twice', async () => {
    const twice = [nameConstraints([generalName.dns('a.vn')]), nameConstraints([generalName.dns('b.vn')])]
    const anchor = issue({ ...other, more: twice })
    expect(faults(await validate(issue(named, anchor), { anchors: [anchor] }))).toEqual(['CERT_EXTENSION_MALFORMED'])
  })

  test('of two certificates for one key either may vouch, in any order', async () => {
    const narrow = issue({ ...other, more: [nameConstraints([generalName.dns('b.vn')])] })
    const wide = issue(other)
    const signed = issue(named, wide)
    expect((await validate(signed, { anchors: [narrow, wide] })).valid).toBe(true)
    expect((await validate(signed, { anchors: [wide, narrow] })).valid).toBe(true)
    expect(faults(await validate(signed, { anchors: [narrow] }))).toEqual(['NAME_NOT_PERMITTED'])
  })

  test('an anchor too narrow does not close the way through a cross certificate to another', async () => {
    const narrow = issue({ ...other, more: [nameConstraints([generalName.dns('b.vn')])] })
    const cross = issue(other, root)
    const report = await validate(issue(named, narrow), { anchors: [narrow, root], others: [cross] })
    expect(report.valid).toBe(true)
    expect(report.path.map(({ subject }) => subject)).toEqual(['CN=L,C=VN', 'CN=Limited,C=VN', 'CN=Root,C=VN'])
  })
})

test('a verification counts by what it costs (L-16)', async () => {
  const usual = { spki: root.key.spki, info: Certificate.parse(root.der).publicKey }
  const object = Certificate.parse(ca.der)
  const cost = async (bits: number, exponent: bigint, size = 0): Promise<number> => {
    const budget = { verifications: 0 }
    const { signatureAlgorithm, signatureValue } = object
    const signed = { signatureAlgorithm, signatureValue, tbs: new Uint8Array(size) }
    await signatureChecks(budget).check(signed, { ...usual, info: { ...usual.info, bits, exponent } })
    return budget.verifications
  }
  expect([await cost(256, 0n), await cost(4096, 65_537n), await cost(16_384, 65_537n)]).toEqual([1, 1, 16])
  expect(await cost(16_384, (1n << 64n) - 1n)).toBe(64)
  expect(await cost(256, 0n, 3 << 20)).toBe(4)
})
