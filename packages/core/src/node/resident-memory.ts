// How much memory a process holds. Linux tells it about any process; elsewhere a process can only be asked about itself.
import { existsSync, readFileSync, writeFileSync } from 'node:fs'

/** True when `residentMegabytes` works for other processes. */
export function canWatch(): boolean {
  return process.platform === 'linux' && existsSync('/proc/self/status')
}

/** Memory that a process holds, 0 where it is gone or cannot be asked about. */
export function residentMegabytes(pid: number | undefined): number {
  if (pid === undefined) return 0
  let status: string
  try {
    status = readFileSync(`/proc/${pid}/status`, 'latin1')
  } catch {
    return 0
  }
  // Kibibytes, whatever the size of a page is. Memory that was swapped out counts as well.
  const kibibytes = (name: string): number => Number(new RegExp(`^${name}:\\s+(\\d+) kB$`, 'm').exec(status)?.[1] ?? 0)
  return (kibibytes('VmRSS') + kibibytes('VmSwap')) / 1024
}

/** When the system itself runs out of memory, it shall end the child and not the process that works for everybody. */
export function offerToReaper(pid: number | undefined): void {
  if (pid === undefined || process.platform !== 'linux') return
  try {
    writeFileSync(`/proc/${pid}/oom_score_adj`, '900')
  } catch {
    // Not allowed here: the watch and the heap cap remain.
  }
}
