// `npm run bench`: measures against the floor (the bare crypto) in the same run. `--quick` for CI, `--save` writes dated JSON.
import { join } from 'node:path'
import { ensureInstalled, root, runNode } from './install.js'
import { existsSync } from 'node:fs'

try {
  await ensureInstalled()
  // the published bundle is measured, not the sources
  if (
    !existsSync(join(root, 'packages', 'core', 'dist', 'bundle', 'node', 'index.js')) ||
    !process.argv.includes('--no-build')
  )
    await runNode([join(root, 'scripts', 'build.js')])
  await runNode(['--expose-gc', join(root, 'bench', 'main.ts'), ...process.argv.slice(2)])
} catch (error) {
  console.error(error.message)
  process.exitCode = error.exitCode ?? 1
}
