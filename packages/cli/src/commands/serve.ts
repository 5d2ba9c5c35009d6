import { loadPackage } from '../optional-package.ts'
import type { Terminal } from '../terminal.ts'
import { UsageError } from '../usage.ts'

/** The service needs node:sqlite and its later fixes. */
const NEEDS: readonly [number, number] = [22, 16]

interface Service {
  readonly serve: (words: readonly string[], terminal: Terminal) => Promise<number>
}

/** `countersign serve`: hands its words to the service, which is loaded only now. */
export async function serveCommand(words: readonly string[], terminal: Terminal, version: string): Promise<number> {
  if (!isRecent(version))
    throw new UsageError(`serve needs Node.js ${NEEDS.join('.')} or later, this is ${version}`, 'NODE_TOO_OLD')
  const service = await loadPackage<Service>('@countersign/service')
  return await service.serve(words, terminal)
}

export function isRecent(version: string): boolean {
  const [major = 0, minor = 0] = version.replace(/^v/, '').split('.').map(Number)
  return major > NEEDS[0] || (major === NEEDS[0] && minor >= NEEDS[1])
}
