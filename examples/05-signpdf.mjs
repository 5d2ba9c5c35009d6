// Projects that use @signpdf can sign with any Countersign signer: PKCS#12, PEM, a token or a remote service.
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { createSignpdfAdapter, createTrustStore, p12Signer, verify } from '@countersign/core/node'
import { plainAddPlaceholder } from '@signpdf/placeholder-plain'
import { SignPdf } from '@signpdf/signpdf'
import { SUBFILTER_ETSI_CADES_DETACHED, Signer } from '@signpdf/utils'

const signer = await p12Signer(await readFile('certs-test/officer-ec.p12'), { password: 'test' })

const pdfWithPlaceholder = plainAddPlaceholder({
  pdfBuffer: await readFile('examples/data/letter.pdf'),
  reason: 'Approved',
  contactInfo: 'officer@pki.test',
  name: 'An officer',
  location: 'Lam Giang',
  subFilter: SUBFILTER_ETSI_CADES_DETACHED,
})
// @signpdf accepts only instances of its own Signer class: the adapter extends the one you give it
const bytes = await new SignPdf().sign(pdfWithPlaceholder, createSignpdfAdapter(Signer, signer))
await mkdir('examples-output', { recursive: true })
await writeFile('examples-output/05-signpdf.pdf', bytes)

const trust = createTrustStore([await readFile('certs-test/root.pem')])
const crls = [await readFile('certs-test/crl-root.der'), await readFile('certs-test/crl-ca.der')]
const report = await verify(bytes, { trust, sources: { crls } })
const [signature] = report.signatures
console.log(`${report.overall}: ${signature.signer.commonName}, ${signature.level}, integrity ${signature.integrity}`)
if (signature.integrity !== 'intact' || signature.indication !== 'TOTAL-PASSED') process.exitCode = 1
