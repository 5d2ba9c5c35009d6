// One thread of `countersign extend --workers N`: the options of the same command line.
import { parentPort, workerData } from 'node:worker_threads'
import { answerExtensions } from '@countersign/core/node'
import { extendOptions } from './extend.ts'

const words = workerData as readonly string[]
const quiet = { write: () => true }
const options = await extendOptions(words, {
  stdout: quiet,
  stderr: quiet,
  environment: process.env,
  now: () => new Date(),
  signal: new AbortController().signal,
})
if (parentPort !== null) answerExtensions(parentPort, options)
