// `npm run bench:growth`: how the cost of a verification grows with the revisions of a file, and the bounds for 25 signatures.
import { join } from 'node:path'
import { ensureInstalled, root, runNode } from './install.js'

try {
  await ensureInstalled()
  await runNode([
    '--conditions=@countersign/source',
    '--disable-warning=ExperimentalWarning',
    join(root, 'bench', 'growth.ts'),
    ...process.argv.slice(2),
  ])
} catch (error) {
  if (error.exitCode === undefined || error.exitCode === 64) console.error(error.message)
  process.exitCode = error.exitCode ?? 1
}
