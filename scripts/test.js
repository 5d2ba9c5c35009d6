// `npm test`: installs what is missing, then runs jest in ESM mode with Node 24. Arguments go on to jest.
import { join } from 'node:path'
import { ensureInstalled, environment, root, runNode } from './install.js'

try {
  await ensureInstalled()
  // SoftHSM reads its place when it is loaded, from the environment of the process: a test cannot set it any more
  const SOFTHSM2_CONF = join(root, '.cache', 'softhsm', 'softhsm2.conf')
  await runNode(
    [
      '--experimental-vm-modules',
      '--disable-warning=ExperimentalWarning',
      join(root, 'node_modules', 'jest', 'bin', 'jest.js'),
      ...process.argv.slice(2),
    ],
    { env: { ...environment(), SOFTHSM2_CONF } },
  )
} catch (error) {
  process.exitCode = error.exitCode ?? 1
  if (error.exitCode === undefined || error.exitCode === 64) console.error(error.message)
}
