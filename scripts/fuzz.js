// `npm run fuzz:sign` and `npm run fuzz:read`: 20,000 mutants of small files; `npm run fuzz:x509`: 10,000 of certificates, revocation
// lists and OCSP responses. Reproducible (FUZZ_SEED chooses others).
// A number as argument makes so many, `--bounded` is the form CI runs.
import { join } from 'node:path'
import { ensureInstalled, root, runNode } from './install.js'

const [kind, ...rest] = process.argv.slice(2)
try {
  if (!['sign', 'read', 'x509'].includes(kind))
    throw new Error('usage: node scripts/fuzz.js sign|read|x509 [COUNT] [--bounded]')
  await ensureInstalled()
  await runNode([
    '--conditions=@countersign/source',
    '--disable-warning=ExperimentalWarning',
    join(root, 'packages', 'core', 'fuzz', `${kind}.ts`),
    ...rest,
  ])
} catch (error) {
  if (error.exitCode === undefined || error.exitCode === 64) console.error(error.message)
  process.exitCode = error.exitCode ?? 1
}
