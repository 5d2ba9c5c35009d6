// The stamps of Decree 30/2020 on a notice that a browser printed: the officer's signature between title and printed name, the
// agency's seal of its true size over the left third of it, and a copy marked "SAO Y" at the top right.
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { createTrustStore, p12Signer, sign, verify } from '@countersign/core/node'
import { drawTemplate } from '@countersign/report'

const password = 'test'
const officer = await p12Signer(await readFile('certs-test/officer.p12'), { password })
const agency = await p12Signer(await readFile('certs-test/seal.p12'), { password })
const notice = await readFile('examples/data/browser-notice.pdf')

// Where the officer signs is found by the words on the page.
const hand = await drawTemplate('vn-officer', {
  images: { signature: await readFile('examples/images/officer.png') },
  variables: { title: 'GIÁM ĐỐC', name: 'Nguyễn Văn An' },
})
const approved = await sign(notice, {
  signer: officer,
  newField: { name: 'officer', place: hand.place, tooltip: 'Chữ ký số của người có thẩm quyền' },
  appearance: hand.appearance,
})

const seal = await drawTemplate('vn-seal', {
  images: { seal: await readFile('examples/images/seal.png') },
  widthMm: 36,
})
const sealed = await sign(approved.bytes, {
  signer: agency,
  newField: { name: 'seal', place: seal.place, tooltip: 'Chữ ký số của cơ quan' },
  appearance: seal.appearance,
})
await mkdir('examples-output', { recursive: true })
await writeFile('examples-output/06-sealed.pdf', sealed.bytes)

// An electronic copy of a paper document: text only, in the top right corner of page 1.
const time = new Date()
const copy = await drawTemplate('vn-copy', {
  variables: { kind: 'SAO Y', agency: 'Sở Nội vụ tỉnh Lam Giang' },
  time,
})
const copied = await sign(await readFile('examples/data/letter.pdf'), {
  signer: agency,
  newField: { name: 'copy', place: copy.place },
  appearance: copy.appearance,
  at: time,
})
await writeFile('examples-output/06-copy.pdf', copied.bytes)

const trust = createTrustStore([await readFile('certs-test/root.pem')])
const crls = [await readFile('certs-test/crl-root.der'), await readFile('certs-test/crl-ca-vn.der')]
for (const { bytes } of [sealed, copied]) {
  const report = await verify(bytes, { trust, sources: { crls } })
  for (const one of report.signatures) console.log(`${one.field}: ${one.indication}, ${one.signer?.commonName}`)
  if (!report.overall.startsWith('valid')) process.exitCode = 1
}
