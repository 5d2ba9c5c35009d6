// `npm run bench:batch`: 1,000 documents of 100 KB under one authorisation, work spread over threads, against the floor on as many
// threads as in `npm run bench`: the document hashed, signed, and the value and the output checked; nothing is read or written.
// Batches and floors alternate, so that a busy machine is busy for both. `--quick` 200 documents and fewer rounds, `--documents N`,
// `--threads N`, `--rounds N`, `--strict` fails below the aim, `--save` writes dated JSON.
import { pemSigner, signAll } from '@countersign/core/node'
import type { SignJob } from '@countersign/core/node'
import { randomBytes } from 'node:crypto'
import { copyFile, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { existsSync } from 'node:fs'
import { cpus, tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { Worker } from 'node:worker_threads'

const AIM = 0.6
const SIZE = 100_000
const root = dirname(dirname(fileURLToPath(import.meta.url)))
const flag = (name: string): boolean => process.argv.includes(`--${name}`)
const number = (name: string, otherwise: number): number =>
  flag(name) ? Number(process.argv[process.argv.indexOf(`--${name}`) + 1]) : otherwise
const documents = number('documents', flag('quick') ? 200 : 1000)
const threads = number('threads', Math.min(2, cpus().length))
const rounds = number('rounds', flag('quick') ? 2 : 5)
const pem = (name: string): Promise<string> => readFile(join(root, 'certs-test', name), 'utf8')

/** A page with a picture, 100 KB of bytes that do not repeat. */
function page(): Uint8Array {
  const noise = randomBytes(SIZE - 900)
  const objects: readonly (string | Uint8Array)[][] = [
    ['<< /Type /Catalog /Pages 2 0 R >>'],
    ['<< /Type /Pages /Kids [3 0 R] /Count 1 >>'],
    ['<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Resources << /XObject << /P 4 0 R >> >> >>'],
    [
      `<< /Type /XObject /Subtype /Image /Width ${noise.length} /Height 1 /ColorSpace /DeviceGray /BitsPerComponent 8 /Length ${noise.length} >>\nstream\n`,
      noise,
      '\nendstream',
    ],
  ]
  let file = Buffer.from('%PDF-1.7\n%\u00e2\u00e3\u00cf\u00d3\n', 'latin1')
  const rows = objects.map((parts, index) => {
    const offset = file.length
    const body = [`${index + 1} 0 obj\n`, ...parts, '\nendobj\n'].map((part) =>
      typeof part === 'string' ? Buffer.from(part, 'latin1') : part,
    )
    file = Buffer.concat([file, ...body])
    return `${String(offset).padStart(10, '0')} 00000 n \n`
  })
  const trailer = `xref\n0 5\n0000000000 65535 f \n${rows.join('')}trailer\n<< /Size 5 /Root 1 0 R >>\nstartxref\n${file.length}\n%%EOF\n`
  return Buffer.concat([file, Buffer.from(trailer, 'latin1')])
}

const script = new URL('./batch-worker.ts', import.meta.url)

/** By the clock, and by processor time: on a busy machine only the second says what the work costs. */
interface Rate {
  readonly clock: number
  readonly processor: number
}

function rateOf(count: number, started: number, used: NodeJS.CpuUsage): Rate {
  const { user, system } = process.cpuUsage(used)
  return { clock: (count * 1000) / (performance.now() - started), processor: (count * threads * 1e6) / (user + system) }
}

/** Documents a second of the bare cryptography on as many threads. */
async function floorRate(keyPem: string, certificatePem: string, full: boolean): Promise<Rate> {
  const share = Math.ceil(documents / threads)
  const workers = Array.from(
    { length: threads },
    () => new Worker(script, { workerData: { floor: { keyPem, certificatePem, share, size: SIZE, full } } }),
  )
  try {
    await Promise.all(workers.map((worker) => new Promise((done) => worker.once('message', done))))
    const [started, used] = [performance.now(), process.cpuUsage()]
    const ended = workers.map((worker) => new Promise((done) => worker.once('message', done)))
    for (const worker of workers) worker.postMessage('go', [])
    await Promise.all(ended)
    return rateOf(share * threads, started, used)
  } finally {
    await Promise.all(workers.map((worker) => worker.terminate()))
  }
}

/** On a memory disk where there is one: what the disk takes is not what is measured. */
const folder = await mkdtemp(join(existsSync('/dev/shm') ? '/dev/shm' : tmpdir(), 'countersign-batch-'))

async function batchRate(jobs: readonly SignJob[], name: string, journal: boolean): Promise<Rate> {
  const signer = await pemSigner({
    key: await pem(`${name}.key`),
    certificates: (await pem(`${name}.pem`)) + (await pem('chain.pem')),
  })
  const [started, used] = [performance.now(), process.cpuUsage()]
  const report = await signAll(jobs, {
    signer,
    authorisation: 'one for all',
    workers: { count: threads, start: () => new Worker(script, { workerData: {} }) },
    ...(journal ? { journal: join(folder, `${name}-${randomBytes(4).toString('hex')}.jsonl`) } : {}),
  })
  if (report.signed !== documents)
    throw new Error(
      `${report.failed} documents failed: ${JSON.stringify(report.results.find(({ error }) => error)?.error)}`,
    )
  return rateOf(documents, started, used)
}

const middle = (values: readonly number[]): number => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)]!

try {
  await mkdir(join(folder, 'in'))
  const jobs: SignJob[] = []
  for (let index = 0; index < documents; index++) {
    const input = join(folder, 'in', `${index}.pdf`)
    if (index < 20) await writeFile(input, page())
    else await copyFile(join(folder, 'in', `${index % 20}.pdf`), input)
    jobs.push({ ref: `${index}`, input, output: join(folder, 'out', `${index}.pdf`) })
  }
  const results = []
  for (const [name, title] of [
    ['officer', 'RSA-2048'],
    ['officer-ec', 'P-256'],
  ] as const) {
    const rates = { floor: [] as Rate[], batch: [] as Rate[], journal: [] as Rate[] }
    for (let round = 0; round < rounds; round++) {
      rates.floor.push(await floorRate(await pem(`${name}.key`), await pem(`${name}.pem`), true))
      rates.batch.push(await batchRate(jobs, name, false))
      rates.journal.push(await batchRate(jobs, name, true))
    }
    for (const by of ['clock', 'processor'] as const) {
      const of = (list: readonly Rate[]): number => middle(list.map((rate) => rate[by]))
      const ratio = middle(rates.batch.map((rate, index) => rate[by] / rates.floor[index]![by]))
      const [floor, batch, journal] = [of(rates.floor), of(rates.batch), of(rates.journal)]
      results.push({ title, by, documents, threads, floor, batch, journal, ratio, aim: AIM })
      const told = `floor ${floor.toFixed(0)}/s  batch ${batch.toFixed(0)}/s  with journal ${journal.toFixed(0)}/s`
      console.log(`${title.padEnd(9)} by ${by.padEnd(9)} ${told}  ratio ${ratio.toFixed(2)} (aim at least ${AIM})`)
    }
  }
  if (flag('save')) {
    const today = new Date().toISOString().slice(0, 10)
    await mkdir(join(root, 'bench', 'results'), { recursive: true })
    await writeFile(
      join(root, 'bench', 'results', `batch-${today}.json`),
      `${JSON.stringify({ date: today, cpu: cpus()[0]?.model, node: process.version, results }, null, 2)}\n`,
    )
  }
  if (flag('strict') && results.some(({ by, ratio }) => by === 'processor' && ratio < AIM)) process.exitCode = 1
} finally {
  await rm(folder, { recursive: true, force: true })
}
