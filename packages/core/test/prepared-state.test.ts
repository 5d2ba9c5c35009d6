// S7, B28: what was prepared survives as text, in another process and days later, and only as it was made.
import { describe, expect, test } from '@jest/globals'
import { spawn } from 'node:child_process'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { hasWitness, root, runProgram } from '../../../test/support/witnesses.ts'
import { complete } from '../src/pades/complete.ts'
import type { CompleteOptions } from '../src/pades/complete.ts'
import { prepare } from '../src/pades/prepare.ts'
import type { PreparedState } from '../src/pades/prepared-state.ts'
import type { SignOptions } from '../src/pades/signing-types.ts'
import { preparedReport } from './support/make-pdf.ts'
import { testSigner, withFolder } from './support/signers.ts'

const stateKey = new Uint8Array(32).fill(7)
const signer = await testSigner('officer')
const at = new Date('2026-01-14T08:00:00Z')
const input = preparedReport()
const common: SignOptions = { signer, field: 'officer', at }

async function stored(options: Partial<SignOptions> = {}): Promise<PreparedState> {
  return JSON.parse(JSON.stringify(await prepare(input, { ...common, ...options }))) as PreparedState
}

async function valueFor(state: PreparedState): Promise<Uint8Array> {
  const { signedAttributes, scheme } = state.key!
  const data = new Uint8Array(Buffer.from(signedAttributes, 'hex'))
  const request = { ref: 'r', input: data, documentDigest: new Uint8Array() }
  return (await signer.sign([request], { scheme, idempotencyKey: 'k' }))[0]!
}

async function codeOf(
  state: unknown,
  signature: Uint8Array,
  options: CompleteOptions = {},
  file = input,
): Promise<string> {
  return complete(file, state as PreparedState, { signature }, options).then(
    () => 'completed',
    (error: unknown) => (error as { code?: string }).code ?? String(error),
  )
}

/** Every leaf of the state by its path, arrays and empty objects too. */
function leaves(value: unknown, path: readonly (string | number)[] = []): readonly (readonly (string | number)[])[] {
  if (typeof value !== 'object' || value === null) return [path]
  const entries = Object.entries(value)
  return entries.length === 0 ? [path] : entries.flatMap(([key, one]) => leaves(one, [...path, key]))
}

function altered(value: unknown): unknown {
  if (typeof value === 'number') return value + 1
  if (typeof value === 'boolean') return !value
  if (value === null || typeof value === 'object') return 'something'
  const text = value as string
  const last = text.at(-1)
  return text.slice(0, -1) + (last === '0' ? '1' : '0')
}

function withChange(
  state: PreparedState,
  path: readonly (string | number)[],
  change: 'alter' | 'remove',
): PreparedState {
  const copy = structuredClone(state) as unknown as Record<string, unknown>
  let holder: Record<string, unknown> = copy
  for (const key of path.slice(0, -1)) holder = holder[key] as Record<string, unknown>
  const last = path.at(-1)!
  if (change === 'remove') delete holder[last]
  else holder[last] = altered(holder[last])
  return copy as unknown as PreparedState
}

describe('the state as text', () => {
  test('completes, keys in any order, and holds no password and no zeros', async () => {
    const state = await stored({ stateKey })
    const signature = await valueFor(state)
    const turned = Object.fromEntries(Object.entries(state).reverse()) as unknown as PreparedState
    const { bytes, report } = await complete(input, turned, { signature }, { stateKey })
    expect(Buffer.compare(bytes.subarray(0, input.length), input)).toBe(0)
    expect(report).toMatchObject({ field: 'officer', claimedTime: at.toISOString() })
    const text = JSON.stringify(state)
    expect(text).not.toContain('password')
    expect(text.length).toBeLessThan(20_000)
  })

  test.each([
    ['under a key', { stateKey }],
    ['without a key', {}],
  ])('each changed, each missing value is refused, %s', async (_, key) => {
    const state = await stored(key)
    const signature = await valueFor(state)
    const paths = leaves(state)
    expect(paths.length).toBeGreaterThan(25)
    for (const path of paths)
      for (const change of ['alter', 'remove'] as const) {
        const code = await codeOf(withChange(state, path, change), signature, key)
        expect(`${path.join('.')} ${change} ${code}`).toMatch(/ PREPARED_(CHANGED|INVALID)$/)
      }
    expect(await codeOf({ ...state, more: 1 }, signature, key)).toBe('PREPARED_CHANGED')
    expect(await codeOf(state, signature, key)).toBe('completed')
  })

  test('a state sealed anew by somebody without the key is refused', async () => {
    const [mine, theirs] = [await stored({ stateKey }), await stored({ stateKey: new Uint8Array(32).fill(8) })]
    const signature = await valueFor(mine)
    const bare = await stored()
    expect(await codeOf(theirs, signature, { stateKey })).toBe('PREPARED_CHANGED')
    expect(await codeOf(bare, signature, { stateKey })).toBe('PREPARED_CHANGED')
    expect(await codeOf(mine, signature)).toBe('ARGUMENT_INVALID')
    await expect(stored({ stateKey: new Uint8Array(8) })).rejects.toMatchObject({ code: 'ARGUMENT_INVALID' })
  })

  test('no such thing, another version: PREPARED_INVALID', async () => {
    const state = await stored()
    const signature = await valueFor(state)
    const others = [null, 7, 'text', [], {}, { ...state, schema: 'countersign/prepared/2' }, { section: {} }]
    for (const one of others) expect(await codeOf(one, signature)).toBe('PREPARED_INVALID')
  })

  test('another base, another digest, another entry of the batch, another certificate', async () => {
    const [one, other] = [await stored(), await stored({ at: new Date('2026-01-14T09:00:00Z') })]
    const signature = await valueFor(one)
    const changed = input.slice()
    for (const place of [0, 9, 400, input.length - 3]) {
      changed[place]! ^= 1
      expect(await codeOf(one, signature, {}, changed)).toBe('BASE_CHANGED')
    }
    expect(await codeOf(one, await valueFor(other))).toBe('SIGNATURE_MISMATCH')
    const sha384 = { ...one, key: { ...one.key!, scheme: { name: 'rsa-pkcs1', digest: 'sha384' } as const } }
    expect(await codeOf(one, await valueFor(sha384))).toBe('SIGNATURE_MISMATCH')
    const stranger = await testSigner('officer-ec')
    const { schemes } = await stranger.info()
    const request = {
      ref: 'r',
      input: new Uint8Array(Buffer.from(one.key!.signedAttributes, 'hex')),
      documentDigest: new Uint8Array(),
    }
    const [theirs] = await stranger.sign([request], { scheme: schemes[0]!, idempotencyKey: 'k' })
    expect(await codeOf(one, theirs!)).toBe('SIGNATURE_MISMATCH')
  })
})

test('prepared in a process that is killed, completed in another ten days later', async () => {
  await withFolder(async (folder) => {
    await writeFile(join(folder, 'in.pdf'), input)
    const script = join(root, 'packages/core/test/support/two-phase-process.ts')
    const run = (phase: string): Promise<string | number | null> =>
      new Promise((done, fail) => {
        const child = spawn(process.execPath, ['--conditions=@countersign/source', script, phase, folder], {
          stdio: 'inherit',
        })
        child.on('error', fail)
        child.on('exit', (code, signal) => done(signal ?? code))
      })
    expect(await run('prepare')).toBe('SIGKILL')
    expect(await run('complete')).toBe(0)
    const signed = await readFile(join(folder, 'out.pdf'))
    expect(Buffer.compare(signed.subarray(0, input.length), input)).toBe(0)
    if (!hasWitness('pdfsig')) return
    const { stdout } = await runProgram('pdfsig', ['-nocert', join(folder, 'out.pdf')])
    expect(stdout).toContain('Signature is Valid')
    expect(stdout).toContain('Total document signed')
  })
})
