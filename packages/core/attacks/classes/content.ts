// A-08: annotations over the content. A-10: scripts and actions. A-12: rogue references.
import { levelOf, type Dimensions } from '../dimensions.ts'
import { ANNOTATIONS, N, drawText, pageBody, textField, widget, addField } from '../notice.ts'
import type { PdfFile } from '../pdf-file.ts'
import { GOOD, noted, update, type Expectation, type Stage, type Trick } from '../trick.ts'
import { fillText } from './fields.ts'

type Edit = (file: PdfFile) => unknown

const NEW = N.first
const fillTwin = ({ file }: Stage): void => fillText(file, N.groupText, 'Filled')

/** A new annotation on page 1. */
const annotate =
  (body: string, page: number = N.page): Edit =>
  (file) => {
    file.set(NEW, `<</Type/Annot${body}>>`)
    if (page === N.page) file.edit(page, (text) => text.replace(/\/Annots\[([^\]]*)\]/, `/Annots[$1 ${NEW} 0 R]`))
    else file.edit(page, (text) => text.replace(/>>$/, `/Annots[${NEW} 0 R]>>`))
  }

const look = (file: PdfFile): PdfFile => drawText(file, NEW + 1, 'The fine is 900')
const OVER = '/Rect[60 690 360 730]/P 3 0 R/F 4'
const annotateTwin = ({ file }: Stage): void =>
  void annotate('/Subtype/Text/Rect[500 10 510 20]/P 3 0 R/Contents(seen)')(file)

const highlightTwin = ({ file }: Stage): void => {
  const state = '/Resources<</ExtGState<</G<</BM/Multiply>>>>>>'
  file.stream(NEW + 1, '/G gs 1 1 0 rg 0 0 300 40 re f', `/Type/XObject/Subtype/Form/BBox[0 0 300 40]${state}`)
  annotate(`/Subtype/Highlight/QuadPoints[60 730 360 730 60 690 360 690]${OVER}/AP<</N ${NEW + 1} 0 R>>`)(file)
}

const atThree = (dimensions: Dimensions): boolean =>
  levelOf(dimensions) === 3 && dimensions.after !== 'revert' && dimensions.signatures === 1
const notAtThree = (dimensions: Dimensions): boolean => levelOf(dimensions) !== 3

/** The signer neither allowed nor forbade annotations, or forbade them (M-20). */
const OPEN: Expectation = {
  overall: { mustNotBe: GOOD },
  signatures: [{ field: 'officer', integrity: ['intact'], permitted: [false, null] }],
}

const KINDS = ['FreeText', 'Stamp', 'Redact', 'Link', 'FileAttachment', 'Screen', '3D'] as const
const ACTIVE: readonly (readonly [string, string])[] = [
  ['a script', '/Subtype/Text/Rect[1 1 9 9]/A<</S/JavaScript/JS(1)>>'],
  ['a link', '/Subtype/Link/Rect[1 1 9 9]/A<</S/URI/URI(http://x)>>'],
  ['additional actions', '/Subtype/Highlight/Rect[1 1 9 9]/QuadPoints[1 1 9 1 1 9 9 9]/AA<</E<</S/Named/N/Print>>>>'],
  ['a page action', '/Subtype/Text/Rect[1 1 9 9]/PA<</S/URI/URI(x)>>'],
  ['a layer', `/Subtype/Text/Rect[1 1 9 9]/OC ${N.layer} 0 R`],
  ['a file', `/Subtype/Text/Rect[1 1 9 9]/AF[${N.attachment} 0 R]`],
  ['a kind nobody knows', '/Subtype/Private/Rect[1 1 9 9]'],
  ['no kind', '/Rect[1 1 9 9]'],
  ['a square', `/Subtype/Square/IC[1 1 1]${OVER}`],
  ['a watermark', `/Subtype/Watermark${OVER}`],
  ['a movie', `/Subtype/Movie${OVER}`],
  ['a widget of no field', `/Subtype/Widget/FT/Tx/T(w)/V(900)${OVER}`],
  ['an old stream as look', `/Subtype/Text${OVER}/AP<</N ${N.letterhead} 0 R>>`],
]

const PLACES: readonly (readonly [string, Edit])[] = [
  [
    'an annotation drawn again over all others',
    (file) => file.edit(N.page, () => pageBody([...ANNOTATIONS, N.number])),
  ],
  [
    'an annotation put in front',
    (file) =>
      file
        .set(NEW, '<</Type/Annot/Subtype/Text/Rect[1 1 9 9]>>')
        .edit(N.page, (body) => body.replace('/Annots[', `/Annots[${NEW} 0 R `)),
  ],
  [
    'an annotation of page 1 on page 2',
    (file) => file.edit(N.page2, (body) => body.replace(/>>$/, `/Annots[${N.number} 0 R]>>`)),
  ],
  [
    'annotations in another order',
    (file) =>
      file.edit(N.page, (body) =>
        body.replace(
          /\/Annots\[([^\]]*)\]/,
          () =>
            `/Annots[${[...ANNOTATIONS]
              .reverse()
              .map((num) => `${num} 0 R`)
              .join(' ')}]`,
        ),
      ),
  ],
  ['all annotations gone', (file) => file.edit(N.page, (body) => body.replace(/\/Annots\[[^\]]*\]/, ''))],
  [
    'annotations that are no array',
    (file) => file.edit(N.page, (body) => body.replace(/\/Annots\[[^\]]*\]/, '/Annots 15 0 R')),
  ],
]

export const A08: readonly Trick[] = [
  ...KINDS.map((kind) =>
    update({
      name: `${kind} over the text, at P=3`,
      suits: atThree,
      attack: ({ file }) => {
        look(file)
        annotate(`/Subtype/${kind}${OVER}/AP<</N ${NEW + 1} 0 R>>/Contents(x)`)(file)
      },
      twin: annotateTwin,
      level: 'annotation',
      // M-15: such kinds are annotations, and are told even at P=3.
      expect: noted('DANGEROUS_ANNOTATION'),
    }),
  ),
  ...['Text', 'Ink'].map((kind) =>
    update({
      name: `${kind} with a look over the text, at P=3`,
      suits: atThree,
      attack: ({ file }) => {
        look(file)
        annotate(
          `/Subtype/${kind}${OVER}/AP<</N ${NEW + 1} 0 R>>${kind === 'Ink' ? '/InkList[[60 690 360 730]]' : ''}`,
        )(file)
      },
      twin: annotateTwin,
      level: 'annotation',
      expect: noted('ANNOTATION_COVERS_CONTENT'),
    }),
  ),
  update({
    name: 'a highlight that writes over the text, at P=3',
    suits: atThree,
    attack: ({ file }) => {
      look(file)
      annotate(`/Subtype/Highlight/QuadPoints[60 730 360 730 60 690 360 690]${OVER}/AP<</N ${NEW + 1} 0 R>>`)(file)
    },
    twin: highlightTwin,
    level: 'annotation',
    expect: noted('ANNOTATION_COVERS_CONTENT'),
  }),
  update({
    name: 'a highlight that hides the text, at P=3',
    suits: atThree,
    attack: ({ file }) => {
      file.stream(NEW + 1, '1 g 0 0 300 40 re f', '/Type/XObject/Subtype/Form/BBox[0 0 300 40]/Resources<<>>')
      annotate(`/Subtype/Highlight/QuadPoints[60 730 360 730 60 690 360 690]${OVER}/AP<</N ${NEW + 1} 0 R>>`)(file)
    },
    twin: highlightTwin,
    level: 'annotation',
    expect: noted('ANNOTATION_COVERS_CONTENT'),
  }),
  update({
    name: 'the note moved over the text, at P=3',
    suits: atThree,
    attack: ({ file }) =>
      void look(file).edit(N.note, (body) =>
        body.replace('[10 10 20 20]', '[60 690 360 730]').replace(/>>$/, `/AP<</N ${NEW + 1} 0 R>>>>`),
      ),
    twin: ({ file }) => void file.edit(N.note, (body) => body.replace('(read)', '(seen)')),
    level: 'annotation',
    expect: noted('ANNOTATION_COVERS_CONTENT'),
  }),
  ...[...KINDS, 'Text', 'Highlight', 'Ink'].map((kind) =>
    update({
      name: `${kind} over the text, where no annotation is allowed`,
      suits: notAtThree,
      attack: ({ file }) => {
        look(file)
        annotate(`/Subtype/${kind}${OVER}/AP<</N ${NEW + 1} 0 R>>`)(file)
      },
      expect: OPEN,
    }),
  ),
  ...ACTIVE.map(([name, body]) =>
    update({
      name: `an annotation with ${name}`,
      attack: ({ file }) => void annotate(body)(file),
      twin: annotateTwin,
      level: 'annotation',
      expect:
        name === 'a widget of no field' ? OPEN : { ...OPEN, signatures: [{ field: 'officer', permitted: [false] }] },
    }),
  ),
  ...PLACES.map(([name, change]) =>
    update({ name, attack: ({ file }) => void change(file), twin: annotateTwin, level: 'annotation', expect: OPEN }),
  ),
]

const SCRIPT = '<</S/JavaScript/JS(app.alert\\(1\\))>>'
const SCRIPTS: readonly (readonly [string, Edit])[] = [
  ['a script on opening', (file) => file.edit(N.catalog, (body) => body.replace(/>>$/, `/OpenAction${SCRIPT}>>`))],
  [
    'a script by reference on opening',
    (file) => file.set(NEW, SCRIPT).edit(N.catalog, (body) => body.replace(/>>$/, `/OpenAction ${NEW} 0 R>>`)),
  ],
  [
    'another page on opening',
    (file) => file.edit(N.catalog, (body) => body.replace(/>>$/, '/OpenAction[13 0 R/Fit]>>')),
  ],
  [
    'scripts of the document',
    (file) => file.edit(N.catalog, (body) => body.replace('/Dests<<', `/JavaScript<</Names[(a) ${SCRIPT}]>>/Dests<<`)),
  ],
  ['actions of the document', (file) => file.edit(N.catalog, (body) => body.replace(/>>$/, `/AA<</WC${SCRIPT}>>>>`))],
  ['actions of a page', (file) => file.edit(N.page2, (body) => body.replace(/>>$/, `/AA<</O${SCRIPT}>>>>`))],
  [
    'an action of a text field',
    (file) => file.edit(N.groupText, (body) => body.replace(/>>$/, `/AA<</K${SCRIPT}>>>>`)),
  ],
  ['an action of a check box', (file) => file.edit(N.check, (body) => body.replace(/>>$/, `/A${SCRIPT}>>`))],
  ['an action of a note', (file) => file.edit(N.note, (body) => body.replace(/>>$/, `/A${SCRIPT}>>`))],
  [
    'an action of the signed field',
    (file) => file.edit(N.officer, (body) => body.replace(/>>$/, `/AA<</E${SCRIPT}>>>>`)),
  ],
  [
    'an action of the empty field',
    (file) => file.edit(N.groupSignature, (body) => body.replace(/>>$/, `/A${SCRIPT}>>`)),
  ],
  [
    'an action of an outline',
    (file) => file.edit(N.outline, (body) => body.replace('/Dest[3 0 R/Fit]', '/A<</S/Launch/F(cmd.exe)>>')),
  ],
  [
    'an action below a value',
    (file) => file.edit(N.groupText, (body) => body.replace(/>>$/, `/V(x)/RV<</A${SCRIPT}>>>>`)),
  ],
  ['an action in a new field', (file) => addField(file.set(NEW, widget('Sig', 'new2', '0 0 0 0', `/A${SCRIPT}`)), NEW)],
  [
    'an action below the look of a new field',
    (file) => addField(file.set(NEW, widget('Sig', 'new2', '0 0 0 0', `/MK<</AC 12 0 R/A${SCRIPT}>>`)), NEW),
  ],
  [
    'a popup of a new field',
    (file) => addField(file.set(NEW, widget('Sig', 'new2', '0 0 0 0', `/Popup ${N.note} 0 R`)), NEW),
  ],
  [
    'an address for all links',
    (file) => file.edit(N.catalog, (body) => body.replace(/>>$/, '/URI<</Base(http://x)>>>>')),
  ],
  [
    'requirements',
    (file) => file.edit(N.catalog, (body) => body.replace(/>>$/, '/Requirements[<</S/EnableJavaScripts>>]>>')),
  ],
  ['threads', (file) => file.edit(N.catalog, (body) => body.replace(/>>$/, '/Threads[]>>'))],
  [
    'viewer preferences',
    (file) => file.edit(N.catalog, (body) => body.replace(/>>$/, '/ViewerPreferences<</HideToolbar true>>>>')),
  ],
  ['another page mode', (file) => file.edit(N.catalog, (body) => body.replace(/>>$/, '/PageMode/FullScreen>>'))],
  ['page labels', (file) => file.edit(N.catalog, (body) => body.replace(/>>$/, '/PageLabels<</Nums[0<</S/r>>]>>>>'))],
  [
    'permissions',
    (file) =>
      file.edit(N.catalog, (body) => body.replace(/\/Perms<<[^>]*>>/, '').replace(/>>$/, '/Perms<</UR3 20 0 R>>>>')),
  ],
  [
    'a destination moved',
    (file) => file.edit(N.catalog, (body) => body.replace('(top) [3 0 R/Fit]', '(top) [13 0 R/Fit]')),
  ],
  ['a language', (file) => file.edit(N.catalog, (body) => body.replace('/Lang(vi)', '/Lang(en)'))],
]

export const A10: readonly Trick[] = SCRIPTS.map(([name, change], index) =>
  update({
    name,
    attack: ({ file }) => void change(file),
    ...(index % 2 === 0 ? { twin: fillTwin, level: 'form' as const } : {}),
  }),
)

const SHARED = 95

/** One object with two roles: as the one it may change, as the other never. */
function rogue(
  name: string,
  prepare: (file: PdfFile) => unknown,
  attack: Edit,
  suits: (dimensions: Dimensions) => boolean = () => true,
): Trick {
  return update({
    name,
    suits,
    before: { prepare: (file) => void prepare(file) },
    attack: ({ file }) => void attack(file),
    twin: ({ file }) => void file.again(SHARED).set(NEW, '(x)'),
  })
}

const highlight = '/Type/Annot/Subtype/Highlight/Rect[0 0 1 1]/QuadPoints[0 0 1 0 0 1 1 1]/P 3 0 R'

export const A12: readonly Trick[] = [
  rogue(
    "a field's look that page 2 draws too",
    (file) => {
      drawText(file, SHARED, '')
      file.edit(N.groupText, (body) => body.replace(/>>$/, `/AP<</N ${SHARED} 0 R>>>>`))
      file.edit(N.page2, (body) => body.replace('/Font<<', `/XObject<</Fm ${SHARED} 0 R>>/Font<<`))
    },
    (file) => drawText(file, SHARED, '900'),
  ),
  rogue(
    "a field's look that is the letterhead",
    (file) => {
      drawText(file, SHARED, '')
      file.edit(N.groupText, (body) => body.replace(/>>$/, `/AP<</N ${N.letterhead} 0 R>>>>`))
    },
    (file) => file.stream(N.letterhead, ' ', file.body(N.letterhead)),
  ),
  rogue(
    'a look that two fields share',
    (file) => {
      drawText(file, SHARED, '')
      file.edit(N.groupText, (body) => body.replace(/>>$/, `/AP<</N ${SHARED} 0 R>>>>`))
      file.edit(N.choice, (body) => body.replace(/>>$/, `/AP<</N ${SHARED} 0 R>>>>`))
    },
    (file) => drawText(file, SHARED, '900'),
  ),
  rogue(
    'a dictionary of looks that two fields share',
    (file) => {
      file.set(SHARED, `<</N ${N.numberLook} 0 R>>`)
      file.edit(N.groupText, (body) => body.replace(/>>$/, `/AP ${SHARED} 0 R>>`))
      file.edit(N.choice, (body) => body.replace(/>>$/, `/AP ${SHARED} 0 R>>`))
    },
    (file) => drawText(file, NEW, '900').set(SHARED, `<</N ${NEW} 0 R>>`),
  ),
  rogue(
    "a value that is a page's content",
    (file) => {
      file.stream(SHARED, 'BT ET')
      file.edit(N.groupText, (body) => body.replace(/>>$/, `/V ${SHARED} 0 R>>`))
      file.edit(N.page2, (body) => body.replace('/Contents 14 0 R', `/Contents[14 0 R ${SHARED} 0 R]`))
    },
    (file) => file.stream(SHARED, '0 0 300 300 re f'),
  ),
  rogue(
    'extensions that are resources',
    (file) =>
      file
        .set(SHARED, '<<>>')
        .edit(N.page2, (body) => body.replace(/\/Resources<<.*>>>>$/, `/Resources ${N.extensions} 0 R>>`)),
    (file) => file.edit(N.extensions, (body) => body.replace(/>>$/, '/XObject<</Fm 19 0 R>>>>')),
  ),
  rogue(
    "extensions that are a page's parent",
    (file) =>
      file.set(SHARED, '<<>>').edit(N.page2, (body) => body.replace(/\/Parent \d+ 0 R/, `/Parent ${N.extensions} 0 R`)),
    (file) => file.edit(N.extensions, (body) => body.replace(/>>$/, '/Rotate 90>>')),
  ),
  rogue(
    'metadata that are a page content',
    (file) =>
      file.set(SHARED, '<<>>').edit(N.page2, (body) => body.replace('/Contents 14 0 R', `/Contents ${N.metadata} 0 R`)),
    (file) =>
      file.stream(
        N.metadata,
        `${file.data(N.metadata)}\n`.replace('Notice', '0 0 300 300 re f'),
        file.body(N.metadata),
      ),
  ),
  rogue(
    'an information dictionary that a page names',
    (file) => file.set(SHARED, '<<>>').edit(N.page2, (body) => body.replace(/>>$/, `/PieceInfo ${N.info} 0 R>>`)),
    (file) => file.edit(N.info, (body) => body.replace('(Notice)', '(Other)')),
  ),
  rogue(
    'a note that is a resource dictionary',
    (file) => {
      file.set(SHARED, `<<${highlight}/XObject<</Fm 17 0 R>>>>`)
      file.edit(N.page, (body) => body.replace('/Annots[', `/Annots[${SHARED} 0 R `))
      file.edit(N.page2, (body) => body.replace(/\/Resources<<.*>>>>$/, `/Resources ${SHARED} 0 R>>`))
    },
    (file) => file.edit(SHARED, (body) => body.replace('/Fm 17', '/Fm 18')),
  ),
  rogue(
    'a field that is an outline',
    (file) => file.set(SHARED, '<<>>').edit(N.outlines, (body) => body.replace(/>>$/, `/Next ${N.groupText} 0 R>>`)),
    (file) => file.edit(N.groupText, (body) => body.replace(/>>$/, '/Dest[13 0 R/Fit]>>')),
  ),
  rogue(
    'a list of fields that is a list of annotations',
    (file) => {
      file.set(SHARED, '[7 0 R 8 0 R 9 0 R 10 0 R 11 0 R 16 0 R 34 0 R]')
      file.edit(N.form, (body) => body.replace(/\/Fields\[[^\]]*\]/, `/Fields ${SHARED} 0 R`))
      file.edit(N.page, (body) => body.replace(/\/Annots\[[^\]]*\]/, `/Annots ${SHARED} 0 R`))
    },
    (file) =>
      file
        .set(NEW, textField('new2', '60 690 360 730', '/V(900)'))
        .edit(SHARED, (body) => body.replace(']', ` ${NEW} 0 R]`)),
    // The form of the other signers edits the list where it stands.
    ({ signatures, evidence, after }) => signatures < 3 && evidence !== 'timestamp' && after === 'nothing',
  ),
  rogue(
    'a security store that is a resource dictionary',
    (file) => {
      file.set(SHARED, '<<>>')
      file.edit(N.page2, (body) => body.replace(/\/Resources<<.*>>>>$/, `/Resources ${SHARED} 0 R>>`))
      file.edit(N.catalog, (body) => body.replace(/>>$/, `/DSS ${SHARED} 0 R>>`))
    },
    (file) => file.set(SHARED, '<</XObject<</Fm 19 0 R>>>>'),
    ({ evidence }) => evidence === 'none',
  ),
  rogue(
    'a length that is a number elsewhere',
    (file) => {
      file.set(SHARED, '90')
      file.edit(N.page2, (body) => body.replace(/>>$/, `/Rotate ${SHARED} 0 R>>`))
      file.edit(N.groupText, (body) => body.replace(/>>$/, `/Q ${SHARED} 0 R>>`))
    },
    (file) => file.set(SHARED, '180'),
  ),
]
