import type { Pass } from '../pades/digests.ts'
import { CountersignError } from '../error.ts'
import type { DiskFile } from './disk.ts'

const BLOCK = 2 * 1024 * 1024
const BLOCKS = 3
const ZEROS = new Uint8Array(BLOCK)

function isZero(bytes: Uint8Array): boolean {
  return Buffer.compare(bytes, bytes.length === BLOCK ? ZEROS : ZEROS.subarray(0, bytes.length)) === 0
}

function shorter(at: number, size: number): CountersignError {
  return new CountersignError('BASE_CHANGED', `the file ended at byte ${at} of ${size}`)
}

/** A promise that is awaited later: its failure is not yet unhandled. */
function started<T>(work: Promise<T>): Promise<T> {
  work.catch(() => {})
  return work
}

/**
 * Reads a file once, in order; with `copy` it is written there on the way (S5). Reading the next block and writing the last one run
 * in the pool while the hash is busy. Blocks of zeros are left out of the copy: its holes read as zeros.
 */
export function filePass(source: DiskFile, size: number, copy?: DiskFile): Pass {
  return async (each, start) => {
    const ring = Array.from({ length: BLOCKS }, () => new Uint8Array(BLOCK))
    const load = async (at: number, index: number): Promise<Uint8Array> => {
      const into = ring[index % BLOCKS]!.subarray(0, Math.min(BLOCK, size - at))
      const count = await source.read(at, into)
      if (count < into.length) throw shorter(at + count, size)
      return into
    }
    let next = started(load(start, 0))
    let written: Promise<void> = Promise.resolve()
    try {
      for (let at = start, index = 0; at < size; at += BLOCK, index++) {
        const bytes = await next
        const before = written
        if (at + BLOCK < size) next = started(load(at + BLOCK, index + 1))
        written = copy === undefined || isZero(bytes) ? Promise.resolve() : started(copy.write(at, bytes))
        await each(bytes)
        await before
      }
      await written
      await copy?.truncate(size)
    } finally {
      // Nothing may use the files after this call, whatever stopped it.
      await Promise.allSettled([next, written])
    }
  }
}
