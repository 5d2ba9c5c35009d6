// `npm run build`: types and modules by `tsc -b`, then the published entries as bundles (120 small modules take
// 60-90 ms to import, one bundle about 20 ms), and core once more as CommonJS for jest and NestJS users.
import { build } from 'esbuild'
import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join, relative, sep } from 'node:path'
import { root, runNode } from './install.js'

const dist = (name, ...rest) => join(root, 'packages', name, 'dist', ...rest)

const shared = {
  bundle: true,
  format: 'esm',
  sourcemap: true,
  logLevel: 'warning',
  legalComments: 'none',
  external: ['node-forge'],
}

/** Entries that exist after tsc, as esbuild entry points. */
function entries(name, files) {
  return files.map((file) => dist(name, file)).filter((file) => existsSync(file))
}

async function bundleCore() {
  rmSync(dist('core', 'bundle'), { recursive: true, force: true })
  // one build with splitting, so that both doors share their classes
  await build({
    ...shared,
    entryPoints: entries('core', ['index.js', 'node.js']),
    outdir: dist('core', 'bundle', 'node'),
    platform: 'node',
    target: 'node20',
    splitting: true,
  })
  await build({
    ...shared,
    entryPoints: entries('core', ['index.js']),
    outdir: dist('core', 'bundle', 'browser'),
    platform: 'browser',
    target: 'es2022',
  })
  await bundleCommonJs()
}

/** One CommonJS file holds both doors (shared classes again); two thin files choose. */
async function bundleCommonJs() {
  const folder = dist('core', 'bundle', 'cjs')
  mkdirSync(folder, { recursive: true })
  await build({
    ...shared,
    stdin: {
      contents: `export * as index from './index.js'\nexport * as node from './node.js'\n`,
      resolveDir: dist('core'),
      sourcefile: 'all.js',
    },
    outfile: join(folder, 'all.cjs'),
    platform: 'node',
    format: 'cjs',
    target: 'node20',
  })
  for (const door of ['index', 'node']) {
    writeFileSync(join(folder, `${door}.cjs`), `'use strict'\nmodule.exports = require('./all.cjs').${door}\n`)
  }
  copyTypesForRequire('core', folder)
}

/** One CommonJS file of a small package, core left outside: its classes must be the same ones. */
async function bundleForRequire(name) {
  const folder = dist(name, 'cjs')
  rmSync(folder, { recursive: true, force: true })
  await build({
    ...shared,
    entryPoints: entries(name, ['index.js']),
    outfile: join(folder, 'index.cjs'),
    platform: 'node',
    format: 'cjs',
    target: 'node20',
    external: ['@countersign/core', '@countersign/core/node'],
  })
  copyTypesForRequire(name, folder)
}

/** The declarations once more as .d.cts: TypeScript takes a .d.ts of this package for ES modules only. */
function copyTypesForRequire(packageName, folder) {
  const made = ['bundle', 'cjs'].map((one) => `${one}${sep}`)
  for (const name of readdirSync(dist(packageName), { recursive: true, encoding: 'utf8' })) {
    if (!name.endsWith('.d.ts') || made.some((one) => name.startsWith(one))) continue
    const target = join(folder, 'types', `${name.slice(0, -5)}.d.cts`)
    mkdirSync(dirname(target), { recursive: true })
    const text = readFileSync(dist(packageName, name), 'utf8')
      .replace(/^\/\/# sourceMappingURL=.*$/gm, '')
      .replace(/(from\s+['"]|import\(['"])(\.{1,2}\/[^'"]+?)\.(?:js|ts)(['"])/g, '$1$2.cjs$3')
    writeFileSync(target, text)
  }
}

/** npm links a program only where it may be run. */
function markCli() {
  const main = dist('cli', 'main.js')
  if (existsSync(main)) chmodSync(main, 0o755)
}

const started = performance.now()
try {
  await runNode([join(root, 'node_modules', 'typescript', 'bin', 'tsc'), '-b', ...process.argv.slice(2)])
  await bundleCore()
  await Promise.all(['pkcs11', 'remote'].map(bundleForRequire))
  markCli()
  console.error(
    `countersign: built in ${((performance.now() - started) / 1000).toFixed(1)} s -> ${relative(root, dist('core'))}, ...`,
  )
} catch (error) {
  console.error(error.message)
  process.exitCode = error.exitCode ?? 1
}
