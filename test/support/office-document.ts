// An inspection notice as an office makes it (D30-10): prepared fields for the officer, number, date, agency text and seal.
import type { Collect } from '../../packages/core/src/changes/collect.ts'
import { compareChanges } from '../../packages/core/src/changes/compare.ts'
import type { ChangeResult, CompareOptions, SignedRevision } from '../../packages/core/src/changes/compare.ts'
import { openDocument } from '../../packages/core/src/pdf/document.ts'
import type { FoundSignature } from '../../packages/core/src/pdf/found-signature.ts'
import { findSignatures } from '../../packages/core/src/pdf/signatures.ts'
import type { Integrity } from '../../packages/core/src/report.ts'
import { PdfBuilder } from './pdf-builder.ts'

/** Object numbers of the document. */
export const N = {
  catalog: 1,
  pages: 2,
  page: 3,
  contents: 4,
  font: 5,
  form: 6,
  officer: 7,
  number: 8,
  date: 9,
  agency: 10,
  seal: 11,
  info: 12,
  page2: 13,
  contents2: 14,
  note: 15,
  check: 16,
  checkOn: 17,
  checkOff: 18,
  signature: 20,
  first: 30,
} as const

const FIELDS = [N.officer, N.number, N.date, N.agency, N.seal, N.check]

export function catalogBody(extra = ''): string {
  return `<</Type/Catalog/Pages 2 0 R/AcroForm 6 0 R${extra}>>`
}

export function formBody(fields: readonly number[] = FIELDS, extra = ''): string {
  const refs = fields.map((num) => `${num} 0 R`).join(' ')
  return `<</Fields[${refs}]/SigFlags 3/DA(/F1 12 Tf 0 g)/DR<</Font<</F1 5 0 R>>>>${extra}>>`
}

export function pageBody(annots: readonly number[] = [...FIELDS, N.note], extra = ''): string {
  const refs = annots.map((num) => `${num} 0 R`).join(' ')
  const resources = '/Resources<</Font<</F1 5 0 R>>>>'
  return `<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R${resources}/Annots[${refs}]${extra}>>`
}

export function signatureField(name: string, rect: string, extra = ''): string {
  return `<</Type/Annot/Subtype/Widget/FT/Sig/T(${name})/Rect[${rect}]/P 3 0 R/F 132${extra}>>`
}

export function textField(name: string, rect: string, extra = ''): string {
  return `<</Type/Annot/Subtype/Widget/FT/Tx/T(${name})/Rect[${rect}]/P 3 0 R/F 4/DA(/F1 12 Tf 0 g)${extra}>>`
}

/** A form XObject that draws a line of text. */
export function appearance(builder: PdfBuilder, num: number, text: string, extra = ''): PdfBuilder {
  const dict = `/Type/XObject/Subtype/Form/BBox[0 0 100 20]/Resources<</Font<</F1 5 0 R>>>>${extra}`
  return builder.stream(num, `BT /F1 12 Tf 2 5 Td (${text}) Tj ET`, dict)
}

export interface NoticeOptions {
  readonly catalog?: string
  readonly officer?: string
  /** Into the officer's signature dictionary. */
  readonly signature?: string
  readonly page?: string
  readonly form?: string
  /** Bytes of the unsigned revision that no section lists. */
  readonly stray?: string
  /** Sets more objects of the unsigned revision, or other bodies for its own. */
  readonly extra?: (builder: PdfBuilder) => unknown
}

/** The notice, unsigned: one revision. */
export function notice(options: NoticeOptions = {}): PdfBuilder {
  const builder = new PdfBuilder()
  builder.set(N.catalog, catalogBody(options.catalog))
  builder.set(N.pages, '<</Type/Pages/Kids[3 0 R 13 0 R]/Count 2>>')
  builder.set(N.page, pageBody(undefined, options.page))
  builder.stream(N.contents, 'BT /F1 12 Tf 72 700 Td (The fine is 100) Tj ET')
  builder.set(N.font, '<</Type/Font/Subtype/Type1/BaseFont/Times-Roman/Encoding/WinAnsiEncoding>>')
  builder.set(N.form, formBody(FIELDS, options.form))
  builder.set(N.officer, signatureField('officer', '50 50 150 100', options.officer))
  builder.set(N.number, textField('number', '50 780 150 800'))
  builder.set(N.date, textField('date', '200 780 300 800'))
  builder.set(N.agency, textField('agencyInfo', '200 50 300 100'))
  builder.set(N.seal, signatureField('seal', '350 50 450 100'))
  builder.set(N.info, '<</Title(Notice)/Producer(test)>>')
  builder.set(N.page2, '<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 14 0 R/Resources<<>>>>')
  builder.stream(N.contents2, '0 0 100 100 re f')
  builder.set(N.note, '<</Type/Annot/Subtype/Text/Rect[10 10 20 20]/Contents(read)/P 3 0 R>>')
  builder.set(
    N.check,
    '<</Type/Annot/Subtype/Widget/FT/Btn/T(agreed)/Rect[10 30 20 40]/P 3 0 R/F 4/AS/Off/V/Off/AP<</N<</On 17 0 R/Off 18 0 R>>>>>>',
  )
  builder.stream(N.checkOn, '0 0 5 5 re f', '/Type/XObject/Subtype/Form/BBox[0 0 10 10]/Resources<<>>')
  builder.stream(N.checkOff, ' ', '/Type/XObject/Subtype/Form/BBox[0 0 10 10]/Resources<<>>')
  options.extra?.(builder)
  return builder.commit({ trailer: '/Info 12 0 R', ...(options.stray === undefined ? {} : { stray: options.stray }) })
}

/** The notice with the officer's signature: two revisions, the second one signed. */
export function signedNotice(options: NoticeOptions = {}): PdfBuilder {
  const builder = notice(options)
  builder.signature(N.signature, options.signature)
  appearance(builder, 21, 'Officer')
  const filled = `/V 20 0 R/AP<</N 21 0 R>>${options.officer ?? ''}`
  builder.set(N.officer, signatureField('officer', '50 50 150 100', filled))
  return builder.commit({ trailer: '/Info 12 0 R' })
}

/** Number, date, agency text and seal in one update, as D30-10 has it. Objects from `first` on are new. */
export function issue(builder: PdfBuilder, first: number = N.first): PdfBuilder {
  const texts = [
    [N.number, 'number', '50 780 150 800', '12/KL-SNV'],
    [N.date, 'date', '200 780 300 800', '25 November 2026'],
    [N.agency, 'agencyInfo', '200 50 300 100', 'Department'],
  ] as const
  texts.forEach(([num, name, rect, value], index) => {
    appearance(builder, first + index, value)
    builder.set(num, textField(name, rect, `/V(${value})/AP<</N ${first + index} 0 R>>`))
  })
  appearance(builder, first + 3, 'Seal')
  builder.signature(first + 4)
  builder.set(N.seal, signatureField('seal', '350 50 450 100', `/V ${first + 4} 0 R/AP<</N ${first + 3} 0 R>>`))
  return builder.commit({ trailer: '/Info 12 0 R' })
}

export interface Analysis {
  /** By field name of the signature. */
  readonly results: ReadonlyMap<string, ChangeResult>
  /** Of the officer's signature. */
  readonly officer: ChangeResult
}

export interface AnalyseOptions extends CompareOptions {
  readonly integrity?: Readonly<Record<string, Integrity>>
}

/** A found signature as the comparison takes it. */
export function asSignedRevision(found: FoundSignature, id: string, integrity: Integrity): SignedRevision {
  const { field, kind, revision, ref, fieldRef, dict, coverage, contents = new Uint8Array(0) } = found
  const signature = { id, field, kind, revision, dict, integrity, coverage, contents }
  return Object.assign(signature, ref === undefined ? {} : { ref }, fieldRef === undefined ? {} : { fieldRef })
}

/** Opens the bytes, finds the signatures and compares; integrity is taken as intact unless told otherwise. */
export async function analyse(
  input: PdfBuilder | Uint8Array,
  options: AnalyseOptions = {},
  collect?: Collect,
): Promise<Analysis> {
  const document = await openDocument(input instanceof PdfBuilder ? input.bytes : input)
  const signatures = findSignatures(document).signatures.map((found, index) => {
    return asSignedRevision(found, `S${index + 1}`, options.integrity?.[found.field] ?? 'intact')
  })
  const byId = await compareChanges(document, signatures, options, collect)
  const results = new Map<string, ChangeResult>()
  // Where a signature was replaced, the first one is meant.
  for (const { id, field } of signatures) if (!results.has(field)) results.set(field, byId.get(id) as ChangeResult)
  const officer = results.get('officer')
  if (officer === undefined) throw new Error('no signature in the field officer')
  return { results, officer }
}
