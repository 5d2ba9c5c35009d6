import { PdfArray, PdfDict, PdfName, PdfString } from '../pdf/objects.ts'
import type { PdfObject, PdfRef } from '../pdf/objects.ts'
import { encodeText } from '../pdf/text.ts'
import type { View } from '../pdf/types.ts'

/** W14: `D:YYYYMMDDHHmmSS+07'00'`; `offset` in minutes east of UTC. */
export function encodeDate(time: Date, offset: number): string {
  const local = new Date(time.getTime() + offset * 60_000).toISOString()
  const digits = local.slice(0, 19).replaceAll('-', '').replaceAll(':', '').replaceAll('T', '')
  const two = (value: number): string => value.toString().padStart(2, '0')
  const distance = Math.abs(offset)
  return `D:${digits}${offset < 0 ? '-' : '+'}${two(Math.floor(distance / 60))}'${two(distance % 60)}'`
}

/** Texts and transforms of a signature dictionary; everything else in it is fixed. */
export interface SignatureEntries {
  readonly format?: 'pades' | 'pkcs7' | undefined
  readonly time: Date
  readonly utcOffset: number
  readonly name?: string | undefined
  readonly reason?: string | undefined
  readonly location?: string | undefined
  readonly contactInfo?: string | undefined
  readonly references: readonly PdfDict[]
}

function dictOf(entries: readonly (readonly [string, PdfObject])[]): PdfDict {
  return new PdfDict(new Map(entries))
}

function reference(method: string, params: PdfDict, data?: PdfRef): PdfDict {
  return dictOf([
    ['Type', new PdfName('SigRef')],
    ['TransformMethod', new PdfName(method)],
    ...(data === undefined ? [] : ([['Data', data]] as const)),
    ['TransformParams', params],
  ])
}

/** W25: the transform of a certification. */
export function docMdpReference(permission: 1 | 2 | 3): PdfDict {
  const params = dictOf([
    ['Type', new PdfName('TransformParams')],
    ['P', permission],
    ['V', new PdfName('1.2')],
  ])
  return reference('DocMDP', params)
}

/** W26: the transform that a field's /Lock asks for; action, names and level are copied. */
export function fieldMdpReference(view: View, lock: PdfDict, catalog: PdfRef): PdfDict {
  const action = view.name(lock.get('Action'))
  const names = view.array(lock.get('Fields'))?.items.map((item) => view.resolve(item))
  const permission = view.number(lock.get('P'))
  const params = dictOf([
    ['Type', new PdfName('TransformParams')],
    ['Action', action ?? new PdfName('All')],
    ...(names === undefined ? [] : ([['Fields', new PdfArray(names)]] as const)),
    ...(permission === undefined ? [] : ([['P', permission]] as const)),
    ['V', new PdfName('1.2')],
  ])
  return reference('FieldMDP', params, catalog)
}

function text(key: string, value: string | undefined): (readonly [string, PdfObject])[] {
  // B8: NFC, so that Vietnamese text reads back equal.
  return value === undefined || value === '' ? [] : [[key, encodeText(value.normalize('NFC'))]]
}

/** The signature dictionary without /ByteRange and /Contents (W11, C3); all values are direct. */
export function signatureDict(entries: SignatureEntries): PdfDict {
  const ascii = new TextEncoder()
  return dictOf([
    ['Type', new PdfName('Sig')],
    ['Filter', new PdfName('Adobe.PPKLite')],
    ['SubFilter', new PdfName(entries.format === 'pkcs7' ? 'adbe.pkcs7.detached' : 'ETSI.CAdES.detached')],
    ['M', new PdfString(ascii.encode(encodeDate(entries.time, entries.utcOffset)))],
    ...text('Name', entries.name),
    ...text('Reason', entries.reason),
    ...text('Location', entries.location),
    ...text('ContactInfo', entries.contactInfo),
    ...(entries.references.length === 0 ? [] : ([['Reference', new PdfArray(entries.references)]] as const)),
  ])
}
