import { CountersignError, LimitError } from '../error.ts'
import { latin1 } from '../der/values.ts'
import { onlyWhiteSpace } from '../pdf/byte-range.ts'
import { PdfArray, PdfStream, PdfString } from '../pdf/objects.ts'
import type { PdfObject } from '../pdf/objects.ts'
import { DEFAULT_LIMITS } from '../pdf/types.ts'
import type { PdfDocument, View } from '../pdf/types.ts'
import type { Problem } from '../problem.ts'
import type { Finding } from '../report.ts'
import { findingsOf } from './findings.ts'
import type { SignOptions } from './signing-types.ts'

/** Rules whose defects of an input are reported, or refused with `requireClean` (N4). */
const REPORTED: ReadonlySet<string> = new Set(['P-10', 'P-15', 'P-16'])

/** Readers look for the end of the document in the last KiB of the file; what stands behind more than that is another file. */
const MAX_TAIL = 1024

function packetText(document: PdfDocument, value: PdfObject): string {
  const stream = document.latest.resolve(value)
  if (!(stream instanceof PdfStream)) return ''
  return latin1(document.decode(stream).subarray(0, 1024 * 1024))
}

function configPacket(document: PdfDocument, xfa: PdfObject): string {
  if (!(xfa instanceof PdfArray)) return packetText(document, xfa)
  for (let i = 0; i + 1 < xfa.items.length; i += 2) {
    const label = document.latest.resolve(xfa.items[i])
    if (label instanceof PdfString && latin1(label.bytes) === 'config') return packetText(document, xfa.items[i + 1]!)
  }
  return ''
}

/** W18: a dynamic XFA form draws its pages anew, whatever the signed PDF pages show. */
function requireNoDynamicXfa(document: PdfDocument, view: View): void {
  const xfa = view.resolve(view.dict(view.root?.get('AcroForm'))?.get('XFA'))
  if (xfa === null) return
  const rendering = view.resolve(view.root?.get('NeedsRendering')) === true
  if (rendering || configPacket(document, xfa).includes('dynamicRender>required'))
    throw new CountersignError('PDF_UNSUPPORTED', 'the file is a dynamic XFA form, which cannot be signed')
}

/** W17: a revision without a new MAC would be invalid (ISO/TS 32004). */
function requireNoMac(document: PdfDocument, view: View): void {
  if (document.encryption === undefined) return
  if (view.trailer.has('AuthCode') || document.encryption.dict.has('KDFSalt'))
    throw new CountersignError('PDF_MAC_REQUIRED', 'the encrypted file demands a message authentication code')
}

function requireReadable(document: PdfDocument): void {
  if (document.header.offset > 0)
    throw new CountersignError('PDF_DAMAGED', `${document.header.offset} bytes stand before %PDF-`, {
      details: { offset: 0 },
    })
  const { end } = document.revisions.at(-1)!
  const tail = document.size - end
  if (tail > MAX_TAIL && !onlyWhiteSpace(document, end, document.size))
    throw new CountersignError('PDF_DAMAGED', `${tail} foreign bytes follow the end of the document`, {
      details: { offset: end },
    })
  const catalog = document.latest.root
  if (catalog === undefined || document.latest.dict(catalog.get('Pages')) === undefined)
    throw new CountersignError('PDF_DAMAGED', 'the document has no page tree')
}

/** L-03: a file that our own reader would refuse afterwards is refused before any key is asked. */
function requireRevisionLeft(document: PdfDocument, limit: number): void {
  if (document.revisions.length >= limit)
    throw new LimitError('REVISIONS', `the file has ${document.revisions.length} revisions, one more is too many`)
}

/**
 * Refuses what cannot be signed without damage, and lists the input's other defects as warnings (N4).
 *
 * @throws CountersignError PDF_DAMAGED, PDF_UNSUPPORTED, PDF_MAC_REQUIRED, PDF_DEFECTS, LIMIT_REVISIONS.
 */
export function checkSignable(
  document: PdfDocument,
  options: Pick<SignOptions, 'requireClean' | 'limits'>,
): readonly Finding[] {
  requireRevisionLeft(document, options.limits?.revisions ?? DEFAULT_LIMITS.revisions)
  requireReadable(document)
  requireNoMac(document, document.latest)
  requireNoDynamicXfa(document, document.latest)
  return warningsOf(document, options)
}

/** Defects known by now: more come to light as more of the file is read. */
export function warningsOf(document: PdfDocument, options: Pick<SignOptions, 'requireClean'>): readonly Finding[] {
  const defects: readonly Problem[] = document.defects.filter((defect) => REPORTED.has(defect.rule))
  if (options.requireClean === true && defects.length > 0)
    throw new CountersignError(
      'PDF_DEFECTS',
      `the file has ${defects.length} defects, the first: ${defects[0]!.code}`,
      {
        details: { codes: [...new Set(defects.map((defect) => defect.code))] },
      },
    )
  return findingsOf(defects)
}
