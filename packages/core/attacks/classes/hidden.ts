// shadow hide. A-07: shadow hide and replace. A-14: hybrid files.
import { seeded } from '../random.ts'
import { GOOD, REFUSED, noted, update, type Trick } from '../trick.ts'
import { N, drawText, pageBody, ANNOTATIONS, signedNotice, type Preparation } from '../notice.ts'
import type { Dimensions } from '../dimensions.ts'
import type { PdfFile, Row } from '../pdf-file.ts'
import { drawing } from './saving.ts'

const OVERLAY = 90

/** Something that lies over the text when the document is signed. */
function overlay(prepare: (file: PdfFile, dimensions: Dimensions) => unknown): Preparation {
  return { prepare: (file, dimensions) => void prepare(file, dimensions) }
}

const imageOver = overlay((file) => {
  file.stream(OVERLAY, '\xff', '/Type/XObject/Subtype/Image/Width 1/Height 1/BitsPerComponent 8/ColorSpace/DeviceGray')
  file.edit(N.page, (body) => body.replace('/Head 19', `/Over ${OVERLAY} 0 R/Head 19`))
  file.stream(N.contents, `${file.data(N.contents)} q 300 0 0 40 60 690 cm /Over Do Q`, file.body(N.contents))
})
const formOver = overlay((file) => {
  file.stream(OVERLAY, '1 g 60 690 300 40 re f', '/Type/XObject/Subtype/Form/BBox[0 0 595 842]/Resources<<>>')
  file.edit(N.page, (body) => body.replace('/Head 19', `/Over ${OVERLAY} 0 R/Head 19`))
  file.stream(N.contents, `${file.data(N.contents)} /Over Do`, file.body(N.contents))
})
const layerOver = overlay((file) => {
  file.stream(
    OVERLAY,
    '1 g 60 690 300 40 re f',
    `/Type/XObject/Subtype/Form/BBox[0 0 595 842]/Resources<<>>/OC ${N.layer} 0 R`,
  )
  file.edit(N.page, (body) => body.replace('/Head 19', `/Over ${OVERLAY} 0 R/Head 19`))
  file.stream(N.contents, `${file.data(N.contents)} /Over Do`, file.body(N.contents))
})
const annotation = (subtype: string): Preparation =>
  overlay((file) => {
    drawText(file, OVERLAY + 1, 'over')
    file.set(OVERLAY, `<</Type/Annot/Subtype/${subtype}/Rect[60 690 360 730]/P 3 0 R/F 4/AP<</N ${OVERLAY + 1} 0 R>>>>`)
    file.edit(N.page, (body) => body.replace('/Annots[', `/Annots[${OVERLAY} 0 R `))
  })
const secondContent = overlay((file) => {
  file.stream(OVERLAY, '1 g 60 690 300 40 re f')
  file.edit(N.page, (body) => body.replace('/Contents 4 0 R', `/Contents[4 0 R ${OVERLAY} 0 R]`))
})

type Hide = readonly [string, Preparation, (file: PdfFile) => unknown]

const HIDES: readonly Hide[] = [
  ['the image that lay over the text freed', imageOver, (file) => file.free(OVERLAY)],
  ['the image made null', imageOver, (file) => file.set(OVERLAY, 'null')],
  ['the image made transparent', imageOver, (file) => file.edit(OVERLAY, (body) => `${body}/SMask 22 0 R`)],
  ['the image masked', imageOver, (file) => file.edit(OVERLAY, (body) => `${body}/Mask[0 255]`)],
  [
    'the image removed from the resources',
    imageOver,
    (file) => file.edit(N.page, (body) => body.replace(`/Over ${OVERLAY} 0 R`, '')),
  ],
  ['the form emptied', formOver, (file) => file.stream(OVERLAY, ' ', file.body(OVERLAY))],
  ['the form made small', formOver, (file) => file.edit(OVERLAY, (body) => body.replace('595 842', '0 0'))],
  ['the form moved', formOver, (file) => file.edit(OVERLAY, (body) => `${body}/Matrix[1 0 0 1 900 0]`)],
  ['the form put into a layer', formOver, (file) => file.edit(OVERLAY, (body) => `${body}/OC ${N.layer} 0 R`)],
  [
    'the form of another type',
    formOver,
    (file) => file.edit(OVERLAY, (body) => body.replace('/Subtype/Form', '/Subtype/PS')),
  ],
  [
    'the layer turned off',
    layerOver,
    (file) => file.edit(N.catalog, (body) => body.replace('/ON[32 0 R]', '/OFF[32 0 R]')),
  ],
  [
    'all layers off',
    layerOver,
    (file) => file.edit(N.catalog, (body) => body.replace('/ON[32 0 R]', '/BaseState/OFF')),
  ],
  [
    'the layer for printing only',
    layerOver,
    (file) => file.edit(N.layer, (body) => body.replace(/>>$/, '/Usage<</View<</ViewState/OFF>>>>>>')),
  ],
  ['the layer freed', layerOver, (file) => file.free(N.layer)],
  [
    'the second content stream dropped',
    secondContent,
    (file) => file.edit(N.page, (body) => body.replace(`[4 0 R ${OVERLAY} 0 R]`, '4 0 R')),
  ],
  ['the second content stream emptied', secondContent, (file) => file.stream(OVERLAY, ' ')],
  ...['Stamp', 'FreeText', 'Square', 'Redact', 'Watermark'].map((subtype): Hide => [
    `the ${subtype} annotation removed`,
    annotation(subtype),
    (file) => file.edit(N.page, (body) => body.replace(`${OVERLAY} 0 R `, '')),
  ]),
  ['the annotation hidden', annotation('Stamp'), (file) => file.edit(OVERLAY, (body) => body.replace('/F 4', '/F 2'))],
  [
    'the annotation moved',
    annotation('Square'),
    (file) => file.edit(OVERLAY, (body) => body.replace('60 690', '600 900')),
  ],
  [
    'the look of the annotation emptied',
    annotation('Stamp'),
    (file) => file.stream(OVERLAY + 1, ' ', file.body(OVERLAY + 1)),
  ],
]

export const A05: readonly Trick[] = HIDES.map(([name, before, hide]) =>
  update({
    name,
    before,
    attack: ({ file }) => void hide(file),
    twin: ({ file }) => void file.again(OVERLAY).edit(N.info, (body) => body.replace('>>', '/Keywords(x)>>')),
  }),
).concat(
  ['Ink', 'Text'].map((subtype) =>
    update({
      name: `the ${subtype} annotation removed, at P=3`,
      suits: ({ permission, signatures, after }) => permission.endsWith('3') && signatures === 1 && after !== 'revert',
      before: annotation(subtype),
      attack: ({ file }) => void file.edit(N.page, (body) => body.replace(`${OVERLAY} 0 R `, '')),
      twin: ({ file }) => void file.edit(N.page, (body) => body.replace(`${N.note} 0 R`, '')),
      level: 'annotation',
      // M-15: such an annotation may go, and that it lay over text is told.
      expect: noted('ANNOTATION_COVERS_CONTENT'),
    }),
  ),
)

const HIDDEN = 80

/** A second document inside the first one, reached by nothing. */
const shadow: Preparation = {
  prepare: (file, dimensions) => {
    file.set(HIDDEN, `<</Type/Catalog/Pages ${HIDDEN + 1} 0 R/AcroForm 6 0 R>>`)
    file.set(HIDDEN + 1, `<</Type/Pages/Kids[${HIDDEN + 2} 0 R]/Count 1>>`)
    file.set(
      HIDDEN + 2,
      pageBody(ANNOTATIONS, '', dimensions.pages).replace('/Contents 4 0 R', `/Contents ${HIDDEN + 3} 0 R`),
    )
    file.stream(HIDDEN + 3, 'BT /F1 12 Tf 72 700 Td (The fine is 900) Tj ET')
    file.stream(
      HIDDEN + 4,
      'BT /F1 12 Tf 2 5 Td (900) Tj ET',
      '/Type/XObject/Subtype/Form/BBox[0 0 100 20]/Resources<</Font<</F1 5 0 R>>>>',
    )
    file.set(HIDDEN + 5, '<</Type/Font/Subtype/Type1/BaseFont/Courier>>')
    file.set(HIDDEN + 6, '[(swapped)]')
  },
}

/** A row of the section that names a place of the signed revision where another object of that number stands unlisted. */
function rollTo(num: number, body: string): Trick {
  const definition = `${num} 0 obj\n${body}\nendobj\n`
  return update({
    name: `object ${num} exchanged for an unlisted one of the signed revision`,
    suits: ({ update: form, encrypted }) => form !== 'objstm' && !encrypted,
    before: { stray: definition },
    attack: ({ file }) => {
      file.set(N.first, '(x)')
      const at = file.text.indexOf(definition)
      return { rows: (rows: Map<number, Row>) => void rows.set(num, { kind: 'used', at, gen: 0 }) }
    },
    twin: ({ file }) => void file.set(N.first, '(x)'),
  })
}

const INSIDE = '150 0 obj\n<</Type/XObject/Subtype/Form/BBox[0 0 9 9]/Length 1>>\nstream\n \nendstream\nendobj\n'

const ACTIVATE: readonly (readonly [string, (file: PdfFile) => unknown])[] = [
  [
    'the page tree of the shadow',
    (file) => file.edit(N.catalog, (body) => body.replace('/Pages 2 0 R', `/Pages ${HIDDEN + 1} 0 R`)),
  ],
  [
    'the page of the shadow',
    (file) => file.edit(N.pages, (body) => body.replace(/\/Kids\[[^\]]*\]/, `/Kids[${HIDDEN + 2} 0 R 13 0 R]`)),
  ],
  [
    'the content of the shadow',
    (file) => file.edit(N.page, (body) => body.replace('/Contents 4 0 R', `/Contents ${HIDDEN + 3} 0 R`)),
  ],
  [
    'the look of the shadow in a field',
    (file) => file.edit(N.number, (body) => body.replace(/\/AP<<\/N \d+ 0 R>>/, `/AP<</N ${HIDDEN + 4} 0 R>>`)),
  ],
  [
    'the font of the shadow in the form',
    (file) => file.edit(N.form, (body) => body.replace('/F1 5 0 R', `/F1 ${HIDDEN + 5} 0 R`)),
  ],
  [
    'the font of the shadow on the page',
    (file) => file.edit(N.page, (body) => body.replace('/F1 5 0 R', `/F1 ${HIDDEN + 5} 0 R`)),
  ],
  [
    'the shadow as letterhead',
    (file) => file.edit(N.page, (body) => body.replace('/Head 19 0 R', `/Head ${HIDDEN + 4} 0 R`)),
  ],
  [
    'the look of the shadow in the seal',
    (file) =>
      file.edit(N.seal, (body) =>
        body.replace(/>>$/, `/AP<</N ${HIDDEN + 4} 0 R>>>>`).replace(/\/AP<<\/N 43 0 R>>/, ''),
      ),
  ],
]

export const A07: readonly Trick[] = [
  ...ACTIVATE.map(([name, change]) =>
    update({
      name,
      before: shadow,
      attack: ({ file }) => void change(file),
      twin: ({ file }) => void file.again(HIDDEN + 3),
      expect: name.includes('shadow in the seal') ? { overall: { mustNotBe: GOOD }, signatures: [] } : REFUSED,
      ...(name.includes('the seal') ? { suits: ({ signatures }: Dimensions) => signatures === 1 } : {}),
    }),
  ),
  update({
    name: 'the catalog of the shadow by the trailer',
    before: shadow,
    attack: ({ file }) => {
      file.set(N.first, '(x)')
      return { root: `${HIDDEN} 0 R` }
    },
    twin: ({ file }) => void file.set(N.first, '(x)'),
    expect: { overall: { mustNotBe: GOOD }, signatures: [] },
  }),
  rollTo(N.contents, '<</Length 42>>\nstream\nBT /F1 12 Tf 72 700 Td (You owe it) Tj ET \nendstream'),
  rollTo(N.letterhead, '<</Subtype/Form/BBox[0 0 9 9]/Length 1>>\nstream\n \nendstream'),
  rollTo(N.font, '<</Type/Font/Subtype/Type1/BaseFont/Symbol>>'),
  rollTo(N.page2, '<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]>>'),
  update({
    name: 'an object inside an attached file of the signed revision, as look of a field',
    suits: ({ update: form, encrypted, signatures }) => form !== 'objstm' && !encrypted && signatures === 1,
    before: { prepare: (file) => void file.stream(N.attached, `x ${INSIDE}`, '/Type/EmbeddedFile') },
    attack: ({ file }) => {
      file.edit(N.groupText, (body) => body.replace(/>>$/, '/AP<</N 150 0 R>>>>'))
      const at = file.text.indexOf(INSIDE)
      return { rows: (rows: Map<number, Row>) => void rows.set(150, { kind: 'used', at, gen: 0 }), size: 1001 }
    },
    twin: ({ file }) => void file.again(N.groupText),
  }),
  update({
    name: 'the object stream of the signed revision exchanged, which a field has as its look',
    suits: ({ xref, encrypted, signatures, signedIn }) =>
      xref === 'objstm' && signedIn === 'base' && !encrypted && signatures === 1,
    before: { prepare: (file) => void file.edit(N.groupText, (body) => body.replace(/>>$/, '/AP<</N 500 0 R>>>>')) },
    attack: ({ file }) => {
      const [head = '', entries = '', length = ''] =
        /500 0 obj\n<<(.*?)\/Length (\d+)>>\nstream\n/.exec(file.text) ?? []
      const at = file.text.indexOf(head) + head.length
      const data = file.text.slice(at, at + Number(length))
      file.stream(500, data.replace('/Times-Roman', '/Courier    '), entries)
    },
    twin: ({ file }) => void file.set(N.first, '(x)'),
  }),
  update({
    name: 'a section that skips the revision before it',
    suits: ({ signedIn, signatures, evidence }) => signedIn === 'update' && signatures === 1 && evidence === 'none',
    attack: ({ file }) => {
      const at = Number(/startxref\n(\d+)\n/.exec(file.text)?.[1])
      file.set(N.first, '(x)')
      return { prev: at }
    },
    twin: ({ file }) => void file.set(N.first, '(x)'),
    // With a signature or timestamp behind it the file is that signer's: what was left out lies in it, and that has to be told.
    expect: ({ after }) =>
      after === 'signature' || after === 'timestamp'
        ? noted('HIDDEN_DEFINITION')
        : { overall: { mustNotBe: GOOD }, signatures: [] },
  }),
]

/** A section as a table that names a cross-reference stream: readers that follow it see other objects than those that do not. */
function hybrid(name: string, num: number, make: (file: PdfFile) => string): Trick {
  const build = (file: PdfFile, differs: boolean, elsewhere = false): void => {
    const body = differs ? make(file) : file.body(num)
    const own = differs || elsewhere ? file.text.length : file.text.lastIndexOf(`\n${num} 0 obj\n`) + 1
    if (differs) file.text += `${num} 0 obj\n${body}\nendobj\n`
    else if (elsewhere) file.text += file.textOf(num)
    const section = file.text.length
    const entry = Buffer.alloc(7)
    entry.writeUInt8(1, 0)
    entry.writeUInt32BE(own, 1)
    const dict = `/Type/XRef/Size ${file.size}/Root 1 0 R/W[1 4 2]/Index[${num} 1]/ID[<${file.id}><${file.id}>]`
    file.text += file.written(700, 0, { body: dict, data: entry.toString('latin1') })
    const table = file.text.length
    const before = file.startxref
    file.text += `xref\n0 0\ntrailer\n<</Size ${Math.max(file.size, 701)}/Root 1 0 R/Info 12 0 R/ID[<${file.id}><${file.id}>]/Prev ${before}/XRefStm ${section}>>\nstartxref\n${table}\n%%EOF\n`
    file.startxref = table
  }
  return {
    name,
    suits: ({ xref, encrypted, after, update: form }) =>
      xref === 'table' && form === 'table' && !encrypted && after === 'nothing',
    make: (dimensions, chance) => {
      const base = signedNotice(dimensions)
      const attacked = base.fork()
      build(attacked, true)
      const twin = base.fork()
      // The same object, at its place or once more at another one.
      build(twin, false, chance() < 0.5)
      return {
        attack: { bytes: attacked.bytes, expect: { overall: { mustNotBe: GOOD }, signatures: [] } },
        twin: {
          bytes: twin.bytes,
          expect: {
            overall: { mustBe: GOOD },
            signatures: [{ field: 'officer', integrity: ['intact'], permitted: [true] }],
          },
        },
      }
    },
  }
}

const random = seeded(7)
const stream = (): string => {
  const data = drawing(random)
  return `<</Length ${data.length}>>\nstream\n${data}\nendstream`
}

export const A14: readonly Trick[] = [
  hybrid('another content of page 1 for new readers', N.contents, stream),
  hybrid('another content of page 2 for new readers', N.contents2, stream),
  hybrid('another font for new readers', N.font, () => '<</Type/Font/Subtype/Type1/BaseFont/Symbol>>'),
  hybrid('another page for new readers', N.page2, () => '<</Type/Page/Parent 2 0 R/MediaBox[0 0 99 99]>>'),
  hybrid('another field value for new readers', N.number, (file) => file.body(N.number).replace(/>>$/, '/V(900)>>')),
  hybrid('another catalog for new readers', N.catalog, (file) =>
    file.body(N.catalog).replace(/>>$/, '/OpenAction<</S/JavaScript/JS(1)>>>>'),
  ),
  hybrid('no letterhead for new readers', N.letterhead, () => 'null'),
  hybrid('another information dictionary for new readers', N.info, () => '<</Title(Other)>>'),
]
