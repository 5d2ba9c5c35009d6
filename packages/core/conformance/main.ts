// What `npm run conformance` starts: every outside suite in turn; the exit code is the worst of them.
import { main as archive } from './archive.ts'
import { main as drawn } from './drawn.ts'
import { main as inputs } from './inputs.ts'
import { main as levels } from './levels.ts'
import { main as corpus } from './run.ts'
import { main as visible } from './visible.ts'

const args = process.argv.slice(2)
const suites = [corpus, levels, inputs, archive, visible, drawn]
const codes: number[] = []
for (const suite of suites) codes.push(await suite(args))
process.exitCode = Math.max(...codes)
