// What `npm run tail-mutations` starts.
import { tailMutations } from './tail.ts'

process.exitCode = await tailMutations(process.argv.slice(2))
