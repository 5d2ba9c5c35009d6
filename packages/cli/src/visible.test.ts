// What `countersign sign` shows, and where.
import type { SigningReport } from '@countersign/core'
import { expect, test } from '@jest/globals'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { root } from '../../../test/support/witnesses.ts'
import { certificate, countersign } from '../test/command.ts'
import { CommandLine } from './command-line.ts'
import { VISIBLE_OPTIONS, visibleOptions } from './visible.ts'

const time = new Date('2026-11-25T07:05:06Z')
const seal = join(root, 'examples', 'images', 'seal.png')
const notice = join(root, 'examples', 'data', 'browser-notice.pdf')

const read = (...words: readonly string[]): ReturnType<typeof visibleOptions> =>
  visibleOptions(new CommandLine(words, VISIBLE_OPTIONS), time)

test.each<readonly [readonly string[], object]>([
  [[], {}],
  [['--field', 'a'], { field: 'a' }],
  [['--new-field', 'x', '--page=-1'], { newField: { name: 'x', page: -1 } }],
  [['--new-field', 'x', '--rect', '1,2,3,4'], { newField: { name: 'x', rect: [1, 2, 3, 4] } }],
  [['--new-field', 'x', '--place', '20,30'], { newField: { name: 'x', place: { anchor: { left: 20, top: 30 } } } }],
  [
    ['--new-field', 'x', '--place', 'top-right:15,5', '--page=-1', '--width', '36'],
    { newField: { name: 'x', place: { anchor: { page: -1, corner: 'top-right', margin: [15, 5] }, width: 36 } } },
  ],
  [
    ['--new-field', 'x', '--place', 'bottom-left', '--height', '9'],
    { newField: { name: 'x', place: { anchor: { corner: 'bottom-left' }, height: 9 } } },
  ],
  [['--new-field', 'x', '--place', 'field:a.b'], { newField: { name: 'x', place: { anchor: { field: 'a.b' } } } }],
  [['--new-field', 'x', '--place', 'seal:a'], { newField: { name: 'x', place: { anchor: { sealOf: 'a' } } } }],
  [
    ['--new-field', 'x', '--place', 'text:GIÁM ĐỐC|Nguyễn Văn An'],
    { newField: { name: 'x', place: { anchor: { text: 'GIÁM ĐỐC', until: 'Nguyễn Văn An' } } } },
  ],
  [
    ['--place', 'text:Ký: tên', '--new-field', 'x'],
    { newField: { name: 'x', place: { anchor: { text: 'Ký: tên' } } } },
  ],
])('%j', async (words, options) => {
  expect(await read(...words)).toEqual(options)
})

test('an appearance is a file, or a page of it', async () => {
  const content = new Uint8Array(readFileSync(notice))
  expect(await read('--appearance', notice)).toEqual({ appearance: content })
  expect(await read('--appearance', notice, '--appearance-page', '2')).toEqual({ appearance: { content, page: 2 } })
})

test('a template brings its place; --place and --rect go before it', async () => {
  const template = ['--template', 'vn-seal', '--image', `seal=${seal}`, '--width', '32', '--new-field', 'x']
  const { appearance, newField } = await read(...template)
  expect(appearance).toEqual(new Uint8Array(readFileSync(seal)))
  expect(newField).toMatchObject({ name: 'x', place: { anchor: { sealOf: 'officer' }, width: 32 } })
  expect(await read(...template, '--place', '1,2')).toMatchObject({
    newField: { place: { anchor: { left: 1, top: 2 } } },
  })
  expect((await read(...template, '--rect', '0,0,9,9')).newField).toEqual({ name: 'x', rect: [0, 0, 9, 9] })
})

test.each<readonly [readonly string[], string]>([
  [['--field', 'a', '--new-field', 'b'], 'exclude each other'],
  [['--place', 'top', '--new-field', 'x'], '--place must be'],
  [['--place', '1,2,3', '--new-field', 'x'], '--place must be'],
  [['--place', '1,2', '--rect', '0,0,9,9', '--new-field', 'x'], 'exclude each other'],
  [['--place', '1,2', '--page', '2'], '--page and --place need --new-field'],
  [['--width', '9', '--new-field', 'x'], '--width needs --place or --template'],
  [['--place', '1,2', '--width', 'wide', '--new-field', 'x'], '--width must be millimetres'],
  [['--set', 'a=b'], '--image and --set need --template'],
  [['--template', 'vn-seal', '--appearance', notice], 'exclude each other'],
  [['--template', 'vn-seal', '--image', 'seal.png'], 'NAME=VALUE'],
  [['--appearance-page', '2'], '--appearance-page needs --appearance'],
  [['--template', 'nobody.json'], 'nobody.json'],
])('%j is refused', async (words, text) => {
  await expect(read(...words)).rejects.toThrow(text)
})

test('signed with a template of one`s own, by a word on the page', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'countersign-visible-'))
  try {
    const boxes = [{ kind: 'text', text: 'Ký bởi {who}\n{time}' }]
    const anchor = { text: 'GIÁM ĐỐC', gap: 5 }
    writeFileSync(join(folder, 'own.json'), JSON.stringify({ name: 'own', width: 60, height: 15, boxes, anchor }))
    writeFileSync(join(folder, 'password'), 'test')
    const key = ['--p12', certificate('officer-ec.p12'), '--password-file', join(folder, 'password')]
    const words = ['--template', join(folder, 'own.json'), '--set', 'who=An', '--new-field', 'x']
    const ran = await countersign(['sign', '--json', ...key, ...words, notice, join(folder, 'out.pdf')])
    expect([ran.code, ran.stderr]).toEqual([0, ''])
    expect(JSON.parse(ran.stdout) as SigningReport).toMatchObject({ field: 'x', page: 1, warnings: [] })
  } finally {
    rmSync(folder, { recursive: true })
  }
})
