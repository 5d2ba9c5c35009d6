// `npm run crash`: kills processes that sign, at every write, sync, link and rename, and looks at what they leave. `--bounded` for CI.
import { join } from 'node:path'
import { ensureInstalled, root, runNode } from './install.js'

try {
  await ensureInstalled()
  await runNode([
    '--conditions=@countersign/source',
    '--disable-warning=ExperimentalWarning',
    join(root, 'packages', 'core', 'crash', 'main.ts'),
    ...process.argv.slice(2),
  ])
} catch (error) {
  if (error.exitCode === undefined || error.exitCode === 64) console.error(error.message)
  process.exitCode = error.exitCode ?? 1
}
