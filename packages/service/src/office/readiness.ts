import { pingDatabase } from '../store/store.ts'
import type { Office } from './office.ts'

/** What the service depends on, each with its state (REL-14). */
export interface Readiness {
  readonly ready: boolean
  readonly database: boolean
  readonly keys: readonly { readonly id: string; readonly usable: boolean; readonly daysLeft: number }[]
}

const DAY_MS = 24 * 60 * 60 * 1000

export async function checkReadiness(office: Office): Promise<Readiness> {
  const database = await answers(() => pingDatabase(office.db))
  const now = office.now().getTime()
  let described: Awaited<ReturnType<Office['keys']['describe']>> = []
  // SEC-01: without its keys the service is not ready.
  const reachable = await answers(async () => {
    described = await office.keys.describe()
  })
  const keys = described.map(({ id, notAfter }) => {
    const daysLeft = Math.floor((notAfter.getTime() - now) / DAY_MS)
    return { id, usable: notAfter.getTime() > now, daysLeft }
  })
  const usable = reachable && keys.length > 0 && keys.every((key) => key.usable)
  return { ready: database && usable, database, keys }
}

async function answers(ask: () => Promise<unknown>): Promise<boolean> {
  try {
    await ask()
    return true
  } catch {
    return false
  }
}
