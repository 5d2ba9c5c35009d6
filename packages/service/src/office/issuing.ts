import { HttpProblem } from '../problems/problem.ts'
import type { RecordedEvent, StoredDocument } from '../store/documents.ts'
import { findNumber } from '../store/numbers.ts'
import { appendRegister } from '../store/register.ts'
import { isSignedBy } from '../signer/signed-by.ts'
import { commit, readForAct, requireAllowed } from './commit.ts'
import { scopeOf } from './office.ts'
import type { Call, Office, Reply } from './office.ts'
import { readStored } from './signing.ts'

/** Issues the document and enters it in the register, in one transaction (Art 16, 18; VN-01). */
export async function issueDocument(office: Office, call: Call, id: string): Promise<Reply> {
  const document = await readForAct(office, call, id)
  const before = document.flow.seal?.file.sha256 ?? ''
  await requireAllowed(office, call, document, { type: 'issue', over: before, bothSignatures: 'valid' })
  const { bytes, over } = await readStored(office, document)
  const bothSignatures = await checkBothSignatures(office, call, document, bytes)
  const act = { type: 'issue', over, bothSignatures } as const
  await requireAllowed(office, call, document, act)
  const at = office.now()
  const number = await findNumber(scopeOf(office, call), id)
  if (number === undefined) throw new HttpProblem('state.conflict')
  return commit(office, call, document, {
    act,
    event: { type: 'issued', person: call.actor.person },
    at,
    also: async (scope) => {
      await appendRegister(scope, {
        ...number,
        document: id,
        title: document.title,
        sha256: over,
        signer: nameIn(document, 'signed'),
        clerk: nameIn(document, 'sealed'),
        issued_at: at.toISOString(),
      })
    },
    audit: { sha256: over, number: number.number, year: number.year, symbol: number.symbol },
  })
}

/** D30-01: complete only with the valid signatures of the competent person and of the agency. */
async function checkBothSignatures(
  office: Office,
  call: Call,
  document: StoredDocument,
  bytes: Uint8Array,
): Promise<'valid' | 'not-valid'> {
  if (document.flow.seal === undefined) return 'not-valid'
  const keys = (await office.keys.describe()).filter((key) => key.tenant === call.tenant)
  const report = await office.validator.verify(bytes)
  const has = (use: 'officer' | 'seal'): boolean =>
    keys.some((key) => key.use === use && isSignedBy(report, key.certificate))
  return has('officer') && has('seal') ? 'valid' : 'not-valid'
}

function nameIn(document: StoredDocument, type: RecordedEvent['event']['type']): string {
  return document.events.findLast(({ event }) => event.type === type)?.personName ?? ''
}
