// The program of the child process that parses what strangers send (SEC-08). It holds no keys, no database and no secrets;
// if a file makes it spin or swell, it is killed and another one takes its place.
import { createTrustStore } from '@countersign/core'
import { serveProcessPool } from '@countersign/core/node'
import { createValidator } from './core-validator.ts'
import type { ParseCall, ParseSetup } from './parse-protocol.ts'

serveProcessPool(({ trust, certificates, crls }: ParseSetup) => {
  const validator = createValidator(createTrustStore(trust), { certificates, crls }, () => new Date())
  return ({ name, args }: ParseCall): Promise<unknown> => {
    const call = validator[name] as (...given: readonly unknown[]) => Promise<unknown>
    return call(...args)
  }
})
