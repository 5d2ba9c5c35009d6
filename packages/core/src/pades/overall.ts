import type { Finding, Overall, SignatureReport } from '../report.ts'

function warns(findings: readonly Finding[]): boolean {
  return findings.some((finding) => finding.severity !== 'info')
}

function isInvalid(signature: SignatureReport): boolean {
  const { indication, coverage, changes, integrity } = signature
  return indication === 'TOTAL-FAILED' || coverage === 'broken' || integrity === 'broken' || changes.permitted === false
}

function hasNotes(signature: SignatureReport): boolean {
  const changed = signature.changes.level !== 'none' || signature.changes.items.length > 0
  const stamps = signature.timestamps.some((stamp) => stamp.indication !== 'TOTAL-PASSED' || warns(stamp.findings))
  return changed || stamps || warns(signature.findings) || warns(signature.risksAtSigning)
}

/**
 * V-01, for a file that could be read. Document timestamps only add notes where persons' signatures exist; where none do, the lines
 * apply to the timestamps. Errors about the document itself leave nothing valid.
 */
export function overallOf(signatures: readonly SignatureReport[], findings: readonly Finding[]): Overall {
  if (signatures.length === 0) return 'unsigned'
  const persons = signatures.filter((signature) => signature.kind === 'signature')
  const judged = persons.length > 0 ? persons : signatures
  const errors = findings.some((finding) => finding.severity === 'error')
  if (judged.some((signature) => isInvalid(signature))) return 'invalid'
  const open = judged.some(({ indication, integrity }) => indication !== 'TOTAL-PASSED' || integrity !== 'intact')
  if (errors || open) return 'indeterminate'
  const stamps = signatures.filter((signature) => !judged.includes(signature))
  const weakStamp = stamps.some((stamp) => stamp.indication !== 'TOTAL-PASSED' || isInvalid(stamp))
  const notes = weakStamp || warns(findings) || signatures.some((signature) => hasNotes(signature))
  return notes ? 'valid-with-notes' : 'valid'
}
