// What `npm run conformance` starts: every outside suite in turn; the exit code is the worst of them.
import { main as corpus } from './run.ts'

process.exitCode = await corpus(process.argv.slice(2))
