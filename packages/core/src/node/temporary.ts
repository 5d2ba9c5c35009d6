import { randomBytes } from 'node:crypto'
import { dirname, join } from 'node:path'
import { CountersignError } from '../error.ts'
import { stemOf } from './beside.ts'
import { fileError, systemCode } from './disk.ts'
import type { Disk, DiskFile } from './disk.ts'
import { hasEnded, thisOwner } from './owner.ts'

/** A file in the making beside its target. */
export interface Temporary {
  readonly path: string
  readonly file: DiskFile
  /** It holds the input already, sharing its blocks. */
  readonly cloned: boolean
}

const SUFFIX = '.countersign-tmp'

function prefixOf(target: string): string {
  return `${stemOf(target)}.`
}

/** `.NAME.PID-START-RANDOM.countersign-tmp`: the owner stands in the name, so that leftovers are told from work. */
function temporaryPath(target: string): string {
  const { pid, started } = thisOwner()
  const random = randomBytes(6).toString('hex')
  return join(dirname(target), `${prefixOf(target)}${pid}-${started}-${random}${SUFFIX}`)
}

/** Removes what ended processes of this machine left of the same target. */
async function removeLeftovers(disk: Disk, target: string): Promise<void> {
  const prefix = prefixOf(target)
  const names = await disk.list(dirname(target)).catch(() => [])
  for (const name of names) {
    if (!name.startsWith(prefix) || !name.endsWith(SUFFIX)) continue
    const [pid, started] = name.slice(prefix.length, -SUFFIX.length).split('-')
    if (!/^[0-9]+$/.test(pid ?? '') || started === undefined) continue
    const { host, boot } = thisOwner()
    if (hasEnded({ pid: Number(pid), started, host, boot }))
      await disk.unlink(join(dirname(target), name)).catch(() => {})
  }
}

/** The target's mode where it exists, else that of any new file. A folder, pipe or device is not replaced by a file. */
async function modeOf(disk: Disk, path: string): Promise<number> {
  let file: DiskFile
  try {
    file = await disk.open(path, 'r')
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return 0o666 & ~process.umask()
    throw error
  }
  try {
    const { mode, regular } = await file.state()
    if (!regular) throw new CountersignError('FILE_NOT_WRITABLE', `${path} is not a file`)
    return mode
  } finally {
    await file.close()
  }
}

/** A new file beside the target, with the target's mode where it exists; a clone of the input where the file system can. */
export async function openTemporary(disk: Disk, input: string, target: string): Promise<Temporary> {
  try {
    await removeLeftovers(disk, target)
    const mode = await modeOf(disk, target)
    const path = temporaryPath(target)
    const cloned = await disk.clone(input, path)
    const temporary = { path, file: await disk.open(path, cloned ? 'r+' : 'wx', 0o600), cloned }
    try {
      await temporary.file.chmod(mode)
    } catch (error) {
      await discardTemporary(disk, temporary)
      throw error
    }
    return temporary
  } catch (error) {
    throw fileError(error, target, 'write')
  }
}

/** Removes a file in the making; what made it fail matters more than whether this succeeds. */
export async function discardTemporary(disk: Disk, temporary: Temporary): Promise<void> {
  await temporary.file.close().catch(() => {})
  await disk.unlink(temporary.path).catch(() => {})
}
