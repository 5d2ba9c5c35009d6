import { CountersignError, LimitError } from '../error.ts'
import type { Size } from '../pdf/anchors.ts'
import { openDocument } from '../pdf/document.ts'
import { listPages, pageAt } from '../pdf/pages.ts'
import type { Page } from '../pdf/pages.ts'
import type { PdfDocument } from '../pdf/types.ts'
import { viewerPage } from '../pdf/viewer.ts'
import { isPng, pngSize } from './png.ts'

/** What a widget shows: a PNG, or a page of a PDF made by any tool. */
export interface Drawing {
  /** The PNG or PDF file. */
  readonly content: Uint8Array
  /** Page of a PDF: 1-based, -1 the last. Default 1. */
  readonly page?: number
  /** Opens an encrypted PDF. */
  readonly password?: string
}

const COPY = 1 << 4

/** A file, or a file and which page of it. */
export type Appearance = Uint8Array | Drawing

export function drawingOf(appearance: Appearance): Drawing {
  return appearance instanceof Uint8Array ? { content: appearance } : appearance
}

export interface DrawingPage {
  readonly document: PdfDocument
  readonly page: Page
}

/** Opens the page that is to be drawn. Throws ARGUMENT_INVALID and the reader's errors. */
export async function openDrawing({ content, page: number = 1, password }: Drawing): Promise<DrawingPage> {
  const document = await openDocument(content, password === undefined ? {} : { password })
  const { encryption } = document
  // Table 22, bit 5: whether users may take content out of the file.
  if (encryption?.access === 'user' && (encryption.permissions & COPY) === 0)
    throw new CountersignError('PDF_PERMISSION', 'its owner does not permit its content to be copied')
  const page = number > 0 ? pageAt(document.latest, number - 1) : listPages(document.latest).pages.at(number)
  if (page === undefined || !Number.isInteger(number) || number === 0)
    throw new CountersignError('ARGUMENT_INVALID', `the appearance has no page ${number}`)
  return { document, page }
}

/** Errors of the reader speak of "the file": here it is the drawing. */
export async function aboutTheDrawing<T>(read: () => Promise<T>): Promise<T> {
  try {
    return await read()
  } catch (error) {
    if (!(error instanceof CountersignError) || error instanceof LimitError) throw error
    throw new CountersignError(error.code, `the appearance cannot be used: ${error.message}`, {
      details: error.details,
      cause: error,
    })
  }
}

/** True size of a drawing in points: a PNG's by its resolution, a page's as a viewer shows it (V1). */
export function drawingSize(appearance: Appearance): Promise<Size> {
  const drawing = drawingOf(appearance)
  return aboutTheDrawing(async () => {
    if (isPng(drawing.content)) return pngSize(drawing.content)
    const { page } = await openDrawing(drawing)
    const { width, height } = viewerPage(page)
    return { width, height }
  })
}
