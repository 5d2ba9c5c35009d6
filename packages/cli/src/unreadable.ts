import { explainError } from '@countersign/core'
import type { VerificationReport } from '@countersign/core'
import { createHash } from 'node:crypto'

/** The report of a file that could not be opened: every field is there. */
export function unreadableReport(
  code: string,
  message: string,
  bytes: Uint8Array | undefined,
  at: Date = new Date(),
): VerificationReport {
  return {
    schema: 'countersign/verification-report/1',
    document: {
      sha256: bytes === undefined ? '' : createHash('sha256').update(bytes).digest('hex'),
      bytes: bytes?.length ?? 0,
      revisions: 0,
    },
    overall: 'unreadable',
    signatures: [],
    unsignedFields: [],
    removedSignatures: [],
    orphanSignatures: 0,
    findings: [
      {
        rule: 'V-01',
        severity: 'error',
        code,
        message: { en: message, vi: explainError({ code, message }, 'vi') },
        args: {},
      },
    ],
    policy: { id: 'strict', version: '1', relaxations: [] },
    validationTime: at.toISOString(),
    engine: 'countersign-cli',
  }
}
