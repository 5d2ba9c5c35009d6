// One mutant of a signed file: where we call a signature intact and what followed permitted, qpdf reads the same objects.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { verify } from '../src/pades/verify.ts'
import { openDocument } from '../src/pdf/document.ts'
import type { VerificationReport } from '../src/report.ts'
import { createTrustStore } from '../src/validation/trust.ts'
import { mutate, type Aim } from './mutate.ts'
import { serveCases } from './pool.ts'
import { differences, readWithQpdf } from './qpdf.ts'
import { pick, randomOf } from './random.ts'
import { rememberRegions } from './regions.ts'
import { fuzzRoot, signedSeeds, type Seed } from './seeds.ts'

// what follows the first signature's bytes most of all: there a change is not seen by any digest
const AIMS: readonly Aim[] = ['tail', 'tail', 'tail', 'tail', 'references', 'dictionaries', 'streams', 'anywhere']

const seed = Number(process.env['FUZZ_SEED'] ?? 1)
const seeds = await signedSeeds()
const trust = createTrustStore([fuzzRoot()])
const regionsFor = rememberRegions()
const folder = mkdtempSync(join(tmpdir(), 'countersign-fuzz-'))
process.on('exit', () => {
  rmSync(folder, { recursive: true, force: true })
})

const optionsOf = ({ password }: Seed): { password?: string } => (password === undefined ? {} : { password })

/** Some signature is said to be intact, and what followed to be permitted. */
function vouches({ signatures, overall }: VerificationReport): boolean {
  if (overall === 'valid' || overall === 'valid-with-notes') return true
  return signatures.some(({ integrity, changes }) => integrity === 'intact' && changes.permitted === true)
}

/** Two readings of the file where we vouch for it. */
async function disagreement(bytes: Uint8Array, one: Seed): Promise<{ outcome: string; fault?: string }> {
  const path = join(folder, 'mutant.pdf')
  writeFileSync(path, bytes)
  const reading = readWithQpdf(path, one.password)
  // P-15: what only we can read is not shown by anybody else otherwise
  if (reading === undefined) return { outcome: 'vouched, qpdf cannot read it' }
  const found = differences(await openDocument(bytes, optionsOf(one)), reading)
  if (found.length === 0) return { outcome: 'vouched, both read the same' }
  return { outcome: 'vouched, read differently', fault: `${one.name}: ${found.slice(0, 4).join('; ')}` }
}

serveCases(async (index) => {
  const random = randomOf(seed, index)
  const one = index < seeds.length ? seeds[index]! : pick(seeds, random)
  let bytes = one.bytes
  if (index >= seeds.length) {
    const regions = await regionsFor(one)
    const mutant =
      mutate(one.bytes, regions, pick(AIMS, random), random, one.tail) ?? mutate(one.bytes, regions, 'anywhere', random)
    if (mutant === undefined) return { outcome: 'nothing left' }
    ;({ bytes } = mutant)
  }
  try {
    const report = await verify(bytes, { trust, at: new Date('2026-07-01T00:00:00Z'), ...optionsOf(one) })
    return vouches(report) ? await disagreement(bytes, one) : { outcome: report.overall }
  } catch (error) {
    return { outcome: 'thrown', fault: `${one.name}: ${error instanceof Error ? error.stack : String(error)}` }
  }
})
