import { readKeyId, verifyJws } from '../approval/jws.ts'
import type { EnrolledKey } from '../approval/jws.ts'
import { parseStatement } from '../approval/statement.ts'
import type { ApprovalStatement, SignedStatement } from '../approval/statement.ts'
import { KeyRefusal } from './key-side.ts'
import type { SigningRequest } from './key-side.ts'

/** By whom approvals may be made. */
export interface ApprovalRules {
  readonly enrolled: readonly EnrolledKey[]
  /** `test-ca-only` lets unsigned approvals pass while every key is a test key; production refuses them. */
  readonly unsigned: 'refuse' | 'test-ca-only'
}

/**
 * Checks that one statement approves exactly these bytes of this document, made by an officer with an enrolled key (SEC-11).
 *
 * @throws KeyRefusal approval.invalid, hash.notApproved
 */
export function checkApprovals(request: SigningRequest, rules: ApprovalRules): ApprovalStatement {
  const [only, ...others] = request.approvals
  if (only === undefined || others.length > 0) throw new KeyRefusal('approval.invalid', 'SEC-11')
  const statement = parseStatement(only.statement)
  if (statement === undefined || statement.documentId !== request.document) {
    throw new KeyRefusal('approval.invalid', 'SEC-11')
  }
  const { sha256, length } = request.approved
  if (statement.sha256 !== sha256 || statement.length !== length) throw new KeyRefusal('hash.notApproved', 'VN-03')
  if (!isSigned(only, statement, request.tenant, rules)) throw new KeyRefusal('approval.invalid', 'SEC-11')
  return statement
}

function isSigned(
  approval: SignedStatement,
  statement: ApprovalStatement,
  tenant: string,
  rules: ApprovalRules,
): boolean {
  if (approval.jws === null) return rules.unsigned === 'test-ca-only'
  const keyId = readKeyId(approval.jws)
  const enrolled = rules.enrolled.find((key) => key.keyId === keyId && key.tenant === tenant)
  if (enrolled === undefined || enrolled.person !== statement.subject || enrolled.keyId !== statement.keyId)
    return false
  return verifyJws(approval.jws, enrolled) === approval.statement
}
