import { readFileSync, readlinkSync } from 'node:fs'
import { hostname } from 'node:os'

/** The process that works on a file, told apart from a later one with the same number. */
export interface Owner {
  readonly pid: number
  /** Machine, and container where there is one. */
  readonly host: string
  /** Changes with every start of the machine; empty where the system does not say. */
  readonly boot: string
  /** Start time of the process; empty where the system does not say. */
  readonly started: string
}

function textOf(read: () => string): string {
  try {
    return read().trim()
  } catch {
    return ''
  }
}

function bootId(): string {
  return textOf(() => readFileSync('/proc/sys/kernel/random/boot_id', 'utf8'))
}

function hostId(): string {
  return `${hostname()} ${textOf(() => readlinkSync('/proc/self/ns/pid'))}`.trim()
}

/** Field 22 of /proc/PID/stat; the name in field 2 may hold spaces and brackets. */
function startOf(pid: number): string {
  const stat = textOf(() => readFileSync(`/proc/${pid}/stat`, 'utf8'))
  return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? ''
}

/** This process. */
export function thisOwner(): Owner {
  return { pid: process.pid, host: hostId(), boot: bootId(), started: startOf(process.pid) }
}

/** True when the process has ended for certain; one on another machine may live. */
export function hasEnded(owner: Owner): boolean {
  if (owner.host !== hostId()) return false
  if (owner.boot !== bootId()) return true
  try {
    process.kill(owner.pid, 0)
  } catch (error) {
    return (error as { code?: unknown }).code === 'ESRCH'
  }
  return owner.started !== '' && startOf(owner.pid) !== owner.started
}
