import { z } from 'zod'
import { canonicalJson } from './canonical-json.ts'

/**
 * What an officer states when approving: these bytes of this document, under this policy (SEC-11). It is bound to document
 * and key and used once.
 */
export const approvalStatement = z.strictObject({
  v: z.literal(1),
  documentId: z.string().regex(/^[0-9a-f]{32}$/),
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
  length: z.int().positive(),
  policyId: z.string().min(1).max(100),
  role: z.literal('officer'),
  subject: z.string().min(1).max(64),
  /** The enrolled key that signed the statement, or the id of the API key when it is unsigned. */
  keyId: z.string().min(1).max(100),
  time: z.iso.datetime(),
  nonce: z.string().regex(/^[0-9a-f]{32}$/),
})

export type ApprovalStatement = z.infer<typeof approvalStatement>

/** A statement as it is stored and handed to the key side: the exact canonical text, and the JWS if there is one. */
export interface SignedStatement {
  readonly statement: string
  readonly jws: string | null
}

export const APPROVAL_POLICY = 'countersign/approval/1'

export function encodeStatement(statement: ApprovalStatement): string {
  return canonicalJson(statement)
}

/** Reads a statement; undefined unless the text is exactly the canonical form, so that one statement has one text. */
export function parseStatement(text: string): ApprovalStatement | undefined {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    return undefined
  }
  const parsed = approvalStatement.safeParse(value)
  return parsed.success && encodeStatement(parsed.data) === text ? parsed.data : undefined
}
