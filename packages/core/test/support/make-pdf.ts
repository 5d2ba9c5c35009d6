// Small PDF files for tests, written by hand and not by the code under test.
const latin1 = new TextEncoder()

export interface PdfParts {
  /** Bodies by object number, such as `<< /Type /Catalog >>`; object 1 is the catalog. */
  readonly objects: Readonly<Record<number, string>>
  /** Default `table`. */
  readonly form?: 'table' | 'stream'
  readonly version?: string
  /** More trailer entries, such as `/ID [<00><01>]`. */
  readonly trailer?: string
  /** What follows `%%EOF`; default a line feed. */
  readonly end?: string
  /** Generations that are not 0. */
  readonly generations?: Readonly<Record<number, number>>
}

function offsetsOf(parts: PdfParts): { body: string; offsets: Map<number, number> } {
  let body = `%PDF-${parts.version ?? '1.7'}\n%\u0001\u0002\n`
  const offsets = new Map<number, number>()
  for (const [number, object] of Object.entries(parts.objects)) {
    offsets.set(Number(number), body.length)
    body += `${number} ${parts.generations?.[Number(number)] ?? 0} obj\n${object}\nendobj\n`
  }
  return { body, offsets }
}

function table(parts: PdfParts, offsets: ReadonlyMap<number, number>): string {
  const size = Math.max(...offsets.keys()) + 1
  let text = `xref\n0 ${size}\n0000000000 65535 f \n`
  for (let number = 1; number < size; number++) {
    const offset = offsets.get(number)
    const generation = (parts.generations?.[number] ?? 0).toString().padStart(5, '0')
    text += offset === undefined ? '0000000000 65535 f \n' : `${offset.toString().padStart(10, '0')} ${generation} n \n`
  }
  return `${text}trailer\n<< /Size ${size} /Root 1 0 R ${parts.trailer ?? ''} >>\n`
}

function stream(parts: PdfParts, offsets: Map<number, number>, at: number): string {
  const self = Math.max(...offsets.keys()) + 1
  offsets.set(self, at)
  let hex = '00000000000000'
  for (let number = 1; number <= self; number++) {
    const offset = offsets.get(number)
    hex += offset === undefined ? '00000000000000' : `01${offset.toString(16).padStart(8, '0')}0000`
  }
  const dict = `/Type /XRef /Size ${self + 1} /W [1 4 2] /Root 1 0 R /Filter /ASCIIHexDecode /Length ${hex.length + 1}`
  return `${self} 0 obj\n<< ${dict} ${parts.trailer ?? ''} >>\nstream\n${hex}>\nendstream\nendobj\n`
}

/** The file's bytes. */
export function makePdf(parts: PdfParts): Uint8Array {
  const { body, offsets } = offsetsOf(parts)
  const at = body.length
  const section = parts.form === 'stream' ? stream(parts, offsets, at) : table(parts, offsets)
  return latin1.encode(`${body}${section}startxref\n${at}\n%%EOF${parts.end ?? '\n'}`)
}

/** A stream object's body. */
export function streamBody(dict: string, data: string): string {
  return `<< ${dict} /Length ${data.length} >>\nstream\n${data}\nendstream`
}

/** Two pages of text. `more` adds or replaces objects; 1 catalog, 2 pages, 3 and 4 the pages, 5 font, 6 and 7 contents. */
export function twoPages(
  more: Readonly<Record<number, string>> = {},
  parts: Omit<PdfParts, 'objects'> = {},
): Uint8Array {
  const page = (contents: number): string =>
    `<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents ${contents} 0 R /Resources << /Font << /F1 5 0 R >> >> >>`
  const text = (words: string): string => streamBody('', `BT /F1 24 Tf 72 720 Td (${words}) Tj ET`)
  return makePdf({
    ...parts,
    objects: {
      1: '<< /Type /Catalog /Pages 2 0 R >>',
      2: '<< /Type /Pages /Kids [3 0 R 4 0 R] /Count 2 >>',
      3: page(6),
      4: page(7),
      5: '<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>',
      6: text('Inspection report'),
      7: text('Second page'),
      ...more,
    },
  })
}

/** A form with prepared fields on page 1: signature fields `officer` and `seal`, text fields `number` and `date` (W24). */
export function preparedReport(parts: Omit<PdfParts, 'objects'> = {}): Uint8Array {
  const widget = (name: string, type: string, rect: string): string =>
    `<< /Type /Annot /Subtype /Widget /FT /${type} /T (${name}) /F 4 /P 3 0 R /Rect [${rect}] /DA (/Helv 10 Tf 0 g) >>`
  return twoPages(
    {
      1: '<< /Type /Catalog /Pages 2 0 R /AcroForm 10 0 R >>',
      3: '<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 6 0 R /Resources << /Font << /F1 5 0 R >> >> /Annots [11 0 R 12 0 R 13 0 R 14 0 R] >>',
      10: '<< /Fields [11 0 R 12 0 R 13 0 R 14 0 R] /DR << /Font << /Helv 5 0 R >> >> >>',
      11: widget('officer', 'Sig', '330 100 500 180'),
      12: widget('seal', 'Sig', '280 90 380 190'),
      13: widget('number', 'Tx', '72 780 172 800'),
      14: widget('date', 'Tx', '300 780 450 800'),
    },
    parts,
  )
}

/** A hybrid file (7.5.8.4): a table, and a stream beside it by which newer readers find the catalog and the pages. */
export function hybrid(): Uint8Array {
  const objects = ['<< /Type /Catalog /Pages 2 0 R >>', '<< /Type /Pages /Kids [3 0 R] /Count 1 >>'] as const
  const header = `1 0 2 ${objects[0].length + 1} `
  const bodies = {
    3: '<< /Type /Page /Parent 2 0 R /MediaBox [0 0 300 300] >>',
    4: streamBody(`/Type /ObjStm /N 2 /First ${header.length}`, `${header}${objects.join(' ')}`),
    5: streamBody(
      '/Type /XRef /Size 6 /W [1 3 1] /Index [0 3] /Filter /ASCIIHexDecode /Root 1 0 R',
      '000000000002000004000200000401>',
    ),
  }
  let body = '%PDF-1.7\n'
  const offsets: number[] = []
  for (const [number, object] of Object.entries(bodies)) {
    offsets.push(body.length)
    body += `${number} 0 obj\n${object}\nendobj\n`
  }
  const free = '0000000000 65535 f \n'
  const rows = offsets.map((offset) => `${offset.toString().padStart(10, '0')} 00000 n \n`).join('')
  const trailer = `trailer\n<< /Size 6 /Root 1 0 R /XRefStm ${offsets[2]} >>\nstartxref\n${body.length}\n%%EOF\n`
  return latin1.encode(`${body}xref\n0 6\n${free}${free}${free}${rows}${trailer}`)
}
