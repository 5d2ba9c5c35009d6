// A service in a process of its own, for tests that kill it. Tells its address and first key in one line of JSON.
import { serve } from '../../src/index.ts'

const running = await serve(
  { port: 0, data: process.argv[2] ?? '' },
  { env: {}, log: { write: () => undefined }, rates: { perAddress: 1e6, perKey: 1e6 } },
)
process.stdout.write(`${JSON.stringify({ url: running.url, key: running.firstKey })}\n`)
