// The key is somewhere else: prepare here, sign there, complete later; and take in a file that was finished elsewhere.
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import {
  absentKey,
  acceptFinished,
  complete,
  createTrustStore,
  p12Signer,
  prepare,
  readCertificates,
  sign,
  signingRequest,
} from '@countersign/core/node'

await mkdir('examples-output', { recursive: true })
const pdf = await readFile('examples/data/letter.pdf')
const [certificate] = readCertificates(await readFile('certs-test/officer.pem'))
const chain = readCertificates(await readFile('certs-test/chain.pem'))
const stateKey = Buffer.alloc(32, 'a secret of the service, 32 bytes')

// Here: only the certificate is known. What leaves is a digest and the attributes over it, never the document.
const prepared = await prepare(pdf, { signer: absentKey({ certificate, chain }), stateKey })
await writeFile('examples-output/09-state.json', JSON.stringify(prepared))
const request = await signingRequest(prepared, 'letter 12')

// There: the officer's key, minutes or days later.
const officer = await p12Signer(await readFile('certs-test/officer.p12'), { password: 'test' })
const toSign = {
  ref: request.ref,
  input: Buffer.from(request.key.signedAttributes, 'hex'),
  documentDigest: Buffer.from(request.documentDigest, 'hex'),
}
const [signature] = await officer.sign([toSign], { scheme: request.key.scheme, idempotencyKey: 'letter-12' })

// Here again, in whatever process.
const state = JSON.parse(await readFile('examples-output/09-state.json', 'utf8'))
const { bytes, report } = await complete(pdf, state, { signature }, { stateKey })
await writeFile('examples-output/09-completed.pdf', bytes)
console.log(`completed: ${report.field}, ${report.signer.commonName}`)

// A plug-in signed and uploaded the whole file: it must be what was served, plus the assigned person's valid signature.
const returned = (await sign(pdf, { signer: officer })).bytes
const crls = [
  await readFile('certs-test/crl-root.der'),
  await readFile('certs-test/crl-ca-vn.der').catch(() => readFile('certs-test/crl-ca.der')),
]
const options = {
  assigned: { uid: 'CCCD:000000000001' },
  trust: createTrustStore([await readFile('certs-test/root.pem')]),
  sources: { crls },
}
const accepted = await acceptFinished(pdf, returned, options)
console.log(`accepted: ${accepted.signature.field}, ${accepted.addedBytes} bytes added`)
const refused = await acceptFinished(pdf, Buffer.concat([returned, Buffer.from('more')]), options).catch(
  (error) => error.code,
)
console.log(`with more behind it: ${refused}`)
if (typeof refused !== 'string') process.exitCode = 1
