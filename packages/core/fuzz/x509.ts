// `npm run fuzz:x509`: mutated certificates, CRLs and OCSP responses, half of them signed again so that they get past the signature.
// Each is a coded error or a verdict within 50 ms of processor time, and none that its signer did not sign passes.
import { OID } from '../src/der/oids.ts'
import { parseDer } from '../src/der/reader.ts'
import {
  encodeBitString,
  encodeImplicit,
  encodeBoolean,
  encodeInteger,
  encodeNull,
  encodeSequence,
  encodeTlv,
} from '../src/der/writer.ts'
import { CountersignError } from '../src/error.ts'
import { validateCertificate } from '../src/pades/certificate-report.ts'
import { createTrustStore } from '../src/validation/trust.ts'
import { Certificate } from '../src/x509/certificate.ts'
import { Crl } from '../src/x509/crl.ts'
import { OcspResponse } from '../src/x509/ocsp.ts'
import * as make from '../test/support/issue.ts'
import { sign } from 'node:crypto'
import { mutateDer } from './der-mutate.ts'
import { pick, randomOf, type Random } from './random.ts'

const COUNT = 10_000
const BOUNDED = 1_000
const MOST_MILLISECONDS = 50
const AT = new Date('2026-06-01T00:00:00Z')
const { cn, extension, generalName } = make

const points = extension(
  OID.crlDistributionPoints,
  encodeSequence(
    encodeSequence(encodeTlv(2, true, 0, encodeTlv(2, true, 0, generalName.uri('http://ca.test/a.crl')))),
    encodeSequence(
      encodeTlv(2, false, 1, Uint8Array.of(1, 0x60)),
      encodeTlv(2, true, 2, generalName.directory(cn('X'))),
    ),
  ),
)
const everything = [
  points,
  make.policies('1.2.3', '2.5.29.32.0'),
  make.subjectAltName(
    generalName.dns('a.vn'),
    generalName.email('an@a.vn'),
    generalName.uri('https://a.vn/x'),
    generalName.ip(10, 0, 0, 1),
    generalName.directory(cn('Y')),
    generalName.other('1.2.3.4', 'x'),
  ),
  extension(OID.qcStatements, encodeSequence(encodeSequence(make.ecdsaSha256.subarray(2)))),
  extension(OID.authorityKeyIdentifier, encodeSequence(encodeImplicit(0, false, new Uint8Array(20)))),
]
const root = make.issue({ subject: cn('Root'), ca: true, key: make.newKey() })
const ca = make.issue(
  {
    subject: cn('CA cấp 1'),
    ca: true,
    pathLen: 1,
    key: make.newKey(),
    more: [
      make.policies('1.2.3'),
      make.policyMappings(['1.2.3', '1.2.4']),
      extension(OID.policyConstraints, encodeSequence(encodeImplicit(0, false, Uint8Array.of(3)))),
      extension(OID.inhibitAnyPolicy, encodeInteger(3)),
      make.nameConstraints(
        [
          generalName.dns('vn'),
          generalName.email('.vn'),
          generalName.email('a.vn'),
          generalName.ip(10, 0, 0, 0, 255, 0, 0, 0),
        ],
        [generalName.uri('.evil.vn'), generalName.directory(cn('Z'))],
      ),
    ],
  },
  root,
)
const leaf = make.issue({ subject: cn('Nguyễn Văn An'), more: everything, key: make.newKey() }, ca)
const other = make.issue({ subject: cn('Other') }, ca)
const responder = make.issue(
  {
    subject: cn('OCSP'),
    key: make.newKey(),
    more: [make.extendedKeyUsage([OID.ocspSigning]), extension(OID.ocspNoCheck, encodeNull())],
  },
  ca,
)
const indirect = extension(
  OID.issuingDistributionPoint,
  encodeSequence(encodeImplicit(4, false, encodeBoolean(true).subarray(2))),
  true,
)
const material = {
  leaf: leaf.der,
  ca: ca.der,
  rootList: make.crl(root, { revoked: [{ of: other, reason: 6 }] }),
  list: make.crl(ca, {
    revoked: [
      { of: other, reason: 1 },
      { of: other, more: [extension(OID.certificateIssuer, encodeSequence(generalName.directory(cn('CA'))), true)] },
    ],
    more: [indirect],
  }),
  delta: make.crl(ca, { number: 2, more: [extension(OID.deltaCrlIndicator, encodeInteger(1), true)] }),
  response: make.ocsp(leaf, ca, { responder, certificates: [responder] }),
}
type Part = keyof typeof material
const PARTS = Object.keys(material) as readonly Part[]
const SIGNERS: Readonly<Partial<Record<Part, make.Key>>> = {
  leaf: ca.key,
  ca: root.key,
  rootList: root.key,
  list: ca.key,
  delta: ca.key,
}

/** The part with its signed content changed and signed again by the right key; undefined where it cannot be. */
function signedAgain(bytes: Uint8Array, key: make.Key, random: Random): Uint8Array | undefined {
  const [tbs, algorithm] = parseDer(bytes).children
  const changed = mutateDer(tbs!.bytes, random)
  return encodeSequence(changed, algorithm!.bytes, encodeBitString(sign('sha256', changed, key.privateKey)))
}

function check(part: Part, bytes: Uint8Array): string | undefined {
  const parse =
    part === 'response' ? OcspResponse.parse : part === 'leaf' || part === 'ca' ? Certificate.parse : Crl.parse
  try {
    parse(bytes)
    return undefined
  } catch (error) {
    if (error instanceof CountersignError) return error.code
    throw error
  }
}

interface Outcome {
  readonly milliseconds: number
  readonly valid: boolean
  readonly code: string
}

async function judge(part: Part, bytes: Uint8Array): Promise<Outcome> {
  const used = { ...material, [part]: bytes }
  const start = process.cpuUsage()
  const unreadable = check(part, bytes)
  const report = await validateCertificate(used.leaf, {
    trust: createTrustStore([root.der]),
    intermediates: [used.ca],
    crls: [used.rootList, used.list, used.delta],
    ocsps: [used.response],
    at: AT,
  })
  const { user, system } = process.cpuUsage(start)
  const code = unreadable ?? report.findings.find(({ severity }) => severity === 'error')?.code ?? 'PASSED'
  return { milliseconds: (user + system) / 1000, valid: report.valid, code }
}

const same = (a: Uint8Array, b: Uint8Array): boolean =>
  a.length === b.length && a.every((octet, index) => octet === b[index])

async function main(): Promise<number> {
  const bounded = process.argv.includes('--bounded')
  const given = Number(process.argv.slice(2).find((word) => /^\d+$/.test(word)))
  const count = Number.isNaN(given) ? (bounded ? BOUNDED : COUNT) : given
  const seed = Number(process.env['FUZZ_SEED'] ?? 1)
  const codes = new Map<string, number>()
  const faults: string[] = []
  let slowest = 0
  for (let index = 0; index < count; index++) {
    const random = randomOf(seed, index)
    const part = pick(PARTS, random)
    const key = random(2) === 0 ? SIGNERS[part] : undefined
    const again = key === undefined ? undefined : signedAgain(material[part], key, random)
    const bytes = again ?? mutateDer(material[part], random)
    const name = `${part} ${index}${again === undefined ? '' : ' signed again'}`
    try {
      let found = await judge(part, bytes)
      // The collector and the compiler work on somebody's time: slow is what is slow twice.
      if (found.milliseconds > MOST_MILLISECONDS) found = await judge(part, bytes)
      slowest = Math.max(slowest, found.milliseconds)
      codes.set(found.code, (codes.get(found.code) ?? 0) + 1)
      if (found.milliseconds > MOST_MILLISECONDS) faults.push(`${name}: ${found.milliseconds.toFixed(0)} ms`)
      const decides = part === 'leaf' || part === 'ca' || part === 'rootList'
      if (found.valid && again === undefined && decides && !same(bytes, material[part])) faults.push(`${name}: passed`)
    } catch (error) {
      faults.push(`${name}: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`)
    }
  }
  for (const fault of faults.slice(0, 20)) console.log(fault)
  const kinds = [...codes].toSorted((a, b) => b[1] - a[1]).map(([code, times]) => `${code} ${times}`)
  console.log(kinds.join(', '))
  console.log(
    `${count} mutated certificates, lists and responses (seed ${seed}): ${faults.length} faults, slowest ${slowest.toFixed(1)} ms`,
  )
  return faults.length === 0 ? 0 : 1
}

/** 200 CAs that all certify one another: no way to the root ends with LIMIT, one way out is found, both within a second. */
async function mesh(): Promise<number> {
  const selves = Array.from({ length: 200 }, (_, index) =>
    make.issue({ subject: cn(`M${index}`), ca: true, key: make.newKey() }),
  )
  const crossed = selves.flatMap((issuer) =>
    selves
      .filter((one) => one !== issuer)
      .map((one) => make.issue({ subject: one.subject, ca: true, key: one.key }, issuer).der),
  )
  const end = make.issue({ subject: cn('L') }, selves[0]).der
  const way = make.issue({ subject: selves[199]!.subject, ca: true, key: selves[199]!.key }, root).der
  let wrong = 0
  for (const intermediates of [crossed, [...crossed, way]]) {
    const out = intermediates !== crossed
    const ask = async (): Promise<{ valid: boolean; limited: boolean; seconds: number }> => {
      const start = process.cpuUsage()
      const { valid, findings } = await validateCertificate(end, {
        trust: createTrustStore([root.der]),
        intermediates,
        at: AT,
        revocation: 'none',
      })
      const { user, system } = process.cpuUsage(start)
      return { valid, limited: findings.some(({ code }) => code === 'LIMIT_CHAINS'), seconds: (user + system) / 1e6 }
    }
    let found = await ask()
    if (found.seconds > 1) found = await ask()
    const { valid, limited, seconds } = found
    if (valid !== out || limited === out || seconds > 1) wrong++
    const answer = valid ? 'valid' : limited ? 'LIMIT_CHAINS' : 'no limit'
    console.log(`mesh of 200 CAs, ${intermediates.length} certificates: ${answer}, ${seconds.toFixed(2)} s`)
  }
  return wrong
}

process.exitCode = (await main()) + (process.argv.includes('--bounded') ? 0 : await mesh())
