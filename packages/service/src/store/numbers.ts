import type { NumberRow } from './schema.ts'
import type { Scope } from './store.ts'

/** Number and date of an outgoing document (Art 15): the pair belongs to the document from the moment it is assigned. */
export interface AssignedNumber {
  readonly year: number
  readonly number: number
  readonly symbol: string
  /** Calendar date in Vietnam, YYYY-MM-DD. */
  readonly date: string
}

const VIETNAM_OFFSET_MS = 7 * 60 * 60 * 1000

/** The calendar date in Vietnam, which is UTC+7 all year, whatever the zone of the server (D30-17). */
export function vietnamDate(at: Date): string {
  return new Date(at.getTime() + VIETNAM_OFFSET_MS).toISOString().slice(0, 10)
}

/** `05/TB-SNV`: numbers below ten have a leading zero (vietnam.md 1.5). */
export function documentCode(assigned: { readonly number: number; readonly symbol: string }): string {
  return `${String(assigned.number).padStart(2, '0')}/${assigned.symbol}`
}

/**
 * Gives the document its number, once: asking again returns the same one, so a failed seal leaves no gap (VN-06).
 * Numbers run from 1 per agency and year, the year being that of the date in UTC+7. Call it inside a transaction.
 */
export async function assignNumber(scope: Scope, document: string, symbol: string, at: Date): Promise<AssignedNumber> {
  const known = await findNumber(scope, document)
  if (known !== undefined) return known
  const date = vietnamDate(at)
  const year = Number(date.slice(0, 4))
  const last = await scope.db
    .selectFrom('numbers')
    .select((eb) => eb.fn.max('number').as('number'))
    .where('tenant', '=', scope.tenant)
    .where('year', '=', year)
    .executeTakeFirst()
  const assigned = { year, number: (last?.number ?? 0) + 1, symbol, date }
  await scope.db
    .insertInto('numbers')
    .values({ tenant: scope.tenant, document, ...assigned })
    .execute()
  return assigned
}

export async function findNumber(scope: Scope, document: string): Promise<AssignedNumber | undefined> {
  const row: NumberRow | undefined = await scope.db
    .selectFrom('numbers')
    .selectAll()
    .where('tenant', '=', scope.tenant)
    .where('document', '=', document)
    .executeTakeFirst()
  return row === undefined ? undefined : { year: row.year, number: row.number, symbol: row.symbol, date: row.date }
}
