// `npm run examples`: runs every numbered script in examples/ from its source; an example that does not give what it promises fails.
// `npm run examples -- 02` runs one.
import { readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { ensureInstalled, root, runNode } from './install.js'

const wanted = process.argv.slice(2)
const scripts = readdirSync(join(root, 'examples'))
  .filter((name) => /^\d\d-.*\.mjs$/.test(name))
  .filter((name) => wanted.length === 0 || wanted.some((one) => name.startsWith(one)))
  .sort()

try {
  await ensureInstalled()
  rmSync(join(root, 'examples-output'), { recursive: true, force: true })
  let failed = 0
  for (const name of scripts) {
    console.log(`\n== examples/${name}`)
    try {
      await runNode([
        '--conditions=@countersign/source',
        '--disable-warning=ExperimentalWarning',
        join('examples', name),
      ])
    } catch (error) {
      console.error(`examples/${name}: ${error.message}`)
      failed += 1
    }
  }
  console.log(
    `\n${scripts.length - failed} of ${scripts.length} examples did what they promise; output in examples-output/`,
  )
  if (failed > 0 || scripts.length === 0) process.exitCode = 1
} catch (error) {
  process.exitCode = error.exitCode ?? 1
  if (error.exitCode === undefined || error.exitCode === 64) console.error(error.message)
}
