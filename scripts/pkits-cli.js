// `npm run pkits-cli`: NIST PKITS through the built command line. `--bounded` is the form for CI, `--no-build` takes dist as it is.
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { ensureInstalled, root, runNode } from './install.js'

try {
  await ensureInstalled()
  if (!existsSync(join(root, 'packages', 'cli', 'dist', 'main.js')) || !process.argv.includes('--no-build'))
    await runNode([join(root, 'scripts', 'build.js')])
  await runNode([join(root, 'packages', 'core', 'conformance', 'pkits-cli.ts'), ...process.argv.slice(2)])
} catch (error) {
  if (error.exitCode === undefined) console.error(error.message)
  process.exitCode = error.exitCode ?? 1
}
