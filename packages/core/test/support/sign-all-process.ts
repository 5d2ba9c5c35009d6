// One run of a batch in a process of its own, which dies where it is told to. The key is a token that keeps a book of what it signed
// and answers a repeated call from it, as remote services do with idempotency keys.
import { appendFileSync, existsSync, readdirSync, readFileSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Signer } from '../../src/cms/signer.ts'
import { pemSigner } from '../../src/keys/pem.ts'
import { signAll } from '../../src/node/sign-all.ts'

const [folder, death] = process.argv.slice(2) as [string, string]
const [stage, count] = death.split(':') as [string, string | undefined]
const die = (): never => {
  process.kill(process.pid, 'SIGKILL')
  throw new Error('unreachable')
}

const pki = join(import.meta.dirname, '../../../../certs-test')
const pem = (name: string): Promise<string> => readFile(join(pki, name), 'utf8')
const inner = await pemSigner({
  key: await pem('officer.key'),
  certificates: (await pem('officer.pem')) + (await pem('chain.pem')),
})
const book = join(folder, 'token.jsonl')

interface Entry {
  readonly key: string
  readonly refs: readonly string[]
  readonly values: readonly string[]
}

function earlier(key: string): readonly Uint8Array[] | undefined {
  if (!existsSync(book)) return undefined
  const entries = readFileSync(book, 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Entry)
  return entries.find((one) => one.key === key)?.values.map((value) => new Uint8Array(Buffer.from(value, 'hex')))
}

const token: Signer = {
  info: async () => {
    const { mayRepeat: _, ...info } = await inner.info()
    return { ...info, maxBatch: 5 }
  },
  sign: async (batch, context) => {
    if (stage === 'before') die()
    const known = earlier(context.idempotencyKey)
    if (known !== undefined) return known
    const values = await inner.sign(batch, context)
    const entry: Entry = {
      key: context.idempotencyKey,
      refs: batch.map(({ ref }) => ref),
      values: values.map((value) => Buffer.from(value).toString('hex')),
    }
    appendFileSync(book, `${JSON.stringify(entry)}\n`)
    if (stage === 'after') die()
    return values
  },
}

const names = readdirSync(folder)
  .filter((name) => name.endsWith('.in.pdf'))
  .toSorted()
const jobs = names.map((name) => ({
  ref: name,
  input: join(folder, name),
  output: join(folder, name.replace('.in.', '.out.')),
}))
const report = await signAll(jobs, {
  signer: token,
  field: 'officer',
  journal: join(folder, 'journal.jsonl'),
  onResult: (_, done) => {
    if (stage === 'done' && done === Number(count)) die()
  },
})
const { signed, skipped, failed } = report
const codes = report.results.flatMap(({ error }) => (error === undefined ? [] : [error.code]))
process.stdout.write(JSON.stringify({ signed, skipped, failed, codes }))
