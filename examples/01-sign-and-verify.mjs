// Sign a PDF with a PKCS#12 file and verify the result.
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { createTrustStore, p12Signer, sign, verify } from '@countersign/core/node'

const signer = await p12Signer(await readFile('certs-test/officer.p12'), { password: 'test' })
const { bytes } = await sign(await readFile('examples/data/letter.pdf'), { signer, reason: 'Approved' })
await mkdir('examples-output', { recursive: true })
await writeFile('examples-output/01-signed.pdf', bytes)

const trust = createTrustStore([await readFile('certs-test/root.pem')])
const crls = [await readFile('certs-test/crl-root.der'), await readFile('certs-test/crl-ca-vn.der')]
const report = await verify(bytes, { trust, sources: { crls } })
console.log(`${report.overall}: signed by ${report.signatures[0].signer.commonName}`)
if (report.overall !== 'valid') process.exitCode = 1
