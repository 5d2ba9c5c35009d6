// `npm run report-screenshots [-- FOLDER]`: the HTML report of six documents in two languages as twelve pictures, and key.json
// with what is true about each, for asking readers without context. Needs chromium (CHROMIUM_PATH).
import { join } from 'node:path'
import { ensureInstalled, root, runNode } from './install.js'

try {
  await ensureInstalled()
  await runNode([
    '--conditions=@countersign/source',
    '--disable-warning=ExperimentalWarning',
    join(root, 'packages', 'cli', 'test', 'report-screens.ts'),
    ...process.argv.slice(2),
  ])
} catch (error) {
  if (error.exitCode === undefined || error.exitCode === 64) console.error(error.message)
  process.exitCode = error.exitCode ?? 1
}
