import { approve } from '../../office/approving.ts'
import { createDocument, giveBack, replaceFile, review, submit, withdraw } from '../../office/drafting.ts'
import { issueDocument } from '../../office/issuing.ts'
import { scopeOf } from '../../office/office.ts'
import { readStored, signDocument } from '../../office/signing.ts'
import { sealDocument } from '../../office/sealing.ts'
import { documentReply, etagOf } from '../../office/view.ts'
import { HttpProblem } from '../../problems/problem.ts'
import type { ProblemCode } from '../../problems/texts.ts'
import { findDocument, listDocuments } from '../../store/documents.ts'
import type { State } from '../../workflow/flow.ts'
import { route } from '../route.ts'
import type { Route, Success } from '../route.ts'
import * as schemas from '../../schemas/requests.ts'
import { contentDisposition, reprDigest } from '../upload.ts'

const pdf = { type: 'pdf' } as const
const none = { type: 'none' } as const
const UPLOAD: readonly ProblemCode[] = ['request.tooLarge', 'mediaType.unsupported', 'pdf.malformed', 'pdf.limit']
const ACT: readonly ProblemCode[] = [
  'notFound',
  'duty.conflict',
  'state.conflict',
  'precondition.failed',
  'precondition.required',
]
const KEY: readonly ProblemCode[] = [
  'hash.notApproved',
  'approval.invalid',
  'signing.running',
  'key.unavailable',
  'pdf.notSignable',
]
const answer = (status: number, description: string): Success => ({
  status,
  description,
  schema: schemas.documentSchema,
})
const bare = (hash: string): string => hash.replace(/^sha256:/u, '')

/** Everything that happens to one document, in the order it happens. */
export const DOCUMENT_ROUTES: readonly Route[] = [
  route({
    method: 'post',
    path: '/v1/documents',
    summary: 'Create a draft from a PDF',
    access: 'anyone',
    pathSchema: schemas.noPath,
    querySchema: schemas.documentQuery,
    body: pdf,
    success: answer(201, 'The draft'),
    problems: UPLOAD,
    run: (office, call, { query, body }) => createDocument(office, call, query, body),
  }),
  route({
    method: 'get',
    path: '/v1/documents',
    summary: 'List documents',
    access: 'anyone',
    pathSchema: schemas.noPath,
    querySchema: schemas.listQuery,
    body: none,
    success: { status: 200, description: 'A page of documents', schema: schemas.documentListSchema },
    problems: [],
    run: async (office, call, { query }) => {
      const rows = await listDocuments(scopeOf(office, call), { ...query, limit: query.limit + 1 })
      const documents = rows.slice(0, query.limit).map((row) => ({
        id: row.id,
        title: row.title,
        symbol: row.symbol,
        state: row.state as State,
        version: row.version,
        createdAt: row.created_at,
      }))
      const next = rows.length > query.limit ? documents.at(-1)?.id : undefined
      return { status: 200, headers: {}, body: { documents, next: next ?? null } }
    },
  }),
  route({
    method: 'get',
    path: '/v1/documents/{id}',
    summary: 'The document, its state and history',
    access: 'anyone',
    pathSchema: schemas.documentPath,
    querySchema: schemas.noQuery,
    body: none,
    success: answer(200, 'The document'),
    problems: ['notFound'],
    run: async (office, call, { path }) => {
      const scope = scopeOf(office, call)
      const document = await findDocument(scope, path.id)
      if (document === undefined) throw new HttpProblem('notFound')
      return documentReply(scope, document, office.mode, 200)
    },
  }),
  route({
    method: 'get',
    path: '/v1/documents/{id}/file',
    summary: 'The exact bytes as they are now',
    access: 'anyone',
    pathSchema: schemas.documentPath,
    querySchema: schemas.noQuery,
    body: none,
    success: { status: 200, description: 'The PDF', schema: 'pdf' },
    problems: ['notFound'],
    run: async (office, call, { path }) => {
      const document = await findDocument(scopeOf(office, call), path.id)
      if (document === undefined) throw new HttpProblem('notFound')
      const { bytes, over } = await readStored(office, document)
      // The store lost or changed the file: nobody may take other bytes for the document's.
      if (over !== document.flow.file.sha256) throw new HttpProblem('internal')
      const headers = {
        'content-type': 'application/pdf',
        'content-disposition': contentDisposition(`${document.title}.pdf`),
        'repr-digest': reprDigest(over),
        etag: etagOf(document),
      }
      return { status: 200, headers, file: bytes }
    },
  }),
  route({
    method: 'put',
    path: '/v1/documents/{id}/file',
    summary: 'Replace the bytes: back to draft, reviews and approvals void',
    access: 'anyone',
    ifMatch: true,
    pathSchema: schemas.documentPath,
    querySchema: schemas.noQuery,
    body: pdf,
    success: answer(200, 'The draft'),
    problems: [...UPLOAD, ...ACT],
    run: (office, call, { path, body }) => replaceFile(office, call, path.id, body),
  }),
  route({
    method: 'post',
    path: '/v1/documents/{id}/submissions',
    summary: 'Hand the draft in for review',
    access: 'anyone',
    ifMatch: true,
    pathSchema: schemas.documentPath,
    querySchema: schemas.noQuery,
    body: { type: 'json', schema: schemas.emptyBody },
    success: answer(201, 'The submitted document'),
    problems: ACT,
    run: (office, call, { path }) => submit(office, call, path.id),
  }),
  route({
    method: 'post',
    path: '/v1/documents/{id}/reviews',
    summary: 'Check of content or form, passed or returned with a reason',
    access: 'anyone',
    ifMatch: true,
    pathSchema: schemas.documentPath,
    querySchema: schemas.noQuery,
    body: { type: 'json', schema: schemas.reviewBody },
    success: answer(201, 'The document'),
    problems: [...ACT, 'hash.mismatch'],
    run: (office, call, { path, body }) =>
      body.outcome === 'returned'
        ? giveBack(office, call, path.id, body.reason)
        : review(office, call, path.id, { kind: body.kind, sha256: bare(body.sha256) }),
  }),
  route({
    method: 'post',
    path: '/v1/documents/{id}/approvals',
    summary: 'Approve exactly these bytes, or return them with a reason',
    access: 'anyone',
    ifMatch: true,
    pathSchema: schemas.documentPath,
    querySchema: schemas.noQuery,
    body: { type: 'json', schema: schemas.approvalBody },
    success: answer(201, 'The document'),
    problems: [...ACT, 'hash.mismatch', 'approval.invalid'],
    run: (office, call, { path, body }) =>
      body.outcome === 'returned'
        ? giveBack(office, call, path.id, body.reason)
        : approve(office, call, path.id, { sha256: bare(body.sha256), jws: body.jws }),
  }),
  route({
    method: 'post',
    path: '/v1/documents/{id}/withdrawals',
    summary: 'Take the document back for good',
    access: 'anyone',
    ifMatch: true,
    pathSchema: schemas.documentPath,
    querySchema: schemas.noQuery,
    body: { type: 'json', schema: schemas.withdrawalBody },
    success: answer(201, 'The withdrawn document'),
    problems: ACT,
    run: (office, call, { path, body }) => withdraw(office, call, path.id, body.reason),
  }),
  route({
    method: 'post',
    path: '/v1/documents/{id}/signatures',
    summary: "The officer's signature over the approved bytes",
    access: 'anyone',
    ifMatch: true,
    pathSchema: schemas.documentPath,
    querySchema: schemas.noQuery,
    body: { type: 'json', schema: schemas.signatureBody },
    success: answer(201, 'The signed document'),
    problems: [...ACT, ...KEY, 'pdf.limit'],
    run: (office, call, { path, body }) => signDocument(office, call, path.id, bare(body.sha256)),
  }),
  route({
    method: 'post',
    path: '/v1/documents/{id}/seal',
    summary: 'Number, date and agency seal in one update',
    access: 'anyone',
    ifMatch: true,
    pathSchema: schemas.documentPath,
    querySchema: schemas.noQuery,
    body: { type: 'json', schema: schemas.emptyBody },
    success: answer(201, 'The sealed document'),
    problems: [...ACT, ...KEY, 'officerSignature.missing', 'pdf.limit'],
    run: (office, call, { path }) => sealDocument(office, call, path.id),
  }),
  route({
    method: 'post',
    path: '/v1/documents/{id}/issuance',
    summary: 'Issue the document and enter it in the register',
    access: 'anyone',
    ifMatch: true,
    pathSchema: schemas.documentPath,
    querySchema: schemas.noQuery,
    body: { type: 'json', schema: schemas.emptyBody },
    success: answer(201, 'The issued document'),
    problems: [...ACT, 'hash.notApproved', 'signatures.incomplete'],
    run: (office, call, { path }) => issueDocument(office, call, path.id),
  }),
]
