import type { Request, Response } from 'express'
import type { Reply } from '../office/office.ts'
import { HttpProblem, problemBody } from '../problems/problem.ts'
import type { Language } from '../problems/problem.ts'
import type { FileReply } from './route.ts'

export function sendReply(request: Request, response: Response, reply: Reply | FileReply): void {
  response.status(reply.status)
  for (const [name, value] of Object.entries(reply.headers)) {
    // The stored answer knows nothing of where the app is mounted.
    response.setHeader(name, name === 'location' ? `${request.baseUrl}${value}` : value)
  }
  response.setHeader('cache-control', 'no-store')
  if ('file' in reply) response.end(reply.file)
  else response.json(reply.body)
}

/** Writes a problem as RFC 9457. */
export function sendProblem(request: Request, response: Response, problem: HttpProblem): void {
  if (response.headersSent) {
    response.destroy()
    return
  }
  const language = languageOf(request)
  const body = problemBody(problem, { base: request.baseUrl, request: requestId(response), language })
  response.status(problem.status)
  response.setHeader('content-type', 'application/problem+json; charset=utf-8')
  response.setHeader('content-language', language)
  response.setHeader('cache-control', 'no-store')
  if (problem.code === 'auth.missing') response.setHeader('www-authenticate', 'Bearer realm="countersign"')
  if (body.retryAfter !== undefined) response.setHeader('retry-after', String(body.retryAfter))
  // A body that was refused halfway is not read to its end.
  if (!request.complete) response.setHeader('connection', 'close')
  response.end(JSON.stringify(body))
}

export function requestId(response: Response): string {
  return (response.locals as { requestId: string }).requestId
}

function languageOf(request: Request): Language {
  return request.acceptsLanguages('en', 'vi') === 'vi' ? 'vi' : 'en'
}
