// One phase of a signature per process: `prepare` writes the state and is killed; `complete` runs with a clock ten days later.
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { pemSigner } from '../../src/keys/pem.ts'
import { complete } from '../../src/pades/complete.ts'
import { prepare } from '../../src/pades/prepare.ts'
import type { PreparedState } from '../../src/pades/prepared-state.ts'

const [phase, folder] = process.argv.slice(2) as [string, string]
const stateKey = new Uint8Array(32).fill(3)
const TEN_DAYS = 864_000_000
const pki = join(import.meta.dirname, '../../../../certs-test')
const pem = (name: string): Promise<string> => readFile(join(pki, name), 'utf8')
const signer = await pemSigner({
  key: await pem('officer.key'),
  certificates: (await pem('officer.pem')) + (await pem('chain.pem')),
})
const input = new Uint8Array(await readFile(join(folder, 'in.pdf')))
const stateFile = join(folder, 'state.json')

if (phase === 'prepare') {
  await writeFile(stateFile, JSON.stringify(await prepare(input, { signer, field: 'officer', stateKey })))
  process.kill(process.pid, 'SIGKILL')
} else {
  const now = Date.now
  Date.now = () => now() + TEN_DAYS
  const state = JSON.parse(await readFile(stateFile, 'utf8')) as PreparedState
  const { scheme, signedAttributes } = state.key!
  const request = {
    ref: 'later',
    input: new Uint8Array(Buffer.from(signedAttributes, 'hex')),
    documentDigest: new Uint8Array(),
  }
  const [signature] = await signer.sign([request], { scheme, idempotencyKey: 'later' })
  const { bytes } = await complete(input, state, { signature: signature! }, { stateKey })
  await writeFile(join(folder, 'out.pdf'), bytes)
}
