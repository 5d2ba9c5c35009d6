// Signs one file and, if told so, kills itself on the way: child.ts INPUT OUTPUT [STEP PHASE]. Prints its steps when it lives.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { pemSigner } from '../src/keys/pem.ts'
import { signFileOn } from '../src/node/sign-file.ts'
import { KillingDisk } from './killing-disk.ts'
import type { Phase } from './killing-disk.ts'

const [input = '', output = '', at, phase] = process.argv.slice(2)
const folder = join(import.meta.dirname, '..', '..', '..', 'certs-test')
const read = (name: string): string => readFileSync(join(folder, name), 'utf8')
const signer = await pemSigner({ key: read('officer.key'), certificates: read('officer.pem') + read('chain.pem') })
const disk = new KillingDisk(at === undefined ? undefined : { at: Number(at), phase: phase as Phase })
// Everything is fixed, so that all runs make the same bytes.
await signFileOn(disk, input, output, {
  signer,
  at: new Date('2026-01-14T08:00:00Z'),
  utcOffset: 420,
  random: (length) => new Uint8Array(length).fill(7),
})
process.stdout.write(JSON.stringify(disk.steps))
