// Runs test/smoke.mjs on every other Node found on the PATH (Node 20.19 is the oldest supported): jest and TypeScript
// sources need Node 24, the published packages do not.
import { spawnSync } from 'node:child_process'
import { existsSync, realpathSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { nodeBinary, root } from './install.js'

const name = process.platform === 'win32' ? 'node.exe' : 'node'
const candidates = [nodeBinary(), ...(process.env.PATH ?? '').split(delimiter).map((folder) => join(folder, name))]
const seen = new Set()
let failed = 0
for (const candidate of candidates.filter((path) => existsSync(path))) {
  const binary = realpathSync(candidate)
  const version = spawnSync(binary, ['--version'], { encoding: 'utf8' }).stdout?.trim()
  if (version === undefined || version === '' || seen.has(version)) continue
  seen.add(version)
  const result = spawnSync(binary, [join(root, 'test', 'smoke.mjs')], { stdio: 'inherit', cwd: root })
  console.log(`smoke on Node ${version}: ${result.status === 0 ? 'ok' : 'FAILED'}`)
  if (result.status !== 0) failed++
}
if (seen.size < 2) console.log('smoke on an older Node: skipped (only one Node on the PATH)')
process.exitCode = failed === 0 ? 0 : 1
