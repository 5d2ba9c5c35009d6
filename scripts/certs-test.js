// `npm run certs-test`: writes certs-test/ anew from the committed test keys, byte for byte the same each time.
// `npm run certs-test -- --new-keys` first makes new keys (packages/test-pki/src/test-keys.ts).
import { join } from 'node:path'
import { ensureInstalled, root, runNode } from './install.js'

try {
  await ensureInstalled()
  const source = ['--conditions=@countersign/source', '--disable-warning=ExperimentalWarning']
  if (process.argv.includes('--new-keys')) {
    await runNode([...source, join(root, 'packages/test-pki/scripts/new-keys.ts')])
  }
  await runNode([...source, join(root, 'packages/test-pki/scripts/certs-test.ts'), join(root, 'certs-test')])
} catch (error) {
  process.exitCode = error.exitCode ?? 1
  if (error.exitCode === undefined || error.exitCode === 64) console.error(error.message)
}
