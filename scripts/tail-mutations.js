// `npm run tail-mutations`: bytes changed behind the last signature. What passes our verifier must look as before to pdftotext and
// pdftoppm. `--bounded` is the form CI runs, `--count N`, `--keep DIR`.
import { join } from 'node:path'
import { ensureInstalled, root, runNode } from './install.js'

try {
  await ensureInstalled()
  await runNode([
    '--conditions=@countersign/source',
    '--disable-warning=ExperimentalWarning',
    join(root, 'packages', 'core', 'attacks', 'tail-main.ts'),
    ...process.argv.slice(2),
  ])
} catch (error) {
  if (error.exitCode === undefined || error.exitCode === 64) console.error(error.message)
  process.exitCode = error.exitCode ?? 1
}
