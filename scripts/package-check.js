// `npm run package-check`: packs each package and lets publint and arethetypeswrong judge the tarball.
// `file` names that only work inside the repository, missing types or wrong conditions show here.
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { environment, nodeBinary, root } from './install.js'

const packages =
  process.argv.length > 2 ? process.argv.slice(2) : ['core', 'report', 'pkcs11', 'remote', 'test-pki', 'service', 'cli']
const folder = mkdtempSync(join(tmpdir(), 'countersign-pack-'))
let failed = 0

function tool(args) {
  const result = spawnSync(nodeBinary(), args, { cwd: root, env: environment(), encoding: 'utf8' })
  return { ok: result.status === 0, text: `${result.stdout}${result.stderr}`.trim() }
}

for (const name of packages) {
  const before = new Set(readdirSync(folder))
  const packed = spawnSync('npm', ['pack', '--silent', '--pack-destination', folder], {
    cwd: join(root, 'packages', name),
    encoding: 'utf8',
    shell: process.platform === 'win32',
  })
  const tarball = readdirSync(folder).find((file) => !before.has(file))
  if (packed.status !== 0 || tarball === undefined) {
    console.error(`${name}: npm pack failed\n${packed.stderr}`)
    failed++
    continue
  }
  const path = join(folder, tarball)
  // ESM only, but for these: CommonJS users of the others get a clear answer from Node itself
  const profile = ['core', 'pkcs11', 'remote'].includes(name) ? 'node16' : 'esm-only'
  const checks = {
    publint: tool([join(root, 'node_modules', 'publint', 'src', 'cli.js'), 'run', path, '--strict']),
    types: tool([
      join(root, 'node_modules', '@arethetypeswrong', 'cli', 'dist', 'index.js'),
      path,
      '--profile',
      profile,
      '--format',
      'ascii',
    ]),
  }
  for (const [check, { ok, text }] of Object.entries(checks)) {
    console.log(`${name}: ${check} ${ok ? 'ok' : 'FAILED'}`)
    if (!ok) {
      console.error(text)
      failed++
    }
  }
}
rmSync(folder, { recursive: true, force: true })
process.exitCode = failed === 0 ? 0 : 1
