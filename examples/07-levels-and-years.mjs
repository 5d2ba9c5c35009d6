// Signatures that last: every level, an old signature extended, and the same file judged years later, when its certificates are gone.
// The authorities (CRL, OCSP, time stamps) are a test PKI on this machine, whose clock is turned.
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import {
  createTrustStore,
  extend,
  httpTimestampAuthority,
  onlineSource,
  p12Signer,
  sign,
  verify,
} from '@countersign/core/node'
import { createTestPki, serveTestPki } from '@countersign/test-pki'

const YEAR = 365 * 86_400_000
let today = new Date()
const later = (years) => new Date(today.getTime() + years * YEAR)
const member = (name, key, profile, issuer, years) => ({
  subject: ['C=VN', 'O=Countersign TEST', `CN=${name} (TEST)`],
  key,
  profile,
  validity: { from: -30, to: years * 365 },
  ...(issuer === undefined ? {} : { issuer }),
})
const declaration = {
  root: member('Root CA', 'officerP384', 'root', undefined, 30),
  ca: member('Issuing CA', 'caEc', 'ca', 'root', 20),
  officer: member('Nguyễn Thị Ánh Tuyết', 'officerEc', 'signer', 'ca', 3),
  tsa: member('Time stamps', 'tsaEc', 'tsa', 'ca', 9),
}
const authorities = await serveTestPki((baseUrl) => createTestPki({ clock: () => today, baseUrl, declaration }))
const { actors } = authorities.pki

// what a user of real authorities writes as well
const signer = await p12Signer(actors.officer.toPkcs12('test'), { password: 'test' })
const trust = createTrustStore([actors.root.certificate])
const now = () => today
const tsa = httpTimestampAuthority([`${authorities.url}/tsa`], { now })
const sources = onlineSource({ allowHosts: [new URL(authorities.url).host], now })
const longTerm = { tsa, trust, sources, now }

const letter = await readFile('examples/data/letter.pdf')
await mkdir('examples-output', { recursive: true })

/** With what the file holds, and nothing else. */
async function offline(bytes, at = today) {
  const { signatures } = await verify(bytes, { trust, at })
  return signatures[0]
}
const told = ({ indication, subIndication, level }) =>
  `${level} ${indication}${subIndication ? ` ${subIndication}` : ''}`

let failed = false
function expect(what, found, wanted) {
  console.log(`${what}: ${found}`)
  if (found !== wanted) failed = true
}

try {
  // 1. sign at each level; what is not reached would be an error, never a lower level
  const files = {}
  for (const level of ['B-B', 'B-T', 'B-LT', 'B-LTA']) {
    const { bytes, report } = await sign(letter, { signer, at: today, level, ...longTerm })
    files[level] = bytes
    await writeFile(`examples-output/07-${level.toLowerCase()}.pdf`, bytes)
    const stamps = report.longTerm?.timestamps.length ?? 0
    console.log(
      `${report.reachedLevel}: ${bytes.length} bytes, ${stamps} time stamps, renew before ${report.longTerm?.renewBefore ?? '-'}`,
    )
  }
  expect('B-LT, offline', told(await offline(files['B-LT'])), 'B-LT TOTAL-PASSED')

  // 2. a signature that somebody made at B-B is brought up; the signature itself is not touched
  const extended = await extend(files['B-B'], { to: 'B-LTA', ...longTerm })
  expect('B-B extended, offline', told(await offline(extended.bytes)), 'B-LTA TOTAL-PASSED')

  // 3. six years on the officer's certificate has expired: only the archive still proves when it was signed
  const archived = extended.bytes
  today = later(6)
  const ask = async (bytes) => (await verify(bytes, { trust, at: today, sources })).signatures[0]
  expect('six years later, B-B', (await ask(files['B-B'])).indication, 'INDETERMINATE')
  expect('six years later, archived', told(await ask(archived)), 'B-LTA TOTAL-PASSED')

  // 4. before the authority's certificate ends, a new time stamp carries the proof on
  const renewed = await extend(archived, { to: 'B-LTA', archiveDigest: 'sha512', ...longTerm })
  await writeFile('examples-output/07-renewed.pdf', renewed.bytes)
  expect('renewed, offline', told(await offline(renewed.bytes)), 'B-LTA TOTAL-PASSED')
  console.log(`next renewal before ${renewed.report.renewBefore}`)
} finally {
  await authorities.close()
}
if (failed) process.exitCode = 1
