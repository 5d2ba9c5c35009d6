import { catalogOf, withValues } from './form-update.ts'
import { numberOf, PdfArray, PdfDict, PdfName, PdfStream, PdfString } from './objects.ts'
import type { PdfObject } from './objects.ts'
import type { Update } from './update.ts'

/** ESIC extension levels: of ETSI.CAdES.detached, and of DSS and DocTimeStamp alone (W27). */
const LEVELS = { signature: 2, timestamp: 1 } as const

function versionOf(text: string): number {
  const value = Number(text)
  return Number.isFinite(value) ? value : 0
}

/** The version in force: the header's, or the catalog's where that is later (7.7.2). */
export function effectiveVersion(update: Update): number {
  const named = update.resolve(catalogOf(update).dict.get('Version'))
  const header = versionOf(update.document.header.version)
  return named instanceof PdfName ? Math.max(header, versionOf(named.name)) : header
}

/** True for PDF/A-1 by the claim in the document's metadata: it is bound to PDF 1.4 (W27). */
function claimsPdfA1(update: Update): boolean {
  const metadata = update.resolve(catalogOf(update).dict.get('Metadata'))
  if (!(metadata instanceof PdfStream)) return false
  const text = new TextDecoder('latin1').decode(update.document.decode(metadata).subarray(0, 256 * 1024))
  const at = text.indexOf('pdfaid:part')
  if (at < 0) return false
  const value = text
    .slice(at + 'pdfaid:part'.length, at + 40)
    .split('')
    .find((char) => char >= '0' && char <= '9')
  return value === '1'
}

function declares(update: Update, extension: PdfObject | undefined, level: number): boolean {
  const value = update.resolve(extension)
  const entries = value instanceof PdfArray ? value.items : [value]
  return entries.some((entry) => {
    const dict = update.dict(entry)
    return (numberOf(update.resolve(dict?.get('ExtensionLevel'))) ?? 0) >= level
  })
}

function esic(level: number): PdfDict {
  return new PdfDict(
    new Map<string, PdfObject>([
      ['BaseVersion', new PdfName('1.7')],
      ['ExtensionLevel', level],
    ]),
  )
}

/** Sets one entry of /Extensions: an indirect dictionary alone, a direct or missing one with the catalog. */
function setExtension(update: Update, key: string, value: PdfObject, catalogValues: Record<string, PdfObject>): void {
  const catalog = catalogOf(update)
  const found = catalog.dict.get('Extensions')
  const extensions = update.dict(found)
  const declared = withValues(extensions ?? new PdfDict(new Map()), { [key]: value })
  const ref = extensions === undefined ? undefined : update.lastRef(found)
  if (ref !== undefined) update.set(ref, declared)
  const own = ref === undefined ? { Extensions: declared } : {}
  update.set(catalog.ref, withValues(catalog.dict, { ...catalogValues, ...own }))
}

function extensionOf(update: Update, key: string): PdfObject | undefined {
  return update.dict(catalogOf(update).dict.get('Extensions'))?.get(key)
}

/**
 * W27: declares the ETSI extension in the first signing revision of a PDF 1.7 file; an older one is raised to 1.7 first, unless it
 * is PDF/A-1. PDF 2.0 needs no declaration. The caller sees to it that nothing was signed before.
 */
export function declareExtensions(update: Update, what: keyof typeof LEVELS = 'signature'): void {
  const level = LEVELS[what]
  const version = effectiveVersion(update)
  if (version >= 2 || (version < 1.7 && claimsPdfA1(update))) return
  const raised: Record<string, PdfObject> = version < 1.7 ? { Version: new PdfName('1.7') } : {}
  const catalog = catalogOf(update)
  if (declares(update, extensionOf(update, 'ESIC'), level)) update.set(catalog.ref, withValues(catalog.dict, raised))
  else setExtension(update, 'ESIC', esic(level), raised)
}

/** The technical specifications that extend the signatures of PDF 2.0, by the level that names them (W27). */
const ISO_URLS = {
  // SHA-3 and SHAKE256
  32001: 'https://www.iso.org/standard/45874.html',
  // EdDSA, and ECDSA over the curves it lists
  32002: 'https://www.iso.org/standard/45875.html',
} as const

export type IsoExtension = keyof typeof ISO_URLS

function isoExtension(level: IsoExtension): PdfDict {
  const text = (value: string): PdfString => new PdfString(new TextEncoder().encode(value))
  return new PdfDict(
    new Map<string, PdfObject>([
      ['Type', new PdfName('DeveloperExtensions')],
      ['BaseVersion', new PdfName('2.0')],
      ['ExtensionLevel', level],
      ['ExtensionRevision', text(':2022')],
      ['URL', text(ISO_URLS[level])],
    ]),
  )
}

/**
 * W27: declares in a PDF 2.0 file which technical specifications its first signature needs, in the array that `ISO_` is there
 * (ISO 32000-2 7.12.2). Earlier versions have no such extensions.
 */
export function declareIsoExtensions(update: Update, levels: readonly IsoExtension[]): void {
  if (effectiveVersion(update) < 2) return
  for (const level of levels) {
    const value = update.resolve(extensionOf(update, 'ISO_'))
    const present = value instanceof PdfArray ? value.items : value === null ? [] : [value]
    const known = present.some((one) => numberOf(update.resolve(update.dict(one)?.get('ExtensionLevel'))) === level)
    if (!known) setExtension(update, 'ISO_', new PdfArray([...present, isoExtension(level)]), {})
  }
}
