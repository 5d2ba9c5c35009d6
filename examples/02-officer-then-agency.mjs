// A notice is drawn, signed by the competent officer, then numbered, dated and sealed by the agency in one step.
// The officer's signature stays valid: number and date were prepared as fields (D30-10).
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { createTrustStore, explainReport, p12Signer, sign, verify } from '@countersign/core/node'
import { FIELD_STYLES, documentDate, drawFieldValue, drawReport, vietnamTime } from '@countersign/report'

const password = 'test'
const officer = await p12Signer(await readFile('certs-test/officer.p12'), { password })
const seal = await p12Signer(await readFile('certs-test/seal.p12'), { password })

const notice = JSON.parse(await readFile('examples/data/notice.json', 'utf8'))
const drawn = await drawReport(notice)

const approved = await sign(drawn.bytes, {
  signer: officer,
  field: 'officer',
  appearance: await readFile('examples/images/officer.png'),
})

const fill = {}
const values = {
  number: '05',
  date: documentDate('2026-11-25'),
  agencyInfo: `${notice.agency}\n${vietnamTime(new Date())}`,
}
for (const [name, text] of Object.entries(values)) {
  const { width, height } = drawn.fields[name]
  fill[name] = { value: text, appearance: await drawFieldValue({ text, width, height, style: FIELD_STYLES[name] }) }
}
const issued = await sign(approved.bytes, {
  signer: seal,
  field: 'seal',
  fill,
  appearance: await readFile('examples/images/seal.png'),
})
await mkdir('examples-output', { recursive: true })
await writeFile('examples-output/02-issued.pdf', issued.bytes)

const trust = createTrustStore([await readFile('certs-test/root.pem')])
const crls = [await readFile('certs-test/crl-root.der'), await readFile('certs-test/crl-ca-vn.der')]
const report = await verify(issued.bytes, { trust, sources: { crls } })
console.log(explainReport(report, { language: 'vi' }))
if (report.overall !== 'valid-with-notes') process.exitCode = 1
