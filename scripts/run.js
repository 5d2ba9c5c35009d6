// Runs a TypeScript program of this project with the Node of the lockfile, after installing what is missing.
//   node scripts/run.js source FILE [ARGUMENT]...   over the sources
//   node scripts/run.js built FILE [ARGUMENT]...    over the published bundles, built first unless --no-build
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { ensureInstalled, root, runNode } from './install.js'

const BUNDLES = [
  ['core', 'bundle', 'node', 'index.js'],
  ['cli', 'main.js'],
]
const isBuilt = () => BUNDLES.every(([name, ...rest]) => existsSync(join(root, 'packages', name, 'dist', ...rest)))

const [over, file, ...rest] = process.argv.slice(2)
try {
  if ((over !== 'source' && over !== 'built') || file === undefined)
    throw new Error('usage: node scripts/run.js source|built FILE [ARGUMENT]...')
  await ensureInstalled()
  if (over === 'built' && !(isBuilt() && rest.includes('--no-build')))
    await runNode([join(root, 'scripts', 'build.js')])
  const flags = over === 'source' ? ['--conditions=@countersign/source'] : ['--expose-gc']
  await runNode([...flags, '--disable-warning=ExperimentalWarning', join(root, ...file.split('/')), ...rest])
} catch (error) {
  if (error.exitCode === undefined || error.exitCode === 64) console.error(error.message)
  process.exitCode = error.exitCode ?? 1
}
