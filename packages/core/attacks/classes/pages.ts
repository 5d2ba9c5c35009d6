// fonts exchanged. A-26: pages added, removed, reordered.
import type { Dimensions } from '../dimensions.ts'
import { N } from '../notice.ts'
import type { PdfFile } from '../pdf-file.ts'
import { update, type Stage, type Trick } from '../trick.ts'

type Edit = (file: PdfFile) => unknown
const NEW = N.first

const FONTS: readonly (readonly [string, Edit])[] = [
  ["the page's font replaced", (file) => file.set(N.font, '<</Type/Font/Subtype/Type1/BaseFont/Symbol>>')],
  [
    "the font's encoding",
    (file) => file.edit(N.font, (body) => body.replace('/WinAnsiEncoding', '<</Type/Encoding/Differences[49/nine]>>')),
  ],
  [
    "the font's meaning",
    (file) => file.stream(NEW, 'x').edit(N.font, (body) => body.replace(/>>$/, `/ToUnicode ${NEW} 0 R>>`)),
  ],
  [
    "the font's widths",
    (file) => file.edit(N.font, (body) => body.replace(/>>$/, '/FirstChar 48/LastChar 49/Widths[0 0]>>')),
  ],
  [
    "the font's descriptor",
    (file) =>
      file
        .set(NEW, '<</Type/FontDescriptor/Flags 4>>')
        .edit(N.font, (body) => body.replace(/>>$/, `/FontDescriptor ${NEW} 0 R>>`)),
  ],
  ["the font's name", (file) => file.edit(N.font, (body) => body.replace('Times-Roman', 'ZapfDingbats'))],
  ["the font's kind", (file) => file.edit(N.font, (body) => body.replace('/Type1', '/Type3'))],
  [
    'the default font of the form',
    (file) =>
      file
        .set(NEW, '<</Type/Font/Subtype/Type1/BaseFont/Symbol>>')
        .edit(N.form, (body) => body.replace('/F1 5 0 R', `/F1 ${NEW} 0 R`)),
  ],
  ['the default fonts gone', (file) => file.edit(N.form, (body) => body.replace('/Font<</F1 5 0 R>>', ''))],
  ['the resources of the form gone', (file) => file.edit(N.form, (body) => body.replace(/\/DR<<.*>>>>>>$/, '>>'))],
  [
    "the page's font name repointed",
    (file) =>
      file
        .set(NEW, '<</Type/Font/Subtype/Type1/BaseFont/Symbol>>')
        .edit(N.page, (body) => body.replace('/F1 5 0 R', `/F1 ${NEW} 0 R`)),
  ],
  [
    "the letterhead's font repointed",
    (file) =>
      file
        .set(NEW, '<</Type/Font/Subtype/Type1/BaseFont/Symbol>>')
        .edit(N.letterhead, (body) => body.replace('/F1 5 0 R', `/F1 ${NEW} 0 R`)),
  ],
  [
    "the font of a signature's look",
    (file) =>
      file
        .set(NEW, '<</Type/Font/Subtype/Type1/BaseFont/Symbol>>')
        .edit(N.signatureLook, (body) => body.replace('/F1 5 0 R', `/F1 ${NEW} 0 R`)),
  ],
]

const fontTwin = ({ file }: Stage): void =>
  void file
    .set(NEW, '<</Type/Font/Subtype/Type1/BaseFont/Courier>>')
    .edit(N.form, (body) => body.replace('/F1 5 0 R', `/F1 5 0 R/F9 ${NEW} 0 R`))

export const A15: readonly Trick[] = FONTS.map(([name, change]) =>
  update({ name, attack: ({ file }) => void change(file), twin: fontTwin, level: 'form' }),
)

/** The node whose /Kids are the pages. */
const node = ({ pages }: Dimensions): number => (pages === 'nested' ? N.node : N.pages)

const PAGES: readonly (readonly [string, (file: PdfFile, top: number) => unknown])[] = [
  [
    'a page added',
    (file, top) =>
      file
        .set(NEW, `<</Type/Page/Parent ${top} 0 R/MediaBox[0 0 595 842]>>`)
        .edit(top, (body) => body.replace('13 0 R]', `13 0 R ${NEW} 0 R]`).replace('/Count 2', '/Count 3')),
  ],
  [
    'a page added and not counted',
    (file, top) =>
      file
        .set(NEW, `<</Type/Page/Parent ${top} 0 R/MediaBox[0 0 595 842]>>`)
        .edit(top, (body) => body.replace('13 0 R]', `13 0 R ${NEW} 0 R]`)),
  ],
  [
    'a page in front',
    (file, top) =>
      file
        .set(NEW, `<</Type/Page/Parent ${top} 0 R/MediaBox[0 0 595 842]>>`)
        .edit(top, (body) => body.replace('[3 0 R', `[${NEW} 0 R 3 0 R`)),
  ],
  [
    'a page removed',
    (file, top) => file.edit(top, (body) => body.replace(' 13 0 R]', ']').replace('/Count 2', '/Count 1')),
  ],
  ['the first page removed', (file, top) => file.edit(top, (body) => body.replace('[3 0 R ', '['))],
  ['pages exchanged', (file, top) => file.edit(top, (body) => body.replace('[3 0 R 13 0 R]', '[13 0 R 3 0 R]'))],
  ['a page twice', (file, top) => file.edit(top, (body) => body.replace('13 0 R]', '13 0 R 3 0 R]'))],
  ['only the count', (file, top) => file.edit(top, (body) => body.replace('/Count 2', '/Count 1'))],
  [
    'a page replaced',
    (file, top) =>
      file
        .set(NEW, `<</Type/Page/Parent ${top} 0 R/MediaBox[0 0 595 842]>>`)
        .edit(top, (body) => body.replace('13 0 R]', `${NEW} 0 R]`)),
  ],
  ['a page emptied', (file) => file.edit(N.page2, (body) => body.replace('/Contents 14 0 R', ''))],
  ['a page freed', (file) => file.free(N.page2)],
  [
    'pages in a new node',
    (file, top) =>
      file
        .set(NEW, `<</Type/Pages/Parent ${top} 0 R/Kids[13 0 R]/Count 1>>`)
        .edit(top, (body) => body.replace('13 0 R]', `${NEW} 0 R]`)),
  ],
  [
    'a new page tree',
    (file) =>
      file
        .set(NEW, '<</Type/Pages/Kids[3 0 R 13 0 R]/Count 2>>')
        .edit(N.catalog, (body) => body.replace('/Pages 2 0 R', `/Pages ${NEW} 0 R`)),
  ],
  ['a box for all pages', (file, top) => file.edit(top, (body) => body.replace(/>>$/, '/CropBox[0 0 100 100]>>'))],
  ['a turn of all pages', (file, top) => file.edit(top, (body) => body.replace(/>>$/, '/Rotate 90>>'))],
  ['a tree that loops', (file, top) => file.edit(top, (body) => body.replace('13 0 R]', `13 0 R ${top} 0 R]`))],
  ['a parent elsewhere', (file) => file.edit(N.page2, (body) => body.replace(/\/Parent \d+ 0 R/, '/Parent 13 0 R'))],
]

export const A26: readonly Trick[] = PAGES.map(([name, change]) =>
  update({
    name,
    attack: ({ file, dimensions }) => void change(file, node(dimensions)),
    twin: ({ file, dimensions }) => void file.again(node(dimensions)).again(N.page2).again(N.page),
  }),
)
