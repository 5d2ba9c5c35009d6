// The document that all attacks start from: an office's notice of two pages with fields for an officer, a number, a date and a seal,
// a check box, a group of fields, a note, a letterhead, an image, metadata, outlines, a layer.
import type { Identity } from '../test/support/craft-certificate.ts'
import { agency, crl, intermediates, officer, officer2, tsa } from './identities.ts'
import { levelOf, type Dimensions } from './dimensions.ts'
import { PdfFile, type CommitOptions, type SignatureSlot } from './pdf-file.ts'
import { SIGNATURE, STAMPED_AT, TIMESTAMP, cmsOver, docMdp, fieldMdp, tokenOver } from './signing.ts'

/** Object numbers of the notice. */
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
  agencyInfo: 10,
  seal: 11,
  info: 12,
  page2: 13,
  contents2: 14,
  note: 15,
  check: 16,
  checkOn: 17,
  checkOff: 18,
  letterhead: 19,
  signature: 20,
  signatureLook: 21,
  image: 22,
  group: 23,
  groupText: 24,
  groupSignature: 25,
  metadata: 26,
  state: 27,
  numberLook: 28,
  outlines: 29,
  node: 30,
  outline: 31,
  layer: 32,
  extensions: 33,
  choice: 34,
  attachment: 35,
  attached: 36,
  /** Where the catalogue's own objects begin. */
  issue: 40,
  dss: 60,
  stamp: 70,
  first: 100,
  after: 200,
} as const

export const FIELDS: readonly number[] = [N.officer, N.number, N.date, N.agencyInfo, N.seal, N.check, N.group, N.choice]
/** Annotations of page 1 in their order. */
export const ANNOTATIONS: readonly number[] = [
  N.officer,
  N.number,
  N.date,
  N.agencyInfo,
  N.seal,
  N.check,
  N.groupText,
  N.choice,
  N.note,
]

const refs = (numbers: readonly number[]): string => numbers.map((num) => `${num} 0 R`).join(' ')

export const XMP =
  '<?xpacket begin="" id="W5M0MpCehiHzreSzNTczkc9d"?><x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF ' +
  'xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:Description rdf:about="" ' +
  'xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:title>Notice</dc:title></rdf:Description></rdf:RDF></x:xmpmeta><?xpacket end="w"?>'

export function formBody(fields: readonly number[] = FIELDS, extra = ''): string {
  return `<</Fields[${refs(fields)}]/SigFlags 3/DA(/F1 12 Tf 0 g)/DR<</Font<</F1 5 0 R>>/XObject<</Seal 21 0 R>>>>${extra}>>`
}

export function widget(type: string, name: string, rect: string, extra = ''): string {
  return `<</Type/Annot/Subtype/Widget/FT/${type}/T(${name})/Rect[${rect}]/P 3 0 R/F 4${extra}>>`
}

export function textField(name: string, rect: string, extra = ''): string {
  return widget('Tx', name, rect, `/DA(/F1 12 Tf 0 g)${extra}`)
}

/** A form XObject that draws a line of text. */
export function drawText(file: PdfFile, num: number, text: string, extra = ''): PdfFile {
  const dict = `/Type/XObject/Subtype/Form/BBox[0 0 100 20]/Resources<</Font<</F1 5 0 R>>>>${extra}`
  return file.stream(num, `BT /F1 12 Tf 2 5 Td (${text}) Tj ET`, dict)
}

const RECT = {
  officer: '50 50 150 100',
  seal: '350 50 450 100',
  number: '50 780 150 800',
  date: '200 780 300 800',
  agency: '200 50 300 100',
} as const

function lockBody({ lock, permission }: Dimensions): string {
  const p = permission === 'lock1' ? '/P 1' : permission === 'lock2' ? '/P 2' : ''
  if (lock === 'include') return `/Action/Include/Fields[(group.closed) (other)]${p}`
  if (lock === 'exclude')
    return `/Action/Exclude/Fields[(number) (date) (agencyInfo) (seal) (agreed) (group) (choice) (new) (new2) (new3) (later)]${p}`
  return lock === 'all' ? `/Action/All${p}` : p
}

function officerEntries(dimensions: Dimensions): string {
  const { permission, lock } = dimensions
  const level = levelOf(dimensions)
  if (level !== undefined && !permission.startsWith('lock')) return docMdp(level)
  // Half of the locks stand in the field alone: there is no transform to enforce them from (M-23).
  return lock === 'exclude' || lock === 'all' ? fieldMdp(lockBody(dimensions)) : ''
}

function officerField(dimensions: Dimensions, filled: boolean): string {
  const lock = lockBody(dimensions)
  const held = lock === '' ? '' : `/Lock<</Type/SigFieldLock${lock}>>`
  const value = filled ? `/V ${N.signature} 0 R/AP<</N ${N.signatureLook} 0 R>>` : ''
  return widget('Sig', 'officer', RECT.officer, held + value).replace('/F 4', '/F 132')
}

function catalogBody({ permission, signedIn }: Dimensions, signed: boolean): string {
  const perms =
    permission.startsWith('P') && (signed || signedIn === 'base') ? `/Perms<</DocMDP ${N.signature} 0 R>>` : ''
  const layers = `/OCProperties<</OCGs[${N.layer} 0 R]/D<</ON[${N.layer} 0 R]/Order[${N.layer} 0 R]>>>>`
  const extras = `/Metadata ${N.metadata} 0 R/Outlines ${N.outlines} 0 R/Extensions ${N.extensions} 0 R${layers}`
  const names = `/Names<</Dests<</Names[(top) [3 0 R/Fit]]>>/EmbeddedFiles<</Names[(list) ${N.attachment} 0 R]>>>>`
  return `<</Type/Catalog/Pages 2 0 R/AcroForm 6 0 R/Lang(vi)/MarkInfo<</Marked false>>${extras}${names}${perms}>>`
}

export function pageBody(
  annotations: readonly number[] = ANNOTATIONS,
  extra = '',
  pages: Dimensions['pages'] = 'flat',
): string {
  const parent = pages === 'nested' ? N.node : N.pages
  const resources = `/Resources<</Font<</F1 5 0 R>>/XObject<</Head ${N.letterhead} 0 R/Im ${N.image} 0 R>>/ExtGState<</G ${N.state} 0 R>>/Properties<</L ${N.layer} 0 R>>>>`
  return `<</Type/Page/Parent ${parent} 0 R/MediaBox[0 0 595 842]/Contents 4 0 R${resources}/Annots[${refs(annotations)}]${extra}>>`
}

/** Sets every object of the unsigned notice. */
function setNotice(file: PdfFile, dimensions: Dimensions): void {
  const nested = dimensions.pages === 'nested'
  file.set(N.catalog, catalogBody(dimensions, false))
  file.set(
    N.pages,
    nested ? `<</Type/Pages/Kids[${N.node} 0 R]/Count 2>>` : '<</Type/Pages/Kids[3 0 R 13 0 R]/Count 2>>',
  )
  if (nested) file.set(N.node, '<</Type/Pages/Parent 2 0 R/Kids[3 0 R 13 0 R]/Count 2>>')
  file.set(N.page, pageBody(ANNOTATIONS, '', dimensions.pages))
  file.stream(
    N.contents,
    'q /Head Do Q BT /F1 12 Tf 72 700 Td (The fine is 100) Tj ET q 20 0 0 20 500 780 cm /Im Do Q /OC /L BDC 0 0 m 9 9 l S EMC',
  )
  file.set(N.font, '<</Type/Font/Subtype/Type1/BaseFont/Times-Roman/Encoding/WinAnsiEncoding>>')
  file.set(N.form, formBody())
  file.set(N.officer, officerField(dimensions, false))
  drawText(file, N.signatureLook, 'Officer')
  setFields(file)
  file.set(N.info, '<</Title(Notice)/Producer(countersign attacks)>>')
  file.set(
    N.page2,
    `<</Type/Page/Parent ${nested ? N.node : N.pages} 0 R/MediaBox[0 0 595 842]/Contents 14 0 R/Resources<</Font<</F1 5 0 R>>>>>>`,
  )
  file.stream(N.contents2, 'BT /F1 12 Tf 72 700 Td (Page two) Tj ET 0 0 100 100 re f')
  file.set(N.note, '<</Type/Annot/Subtype/Text/Rect[10 10 20 20]/Contents(read)/P 3 0 R>>')
  file.stream(
    N.letterhead,
    'BT /F1 9 Tf 72 820 Td (Department of the Interior) Tj ET',
    '/Type/XObject/Subtype/Form/BBox[0 0 595 842]/Resources<</Font<</F1 5 0 R>>>>',
  )
  file.stream(
    N.image,
    '\x00\x7f\xff\x10',
    '/Type/XObject/Subtype/Image/Width 2/Height 2/BitsPerComponent 8/ColorSpace/DeviceGray',
  )
  file.stream(N.metadata, XMP, '/Type/Metadata/Subtype/XML')
  file.set(N.state, '<</Type/ExtGState/CA 1/ca 1>>')
  file.set(N.outlines, `<</Type/Outlines/First ${N.outline} 0 R/Last ${N.outline} 0 R/Count 1>>`)
  file.set(N.outline, `<</Title(Notice)/Parent ${N.outlines} 0 R/Dest[3 0 R/Fit]>>`)
  file.set(N.layer, '<</Type/OCG/Name(Draft)>>')
  file.set(N.extensions, '<</ADBE<</BaseVersion/1.7/ExtensionLevel 3>>>>')
  file.set(N.attachment, `<</Type/Filespec/F(list.txt)/UF(list.txt)/EF<</F ${N.attached} 0 R>>>>`)
  file.stream(N.attached, 'one, two', '/Type/EmbeddedFile')
}

function setFields(file: PdfFile): void {
  drawText(file, N.numberLook, '')
  file.set(N.number, textField('number', RECT.number, `/AP<</N ${N.numberLook} 0 R>>`))
  file.set(N.date, textField('date', RECT.date))
  file.set(N.agencyInfo, textField('agencyInfo', RECT.agency))
  file.set(N.seal, widget('Sig', 'seal', RECT.seal).replace('/F 4', '/F 132'))
  file.set(N.check, widget('Btn', 'agreed', '10 30 20 40', '/AS/Off/V/Off/AP<</N<</On 17 0 R/Off 18 0 R>>>>'))
  const box = '/Type/XObject/Subtype/Form/BBox[0 0 10 10]/Resources<<>>'
  file.stream(N.checkOn, '0 0 5 5 re f', box)
  file.stream(N.checkOff, ' ', box)
  file.set(N.group, `<</T(group)/Kids[${N.groupText} 0 R ${N.groupSignature} 0 R]>>`)
  file.set(N.groupText, textField('open', '320 780 380 800', `/Parent ${N.group} 0 R`))
  file.set(N.groupSignature, widget('Sig', 'sign', '0 0 0 0', `/Parent ${N.group} 0 R`).replace('/F 4', '/F 132'))
  file.set(N.choice, widget('Ch', 'choice', '400 780 460 800', '/DA(/F1 12 Tf 0 g)/Opt[(yes) (no)]'))
}

/** What a trick may change of the notice before it is signed. */
export interface Preparation {
  /** Sets further objects, or other bodies for the notice's own. */
  readonly prepare?: (file: PdfFile, dimensions: Dimensions) => void
  /** Bytes of the first revision that no section lists. */
  readonly stray?: string
  /** Signs for the officer in another way. */
  readonly officer?: Partial<SignatureSlot>
  /** Entries of the officer's signature dictionary, the permissions not among them. */
  readonly entries?: string
  readonly commit?: CommitOptions
}

/** The notice, signed and filled as the dimensions say. */
export function signedNotice(dimensions: Dimensions, preparation: Preparation = {}): PdfFile {
  const file = new PdfFile({ form: dimensions.xref, encrypted: dimensions.encrypted })
  setNotice(file, dimensions)
  preparation.prepare?.(file, dimensions)
  const options = { ...preparation.commit, ...(preparation.stray === undefined ? {} : { stray: preparation.stray }) }
  if (dimensions.signedIn === 'base') {
    signOfficer(file, dimensions, preparation)
    file.commit(options)
  } else {
    file.commit(options)
    signOfficer(file, dimensions, preparation)
    if (dimensions.permission.startsWith('P'))
      file.edit(N.catalog, (body) => body.replace(/>>$/, `/Perms<</DocMDP ${N.signature} 0 R>>>>`))
    file.commit()
  }
  file.form = dimensions.update
  if (dimensions.signatures >= 2) issue(file).commit()
  if (dimensions.signatures >= 3) countersign(file, N.issue + 10, 'new', officer2()).commit()
  if (dimensions.evidence !== 'none') addEvidence(file, N.dss).commit()
  if (dimensions.evidence === 'timestamp') addTimestamp(file, N.stamp).commit()
  return file
}

function signOfficer(file: PdfFile, dimensions: Dimensions, { officer: slot, entries = SIGNATURE }: Preparation): void {
  const usual: SignatureSlot = { sign: (covered) => cmsOver(covered, officer()) }
  file.sign(N.signature, entries + officerEntries(dimensions), { ...usual, ...slot })
  file.edit(N.officer, (body) => body.replace(/>>$/, `/V ${N.signature} 0 R/AP<</N ${N.signatureLook} 0 R>>>>`))
}

/** D30-10: number, date, agency text and seal in one update. */
export function issue(file: PdfFile, first: number = N.issue): PdfFile {
  const texts = [
    [N.number, 'number', RECT.number, '12/KL-SNV'],
    [N.date, 'date', RECT.date, '1 June 2026'],
    [N.agencyInfo, 'agencyInfo', RECT.agency, 'Department'],
  ] as const
  texts.forEach(([num, name, rect, value], index) => {
    drawText(file, first + index, value)
    file.set(num, textField(name, rect, `/V(${value})/AP<</N ${first + index} 0 R>>`))
  })
  drawText(file, first + 3, 'Seal')
  file.sign(first + 4, SIGNATURE, { sign: (covered) => cmsOver(covered, agency()) })
  file.set(
    N.seal,
    widget('Sig', 'seal', RECT.seal, `/V ${first + 4} 0 R/AP<</N ${first + 3} 0 R>>`).replace('/F 4', '/F 132'),
  )
  return file
}

/** Adds a field to the form, its widget to page 1. */
export function addField(file: PdfFile, num: number): PdfFile {
  file.edit(N.form, (body) => body.replace(/\/Fields\[([^\]]*)\]/, `/Fields[$1 ${num} 0 R]`))
  return file.edit(N.page, (body) => body.replace(/\/Annots\[([^\]]*)\]/, `/Annots[$1 ${num} 0 R]`))
}

/** A new field with a signature in it; objects from `first` on are new. */
export function countersign(file: PdfFile, first: number, name: string, by: Identity, rect = '0 0 0 0'): PdfFile {
  file.set(first, widget('Sig', name, rect, `/V ${first + 1} 0 R`).replace('/F 4', '/F 132'))
  file.sign(first + 1, SIGNATURE, { sign: (covered) => cmsOver(covered, by) })
  return addField(file, first)
}

/** A security store with certificates and a CRL. */
export function addEvidence(file: PdfFile, first: number): PdfFile {
  const latin1 = (bytes: Uint8Array): string => Buffer.from(bytes).toString('latin1')
  intermediates().forEach((certificate, index) => file.stream(first + 1 + index, latin1(certificate)))
  file.stream(first + 3, latin1(crl()))
  file.set(first, `<</Type/DSS/Certs[${first + 1} 0 R ${first + 2} 0 R]/CRLs[${first + 3} 0 R]>>`)
  return file.edit(N.catalog, (body) => body.replace(/\/DSS \d+ 0 R/, '').replace(/>>$/, `/DSS ${first} 0 R>>`))
}

/** A document timestamp in an invisible field of its own. */
export function addTimestamp(file: PdfFile, first: number, genTime: Date = STAMPED_AT): PdfFile {
  file.set(first, widget('Sig', `stamp${first}`, '0 0 0 0', `/V ${first + 1} 0 R`).replace('/F 4', '/F 132'))
  file.sign(first + 1, TIMESTAMP, { sign: (covered) => tokenOver(covered, tsa(), genTime), room: 4200 })
  return addField(file, first)
}
