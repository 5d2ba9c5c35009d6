// `npm run crash`: kills signing at every step. `--bounded` takes every fourth point, for CI.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { killAt, killPoints, undisturbed } from './run.ts'
import type { Killed, Mode } from './run.ts'

const bounded = process.argv.includes('--bounded')
const pdf = new Uint8Array(readFileSync(join(import.meta.dirname, '..', '..', '..', 'examples', 'data', 'letter.pdf')))

function line({ mode, step, point, found, left, leftovers }: Killed): string {
  const where = `${point.phase} ${step}`.padEnd(20)
  const rest = leftovers.length === 0 ? '' : `, left behind: ${leftovers.join(' ')}`
  return `${mode.padEnd(9)} ${String(point.at).padStart(2)} ${where} found ${found.padEnd(8)} then ${left}${rest}`
}

let wrong = 0
let killed = 0
for (const mode of ['in-place', 'new-file'] satisfies Mode[]) {
  const known = await undisturbed(mode, pdf)
  const points = killPoints(known.steps).filter((_point, index) => !bounded || index % 4 === 0)
  for (const point of points) {
    const result = await killAt(mode, pdf, known, point)
    killed++
    if (result.left === 'wrong' || result.found === 'wrong' || result.leftovers.length > 0) wrong++
    console.log(line(result))
  }
}
console.log(`${killed} processes killed, ${wrong} left anything but the old or the new file`)
if (wrong > 0) process.exitCode = 1
