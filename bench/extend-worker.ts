// One worker of `npm run bench:extend`: its own TSA in the process, its own warm cache of revocation data.
import { createTimestampClient, createTrustStore } from '@countersign/core'
import { answerExtensions, onlineSource } from '@countersign/core/node'
import { createTestPki } from '@countersign/test-pki'
import { randomBytes } from 'node:crypto'
import { parentPort, workerData } from 'node:worker_threads'
import { BENCH_DECLARATION } from './extend-cast.ts'
import type { ExtendWorkerData } from './extend-cast.ts'

const { anchor, baseUrl, to } = workerData as ExtendWorkerData
const pki = createTestPki({ clock: () => new Date(), baseUrl, declaration: BENCH_DECLARATION })
const tsa = createTimestampClient({
  sources: [{ id: 'in process', ask: (der) => Promise.resolve(pki.timestamp(der, { tsa: 'tsa' })) }],
  now: () => new Date(),
  random: randomBytes,
})
const trust = createTrustStore([anchor])
const sources = onlineSource({ allowHosts: [new URL(baseUrl).host] })
answerExtensions(parentPort!, { to, tsa, trust, sources })
