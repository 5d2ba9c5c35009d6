// One thread of `npm run bench:batch`: documents of the batch, or the bare cryptography of the floor.
import { answerSignings } from '@countersign/core/node'
import { createHash, createPrivateKey, createPublicKey, randomBytes, sign, verify, X509Certificate } from 'node:crypto'
import { parentPort, workerData } from 'node:worker_threads'

interface Floor {
  readonly keyPem: string
  readonly certificatePem: string
  readonly share: number
  readonly size: number
  /** As in `npm run bench`: the value is checked before it is embedded, and the whole output after (C7, N4). */
  readonly full: boolean
}

const { floor } = workerData as { readonly floor?: Floor }

function runFloor({ keyPem, certificatePem, share, size, full }: Floor): void {
  const key = createPrivateKey(keyPem)
  const { publicKey } = new X509Certificate(certificatePem)
  const documents = Array.from({ length: 20 }, () => randomBytes(size))
  const attributes = randomBytes(220)
  const spki = publicKey.export({ format: 'der', type: 'spki' })
  const one = (index: number): void => {
    const document = documents[index % 20]!
    createHash('sha256').update(document).digest()
    const value = sign('sha256', attributes, key)
    const imported = createPublicKey({ key: spki, format: 'der', type: 'spki' })
    const valid = verify('sha256', attributes, imported, value)
    if (!full) return
    createHash('sha256').update(document).digest()
    if (!valid || !verify('sha256', attributes, imported, value)) throw new Error('the floor does not verify')
  }
  for (let index = 0; index < 50; index++) one(index)
  parentPort!.once('message', () => {
    for (let index = 0; index < share; index++) one(index)
    parentPort!.postMessage('done', [])
  })
  parentPort!.postMessage('ready', [])
}

if (floor === undefined) answerSignings(parentPort!, { newField: 'Signature1', at: new Date('2026-11-01T00:00:00Z') })
else runFloor(floor)
