// `npm run attacks`: makes the attack catalogue with its harmless twins and runs our verifier over it. Arguments go on; `--bounded` is
// the form CI runs, `--out DIR` keeps the files.
import { join } from 'node:path'
import { ensureInstalled, root, runNode } from './install.js'

try {
  await ensureInstalled()
  await runNode([
    '--conditions=@countersign/source',
    '--disable-warning=ExperimentalWarning',
    join(root, 'packages', 'core', 'attacks', 'main.ts'),
    ...process.argv.slice(2),
  ])
} catch (error) {
  if (error.exitCode === undefined || error.exitCode === 64) console.error(error.message)
  process.exitCode = error.exitCode ?? 1
}
