// `npm test`: installs what is missing, then runs jest in ESM mode with Node 24. Arguments go on to jest.
import { join } from 'node:path'
import { ensureInstalled, root, runNode } from './install.js'

try {
  await ensureInstalled()
  await runNode([
    '--experimental-vm-modules',
    '--disable-warning=ExperimentalWarning',
    join(root, 'node_modules', 'jest', 'bin', 'jest.js'),
    ...process.argv.slice(2),
  ])
} catch (error) {
  process.exitCode = error.exitCode ?? 1
  if (error.exitCode === undefined || error.exitCode === 64) console.error(error.message)
}
