import { documentDate, documentNumber, drawFieldValue, FIELD_STYLES, vietnamTime } from '@countersign/report'
import type { FieldFill } from '../signer/key-side.ts'
import { assignNumber, documentCode } from '../store/numbers.ts'
import type { AssignedNumber } from '../store/numbers.ts'
import type { StoredDocument } from '../store/documents.ts'
import { tenantName, transact } from '../store/store.ts'
import { isSignedBy } from '../signer/signed-by.ts'
import { commit, readForAct, requireAllowed } from './commit.ts'
import { scopeOf } from './office.ts'
import type { Call, Office, Reply } from './office.ts'
import { claimed, readStored, signingRequest, useKey } from './signing.ts'

/** Number, date and agency seal in one incremental update, by a clerk (Art 15, 17(2), 32(2); D30-05, D30-06, D30-10). */
export async function sealDocument(office: Office, call: Call, id: string): Promise<Reply> {
  const document = await readForAct(office, call, id)
  // Who may not seal anyway learns so before core is put to work.
  const before = document.flow.officer?.file.sha256 ?? ''
  await requireAllowed(office, call, document, { type: 'seal', over: before, officerSignature: 'valid' })
  const { bytes, over } = await readStored(office, document)
  const officerSignature = await checkOfficerSignature(office, call, document, bytes)
  const act = { type: 'seal', over, officerSignature } as const
  await requireAllowed(office, call, document, act)
  return claimed(office, call, id, async (release) => {
    const at = office.now()
    // VN-06: the number is the document's from here on; if the seal fails, the next try uses the same one.
    const assigned = await transact(scopeOf(office, call), (scope) => assignNumber(scope, id, document.symbol, at))
    const fill = await fillFields(office, call, bytes, assigned, at)
    const request = await signingRequest(office, call, document, bytes, at)
    const result = await useKey(office, call, act.type, { ...request, use: 'seal', fill })
    const file = await office.files.put(result.bytes)
    return commit(office, call, document, {
      act,
      event: { type: 'sealed', person: call.actor.person, over: document.flow.file, file },
      at,
      also: release,
      audit: {
        over,
        sha256: file.sha256,
        signingKey: result.key,
        field: result.field,
        code: documentCode(assigned),
        date: assigned.date,
        filled: Object.keys(fill),
      },
    })
  })
}

/** Core's verdict over the stored bytes, against the certificates of the officers' keys. */
async function checkOfficerSignature(
  office: Office,
  call: Call,
  document: StoredDocument,
  bytes: Uint8Array,
): Promise<'valid' | 'not-valid'> {
  if (document.flow.officer === undefined) return 'not-valid'
  const keys = await office.keys.describe()
  const officers = keys.filter((key) => key.use === 'officer' && key.tenant === call.tenant)
  const report = await office.validator.verify(bytes)
  return officers.some((key) => isSignedBy(report, key.certificate)) ? 'valid' : 'not-valid'
}

/** Values for those of the prepared fields that the document has (D30-10). */
async function fillFields(
  office: Office,
  call: Call,
  bytes: Uint8Array,
  assigned: AssignedNumber,
  at: Date,
): Promise<Readonly<Record<string, FieldFill>>> {
  const agency = await tenantName(scopeOf(office, call))
  const values = {
    number: documentNumber(assigned.number),
    date: documentDate(assigned.date),
    agencyInfo: `${agency}\n${vietnamTime(at)}`,
  } as const
  const fill: Record<string, FieldFill> = {}
  for (const field of await office.validator.listFields(bytes)) {
    const { name, width, height } = field
    if (field.type !== 'text' || (name !== 'number' && name !== 'date' && name !== 'agencyInfo')) continue
    if (width === undefined || height === undefined) continue
    const appearance = await drawFieldValue({ text: values[name], width, height, style: FIELD_STYLES[name] })
    fill[name] = { value: values[name], appearance }
  }
  return fill
}
