import { OpenApiGeneratorV31, OpenAPIRegistry } from '@asteasolutions/zod-to-openapi'
import type { RouteConfig } from '@asteasolutions/zod-to-openapi'
import type { z } from 'zod'
import { problemSchema } from '../problems/problem.ts'
import { PROBLEMS } from '../problems/texts.ts'
import type { ProblemCode } from '../problems/texts.ts'
import { reasonPhrase } from './request.ts'
import type { Route, Success } from './route.ts'

/** Problems that any route can answer with. */
const COMMON: readonly ProblemCode[] = ['request.malformed', 'request.invalid', 'rate.limited', 'shutdown', 'internal']

/** The problems of a route, those included that follow from its shape (ERR-03). */
export function problemsOf(route: Route): readonly ProblemCode[] {
  const codes = new Set<ProblemCode>([...COMMON, ...route.problems])
  if (route.access !== 'public') codes.add('auth.missing').add('auth.forbidden')
  if (route.method === 'post') codes.add('idempotency.running').add('idempotency.mismatch')
  if (route.body.type === 'json') codes.add('request.tooLarge').add('mediaType.unsupported')
  return [...codes]
}

/** OpenAPI 3.1 of the route table (API-02). */
export function buildOpenApi(routes: readonly Route[]): Readonly<Record<string, unknown>> {
  const registry = new OpenAPIRegistry()
  registry.registerComponent('securitySchemes', 'apiKey', {
    type: 'http',
    scheme: 'bearer',
    description: 'An API key: cs_…',
  })
  for (const entry of routes) registry.registerPath(describeRoute(entry))
  const document = new OpenApiGeneratorV31(registry.definitions).generateDocument({
    openapi: '3.1.0',
    info: {
      title: 'Countersign',
      version: '1.0.0',
      description: 'Draft, review, approve, sign, number, seal, issue and validate documents.',
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
  })
  return document as unknown as Readonly<Record<string, unknown>>
}

function describeRoute(entry: Route): RouteConfig {
  const headers = headersOf(entry)
  return {
    method: entry.method,
    path: entry.path,
    summary: entry.summary,
    operationId: operationId(entry),
    ...(entry.access === 'public' ? { security: [] } : { security: [{ apiKey: [] }] }),
    request: {
      params: entry.pathSchema as z.ZodObject,
      query: entry.querySchema as z.ZodObject,
      ...requestBody(entry),
    },
    ...(headers.length === 0 ? {} : { parameters: headers }),
    responses: { [entry.success.status]: describeSuccess(entry.success), ...describeProblems(entry) },
  }
}

type RequestBody = Pick<NonNullable<RouteConfig['request']>, 'body'>

function requestBody({ body }: Route): RequestBody {
  if (body.type === 'none') return {}
  if (body.type === 'pdf') return { body: { required: true, content: { 'application/pdf': { schema: {} } } } }
  return { body: { content: { 'application/json': { schema: body.schema } } } }
}

type HeaderParameter = {
  readonly name: string
  readonly in: 'header'
  readonly required: boolean
  readonly schema: { readonly type: 'string' }
  readonly description: string
}

function headersOf(entry: Route): HeaderParameter[] {
  const header = (name: string, required: boolean, description: string): HeaderParameter => ({
    name,
    in: 'header',
    required,
    schema: { type: 'string' },
    description,
  })
  const headers: HeaderParameter[] = []
  if (entry.ifMatch) headers.push(header('If-Match', true, 'The ETag of the document as last seen'))
  if (entry.method === 'post') {
    headers.push(header('Idempotency-Key', false, '8 to 128 printable ASCII characters; kept for 24 hours'))
  }
  if (entry.body.type === 'pdf') headers.push(header('Repr-Digest', false, 'sha-256 of the body (RFC 9530), checked'))
  return headers
}

function describeSuccess({ description, schema }: Success): RouteConfig['responses'][string] {
  if (schema === 'pdf') return { description, content: { 'application/pdf': { schema: {} } } }
  return { description, content: { 'application/json': { schema } } }
}

function describeProblems(entry: Route): RouteConfig['responses'] {
  const byStatus = new Map<number, ProblemCode[]>()
  for (const code of problemsOf(entry)) {
    const { status } = PROBLEMS[code]
    byStatus.set(status, [...(byStatus.get(status) ?? []), code])
  }
  const content = { 'application/problem+json': { schema: problemSchema } }
  return Object.fromEntries(
    [...byStatus].map(([status, codes]) => [
      status,
      { description: `${reasonPhrase(status)}: ${codes.join(', ')}`, content },
    ]),
  )
}

/** `post /v1/documents/{id}/seal` becomes `postDocumentsIdSeal`. */
function operationId({ method, path }: Route): string {
  const steps = path
    .replace('/v1', '')
    .split(/[/{}-]+/u)
    .filter((step) => step !== '')
  return method + steps.map((step) => step.charAt(0).toUpperCase() + step.slice(1)).join('')
}
