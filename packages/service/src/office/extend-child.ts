// The program of the child process that stamps and extends what strangers send (SEC-08). It holds no keys and no database; it may ask
// the TSAs of the configuration and, where that is on, the places named in certificates.
import { createTrustStore } from '@countersign/core'
import { serveProcessPool } from '@countersign/core/node'
import { createExtender } from './core-extender.ts'
import type { ExtendCall, ExtendSetup } from './extend-pool.ts'
import type { ExtensionAnswer } from './extender.ts'

serveProcessPool(({ trust, certificates, crls, settings }: ExtendSetup) => {
  const extender = createExtender(createTrustStore(trust), { certificates, crls }, settings)
  return ({ name, args }: ExtendCall): Promise<ExtensionAnswer> => {
    const call = extender[name] as (...given: readonly unknown[]) => Promise<ExtensionAnswer>
    return call(...args)
  }
})
