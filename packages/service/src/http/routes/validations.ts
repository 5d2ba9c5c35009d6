import { describePolicy } from '@countersign/core'
import { checkCertificate } from '../../office/certificates.ts'
import { validateDocument } from '../../office/validating.ts'
import { HttpProblem } from '../../problems/problem.ts'
import { z } from 'zod'
import { route } from '../route.ts'
import type { Route } from '../route.ts'
import * as schemas from '../../schemas/requests.ts'
import { certificateReport, policySchema, validationResult } from '../../schemas/validation.ts'

/** Presets of core; the service itself validates with the first (API-11). */
const POLICIES = ['strict', 'compat', 'vietnam-gov', 'vietnam-public'] as const

/** Validation, open to everybody: the verdict about a file is not a secret of the agency. */
export const VALIDATION_ROUTES: readonly Route[] = [
  route({
    method: 'post',
    path: '/v1/validations',
    summary: 'Verify every signature of a PDF and what changed after each',
    access: 'public',
    pathSchema: schemas.noPath,
    querySchema: schemas.validationQuery,
    body: { type: 'pdf' },
    success: { status: 200, description: 'The verdict, also when it is invalid', schema: validationResult },
    problems: ['request.tooLarge', 'mediaType.unsupported', 'pdf.malformed', 'pdf.limit'],
    run: (office, call, { query, body }) =>
      validateDocument(office, call, body, query.at === undefined ? undefined : new Date(query.at)),
  }),
  route({
    method: 'post',
    path: '/v1/certificate-validations',
    summary: 'Validate a certificate against the configured anchors',
    access: 'public',
    pathSchema: schemas.noPath,
    querySchema: schemas.noQuery,
    body: { type: 'json', schema: schemas.certificateValidationBody },
    success: { status: 200, description: 'The verdict, also when it is invalid', schema: certificateReport },
    problems: ['certificate.malformed'],
    run: (office, call, { body }) => checkCertificate(office, call, body),
  }),
  route({
    method: 'get',
    path: '/v1/policies/{id}',
    summary: 'A validation policy (API-11)',
    access: 'public',
    pathSchema: z.strictObject({ id: z.string().max(100) }),
    querySchema: schemas.noQuery,
    body: { type: 'none' },
    success: { status: 200, description: 'The policy', schema: policySchema },
    problems: ['notFound'],
    run: async (_office, _call, { path }) => {
      const name = POLICIES.find((known) => known === path.id)
      if (name === undefined) throw new HttpProblem('notFound')
      const { id, version, hash, rules } = await describePolicy(name)
      return { status: 200, headers: {}, body: { id, version, hash: `sha256:${hash}`, rules } }
    },
  }),
]
