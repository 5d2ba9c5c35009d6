// The program of the child process that parses what strangers send (SEC-08). It holds no keys, no database and no secrets;
// if a file makes it spin or swell, it is killed and another one takes its place.
import { createTrustStore, CountersignError } from '@countersign/core'
import { createValidator } from './core-validator.ts'
import type { ChildAnswer, ChildMessage } from './parse-protocol.ts'
import type { Validator } from './validator.ts'

let validator: Validator | undefined

process.on('message', (message: ChildMessage) => {
  if (message.type === 'setup') {
    const { trust, certificates, crls } = message
    validator = createValidator(createTrustStore(trust), { certificates, crls }, () => new Date())
    return
  }
  void answer(message)
})

async function answer(message: Extract<ChildMessage, { readonly type: 'call' }>): Promise<void> {
  try {
    if (validator === undefined) throw new Error('not set up')
    const call = validator[message.name] as (...given: readonly unknown[]) => Promise<unknown>
    send({ id: message.id, result: await call(...message.args) })
  } catch (error) {
    const code = error instanceof CountersignError ? error.code : undefined
    send({ id: message.id, failure: code === undefined ? {} : { code } })
  }
}

function send(reply: ChildAnswer): void {
  process.send?.(reply)
}
