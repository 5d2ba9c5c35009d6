import { CountersignError } from '../error.ts'
import { diagnose, type StructureFacts } from '../explain/doctor.ts'
import { openDocument } from '../pdf/document.ts'
import type { ByteSource, PdfDocument } from '../pdf/types.ts'
import type { DoctorReport } from '../report.ts'
import { signatureFieldsOf } from './form-fields.ts'
import type { VerifyOptions } from './options.ts'
import { verify } from './verify.ts'

/** SigFlags bits 1 and 2: signatures exist, append only (ISO 32000-2 Table 225). */
const SIG_FLAGS = 3

function factsOf(document: PdfDocument): StructureFacts {
  const { latest, revisions, header, encryption } = document
  const form = latest.dict(latest.root?.get('AcroForm'))
  const needAppearances = latest.resolve(form?.get('NeedAppearances'))
  const flags = latest.number(form?.get('SigFlags')) ?? 0
  return {
    leadingBytes: header.offset,
    encrypted: encryption !== undefined || latest.trailer.get('Encrypt') !== undefined,
    hybrid: revisions.some(({ sections }) => sections.some(({ hybrid }) => hybrid !== undefined)),
    needAppearances: needAppearances === true,
    xfa: form?.get('XFA') !== undefined,
    sigFlags: Math.floor(flags) % 4 === SIG_FLAGS,
    invisibleFields: signatureFieldsOf(latest)
      .filter(({ signed, visible }) => signed && !visible)
      .map(({ name }) => name),
  }
}

/** Undefined where the file cannot be opened: the report says why. */
async function structureOf(
  input: Uint8Array | ByteSource,
  options: VerifyOptions,
): Promise<StructureFacts | undefined> {
  const { password, limits = {}, signal } = options
  const common = { limits, ...(signal === undefined ? {} : { signal }) }
  try {
    const how = password === undefined ? { encrypted: 'allow' as const } : { password }
    return factsOf(await openDocument(input, { ...common, ...how }))
  } catch (error) {
    if (!(error instanceof CountersignError) || error.code === 'ABORTED') throw error
    return undefined
  }
}

/**
 * Tells why another viewer may complain about a file although `verify` does not, or say nothing where `verify` does, and what to do:
 * from the verification report and the structure of the file. Own codes, texts in both languages.
 *
 * @throws CountersignError ARGUMENT_INVALID, ABORTED
 * @example
 * ```ts
 * const { diagnoses } = await doctor(pdf, { trust })
 * for (const { message, advice } of diagnoses) console.log(message.en, advice.en)
 * ```
 */
export async function doctor(input: Uint8Array | ByteSource, options: VerifyOptions): Promise<DoctorReport> {
  const report = await verify(input, options)
  const { sha256, bytes } = report.document
  return {
    schema: 'countersign/doctor-report/1',
    document: { sha256, bytes },
    overall: report.overall,
    diagnoses: diagnose(report, await structureOf(input, options)),
    validationTime: report.validationTime,
    engine: report.engine,
  }
}
