// Removes what builds and tests leave.
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { root } from './install.js'

const packages = ['core', 'report', 'test-pki', 'service', 'cli']
for (const folder of [...packages.map((name) => `packages/${name}/dist`), 'coverage', '.cache']) {
  rmSync(join(root, folder), { recursive: true, force: true })
}
