// `npm run conformance`: our verdicts over the outside suites (COUNTERSIGN_SUITES, default ../shared). Arguments go on,
// `--bounded` is the form CI runs. Without the suites it says so and counts everything as skipped.
import { join } from 'node:path'
import { ensureInstalled, root, runNode } from './install.js'

try {
  await ensureInstalled()
  await runNode([
    '--conditions=@countersign/source',
    '--disable-warning=ExperimentalWarning',
    join(root, 'packages', 'core', 'conformance', 'main.ts'),
    ...process.argv.slice(2),
  ])
} catch (error) {
  if (error.exitCode === undefined || error.exitCode === 64) console.error(error.message)
  process.exitCode = error.exitCode ?? 1
}
