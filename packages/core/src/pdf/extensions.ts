import { catalogOf, withValues } from './form-update.ts'
import { numberOf, PdfArray, PdfDict, PdfName, PdfStream } from './objects.ts'
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

/**
 * W27: declares the ETSI extension in the first signing revision of a PDF 1.7 file; an older one is raised to 1.7 first, unless it
 * is PDF/A-1. PDF 2.0 needs no declaration. The caller sees to it that nothing was signed before.
 */
export function declareExtensions(update: Update, what: keyof typeof LEVELS = 'signature'): void {
  const level = LEVELS[what]
  const version = effectiveVersion(update)
  if (version >= 2 || (version < 1.7 && claimsPdfA1(update))) return
  const catalog = catalogOf(update)
  const value = catalog.dict.get('Extensions')
  const extensions = update.dict(value)
  const raised = version < 1.7 ? { Version: new PdfName('1.7') } : {}
  if (declares(update, extensions?.get('ESIC'), level)) {
    update.set(catalog.ref, withValues(catalog.dict, raised))
    return
  }
  const declared = withValues(extensions ?? new PdfDict(new Map()), { ESIC: esic(level) })
  const ref = extensions === undefined ? undefined : update.lastRef(value)
  if (ref === undefined) update.set(catalog.ref, withValues(catalog.dict, { ...raised, Extensions: declared }))
  else {
    update.set(ref, declared)
    update.set(catalog.ref, withValues(catalog.dict, raised))
  }
}
