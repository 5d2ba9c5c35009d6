import { LimitError } from '../error.ts'

/** Reading every object once takes about the file's size; a file built so that reading takes much more is refused. */
const FREE = 64 * 1024 * 1024
const TIMES = 8

/** Counts bytes read by the lexer, so that overlapping objects cannot make the work quadratic (L-24; there is no clock here). */
export class WorkBudget {
  private left: number

  constructor(size: number) {
    this.left = FREE + TIMES * size
  }

  /** More to read: what a stream was inflated to. */
  allow(bytes: number): void {
    this.left += TIMES * bytes
  }

  /** Throws LIMIT_CPU. */
  spend(bytes: number): void {
    this.left -= bytes
    if (this.left < 0) throw new LimitError('CPU', 'Reading the file takes far more work than its size explains.')
  }
}
