// `npm run bench:extend`: files of 1 MB a second from B-T to B-LTA. `--quick` for CI, `--save` writes dated JSON, `--strict` fails below
// the aim, `--workers N`, `--no-build` takes the bundle as it is.
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { ensureInstalled, root, runNode } from './install.js'

try {
  await ensureInstalled()
  // the published bundle is measured, not the sources
  if (
    !existsSync(join(root, 'packages', 'core', 'dist', 'bundle', 'node', 'index.js')) ||
    !process.argv.includes('--no-build')
  )
    await runNode([join(root, 'scripts', 'build.js')])
  await runNode([join(root, 'bench', 'extend.ts'), ...process.argv.slice(2)])
} catch (error) {
  console.error(error.message)
  process.exitCode = error.exitCode ?? 1
}
