import { extendFile, readOutput, showOutput, timestampFile } from '../../office/extending.ts'
import type { OutputKind } from '../../office/extending.ts'
import type { ProblemCode } from '../../problems/texts.ts'
import { extensionQuery, outputPath, outputSchema, timestampQuery } from '../../schemas/extensions.ts'
import { noPath, noQuery } from '../../schemas/requests.ts'
import { route } from '../route.ts'
import type { Route } from '../route.ts'

const none = { type: 'none' } as const
const FILE: readonly ProblemCode[] = [
  'request.tooLarge',
  'mediaType.unsupported',
  'pdf.malformed',
  'pdf.limit',
  'pdf.notSignable',
  'tsa.missing',
  'tsa.failed',
]

function reading(kind: OutputKind, path: string, what: string): readonly Route[] {
  return [
    route({
      method: 'get',
      path: `${path}/{id}`,
      summary: `What was done: ${what}`,
      access: 'anyone',
      pathSchema: outputPath,
      querySchema: noQuery,
      body: none,
      success: { status: 200, description: 'The report', schema: outputSchema },
      problems: ['notFound'],
      run: (office, call, { path: { id } }) => showOutput(office, call, kind, id),
    }),
    route({
      method: 'get',
      path: `${path}/{id}/file`,
      summary: `The file: ${what}`,
      access: 'anyone',
      pathSchema: outputPath,
      querySchema: noQuery,
      body: none,
      success: { status: 200, description: 'The PDF', schema: 'pdf' },
      problems: ['notFound'],
      run: (office, call, { path: { id } }) => readOutput(office, call, kind, id),
    }),
  ]
}

/** Time stamps and extensions of files that the service did not make itself. */
export const EXTENSION_ROUTES: readonly Route[] = [
  route({
    method: 'post',
    path: '/v1/timestamps',
    summary: 'Add a document timestamp over a PDF, signed or not',
    access: 'anyone',
    pathSchema: noPath,
    querySchema: timestampQuery,
    body: { type: 'pdf' },
    success: { status: 201, description: 'The stamped file is ready', schema: outputSchema },
    problems: FILE,
    run: (office, call, { query, body }) => timestampFile(office, call, body, query.digest),
  }),
  ...reading('timestamp', '/v1/timestamps', 'a document timestamp'),
  route({
    method: 'post',
    path: '/v1/extensions',
    summary: 'Bring every signature of a PDF to a level, ours or others\u2019; what is not reached is an error',
    access: 'anyone',
    pathSchema: noPath,
    querySchema: extensionQuery,
    body: { type: 'pdf' },
    success: { status: 201, description: 'The extended file is ready', schema: outputSchema },
    problems: [...FILE, 'level.notReached'],
    run: (office, call, { query, body }) => extendFile(office, call, body, query.to),
  }),
  ...reading('extension', '/v1/extensions', 'an extension'),
]
