// A file system in memory that knows what would survive a power cut, and stops or fails at any chosen step.
import type { Disk, DiskFile } from '../../src/node/disk.ts'

/** What a crash leaves of data and names that were not synced. */
export interface Loss {
  /** `kept` as written, `lost` back to the last sync, `zeros` length kept but blocks never written. */
  readonly data: 'kept' | 'lost' | 'zeros'
  readonly names: 'kept' | 'lost'
}

/** Where to stop: before step `at`, in its middle (writes only), or after it. */
export interface StopPoint {
  readonly at: number
  readonly phase: 'before' | 'middle' | 'after'
  /** `crash` ends everything; `fault` makes this one call fail. */
  readonly kind: 'crash' | 'fault'
}

export class Crash extends Error {}

/** Whose files these are. */
const OWNER = process.geteuid?.() ?? 0

interface Node {
  data: Uint8Array
  durable: Uint8Array
  changed: bigint
  owner: number
  readonly identity: string
}

function systemError(code: string): Error {
  return Object.assign(new Error(code), { code })
}

export class MemoryDisk implements Disk {
  /** Names of the changing calls so far. */
  readonly steps: string[] = []
  stop: StopPoint | undefined
  /** The file system shares blocks between copies. */
  clones = false
  private names = new Map<string, Node>()
  private durableNames = new Map<string, Node>()
  private crashed = false
  private clock = 0n

  /** Puts a file there, durably. */
  put(path: string, bytes: Uint8Array, owner: number = OWNER): void {
    const node = { ...this.node(bytes.slice()), owner }
    node.durable = node.data.slice()
    this.names.set(path, node)
    this.durableNames.set(path, node)
  }

  get(path: string): Uint8Array | undefined {
    return this.names.get(path)?.data
  }

  paths(): readonly string[] {
    return [...this.names.keys()]
  }

  /** The machine starts again: what was not synced is lost as told. */
  restart(loss: Loss): void {
    if (loss.names === 'lost') this.names = new Map(this.durableNames)
    this.durableNames = new Map(this.names)
    for (const node of new Set(this.names.values())) {
      if (loss.data === 'lost') node.data = node.durable.slice()
      if (loss.data === 'zeros') node.data = zeroed(node)
      node.durable = node.data.slice()
    }
    this.crashed = false
    this.stop = undefined
  }

  open(path: string, flags: 'r' | 'r+' | 'wx'): Promise<DiskFile> {
    return this.call(`open ${flags}`, flags === 'wx', () => {
      if (flags === 'wx') {
        if (this.names.has(path)) throw systemError('EEXIST')
        this.names.set(path, this.node(new Uint8Array(0)))
      }
      return this.file(this.required(path))
    })
  }

  clone(from: string, to: string): Promise<boolean> {
    if (!this.clones) return Promise.resolve(false)
    return this.call('clone', true, () => {
      if (this.names.has(to)) throw systemError('EEXIST')
      this.names.set(to, this.node(this.required(from).data.slice()))
      return true
    })
  }

  link(from: string, to: string): Promise<void> {
    return this.call('link', true, () => {
      if (this.names.has(to)) throw systemError('EEXIST')
      this.names.set(to, this.required(from))
    })
  }

  rename(from: string, to: string): Promise<void> {
    return this.call('rename', true, () => {
      this.names.set(to, this.required(from))
      this.names.delete(from)
    })
  }

  unlink(path: string): Promise<void> {
    return this.call('unlink', true, () => {
      this.required(path)
      this.names.delete(path)
    })
  }

  syncFolder(): Promise<void> {
    return this.call('syncFolder', true, () => {
      this.durableNames = new Map(this.names)
    })
  }

  list(folder: string): Promise<readonly string[]> {
    return this.call('list', false, () =>
      [...this.names.keys()]
        .filter((path) => path.startsWith(`${folder}/`))
        .map((path) => path.slice(folder.length + 1)),
    )
  }

  realpath(path: string): Promise<string> {
    return this.call('realpath', false, () => {
      this.required(path)
      return path
    })
  }

  private node(data: Uint8Array): Node {
    return { data, durable: new Uint8Array(0), changed: this.clock++, owner: OWNER, identity: `${this.clock}` }
  }

  private required(path: string): Node {
    const node = this.names.get(path)
    if (node === undefined) throw systemError('ENOENT')
    return node
  }

  private write(node: Node, offset: number, bytes: Uint8Array): void {
    const data = new Uint8Array(Math.max(node.data.length, offset + bytes.length))
    data.set(node.data)
    data.set(bytes, offset)
    node.data = data
    node.changed = this.clock++
  }

  private file(node: Node): DiskFile {
    const readSync = (offset: number, into: Uint8Array): number => {
      const part = node.data.subarray(offset, offset + into.length)
      into.set(part)
      return part.length
    }
    return {
      readSync,
      read: (offset, into) => this.call('read', false, () => readSync(offset, into)),
      write: (offset, bytes) =>
        this.call(
          'write',
          true,
          () => this.write(node, offset, bytes),
          () => this.write(node, offset, bytes.subarray(0, bytes.length >> 1)),
        ),
      truncate: (length) =>
        this.call('truncate', true, () => {
          const data = new Uint8Array(length)
          data.set(node.data.subarray(0, length))
          node.data = data
          node.changed = this.clock++
        }),
      chmod: () => this.call('chmod', true, () => {}),
      sync: () =>
        this.call('sync', true, () => {
          node.durable = node.data.slice()
        }),
      state: () =>
        this.call('state', false, () => ({
          size: node.data.length,
          changed: node.changed,
          mode: 0o644,
          regular: true,
          owner: node.owner,
          identity: node.identity,
        })),
      close: () => this.call('close', false, () => {}),
    }
  }

  /** One call: a changing one is a step that may be stopped. */
  private async call<T>(name: string, changes: boolean, work: () => T, half: () => void = () => {}): Promise<T> {
    if (this.crashed) throw new Crash('the machine is down')
    if (!changes) return work()
    const { stop } = this
    const here = stop !== undefined && stop.at === this.steps.length
    this.steps.push(name)
    if (!here) return work()
    if (stop.phase === 'middle') half()
    if (stop.phase === 'after') work()
    if (stop.kind === 'fault') throw systemError('EIO')
    this.crashed = true
    throw new Crash(`crashed at ${name}`)
  }
}

function zeroed({ data, durable }: Node): Uint8Array {
  const left = new Uint8Array(data.length)
  left.set(durable.subarray(0, data.length))
  return left
}
