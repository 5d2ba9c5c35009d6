// Every answer a test receives is held against the route table: the success schema, or a documented problem (REQ-15, ERR-03).
import { ROUTES } from '../../src/http/app.ts'
import { problemsOf } from '../../src/http/openapi.ts'
import type { Route } from '../../src/http/route.ts'
import { problemSchema } from '../../src/problems/problem.ts'
import { PROBLEMS } from '../../src/problems/texts.ts'
import type { ProblemCode } from '../../src/problems/texts.ts'

/** Throws when the answer is not what the API description says. */
export function checkContract(method: string, path: string, response: Response, body: unknown): void {
  const route = findRoute(method, path)
  if (response.ok) {
    if (route === undefined) return
    if (response.status !== route.success.status)
      throw new Error(`${method} ${path}: undocumented status ${response.status}`)
    if (route.success.schema !== 'pdf') route.success.schema.parse(body)
    return
  }
  checkProblem(route, `${method} ${path}`, response, body)
}

function checkProblem(route: Route | undefined, what: string, response: Response, body: unknown): void {
  if (response.headers.get('content-type') !== 'application/problem+json; charset=utf-8') {
    throw new Error(`${what}: ${response.status} is no problem+json`)
  }
  const problem = problemSchema.parse(body)
  const code = (problem.code.startsWith('pdf.limit.') ? 'pdf.limit' : problem.code) as ProblemCode
  if (problem.status !== response.status || PROBLEMS[code].status !== response.status)
    throw new Error(`${what}: status`)
  if (route !== undefined && !problemsOf(route).includes(code)) throw new Error(`${what}: ${code} is not documented`)
}

function findRoute(method: string, path: string): Route | undefined {
  const [bare = ''] = path.split('?')
  return ROUTES.find((route) => {
    const pattern = new RegExp(`^${route.path.replaceAll(/\{\w+\}/gu, '[^/]+')}$`, 'u')
    return route.method === method.toLowerCase() && pattern.test(bare)
  })
}
