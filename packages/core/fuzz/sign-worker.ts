// One mutant: signed with a valid result, or refused with a code.
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { CountersignError } from '../src/error.ts'
import { sign } from '../src/pades/sign.ts'
import { mutate, type Aim } from './mutate.ts'
import { serveCases } from './pool.ts'
import { pick, randomOf } from './random.ts'
import { rememberRegions } from './regions.ts'
import { fuzzSigner, unsignedSeeds, type Seed } from './seeds.ts'

const AIMS: readonly Aim[] = [
  ...(['references', 'references', 'dictionaries', 'dictionaries', 'streams', 'anywhere'] as const),
  ...(['contents', 'unreferenced'] as const),
]
/** One signed mutant in so many is shown to other programs too. */
const SHOWN = 40

const seed = Number(process.env['FUZZ_SEED'] ?? 1)
const seeds = unsignedSeeds()
const signer = await fuzzSigner()
const regionsFor = rememberRegions()

/** J1, J2: pdfsig calls the new signature valid. */
function witnessed(bytes: Uint8Array, password: string | undefined): string | undefined {
  const folder = mkdtempSync(join(tmpdir(), 'countersign-fuzz-'))
  try {
    const file = join(folder, 'signed.pdf')
    writeFileSync(file, bytes)
    const secret = password === undefined ? [] : ['-upw', password, '-opw', password]
    const { stdout, stderr, error } = spawnSync('pdfsig', ['-nocert', ...secret, file], {
      encoding: 'latin1',
      timeout: 20_000,
    })
    if (error !== undefined) return undefined
    const ours = stdout.split('Signature #').find((one) => one.includes('Total document signed'))
    if (ours !== undefined)
      return ours.includes('Signature is Valid') ? undefined : 'pdfsig does not call the new signature valid'
    // what poppler has to repair first, it may show otherwise than we read it: the report warns of that
    return stderr === '' ? 'pdfsig does not see the new signature' : undefined
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

async function signed(
  bytes: Uint8Array,
  one: Seed,
  show: boolean,
): Promise<{ readonly outcome: string; readonly fault?: string }> {
  try {
    const password = one.password === undefined ? {} : { password: one.password }
    const { bytes: output } = await sign(bytes, { signer, at: new Date('2026-06-01T00:00:00Z'), ...password })
    if (Buffer.compare(output.subarray(0, bytes.length), bytes) !== 0)
      return { outcome: 'signed', fault: 'W1: the input is not a prefix' }
    const fault = show ? witnessed(output, one.password) : undefined
    return { outcome: 'signed', ...(fault === undefined ? {} : { fault }) }
  } catch (error) {
    if (error instanceof CountersignError) return { outcome: error.code }
    return { outcome: 'uncoded', fault: `${one.name}: ${error instanceof Error ? error.stack : String(error)}` }
  }
}

serveCases(async (index) => {
  // the first cases are the seeds as they are
  if (index < seeds.length) {
    const one = seeds[index]!
    const { outcome, fault } = await signed(one.bytes, one, true)
    const bad = fault ?? (outcome === 'signed' || !one.signable ? undefined : `${one.name}: ${outcome}`)
    return { outcome: `seed ${outcome}`, ...(bad === undefined ? {} : { fault: bad }) }
  }
  const random = randomOf(seed, index)
  const one = pick(seeds, random)
  const regions = await regionsFor(one)
  const aim = pick(AIMS, random)
  const mutant = mutate(one.bytes, regions, aim, random) ?? mutate(one.bytes, regions, 'anywhere', random)
  if (mutant === undefined) return { outcome: 'nothing left' }
  const { outcome, fault } = await signed(mutant.bytes, one, index % SHOWN === 0)
  const quiet = mutant.aim === 'contents' || mutant.aim === 'unreferenced'
  return { outcome: `${quiet ? 'quiet ' : ''}${outcome}`, ...(fault === undefined ? {} : { fault }) }
})
