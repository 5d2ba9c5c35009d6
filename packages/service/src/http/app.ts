import { randomBytes } from 'node:crypto'
import express from 'express'
import type { Express, NextFunction, Request, RequestHandler, Response } from 'express'
import { ipKeyGenerator, rateLimit } from 'express-rate-limit'
import helmet from 'helmet'
import type { Logger } from 'pino'
import { CountersignError } from '@countersign/core'
import type { Office } from '../office/office.ts'
import { coreProblem } from '../problems/core-problem.ts'
import { HttpProblem } from '../problems/problem.ts'
import { requestId, sendProblem } from './answer.ts'
import { authenticate, holderOf, setHolder } from './auth.ts'
import { perform } from './perform.ts'
import { describeError } from './log.ts'
import { buildOpenApi } from './openapi.ts'
import { addPlainRoutes } from './plain-routes.ts'
import type { Route } from './route.ts'
import { DOCUMENT_ROUTES } from './routes/documents.ts'
import { EXTENSION_ROUTES } from './routes/extensions.ts'
import { RECORD_ROUTES } from './routes/records.ts'
import { TRUST_ROUTES } from './routes/trust.ts'
import { VALIDATION_ROUTES } from './routes/validations.ts'

export const ROUTES: readonly Route[] = [
  ...DOCUMENT_ROUTES,
  ...RECORD_ROUTES,
  ...TRUST_ROUTES,
  ...VALIDATION_ROUTES,
  ...EXTENSION_ROUTES,
]

/** Requests per minute. */
export interface RateLimits {
  /** Of one address, whoever asks. */
  readonly perAddress: number
  /** Of one API key. */
  readonly perKey: number
  /** Validations without a key, of one address (SEC-17). */
  readonly publicValidations: number
}

export const DEFAULT_RATES: RateLimits = { perAddress: 1200, perKey: 600, publicValidations: 60 }

export interface HttpOptions {
  readonly log: Logger
  readonly maxPdfBytes: number
  readonly rates: RateLimits
  /** True once the service only finishes what runs (REL-11). */
  readonly draining: () => boolean
}

/** The Express app over the office; it can be mounted in another one. */
export function buildApp(office: Office, options: HttpOptions): Express {
  const app = express()
  app.disable('x-powered-by')
  app.set('query parser', 'simple')
  app.set('etag', false)
  app.use(identify(options.log))
  app.use(
    helmet({ contentSecurityPolicy: { directives: { 'default-src': ["'none'"], 'style-src': ["'unsafe-inline'"] } } }),
  )
  app.use(limit(options.rates.perAddress, (request) => addressOf(request)))
  app.use(refuseWhileDraining(options))
  addPlainRoutes(app, office, buildOpenApi(ROUTES))
  // After authentication: a made-up key must not open a fresh allowance.
  const publicLimit = limit(options.rates.publicValidations, (request) => addressOf(request), isAnonymous)
  const keyLimit = limit(options.rates.perKey, (_request, response) => holderOf(response)?.keyId ?? '', isKnown)
  for (const route of ROUTES) {
    const limits = route.access === 'public' && route.method === 'post' ? [publicLimit, keyLimit] : [keyLimit]
    app[route.method](
      expressPath(route.path),
      recogniseHolder(office),
      ...limits,
      (request: Request, response: Response) => perform(office, options, route, request, response),
    )
  }
  app.use((_request: Request, _response: Response, next: NextFunction) => next(new HttpProblem('notFound')))
  app.use(answerErrors(options.log))
  return app
}

function expressPath(path: string): string {
  return path.replaceAll(/\{(\w+)\}/gu, ':$1')
}

/** Gives each request an id and one line in the log (REL-15): the path pattern, never the query, which holds titles. */
function identify(log: Logger): RequestHandler {
  return (request, response, next) => {
    const id = randomBytes(16).toString('hex')
    response.locals = { requestId: id }
    response.setHeader('x-request-id', id)
    const start = performance.now()
    response.on('close', () => {
      const { code } = response.locals as { code?: string }
      const keyId = holderOf(response)?.keyId
      const route = (request.route as { path?: string } | undefined)?.path
      const ms = Math.round(performance.now() - start)
      log.info({ request: id, method: request.method, route, status: response.statusCode, ms, keyId, code }, 'request')
    })
    next()
  }
}

function addressOf(request: Request): string {
  return ipKeyGenerator(request.ip ?? '')
}

function recogniseHolder(office: Office): RequestHandler {
  return async (request, response, next) => {
    setHolder(response, await authenticate(request, office))
    next()
  }
}

function isAnonymous(response: Response): boolean {
  return holderOf(response) === undefined
}

function isKnown(response: Response): boolean {
  return holderOf(response) !== undefined
}

function limit(
  perMinute: number,
  key: (request: Request, response: Response) => string,
  applies: (response: Response) => boolean = () => true,
): RequestHandler {
  return rateLimit({
    windowMs: 60_000,
    limit: perMinute,
    standardHeaders: 'draft-8',
    legacyHeaders: false,
    keyGenerator: key,
    skip: (_request, response) => !applies(response),
    handler: (_request, _response, next) => next(new HttpProblem('rate.limited', { retryAfter: 60 })),
    validate: { keyGeneratorIpFallback: false },
  })
}

function refuseWhileDraining(options: HttpOptions): RequestHandler {
  return (request, _response, next) => {
    const stopped = options.draining() && request.path !== '/livez'
    next(stopped ? new HttpProblem('shutdown', { retryAfter: 30 }) : undefined)
  }
}

/** Every error becomes a problem; what we did not foresee is logged without its message and answered without details (ERR-02). */
function answerErrors(log: Logger): (error: unknown, request: Request, response: Response, next: NextFunction) => void {
  return (error, request, response, _next) => {
    const problem = error instanceof HttpProblem ? error : toProblem(error)
    ;(response.locals as { code?: string }).code = problem.code
    if (problem.code === 'internal') {
      log.error({ request: requestId(response), ...describeError(problem.cause ?? problem) }, 'internal error')
    }
    sendProblem(request, response, problem)
  }
}

/** Errors of Express and its parts carry a client status, such as for a path that cannot be decoded. */
function toProblem(error: unknown): HttpProblem {
  if (error instanceof CountersignError) return coreProblem(error)
  const { status } = (typeof error === 'object' && error !== null ? error : {}) as { status?: unknown }
  const clients = typeof status === 'number' && status >= 400 && status < 500
  return new HttpProblem(clients ? 'request.malformed' : 'internal', { cause: error })
}
