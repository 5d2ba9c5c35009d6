import { PdfDict, PdfStream, isName } from './objects.ts'
import type { PdfObject } from './objects.ts'
import type { PdfDocument } from './types.ts'

/** What is asked of a document: a View or an Update. */
interface Objects {
  readonly document: PdfDocument
  resolve(value: PdfObject | undefined): PdfObject
}

/** What a document claims to conform to, by its metadata; claimed, not checked. */
export interface ArchiveClaim {
  /** PDF/A part: 1 to 4. */
  readonly part: number
  /** `A`, `B`, `U`, `E`, `F`, or empty. */
  readonly level: string
  /** Colour space of the PDF/A output intent's profile. */
  readonly intent: 'RGB' | 'CMYK' | 'GRAY' | undefined
}

const MAX_BYTES = 256 * 1024

/** XMP as text, one char per byte; packets in UTF-16 lose their NULs, which is enough to read ASCII claims. */
function metadataText(objects: Objects, catalog: PdfDict): string {
  const metadata = objects.resolve(catalog.get('Metadata'))
  if (!(metadata instanceof PdfStream)) return ''
  try {
    const bytes = objects.document.decode(metadata).subarray(0, MAX_BYTES)
    return new TextDecoder('latin1').decode(bytes).replaceAll('\0', '')
  } catch {
    return ''
  }
}

/** Value of `name` written as an attribute or an element: letters and digits behind the first `>` or quote. */
function claimed(text: string, name: string): string {
  for (let at = text.indexOf(name); at >= 0; at = text.indexOf(name, at + 1)) {
    const value = /^\s*(?:=\s*["']|>)\s*([0-9A-Za-z]{1,4})/.exec(text.slice(at + name.length, at + name.length + 64))
    if (value?.[1] !== undefined) return value[1]
  }
  return ''
}

function intentOf(objects: Objects, catalog: PdfDict): ArchiveClaim['intent'] {
  const intents = objects.resolve(catalog.get('OutputIntents'))
  for (const item of intents !== null && typeof intents === 'object' && 'items' in intents ? intents.items : []) {
    const intent = objects.resolve(item)
    if (!(intent instanceof PdfDict) || !isName(objects.resolve(intent.get('S')), 'GTS_PDFA1')) continue
    const profile = objects.resolve(intent.get('DestOutputProfile'))
    if (!(profile instanceof PdfStream)) continue
    // ICC.1, 7.2.6: the colour space stands at byte 16 of the profile's header.
    const space = new TextDecoder('latin1').decode(objects.document.decode(profile).subarray(16, 20)).trim()
    if (space === 'RGB' || space === 'CMYK' || space === 'GRAY') return space
  }
  return undefined
}

/** The PDF/A claim of a document; undefined where there is none. Never throws for a bad packet. */
export function archiveClaim(objects: Objects, catalog: PdfDict | undefined): ArchiveClaim | undefined {
  if (catalog === undefined) return undefined
  const text = metadataText(objects, catalog)
  const part = Number(claimed(text, 'pdfaid:part'))
  if (!Number.isInteger(part) || part < 1) return undefined
  return { part, level: claimed(text, 'pdfaid:conformance').toUpperCase(), intent: intentOf(objects, catalog) }
}

/** True where the metadata claims PDF/UA. */
export function claimsAccessible(objects: Objects, catalog: PdfDict | undefined): boolean {
  return catalog !== undefined && claimed(metadataText(objects, catalog), 'pdfuaid:part') !== ''
}
