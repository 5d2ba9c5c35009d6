import type { Request, Response } from 'express'
import type { Office } from '../office/office.ts'
import { HttpProblem } from '../problems/problem.ts'
import { findKeyHolder } from '../store/api-keys.ts'
import type { KeyHolder } from '../store/api-keys.ts'
import type { Route } from './route.ts'

/** The holder of the key in `Authorization: Bearer cs_…`, if the header holds a valid one. */
export async function authenticate(request: Request, office: Office): Promise<KeyHolder | undefined> {
  const key = /^Bearer (\S{1,200})$/iu.exec(request.headers.authorization ?? '')?.[1]
  return key === undefined ? undefined : findKeyHolder(office.db, key, office.now())
}

export function setHolder(response: Response, holder: KeyHolder | undefined): void {
  ;(response.locals as { holder?: KeyHolder | undefined }).holder = holder
}

/** Who asks, once the key was looked up. */
export function holderOf(response: Response): KeyHolder | undefined {
  return (response.locals as { holder?: KeyHolder | undefined }).holder
}

/** @throws HttpProblem auth.missing, auth.forbidden */
export function requireAccess(route: Route, holder: KeyHolder | undefined): void {
  if (route.access === 'public') return
  if (holder === undefined) throw new HttpProblem('auth.missing')
  if (route.access === 'anyone') return
  if (!route.access.some((role) => holder.roles.includes(role))) throw new HttpProblem('auth.forbidden')
}
