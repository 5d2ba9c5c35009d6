// `npm run bench:chains`: a certificate validation against the bare crypto of the same run. `--quick` for CI, `--save` writes dated
// JSON, `--strict` fails above an aim, `--no-build` takes the bundle as it is. `npm run bench:crl`: a revocation list of 30 MB.
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
  const [kind, ...rest] = process.argv.slice(2)
  await runNode([join(root, 'bench', kind === 'crl' ? 'crl.ts' : 'chains.ts'), ...rest])
} catch (error) {
  console.error(error.message)
  process.exitCode = error.exitCode ?? 1
}
