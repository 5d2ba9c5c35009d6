// `npm run bench:batch`: 1,000 documents under one authorisation over threads, against the bare cryptography on as many threads.
// `--quick` for CI, `--save` writes dated JSON, `--strict` fails below the aim, `--no-build` takes the bundle as it is.
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { ensureInstalled, root, runNode } from './install.js'

try {
  await ensureInstalled()
  // the published bundle is measured, not the sources
  const bundle = join(root, 'packages', 'core', 'dist', 'bundle', 'node', 'node.js')
  if (!existsSync(bundle) || !process.argv.includes('--no-build')) await runNode([join(root, 'scripts', 'build.js')])
  await runNode([join(root, 'bench', 'batch.ts'), ...process.argv.slice(2)])
} catch (error) {
  console.error(error.message)
  process.exitCode = error.exitCode ?? 1
}
