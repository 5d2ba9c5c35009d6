// Sign a file on disk: to a new file, then in place with progress. Nothing is read whole, whatever the size.
import { copyFile, mkdir, readFile } from 'node:fs/promises'
import { listSignatureFields, p12Signer, recoverFile, signFile } from '@countersign/core/node'

const signer = await p12Signer(await readFile('certs-test/officer.p12'), { password: 'test' })
await mkdir('examples-output', { recursive: true })
const file = 'examples-output/08-archive.pdf'
await copyFile('examples/data/letter.pdf', file)

const first = await signFile(file, 'examples-output/08-signed.pdf', { signer })
console.log(`new file: ${first.document.bytes} bytes, ${first.document.addedBytes} of them added`)

// A crash here leaves the old file or the new one: the next call cuts a half-written signature off, or this does.
console.log(`before signing in place: ${await recoverFile(file)}`)
const second = await signFile(file, 'in-place', {
  signer,
  newField: { name: 'closing', lock: { action: 'All' } },
  onProgress: ({ step, bytes, total }) => console.log(`${step}: ${bytes} of ${total} bytes`),
})
const fields = await listSignatureFields(await readFile(file))
console.log(`in place: ${second.field}, fields now ${fields.map(({ name, signed }) => `${name} ${signed}`).join(', ')}`)
if (!fields.every(({ signed }) => signed)) process.exitCode = 1
