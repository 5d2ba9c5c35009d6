// `npm run bench:extend`: how many files of 1 MB a second reach B-LTA from B-T, with P-256, a TSA in the process and warm caches.
// `--quick` 60 files instead of 1,000, `--files N`; `--workers N` (default: one per core); `--strict` fails below the aim; `--save` writes dated JSON.
import { createTimestampClient, createTrustStore, sign, verify } from '@countersign/core'
import { extendAll, pemSigner } from '@countersign/core/node'
import type { ExtendJob } from '@countersign/core/node'
import { createTestPki, serveTestPki } from '@countersign/test-pki'
import { randomBytes } from 'node:crypto'
import { copyFile, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { cpus, tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { Worker } from 'node:worker_threads'
import { BENCH_DECLARATION } from './extend-cast.ts'
import type { BenchActor, ExtendWorkerData } from './extend-cast.ts'

const AIM = 150
const MEGABYTE = 1024 * 1024
const root = dirname(dirname(fileURLToPath(import.meta.url)))
const flag = (name: string): boolean => process.argv.includes(`--${name}`)
const after = (name: string): string | undefined => process.argv[process.argv.indexOf(`--${name}`) + 1]
const total = flag('files') ? Number(after('files')) : flag('quick') ? 60 : 1000
const workers = flag('workers') ? Number(after('workers')) : cpus().length
/** Beside the files that count. */
const warmUp = workers * (flag('quick') ? 20 : 100)
const DIFFERENT = Math.min(total, 20)

/** A page with a picture of a megabyte: bytes that do not repeat. */
function page(): Uint8Array {
  const noise = randomBytes(MEGABYTE)
  const picture = '/Type /XObject /Subtype /Image /Width 1024 /Height 1024 /ColorSpace /DeviceGray /BitsPerComponent 8'
  const chunks: Uint8Array[] = []
  const offsets: number[] = []
  let length = 0
  const put = (part: string | Uint8Array): void => {
    const bytes = typeof part === 'string' ? Buffer.from(part, 'latin1') : part
    chunks.push(bytes)
    length += bytes.length
  }
  const object = (...parts: readonly (string | Uint8Array)[]): void => {
    offsets.push(length)
    put(`${offsets.length} 0 obj\n`)
    parts.forEach(put)
    put('\nendobj\n')
  }
  put('%PDF-1.7\n%\u00e2\u00e3\u00cf\u00d3\n')
  object('<< /Type /Catalog /Pages 2 0 R >>')
  object('<< /Type /Pages /Kids [3 0 R] /Count 1 >>')
  object(
    '<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources << /XObject << /P 5 0 R >> >> >>',
  )
  object('<< /Length 32 >>\nstream\nq 500 0 0 500 40 200 cm /P Do Q \nendstream')
  object(`<< ${picture} /Length ${noise.length} >>\nstream\n`, noise, '\nendstream')
  const start = length
  const rows = offsets.map((offset) => `${String(offset).padStart(10, '0')} 00000 n \n`).join('')
  put(`xref\n0 6\n0000000000 65535 f \n${rows}trailer\n<< /Size 6 /Root 1 0 R >>\nstartxref\n${start}\n%%EOF\n`)
  return Buffer.concat(chunks)
}

const served = await serveTestPki((baseUrl) =>
  createTestPki<BenchActor>({ clock: () => new Date(), baseUrl, declaration: BENCH_DECLARATION }),
)
const { pki, url } = served
const anchor = pki.actors.root.certificate
const tsa = createTimestampClient({
  sources: [{ id: 'in process', ask: (der) => Promise.resolve(pki.timestamp(der, { tsa: 'tsa' })) }],
  now: () => new Date(),
  random: randomBytes,
})
const folder = await mkdtemp(join(tmpdir(), 'countersign-extend-'))

async function prepare(): Promise<readonly ExtendJob[]> {
  await mkdir(join(folder, 'in'))
  await mkdir(join(folder, 'out'))
  const { signer, ca } = pki.actors
  const key = await pemSigner({ key: signer.privateKeyPem, certificates: signer.pem + ca.pem })
  const jobs: ExtendJob[] = []
  for (let index = 0; index < total + warmUp; index++) {
    const input = join(folder, 'in', `${index}.pdf`)
    if (index >= DIFFERENT) await copyFile(join(folder, 'in', `${index % DIFFERENT}.pdf`), input)
    else await writeFile(input, (await sign(page(), { signer: key, level: 'B-T', tsa })).bytes)
    jobs.push({ input, output: join(folder, 'out', `${index}.pdf`) })
  }
  return jobs
}

function startWorker(): Worker {
  const workerData: ExtendWorkerData = { anchor, baseUrl: url, to: 'B-LTA' }
  return new Worker(new URL('extend-worker.ts', import.meta.url), { workerData })
}

interface Figures {
  readonly files: number
  readonly seconds: number
  readonly filesPerSecond: number
  readonly workers: number
  /** Milliseconds of processor time for one file, over all threads: what else runs on the machine does not count. */
  readonly cpuMilliseconds: number
}

async function measure(jobs: readonly ExtendJob[]): Promise<Figures> {
  let warm = 0
  let cpu = process.cpuUsage()
  let began = 0
  const first = warmUp
  const report = await extendAll(jobs, {
    workers: { count: workers, start: startWorker },
    onResult: ({ state, error }) => {
      if (state === 'failed') throw new Error(`${error?.code}: ${error?.message}`)
      warm++
      // the first files start the workers, fill their caches and let the code be compiled
      if (warm === first) {
        began = performance.now()
        cpu = process.cpuUsage()
      }
    },
  })
  const seconds = (performance.now() - began) / 1000
  const { user, system } = process.cpuUsage(cpu)
  const files = report.extended - first
  return { files, seconds, filesPerSecond: files / seconds, workers, cpuMilliseconds: (user + system) / 1000 / files }
}

try {
  const jobs = await prepare()
  const figures = await measure(jobs)
  const sample = await verify(new Uint8Array(await readFile(jobs.at(-1)!.output)), {
    trust: createTrustStore([anchor]),
  })
  const level = sample.signatures[0]?.level
  if (level !== 'B-LTA') throw new Error(`a file reached ${level}`)
  const { files, seconds, filesPerSecond, cpuMilliseconds } = figures
  console.log(
    `${files} files of 1 MB from B-T to B-LTA: ${filesPerSecond.toFixed(0)} files/s with ${workers} workers (${seconds.toFixed(1)} s, ` +
      `${cpuMilliseconds.toFixed(1)} ms of processor per file; aim ${AIM} files/s on 2 cores)`,
  )
  if (flag('save')) {
    const date = new Date().toISOString().slice(0, 10)
    await mkdir(join(root, 'bench', 'results'), { recursive: true })
    const result = { date, node: process.version, cpu: cpus()[0]?.model, cores: cpus().length, aim: AIM, ...figures }
    await writeFile(join(root, 'bench', 'results', `${date}-extend.json`), `${JSON.stringify(result, null, 2)}\n`)
  }
  if (flag('strict') && filesPerSecond < AIM) process.exitCode = 1
} finally {
  await served.close()
  await rm(folder, { recursive: true, force: true })
}
