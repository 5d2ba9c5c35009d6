// A worker of `signAll` as the tests start it.
import { parentPort } from 'node:worker_threads'
import { answerSignings } from '../../src/node/sign-work.ts'

answerSignings(parentPort, { field: 'officer', at: new Date('2026-01-14T08:00:00Z') })
