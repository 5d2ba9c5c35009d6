// `npm run bench:hundred`: a hundred signatures one after another on one file, each by `sign`, all verified. The time of a
// verification is held against the file's size and the number of (signature, later revision) pairs: it must not grow faster than those.
import { createTrustStore, sign, verify } from '@countersign/core'
import { pemSigner } from '@countersign/core/node'
import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = dirname(dirname(fileURLToPath(import.meta.url)))
const bounded = process.argv.includes('--bounded')
const total = bounded ? 40 : 100
const AT = new Date('2026-11-01T00:00:00Z')
const read = (name: string): string => readFileSync(join(root, 'certs-test', name), 'utf8')

const signer = await pemSigner({
  key: read('officer-ec.key'),
  certificates: read('officer-ec.pem') + read('chain.pem'),
})
const trust = createTrustStore([readFileSync(join(root, 'certs-test', 'root.pem'))])

interface Measured {
  readonly signatures: number
  readonly bytes: number
  readonly pairs: number
  readonly signMs: number
  readonly verifyMs: number
  readonly valid: number
}

async function verified(bytes: Uint8Array): Promise<number> {
  const report = await verify(bytes, { trust, at: AT, policy: { revocation: 'none' } })
  return report.signatures.filter(
    ({ indication, integrity, changes }) =>
      indication === 'TOTAL-PASSED' && integrity === 'intact' && changes.permitted === true,
  ).length
}

/** Processor time of the shortest of some runs: what the work takes when nothing else disturbs it. */
async function best(runs: number, work: () => Promise<unknown>): Promise<number> {
  let least = Infinity
  for (let i = 0; i < runs; i++) {
    const start = process.cpuUsage()
    await work()
    const { user, system } = process.cpuUsage(start)
    least = Math.min(least, (user + system) / 1000)
  }
  return least
}

let bytes = new Uint8Array(readFileSync(join(root, 'examples', 'data', 'letter.pdf')))
const rows: Measured[] = []
for (let n = 1; n <= total; n++) {
  const before = bytes
  const once = async (): Promise<void> => {
    bytes = new Uint8Array((await sign(before, { signer, at: AT })).bytes)
  }
  await once()
  if (n !== 1 && n % (total / 10) !== 0) continue
  const signMs = await best(5, once)
  const verifyMs = await best(9, () => verified(bytes))
  const pairs = (n * (n - 1)) / 2
  rows.push({ signatures: n, bytes: bytes.length, pairs, signMs, verifyMs, valid: await verified(bytes) })
}

for (const { signatures, bytes: size, pairs, signMs, verifyMs, valid } of rows)
  console.log(
    `${String(signatures).padStart(4)} signatures  ${String(size).padStart(8)} bytes  ${String(pairs).padStart(5)} pairs  sign ${signMs.toFixed(1).padStart(7)} ms  verify ${verifyMs.toFixed(1).padStart(7)} ms  valid ${valid}`,
  )

function pdfsigCount(): number | undefined {
  const folder = mkdtempSync(join(tmpdir(), 'countersign-hundred-'))
  try {
    writeFileSync(join(folder, 'signed.pdf'), bytes)
    const text = execFileSync('pdfsig', ['-nocert', join(folder, 'signed.pdf')], { encoding: 'utf8', stdio: 'pipe' })
    return text.split('Signature is Valid').length - 1
  } catch {
    return undefined
  } finally {
    rmSync(folder, { recursive: true })
  }
}

const last = rows.at(-1)!
const half = rows.find(({ signatures }) => signatures === total / 2)!
const growth = last.verifyMs / half.verifyMs
const allowed = Math.max(last.bytes / half.bytes, last.pairs / half.pairs)
const other = pdfsigCount()
console.log(`pdfsig: ${other === undefined ? 'not on this machine' : `${other} valid`}`)
console.log(
  `from ${half.signatures} to ${last.signatures} signatures: size x ${(last.bytes / half.bytes).toFixed(2)}, pairs x ${(last.pairs / half.pairs).toFixed(2)}, time x ${growth.toFixed(2)}`,
)
// A quarter more for the noise of the machine.
if (rows.some((row) => row.valid !== row.signatures) || (other ?? total) !== total || growth > allowed * 1.25) {
  console.error('not as it should be')
  process.exitCode = 1
}
