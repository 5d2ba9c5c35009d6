// `npm run demo`: the main job, end to end, on a fresh clone too: installs what is missing, then runs examples/main-job.mjs.
import { join } from 'node:path'
import { ensureInstalled, root, runNode } from './install.js'

try {
  await ensureInstalled()
  await runNode([
    '--conditions=@countersign/source',
    '--disable-warning=ExperimentalWarning',
    join(root, 'examples', 'main-job.mjs'),
    ...process.argv.slice(2),
  ])
} catch (error) {
  process.exitCode = error.exitCode ?? 1
  if (error.exitCode === undefined || error.exitCode === 64) console.error(error.message)
}
