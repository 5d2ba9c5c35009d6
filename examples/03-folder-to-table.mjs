// A folder of signed reports becomes a table: who signed what, and can each be relied on?
import { mkdir, readFile, readdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createTrustStore, p12Signer, sign, verify } from '@countersign/core/node'
import { drawReport } from '@countersign/report'

const folder = 'examples-output/03-reports'
await fillFolder()

const trust = createTrustStore([await readFile('certs-test/root.pem')])
const crls = [await readFile('certs-test/crl-root.der'), await readFile('certs-test/crl-ca-vn.der')]
crls.push(await readFile('certs-test/crl-ca.der'))

const rows = []
for (const name of (await readdir(folder)).filter((one) => one.endsWith('.pdf')).sort()) {
  const report = await verify(await readFile(join(folder, name)), { trust, sources: { crls } })
  const signers = report.signatures.map((one) => one.signer?.commonName ?? 'unknown')
  const reason = report.signatures.find((one) => one.subIndication !== null)?.subIndication ?? ''
  rows.push({
    file: name,
    overall: report.overall,
    signers: signers.join('; '),
    reason,
    sha256: report.document.sha256,
  })
}
const quote = (value) => `"${String(value).replaceAll('"', '""')}"`
const csv = [Object.keys(rows[0]), ...rows.map((row) => Object.values(row))]
// the byte order mark tells spreadsheet programs that this is UTF-8
await writeFile('examples-output/03-table.csv', `\uFEFF${csv.map((row) => row.map(quote).join(',')).join('\r\n')}\r\n`)
console.table(rows.map(({ sha256, ...row }) => ({ ...row, sha256: sha256.slice(0, 12) })))

const expected = ['valid', 'valid', 'indeterminate', 'invalid', 'unsigned', 'unreadable']
if (rows.map((row) => row.overall).join() !== expected.join()) process.exitCode = 1

/** Three signed reports, one changed afterwards, one never signed, and one that is no PDF. */
async function fillFolder() {
  await mkdir(folder, { recursive: true })
  const notice = JSON.parse(await readFile('examples/data/notice.json', 'utf8'))
  const signed = async (subject, who) => {
    const signer = await p12Signer(await readFile(`certs-test/${who}.p12`), { password: 'test' })
    const { bytes } = await drawReport({ ...notice, subject, id: subject })
    return (await sign(bytes, { signer, field: 'officer' })).bytes
  }
  await writeFile(join(folder, '1-valid.pdf'), await signed('Kết luận kiểm tra tại xã A', 'officer'))
  await writeFile(join(folder, '2-valid-ec.pdf'), await signed('Kết luận kiểm tra tại xã B', 'officer-ec'))
  await writeFile(join(folder, '3-revoked.pdf'), await signed('Kết luận kiểm tra tại xã C', 'revoked'))
  const changed = Buffer.from(await signed('Kết luận kiểm tra tại xã D', 'officer'))
  changed[1000] ^= 1
  await writeFile(join(folder, '4-changed.pdf'), changed)
  await writeFile(join(folder, '5-unsigned.pdf'), (await drawReport(notice)).bytes)
  await writeFile(join(folder, '6-no-pdf.pdf'), 'This is a text file.')
}
