import type { Express, Request, Response } from 'express'
import type { Office } from '../office/office.ts'
import { checkReadiness } from '../office/readiness.ts'
import { HttpProblem } from '../problems/problem.ts'
import { PROBLEM_CODES, PROBLEMS } from '../problems/texts.ts'
import type { ProblemCode } from '../problems/texts.ts'
import { startPage } from './start-page.ts'

/** What has no schema to check: health, the description of the API, and the meaning of each problem. */
export function addPlainRoutes(app: Express, office: Office, openApi: Readonly<Record<string, unknown>>): void {
  app.get('/livez', (_request: Request, response: Response) => {
    response.json({ status: 'live' })
  })
  app.get('/readyz', async (_request: Request, response: Response) => {
    const readiness = await checkReadiness(office)
    response.status(readiness.ready ? 200 : 503).json(readiness)
  })
  app.get('/v1/openapi.json', (request: Request, response: Response) => {
    response.json({ ...openApi, servers: [{ url: request.baseUrl === '' ? '/' : request.baseUrl }] })
  })
  app.get('/v1/problems/:code', (request: Request, response: Response) => {
    const code = String(request.params['code'])
    const known = PROBLEM_CODES.find((name) => name === code || (name === 'pdf.limit' && code.startsWith('pdf.limit.')))
    if (known === undefined) throw new HttpProblem('notFound')
    const { status, en, vi } = PROBLEMS[known satisfies ProblemCode]
    response.json({ code, status, text: { en, vi } })
  })
  app.get('/.well-known/countersign', (request: Request, response: Response) => {
    response.json({ api: `${request.baseUrl}/v1/openapi.json`, mode: office.mode })
  })
  app.get('/', (request: Request, response: Response) => {
    response.type('html').send(startPage(office.mode, request.baseUrl))
  })
}
