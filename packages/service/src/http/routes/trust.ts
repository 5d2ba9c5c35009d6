import { parseSha256 } from '@countersign/core/node'
import { confirmAnchor, proposeAnchor, removeAnchor, showAnchors } from '../../office/trust.ts'
import { noPath, noQuery } from '../../schemas/requests.ts'
import {
  trustAnchorBody,
  trustAnchorPath,
  trustAnchorSchema,
  trustListSchema,
  trustConfirmationBody,
} from '../../schemas/trust.ts'
import { route } from '../route.ts'
import type { Route } from '../route.ts'

const none = { type: 'none' } as const

/** The list of trusted roots, shown in full to everybody of the agency (T15-05); every change is audited (VN-15). */
export const TRUST_ROUTES: readonly Route[] = [
  route({
    method: 'get',
    path: '/v1/trust-anchors',
    summary: 'The trusted roots: of the configuration, added ones, and those that wait for a second person',
    access: 'anyone',
    pathSchema: noPath,
    querySchema: noQuery,
    body: none,
    success: { status: 200, description: 'The list', schema: trustListSchema },
    problems: [],
    run: (office, call) => showAnchors(office, call),
  }),
  route({
    method: 'post',
    path: '/v1/trust-anchors',
    summary: 'Propose a root with the SHA-256 its publisher states; it is trusted once another person confirms it',
    access: ['admin'],
    pathSchema: noPath,
    querySchema: noQuery,
    body: { type: 'json', schema: trustAnchorBody },
    success: { status: 201, description: 'The proposed root, not yet trusted', schema: trustAnchorSchema },
    problems: ['certificate.malformed', 'trust.pinMismatch', 'state.conflict'],
    run: (office, call, { body }) => proposeAnchor(office, call, { ...body, sha256: parseSha256(body.sha256)! }),
  }),
  route({
    method: 'post',
    path: '/v1/trust-anchors/{sha256}/confirmation',
    summary: 'Confirm a proposed root after comparing its hash; never by who proposed it',
    access: ['admin', 'auditor'],
    pathSchema: trustAnchorPath,
    querySchema: noQuery,
    body: { type: 'json', schema: trustConfirmationBody },
    success: { status: 200, description: 'The root, now trusted', schema: trustAnchorSchema },
    problems: ['notFound', 'state.conflict', 'duty.conflict'],
    run: (office, call, { path, body }) => confirmAnchor(office, call, path.sha256, body.proposal),
  }),
  route({
    method: 'delete',
    path: '/v1/trust-anchors/{sha256}',
    summary: 'Trust a root no longer, at once, or withdraw a proposal; the roots of the configuration stay',
    access: ['admin'],
    pathSchema: trustAnchorPath,
    querySchema: noQuery,
    body: none,
    success: { status: 200, description: 'The root as it was', schema: trustAnchorSchema },
    problems: ['notFound'],
    run: (office, call, { path }) => removeAnchor(office, call, path.sha256),
  }),
]
