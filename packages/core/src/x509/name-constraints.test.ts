import { describe, expect, test } from '@jest/globals'
import { faults, validate } from '../../test/support/chains.ts'
import { cn, dn, generalName, issue, nameConstraints, newKey, subjectAltName } from '../../test/support/issue.ts'
import { OID } from '../der/oids.ts'
import { concat, encodeExplicit, encodeImplicit, encodeOid, encodeUtf8String } from '../der/writer.ts'

const root = issue({ subject: cn('Root'), ca: true, key: newKey() })
const { dns, email, uri, ip, directory, other } = generalName
const key = newKey()

async function constrained(
  permitted: readonly Uint8Array[],
  excluded: readonly Uint8Array[],
  names: readonly Uint8Array[],
  subject: Uint8Array = cn('L'),
): Promise<readonly string[]> {
  const ca = issue({ subject: cn('CA'), ca: true, key, more: [nameConstraints(permitted, excluded)] }, root)
  const leaf = issue({ subject, more: names.length === 0 ? [] : [subjectAltName(...names)] }, ca)
  return faults(await validate(leaf, { anchors: [root], others: [ca] }))
}

const OUT = ['NAME_NOT_PERMITTED']
const EXCLUDED = ['NAME_EXCLUDED']
const ODD = ['NAME_NOT_COMPARABLE']

describe('X-05 permitted', () => {
  test.each([
    ['dns: the host itself', dns('gov.vn'), dns('gov.vn'), []],
    ['dns: labels to the left', dns('gov.vn'), dns('a.b.GOV.vn'), []],
    ['dns: not letters to the left', dns('gov.vn'), dns('xgov.vn'), OUT],
    ['dns: wildcard inside', dns('gov.vn'), dns('*.gov.vn'), []],
    ['dns: wildcard wider than the constraint', dns('moha.gov.vn'), dns('*.gov.vn'), OUT],
    ['dns: constraint with a leading dot', dns('.gov.vn'), dns('a.gov.vn'), ODD],
    ['dns: the empty constraint is everything', dns(''), dns('a.vn'), []],
    ['email: the mailbox, its local part by case', email('an@gov.vn'), email('an@GOV.vn'), []],
    ['email: another local part', email('an@gov.vn'), email('An@gov.vn'), OUT],
    ['email: a host exactly', email('gov.vn'), email('an@gov.vn'), []],
    ['email: not its subdomains', email('gov.vn'), email('an@a.gov.vn'), OUT],
    ['email: .domain is subdomains', email('.gov.vn'), email('an@a.gov.vn'), []],
    ['email: .domain is not the domain', email('.gov.vn'), email('an@gov.vn'), OUT],
    ['email: * is a letter', email('*@gov.vn'), email('an@gov.vn'), OUT],
    ['email: two @ in a name', email('gov.vn'), email('an@evil.com@gov.vn'), ODD],
    ['email: two @ in a constraint', email('an@evil.com@gov.vn'), email('an@gov.vn'), ODD],
    ['email: a quoted @', email('gov.vn'), email('"an@evil.com"@gov.vn'), []],
    ['email: a name without @', email('gov.vn'), email('gov.vn'), ODD],
    ['uri: a host exactly', uri('gov.vn'), uri('https://u@gov.vn:8443/x'), []],
    ['uri: not its subdomains', uri('gov.vn'), uri('https://a.gov.vn/'), OUT],
    ['uri: .host is subdomains', uri('.gov.vn'), uri('https://a.gov.vn'), []],
    ['uri: no IP address', uri('gov.vn'), uri('https://127.0.0.1/'), ODD],
    ['uri: no IPv6 address', uri('gov.vn'), uri('https://[::1]/'), ODD],
    ['uri: no host', uri('gov.vn'), uri('mailto:an@gov.vn'), ODD],
    ['uri: the host, not what looks like it', uri('gov.vn'), uri('https://evil.vn/@gov.vn'), OUT],
    ['ip: inside', ip(10, 0, 0, 0, 255, 0, 0, 0), ip(10, 1, 2, 3), []],
    ['ip: outside', ip(10, 0, 0, 0, 255, 0, 0, 0), ip(11, 1, 2, 3), OUT],
    ['ip: another family', ip(10, 0, 0, 0, 255, 0, 0, 0), ip(...new Uint8Array(16)), OUT],
    ['ip: a mask with holes', ip(10, 0, 0, 0, 255, 0, 255, 0), ip(10, 1, 0, 3), ODD],
    ['ip: half a constraint', ip(10, 0, 0, 0), ip(10, 1, 0, 3), ODD],
    [
      'directory name in SAN',
      directory(cn('L')),
      directory(dn([OID.countryName, 'VN'], [OID.commonName, 'l'], [OID.title, 'x'])),
      [],
    ],
    ['directory name in SAN, outside', directory(cn('L')), directory(cn('M')), OUT],
    ['otherName cannot be compared', other('1.2.3', 'a'), other('1.2.3', 'a'), ODD],
    ['a type that is not constrained is free', dns('gov.vn'), email('an@evil.com'), []],
  ])('%s', async (_name, permitted, name, expected) => {
    expect(await constrained([permitted], [], [name])).toEqual(expected)
  })

  test('the subject is a directory name, and a leaf is never exempt', async () => {
    const base = directory(dn([OID.countryName, 'VN'], [OID.organizationName, 'Sở Nội vụ']))
    const inside = dn([OID.countryName, 'VN'], [OID.organizationName, 'SỞ NỘI VỤ'], [OID.commonName, 'An'])
    expect(await constrained([base], [], [], inside)).toEqual([])
    expect(await constrained([base], [], [])).toEqual(OUT)
  })

  test('emailAddress in the subject counts where no rfc822Name is there', async () => {
    const subject = dn([OID.commonName, 'An'], [OID.emailAddress, 'an@evil.com'])
    expect(await constrained([email('gov.vn')], [], [], subject)).toEqual(OUT)
    expect(await constrained([email('gov.vn')], [], [email('an@gov.vn')], subject)).toEqual([])
  })

  test('several permitted subtrees: one is enough', async () => {
    expect(await constrained([dns('a.vn'), dns('b.vn')], [], [dns('x.b.vn')])).toEqual([])
  })
})

describe('X-05 excluded wins', () => {
  test.each([
    ['dns', dns('evil.vn'), dns('a.evil.vn'), EXCLUDED],
    ['dns: a wildcard that reaches into it', dns('a.evil.vn'), dns('*.evil.vn'), EXCLUDED],
    ['dns: outside', dns('evil.vn'), dns('good.vn'), []],
    ['email', email('evil.vn'), email('x@evil.vn'), EXCLUDED],
    ['ip', ip(10, 0, 0, 0, 255, 0, 0, 0), ip(10, 9, 9, 9), EXCLUDED],
    ['directory', directory(cn('L')), directory(cn('Other')), EXCLUDED],
  ])('%s', async (_name, excluded, name, expected) => {
    expect(await constrained([dns('vn'), email('evil.vn'), ip(0, 0, 0, 0, 0, 0, 0, 0)], [excluded], [name])).toEqual(
      expected,
    )
  })
})

describe('X-05 down the chain', () => {
  test('permitted sets intersect; a lower CA cannot widen', async () => {
    const narrow = issue(
      { subject: cn('N'), ca: true, key: newKey(), more: [nameConstraints([dns('a.gov.vn')])] },
      root,
    )
    const wide = issue({ subject: cn('W'), ca: true, key: newKey(), more: [nameConstraints([dns('gov.vn')])] }, narrow)
    const foreign = issue({ subject: cn('F'), ca: true, key: newKey(), more: [nameConstraints([dns('b.vn')])] }, narrow)
    const check = async (issuer: typeof wide, name: string) =>
      faults(
        await validate(issue({ subject: cn('L'), more: [subjectAltName(dns(name))] }, issuer), {
          anchors: [root],
          others: [narrow, wide, foreign],
        }),
      )
    expect(await check(wide, 'x.a.gov.vn')).toEqual([])
    expect(await check(wide, 'x.gov.vn')).toEqual(OUT)
    // an empty intersection stays empty
    expect(await check(foreign, 'b.vn')).toEqual(OUT)
    expect(await check(foreign, 'a.gov.vn')).toEqual(OUT)
  })

  test('a self-issued intermediate is exempt, the final certificate never', async () => {
    const base = nameConstraints([directory(dn([OID.countryName, 'VN'], [OID.organizationName, 'O']))])
    const ca = issue({ subject: cn('CA'), ca: true, key: newKey(), more: [base] }, root)
    const rollover = issue({ subject: cn('CA'), ca: true, key: newKey() }, ca)
    const inside = dn([OID.countryName, 'VN'], [OID.organizationName, 'O'], [OID.commonName, 'L'])
    const others = [ca, rollover]
    expect(faults(await validate(issue({ subject: inside }, rollover), { anchors: [root], others }))).toEqual([])
    expect(faults(await validate(issue({ subject: cn('CA') }, ca), { anchors: [root], others }))).toEqual(OUT)
  })
})

describe('X-05 other spellings of a host are no way around a constraint', () => {
  test.each([
    ['uri: a final dot', uri('evil.vn'), uri('https://evil.vn./x')],
    ['uri: a percent sign', uri('evil.vn'), uri('https://e%76il.vn/x')],
    ['uri: a backslash after the host', uri('evil.vn'), uri(String.raw`https://evil.vn\x`)],
    ['uri: a scheme that hides a host', uri('evil.vn'), uri('https:evil.vn/://good.vn/')],
    ['email: a final dot', email('evil.vn'), email('an@evil.vn.')],
    ['email: a final dot of a subdomain', email('.evil.vn'), email('an@a.evil.vn.')],
    ['email: a space', email('evil.vn'), email('an@evil.vn ')],
    ['email: a constraint that is no host', email('evil.vn.'), email('an@evil.vn')],
    ['uri: a constraint that is no host', uri('https://evil.vn'), uri('https://evil.vn/')],
  ])('%s', async (_name, excluded, name) => {
    expect(await constrained([], [excluded], [name])).toEqual(ODD)
  })

  test('a mailbox beyond ASCII is a mailbox (RFC 9598)', async () => {
    const mailbox = (content: Uint8Array): Uint8Array =>
      encodeImplicit(0, true, concat(encodeOid('1.3.6.1.5.5.7.8.9'), encodeExplicit(0, content)))
    const check = async (content: Uint8Array): Promise<readonly string[]> =>
      constrained([], [email('evil.vn')], [mailbox(content)])
    expect(await check(encodeUtf8String('ấn@evil.vn'))).toEqual(EXCLUDED)
    expect(await check(encodeUtf8String('ấn@gov.vn'))).toEqual([])
    expect(await check(Uint8Array.of(5, 0))).toEqual(ODD)
    expect(await constrained([email('gov.vn')], [], [mailbox(encodeUtf8String('ấn@evil.vn'))])).toEqual(OUT)
  })

  test('a backslash does not lead into what is permitted', async () => {
    expect(await constrained([uri('good.vn')], [], [uri(String.raw`https://evil.vn\@good.vn/`)])).toEqual(ODD)
  })
})

describe('L-22 the work is bounded', () => {
  const spent = async (work: () => Promise<unknown>): Promise<number> => {
    const start = process.cpuUsage()
    await work()
    const { user, system } = process.cpuUsage(start)
    return (user + system) / 1000
  }
  const many = (make: (text: string) => Uint8Array): Uint8Array[] =>
    Array.from({ length: 20_000 }, (_, index) => make(`a${index}.vn`))

  test('names do not walk through constraints of other kinds', async () => {
    expect(await spent(() => constrained(many(email), [], many(dns)))).toBeLessThan(1000)
  })

  test('a name without end is none', async () => {
    const long = 'a.'.repeat(100_000)
    const bases = many(dns).slice(0, 500)
    const work = async (): Promise<void> => expect(await constrained(bases, [], [dns(`${long}vn`)])).toEqual(ODD)
    expect(await spent(work)).toBeLessThan(1000)
    expect(await constrained([email('gov.vn')], [], [email(`an@${long}vn`)])).toEqual(ODD)
    expect(await constrained([uri('gov.vn')], [], [uri(`https://${long}vn`)])).toEqual(ODD)
  })
})
