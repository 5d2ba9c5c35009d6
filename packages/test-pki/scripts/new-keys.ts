// Makes new committed test keys: src/test-keys.ts.
import { writeFileSync } from 'node:fs'
import { KEY_KINDS, generateKey } from '../src/key-kinds.ts'

const lines = Object.entries(KEY_KINDS).map(([name, kind]) => {
  const pkcs8 = generateKey(kind).export({ format: 'der', type: 'pkcs8' }).toString('base64')
  return `  /** TEST ${kind} */\n  ${name}:\n    '${pkcs8}',`
})
const file = `// TEST KEYS, published: never trust anything they sign. Made by \`npm run certs-test -- --new-keys\`; PKCS#8 DER in base64.
import type { CommittedKey } from './key-kinds.ts'

export const TEST_KEYS: Readonly<Record<CommittedKey, string>> = {
${lines.join('\n')}
}
`
writeFileSync(new URL('../src/test-keys.ts', import.meta.url), file)
process.stdout.write(`wrote ${lines.length} test keys\n`)
