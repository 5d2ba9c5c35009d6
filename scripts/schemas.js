// `npm run schemas`: the published JSON Schemas of the reports, written anew from the source.
import { join } from 'node:path'
import { ensureInstalled, root, runNode } from './install.js'

try {
  await ensureInstalled()
  await runNode([
    '--conditions=@countersign/source',
    '--disable-warning=ExperimentalWarning',
    join(root, 'packages', 'core', 'test', 'write-schemas.ts'),
  ])
} catch (error) {
  if (error.exitCode === undefined || error.exitCode === 64) console.error(error.message)
  process.exitCode = error.exitCode ?? 1
}
