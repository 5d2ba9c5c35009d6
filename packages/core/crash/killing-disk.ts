// The machine's own file system, in a process that kills itself at one chosen step.
import { nodeDisk } from '../src/node/disk.ts'
import type { Disk, DiskFile } from '../src/node/disk.ts'

export type Phase = 'before' | 'middle' | 'after'

export interface KillPoint {
  readonly at: number
  readonly phase: Phase
}

/** Never returns: SIGKILL leaves no time for anything. */
async function die(): Promise<never> {
  process.kill(process.pid, 'SIGKILL')
  return new Promise(() => {})
}

/** Counts the steps that change something and dies at the chosen one. */
export class KillingDisk implements Disk {
  readonly steps: string[] = []
  private readonly point: KillPoint | undefined

  constructor(point: KillPoint | undefined) {
    this.point = point
  }

  async open(path: string, flags: 'r' | 'r+' | 'wx', mode?: number): Promise<DiskFile> {
    const open = (): Promise<DiskFile> => nodeDisk.open(path, flags, mode)
    return this.file(flags === 'wx' ? await this.step('create', open) : await open())
  }

  clone(from: string, to: string): Promise<boolean> {
    return this.step('clone', () => nodeDisk.clone(from, to))
  }

  link(from: string, to: string): Promise<void> {
    return this.step('link', () => nodeDisk.link(from, to))
  }

  rename(from: string, to: string): Promise<void> {
    return this.step('rename', () => nodeDisk.rename(from, to))
  }

  unlink(path: string): Promise<void> {
    return this.step('unlink', () => nodeDisk.unlink(path))
  }

  syncFolder(path: string): Promise<void> {
    return this.step('syncFolder', () => nodeDisk.syncFolder(path))
  }

  list(folder: string): Promise<readonly string[]> {
    return nodeDisk.list(folder)
  }

  realpath(path: string): Promise<string> {
    return nodeDisk.realpath(path)
  }

  private file(file: DiskFile): DiskFile {
    return {
      readSync: (offset, into) => file.readSync(offset, into),
      read: (offset, into) => file.read(offset, into),
      write: (offset, bytes) =>
        this.step(
          'write',
          () => file.write(offset, bytes),
          () => file.write(offset, bytes.subarray(0, bytes.length >> 1)),
        ),
      truncate: (length) => this.step('truncate', () => file.truncate(length)),
      chmod: (mode) => this.step('chmod', () => file.chmod(mode)),
      sync: () => this.step('sync', () => file.sync()),
      state: () => file.state(),
      close: () => file.close(),
    }
  }

  private async step<T>(name: string, work: () => Promise<T>, half?: () => Promise<void>): Promise<T> {
    const { point } = this
    const here = point !== undefined && point.at === this.steps.length
    this.steps.push(name)
    if (!here) return work()
    if (point.phase === 'middle') await half?.()
    if (point.phase === 'after') await work()
    return die()
  }
}
