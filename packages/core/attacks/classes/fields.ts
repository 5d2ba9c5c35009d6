// shadow replace. A-09: new signature fields that draw. A-27: tricks with the tree of fields.
import { attacker, officer2 } from '../identities.ts'
import { levelOf, permits, type Dimensions } from '../dimensions.ts'
import { FIELDS, N, addField, countersign, drawText, formBody, textField, widget } from '../notice.ts'
import type { PdfFile } from '../pdf-file.ts'
import { SIGNATURE, cmsOver } from '../signing.ts'
import { GOOD, noted, update, type Expectation, type Stage, type Trick } from '../trick.ts'

const mayNotFill = (dimensions: Dimensions): boolean => !permits(dimensions, 'form')
const mayFill = (dimensions: Dimensions): boolean => permits(dimensions, 'form')

/** Fills a text field with a new appearance. */
export function fillText(file: PdfFile, num: number, value: string, shown = value): void {
  drawText(file, N.first + 7, shown)
  file.edit(num, (body) =>
    body.replace(/\/V\([^)]*\)|\/AP<<\/N \d+ 0 R>>/g, '').replace(/>>$/, `/V(${value})/AP<</N ${N.first + 7} 0 R>>>>`),
  )
}

const fillTwin = ({ file }: Stage): void => fillText(file, N.groupText, 'Filled')

const VALUES: readonly (readonly [string, (file: PdfFile) => unknown])[] = [
  ['a value of another type', (file) => file.edit(N.groupText, (body) => body.replace(/>>$/, '/V 7>>'))],
  ['a value that is a dictionary', (file) => file.edit(N.groupText, (body) => body.replace(/>>$/, '/V<</a(b)>>>>'))],
  ['a value that is an array', (file) => file.edit(N.groupText, (body) => body.replace(/>>$/, '/V[(a)(b)]>>'))],
  ['a check box with a text', (file) => file.edit(N.check, (body) => body.replace('/V/Off', '/V(On)'))],
  ['the look of a state overwritten', (file) => file.stream(N.checkOff, '0 0 5 5 re f', file.body(N.checkOff))],
  [
    'the looks of two states exchanged',
    (file) => file.edit(N.check, (body) => body.replace('/On 17 0 R/Off 18 0 R', '/On 18 0 R/Off 17 0 R')),
  ],
  ['an old stream as look', (file) => file.edit(N.groupText, (body) => body.replace(/>>$/, '/V(a)/AP<</N 21 0 R>>>>'))],
  [
    'a look in a layer',
    (file) =>
      drawText(file, N.first, 'a', `/OC ${N.layer} 0 R`).edit(N.groupText, (body) =>
        body.replace(/>>$/, `/V(a)/AP<</N ${N.first} 0 R>>>>`),
      ),
  ],
  [
    'a look from another file',
    (file) =>
      drawText(file, N.first, 'a', '/F(other.pdf)').edit(N.groupText, (body) =>
        body.replace(/>>$/, `/V(a)/AP<</N ${N.first} 0 R>>>>`),
      ),
  ],
  [
    'a look by reference to another file',
    (file) =>
      drawText(file, N.first, 'a', '/Ref<</F(other.pdf)/Page 0>>').edit(N.groupText, (body) =>
        body.replace(/>>$/, `/V(a)/AP<</N ${N.first} 0 R>>>>`),
      ),
  ],
  [
    'a look with a changed font',
    (file) =>
      drawText(file, N.first, 'a')
        .set(N.font, '<</Type/Font/Subtype/Type1/BaseFont/Symbol>>')
        .edit(N.groupText, (body) => body.replace(/>>$/, `/AP<</N ${N.first} 0 R>>>>`)),
  ],
  ['no look at all', (file) => file.edit(N.check, (body) => body.replace('/AP<<', '/XX<<'))],
  ['the field moved', (file) => file.edit(N.choice, (body) => body.replace('400 780', '72 690'))],
  ['the field hidden', (file) => file.edit(N.check, (body) => body.replace('/F 4', '/F 2'))],
  ['the field not printed', (file) => file.edit(N.check, (body) => body.replace('/F 4', '/F 0'))],
  ['the field on another page', (file) => file.edit(N.choice, (body) => body.replace('/P 3 0 R', '/P 13 0 R'))],
  ['other choices', (file) => file.edit(N.choice, (body) => body.replace('[(yes) (no)]', '[(no) (yes)]'))],
  ['a maximum length', (file) => file.edit(N.groupText, (body) => body.replace(/>>$/, '/MaxLen 1>>'))],
  ['a default value', (file) => file.edit(N.groupText, (body) => body.replace(/>>$/, '/DV(900)>>'))],
  ['a tooltip', (file) => file.edit(N.groupText, (body) => body.replace(/>>$/, '/TU(The fine)>>'))],
  ['a caption', (file) => file.edit(N.check, (body) => body.replace(/>>$/, '/MK<</CA(4)>>>>'))],
  [
    'appearances to be drawn anew',
    (file) => file.edit(N.form, (body) => body.replace(/>>$/, '/NeedAppearances true>>')),
  ],
  ['an XML form', (file) => file.edit(N.form, (body) => body.replace(/>>$/, '/XFA(<xdp/>)>>'))],
  ['an order of calculation', (file) => file.edit(N.form, (body) => body.replace(/>>$/, '/CO[8 0 R]>>'))],
]

const UNFILLABLE: readonly (readonly [string, (file: PdfFile) => unknown])[] = [
  ['a text where nothing may be filled', (file) => fillText(file, N.groupText, '900')],
  ['a choice where nothing may be filled', (file) => file.edit(N.choice, (body) => body.replace(/>>$/, '/V(no)>>'))],
  [
    'a tick where nothing may be filled',
    (file) => file.edit(N.check, (body) => body.replace('/AS/Off/V/Off', '/AS/On/V/On')),
  ],
  [
    'a look where nothing may be filled',
    (file) =>
      drawText(file, N.first, '900').edit(N.groupText, (body) => body.replace(/>>$/, `/AP<</N ${N.first} 0 R>>>>`)),
  ],
]

const drawn = (resources: string): string => `/Type/XObject/Subtype/Form/BBox[0 0 99 20]/Resources<<${resources}>>`

/** Looks with something below them that decides what they show. */
const BELOW: readonly (readonly [string, (file: PdfFile) => PdfFile])[] = [
  [
    'a form of a layer below',
    (file) =>
      drawText(file, N.first + 1, '900', `/OC ${N.layer} 0 R`).stream(
        N.first,
        '/X Do',
        drawn(`/XObject<</X ${N.first + 1} 0 R>>`),
      ),
  ],
  [
    'a form of another file below',
    (file) =>
      drawText(file, N.first + 1, '900', '/F(other.pdf)').stream(
        N.first,
        '/X Do',
        drawn(`/XObject<</X ${N.first + 1} 0 R>>`),
      ),
  ],
  [
    'content of a layer',
    (file) => file.stream(N.first, '/OC /L BDC 0 0 9 9 re f EMC', drawn(`/Properties<</L ${N.layer} 0 R>>`)),
  ],
  [
    'a pattern of a layer',
    (file) =>
      file
        .stream(N.first + 1, '0 0 9 9 re f', `/PatternType 1/Resources<</Properties<</L ${N.layer} 0 R>>>>`)
        .stream(N.first, 'f', drawn(`/Pattern<</P ${N.first + 1} 0 R>>`)),
  ],
]

export const A06: readonly Trick[] = [
  ...VALUES.map(([name, change]) =>
    update({ name, attack: ({ file }) => void change(file), twin: fillTwin, level: 'form' }),
  ),
  ...UNFILLABLE.map(([name, change]) => update({ name, suits: mayNotFill, attack: ({ file }) => void change(file) })),
  ...[
    ['900', '100'],
    ['100', ''],
    ['', '900'],
    ['100', '100 000'],
  ]
    .map(([value = '', shown = '']) =>
      update({
        name: `the value "${value}" and the look "${shown}"`,
        suits: (dimensions) => mayFill(dimensions) && dimensions.after !== 'revert' && value !== '',
        attack: ({ file }) => fillText(file, N.groupText, value, shown),
        twin: fillTwin,
        level: 'form',
        // M-12: permitted as form filling, and told.
        expect: noted('VALUE_NOT_SHOWN'),
      }),
    )
    .filter((trick) => !trick.name.startsWith('the value ""')),
  ...(
    [
      ['a look that a state chooses', `/AS/a/AP<</N<</a ${N.first} 0 R>>>>`],
      ['looks of which no state is chosen', `/AP<</N<</a ${N.first} 0 R>>>>`],
      ['a value made a password', `/Ff 8192/AP<</N ${N.first} 0 R>>`],
      ['a value made a file', `/Ff 1048576/AP<</N ${N.first} 0 R>>`],
    ] as const
  ).map(([name, entries]) =>
    update({
      name: `${name}, which is not the value`,
      suits: (dimensions) => mayFill(dimensions) && dimensions.after !== 'revert',
      attack: ({ file }) =>
        void drawText(file, N.first, '900').edit(N.groupText, (body) => body.replace(/>>$/, `/V(100)${entries}>>`)),
      twin: fillTwin,
      level: 'form',
      expect: noted('VALUE_NOT_SHOWN'),
    }),
  ),
  update({
    name: 'the look overwritten and the value left alone',
    suits: (dimensions) => mayFill(dimensions) && dimensions.after !== 'revert',
    before: {
      prepare: (file) =>
        void drawText(file, 96, '100').edit(N.groupText, (body) => body.replace(/>>$/, '/V(100)/AP<</N 96 0 R>>>>')),
    },
    attack: ({ file }) => void drawText(file, 96, '900'),
    twin: ({ file }) => void drawText(file, 96, '100', '/Matrix[1 0 0 1 0 0]'),
    level: 'form',
    expect: noted('VALUE_NOT_SHOWN'),
  }),
  update({
    name: 'a check box that looks ticked and is not',
    suits: (dimensions) => mayFill(dimensions) && dimensions.after !== 'revert',
    attack: ({ file }) =>
      void file
        .stream(N.first, '0 0 5 5 re f', file.body(N.checkOn))
        .edit(N.check, (body) => body.replace('/Off 18 0 R', `/Off ${N.first} 0 R`)),
    twin: ({ file }) => void file.edit(N.check, (body) => body.replace('/AS/Off/V/Off', '/AS/On/V/On')),
    level: 'form',
    expect: noted('VALUE_NOT_SHOWN'),
  }),
  ...BELOW.map(([name, draw]) =>
    update({
      name: `a look with ${name}`,
      attack: ({ file }) =>
        void draw(file).edit(N.groupText, (body) => body.replace(/>>$/, `/AP<</N ${N.first} 0 R>>>>`)),
      twin: fillTwin,
      level: 'form',
    }),
  ),
]

const NEW = N.first

function newField(extra: string, rect = '72 690 300 720', name = 'new2') {
  return (file: PdfFile): PdfFile =>
    addField(file.set(NEW, widget('Sig', name, rect, extra).replace('/F 4', '/F 132')), NEW)
}

/** A new field with a look that says what the attacker wants, and a signature in it that is none. */
function decorated(sign: (covered: Uint8Array) => Uint8Array, rect = '72 690 300 720') {
  return (file: PdfFile): void => {
    drawText(file, NEW + 2, 'The fine is 900')
    newField(`/V ${NEW + 1} 0 R/AP<</N ${NEW + 2} 0 R>>`, rect)(file)
    file.sign(NEW + 1, SIGNATURE, { sign })
  }
}

const signedTwin = ({ file }: Stage): void => {
  drawText(file, NEW + 2, 'Second officer')
  newField(`/V ${NEW + 1} 0 R/AP<</N ${NEW + 2} 0 R>>`, '300 100 380 120')(file)
  file.sign(NEW + 1, SIGNATURE, { sign: (covered) => cmsOver(covered, officer2()) })
}

const underTwo = (dimensions: Dimensions): boolean => levelOf(dimensions) === 2 && dimensions.lock !== 'all'
const openToFields = (dimensions: Dimensions): boolean => permits(dimensions, 'form') && levelOf(dimensions) !== 2

const DECORATIONS: readonly (readonly [string, (file: PdfFile) => unknown])[] = [
  ['no signature', (file) => drawText(newField(`/AP<</N ${NEW + 2} 0 R>>`)(file), NEW + 2, 'The fine is 900')],
  [
    'no signature, all over the page',
    (file) => drawText(newField(`/AP<</N ${NEW + 2} 0 R>>`, '0 0 595 842')(file), NEW + 2, 'Void'),
  ],
  ['no signature and a border only', newField('/MK<</BC[1 0 0]/BG[1 1 1]/CA(Void)>>')],
  ['a signature of other bytes', decorated((covered) => cmsOver(covered.subarray(1), officer2()))],
  ['a signature of zeros', decorated(() => new Uint8Array(8))],
  ['a signature without a certificate', decorated((covered) => cmsOver(covered, officer2(), { certificates: [] }))],
  ['a signature that is no CMS', decorated(() => Uint8Array.of(0x30, 3, 2, 1, 1))],
]

const UNSIGNED: Expectation = {
  overall: { mustNotBe: GOOD },
  signatures: [{ field: 'officer', integrity: ['intact'], permitted: [false, null] }],
}

const FAULTY: readonly (readonly [string, (file: PdfFile) => unknown])[] = [
  ['an old stream as look', newField(`/AP<</N ${N.letterhead} 0 R>>`)],
  ['a script', newField('/A<</S/JavaScript/JS(1)>>')],
  ['additional actions', newField('/AA<</E<</S/URI/URI(http://x)>>>>')],
  ['a layer', newField(`/OC ${N.layer} 0 R`)],
  ['a rectangle of references', newField('', '12 0 R 12 0 R 12 0 R 12 0 R')],
  ['a rectangle of strings', newField('', '(1) (2) (3) (4)')],
  [
    'two widgets',
    (file) =>
      addField(
        file
          .set(NEW, `<</FT/Sig/T(new2)/Kids[${NEW + 1} 0 R ${NEW + 2} 0 R]>>`)
          .set(NEW + 1, `<</Type/Annot/Subtype/Widget/Rect[1 1 90 90]/P 3 0 R/Parent ${NEW} 0 R>>`)
          .set(NEW + 2, `<</Type/Annot/Subtype/Widget/Rect[100 1 190 90]/P 3 0 R/Parent ${NEW} 0 R>>`),
        NEW,
      ),
  ],
  [
    'a page that is none',
    (file) => addField(file.set(NEW, widget('Sig', 'new2', '1 1 90 90').replace('/P 3 0 R', '/P 4 0 R')), NEW),
  ],
]

export const A09: readonly Trick[] = [
  ...DECORATIONS.map(([name, change]) =>
    update({
      name: `under P=2: ${name}`,
      suits: underTwo,
      attack: ({ file }) => void change(file),
      twin: signedTwin,
      level: 'form',
      expect: UNSIGNED,
    }),
  ),
  ...DECORATIONS.slice(0, 3).map(([name, change]) =>
    update({
      name: `where fields may come: ${name}`,
      suits: (dimensions) => openToFields(dimensions) && dimensions.after !== 'revert',
      attack: ({ file }) => void change(file),
      twin: signedTwin,
      level: 'form',
      // M-25: no rule forbids the field, and no signature stands behind it.
      expect: noted('UNSIGNED_DECORATION'),
    }),
  ),
  ...DECORATIONS.slice(3).map(([name, change]) =>
    update({
      name: `where fields may come: ${name}`,
      suits: openToFields,
      attack: ({ file }) => void change(file),
      twin: signedTwin,
      level: 'form',
      expect: { overall: { mustNotBe: GOOD }, signatures: [{ field: 'officer', integrity: ['intact'] }] },
    }),
  ),
  ...FAULTY.map(([name, change]) =>
    update({
      name: `a new field with ${name}`,
      attack: ({ file }) => void change(file),
      twin: signedTwin,
      level: 'form',
    }),
  ),
  update({
    name: 'where nothing may be signed: a field with a good signature',
    suits: mayNotFill,
    attack: ({ file }) => void countersign(file, NEW, 'new2', officer2(), '72 690 300 720'),
  }),
  update({
    name: "the attacker's own signature over the text",
    suits: underTwo,
    attack: ({ file }) => decorated((covered) => cmsOver(covered, attacker()))(file),
    twin: signedTwin,
    level: 'form',
    // Its root is trusted here: then it is a signature like any other, and where it lies has to be told (M-25).
    expect: noted('DECORATION_COVERS_CONTENT', 'SIGNER_UNTRUSTED'),
  }),
  ...BELOW.map(([name, draw]) =>
    update({
      name: `a new signed field with ${name}`,
      attack: ({ file }) => {
        newField(`/V ${NEW + 5} 0 R/AP<</N ${NEW + 6} 0 R>>`, '300 100 380 120')(file)
        draw(file)
        file
          .stream(NEW + 6, '/Y Do', drawn(`/XObject<</Y ${NEW + 3} 0 R>>`))
          .stream(NEW + 3, '/Z Do', drawn(`/XObject<</Z ${N.first + 1} 0 R>>`))
        if (!name.startsWith('a form')) file.stream(NEW + 3, 'f', drawn(`/Properties<</L ${N.layer} 0 R>>`))
        file.sign(NEW + 5, SIGNATURE, { sign: (covered) => cmsOver(covered, officer2()) })
      },
      twin: signedTwin,
      level: 'form',
    }),
  ),
  update({
    name: 'a prepared and hidden field, filled and shown over the text',
    suits: (dimensions) => permits(dimensions, 'form') && dimensions.after !== 'revert',
    before: {
      prepare: (file) =>
        void file.edit(N.groupSignature, (body) =>
          body.replace('[0 0 0 0]', '[72 690 300 720]').replace('/F 132', '/F 2'),
        ),
    },
    attack: ({ file }) => {
      drawText(file, NEW + 2, 'The fine is 900')
      file.sign(NEW + 1, SIGNATURE, { sign: (covered) => cmsOver(covered, officer2()) })
      file.edit(N.groupSignature, (body) =>
        body.replace('/F 2', '/F 4').replace(/>>$/, `/V ${NEW + 1} 0 R/AP<</N ${NEW + 2} 0 R>>>>`),
      )
    },
    twin: signedTwin,
    level: 'form',
    expect: noted('DECORATION_COVERS_CONTENT'),
  }),
  update({
    name: 'a field that shows itself when the pointer comes, where nothing may change',
    suits: (dimensions) => levelOf(dimensions) === 1,
    attack: ({ file }) => {
      drawText(file, NEW + 2, 'The fine is 900')
      addField(
        file.set(NEW, widget('Sig', 'new2', '72 690 300 720', `/AP<</N ${NEW + 2} 0 R>>`).replace('/F 4', '/F 288')),
        NEW,
      )
    },
    twin: ({ file }) => void addField(file.set(NEW, widget('Sig', 'new2', '0 0 0 0').replace('/F 4', '/F 132')), NEW),
  }),
  update({
    name: 'filled one revision later than it came',
    suits: underTwo,
    attack: ({ file }) => {
      newField('')(file).commit()
      file.edit(NEW, (body) => body.replace(/>>$/, `/V ${NEW + 1} 0 R>>`))
      file.sign(NEW + 1, SIGNATURE, { sign: (covered) => cmsOver(covered, officer2()) })
    },
    twin: signedTwin,
    level: 'form',
    expect: UNSIGNED,
  }),
]

const TREE: readonly (readonly [string, (file: PdfFile) => unknown])[] = [
  ['a text field made a button', (file) => file.edit(N.groupText, (body) => body.replace('/FT/Tx', '/FT/Btn'))],
  ['a text field made a signature field', (file) => file.edit(N.number, (body) => body.replace('/FT/Tx', '/FT/Sig'))],
  ['a check box made a radio button', (file) => file.edit(N.check, (body) => body.replace(/>>$/, '/Ff 49152>>'))],
  [
    'a field that is its own kid',
    (file) => file.edit(N.groupText, (body) => body.replace(/>>$/, `/Kids[${N.groupText} 0 R]>>`)),
  ],
  [
    'a group that is its own kid',
    (file) => file.edit(N.group, (body) => body.replace('/Kids[', `/Kids[${N.group} 0 R `)),
  ],
  [
    'a group with a parent below it',
    (file) => file.edit(N.group, (body) => body.replace(/>>$/, `/Parent ${N.groupText} 0 R>>`)),
  ],
  ['a field listed twice', (file) => file.set(N.form, formBody([...FIELDS, N.number]))],
  ['the fields in another order', (file) => file.set(N.form, formBody([...FIELDS].reverse()))],
  ['a field less', (file) => file.set(N.form, formBody(FIELDS.slice(0, -1)))],
  ['a field renamed', (file) => file.edit(N.choice, (body) => body.replace('(choice)', '(other)'))],
  ['a group renamed', (file) => file.edit(N.group, (body) => body.replace('(group)', '(closed)'))],
  [
    'a field moved out of its group',
    (file) =>
      file
        .edit(N.group, (body) => body.replace(`${N.groupText} 0 R `, ''))
        .set(N.form, formBody([...FIELDS, N.groupText])),
  ],
  [
    'a field moved into a group',
    (file) =>
      file
        .edit(N.group, (body) => body.replace('/Kids[', `/Kids[${N.choice} 0 R `))
        .set(N.form, formBody(FIELDS.filter((num) => num !== N.choice))),
  ],
  ['a new text field', (file) => addField(file.set(NEW, textField('new2', '72 690 300 720', '/V(900)')), NEW)],
  ['a new button', (file) => addField(file.set(NEW, widget('Btn', 'new2', '72 690 300 720', '/Ff 65536')), NEW)],
  [
    'a new field with a period in its name',
    (file) => addField(file.set(NEW, widget('Sig', 'group.open', '0 0 0 0')), NEW),
  ],
  ['a new field with a name in use', (file) => addField(file.set(NEW, widget('Sig', 'number', '0 0 0 0')), NEW)],
  [
    'a new field without a name',
    (file) => addField(file.set(NEW, widget('Sig', 'x', '0 0 0 0').replace('/T(x)', '')), NEW),
  ],
  [
    'a new field with a foreign parent',
    (file) => addField(file.set(NEW, widget('Sig', 'new2', '0 0 0 0', `/Parent ${N.number} 0 R`)), NEW),
  ],
  [
    'a widget for a field that had none',
    (file) =>
      file
        .set(NEW, '<</Type/Annot/Subtype/Widget/Rect[1 1 90 90]/P 3 0 R/Parent 10 0 R>>')
        .edit(N.agencyInfo, (body) => body.replace(/>>$/, `/Kids[${NEW} 0 R]>>`))
        .edit(N.page, (body) => body.replace('/Annots[', `/Annots[${NEW} 0 R `)),
  ],
  [
    'a new text field in a group',
    (file) =>
      file
        .set(NEW, textField('extra', '0 0 0 0', `/Parent ${N.group} 0 R`))
        .edit(N.group, (body) => body.replace(/\]/, ` ${NEW} 0 R]`)),
  ],
  ['a group turned into a field', (file) => file.edit(N.group, (body) => body.replace(/>>$/, '/FT/Tx/V(x)>>'))],
  [
    'the list of fields by a reference to another array',
    (file) => file.set(NEW, '[8 0 R]').edit(N.form, (body) => body.replace(/\/Fields\[[^\]]*\]/, `/Fields ${NEW} 0 R`)),
  ],
  [
    'a direct field',
    (file) => file.edit(N.form, (body) => body.replace('/Fields[', '/Fields[<</FT/Tx/T(direct)/V(x)>> ')),
  ],
]

const groupTwin = ({ file }: Stage): void => {
  file.set(NEW, widget('Sig', 'extra', '0 0 0 0', `/Parent ${N.group} 0 R`).replace('/F 4', '/F 132'))
  file.edit(N.group, (body) => body.replace(/\]/, ` ${NEW} 0 R]`))
  file.edit(N.page, (body) => body.replace(/\/Annots\[([^\]]*)\]/, `/Annots[$1 ${NEW} 0 R]`))
}

export const A27: readonly Trick[] = TREE.map(([name, change], index) =>
  update({
    name,
    attack: ({ file }) => void change(file),
    twin: index % 2 === 0 ? groupTwin : fillTwin,
    level: index % 2 === 0 ? 'ltv' : 'form',
  }),
)
