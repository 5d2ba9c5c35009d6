import type { z } from 'zod'
import type { Call, Office, Reply } from '../office/office.ts'
import type { ProblemCode } from '../problems/texts.ts'
import type { IncomingFile } from '../store/files.ts'
import type { Role } from '../workflow/flow.ts'

/** How the body comes. A PDF is streamed to a temporary file, JSON is checked by its schema. */
export type Body =
  { readonly type: 'none' } | { readonly type: 'pdf' } | { readonly type: 'json'; readonly schema: z.ZodType }

type BodyValue<B extends Body> = B extends { readonly type: 'pdf' }
  ? IncomingFile
  : B extends { readonly type: 'json'; readonly schema: infer S extends z.ZodType }
    ? z.infer<S>
    : undefined

/** A checked request. */
export interface Input<P extends z.ZodType, Q extends z.ZodType, B extends Body> {
  readonly path: z.infer<P>
  readonly query: z.infer<Q>
  readonly body: BodyValue<B>
}

/** One successful answer, for OpenAPI. */
export interface Success {
  readonly status: number
  readonly description: string
  readonly schema: z.ZodType | 'pdf'
}

/**
 * A route as data: the same entry checks the request at run time and becomes its OpenAPI description (API-02), with every
 * problem it can answer (ERR-03).
 */
export interface Route {
  readonly method: 'get' | 'post' | 'put' | 'delete'
  /** OpenAPI path, such as `/v1/documents/{id}`. */
  readonly path: string
  readonly summary: string
  /** `public`: no key. `anyone`: any valid key; the workflow rules decide further. */
  readonly access: 'public' | 'anyone' | readonly Role[]
  /** The request needs `If-Match` (API-09). */
  readonly ifMatch: boolean
  readonly pathSchema: z.ZodType
  readonly querySchema: z.ZodType
  readonly body: Body
  readonly success: Success
  readonly problems: readonly ProblemCode[]
  readonly run: (office: Office, call: Call, input: Input<z.ZodType, z.ZodType, Body>) => Promise<Reply | FileReply>
}

/** An answer that is a PDF. */
export interface FileReply {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly file: Uint8Array
}

interface Definition<P extends z.ZodType, Q extends z.ZodType, B extends Body> extends Omit<
  Route,
  'run' | 'pathSchema' | 'querySchema' | 'body' | 'ifMatch'
> {
  readonly ifMatch?: boolean
  readonly pathSchema: P
  readonly querySchema: Q
  readonly body: B
  readonly run: (office: Office, call: Call, input: Input<P, Q, B>) => Promise<Reply | FileReply>
}

/** Ties the types of a route's schemas to its `run`; the table then holds all routes as one type. */
export function route<P extends z.ZodType, Q extends z.ZodType, B extends Body>(
  definition: Definition<P, Q, B>,
): Route {
  return { ifMatch: false, ...definition, run: definition.run }
}
