import { expect, test } from '@jest/globals'
import fc from 'fast-check'
import {
  N,
  analyse,
  appearance,
  catalogBody,
  formBody,
  pageBody,
  signatureField,
  signedNotice,
  textField,
} from '../../../../test/support/office-document.ts'
import type { PdfBuilder } from '../../../../test/support/pdf-builder.ts'
import { collectComposed, collectPairwise } from './collect.ts'

const ALL: readonly number[] = [N.officer, N.number, N.date, N.agency, N.seal, N.check]

/** The fields and annotations of a document that grows, and the next free number. */
interface Growth {
  readonly builder: PdfBuilder
  readonly fields: number[]
  readonly annotations: number[]
  next: number
}

type Move = (growth: Growth) => void

function fill(growth: Growth, num: number, name: string, rect: string, value: string): void {
  const stream = growth.next++
  appearance(growth.builder, stream, value)
  growth.builder.set(num, textField(name, rect, `/V(${value})/AP<</N ${stream} 0 R>>`))
}

function addField(growth: Growth, rect: string, extra: (value: number) => string): void {
  const num = growth.next++
  const value = growth.next++
  growth.fields.push(num)
  growth.annotations.push(num)
  growth.builder.set(num, signatureField(`field${num}`, rect, extra(value)))
  growth.builder.set(N.form, formBody(growth.fields)).set(N.page, pageBody(growth.annotations))
}

const MOVES: Readonly<Record<string, Move>> = {
  fillNumber: (g) => fill(g, N.number, 'number', '50 780 150 800', `n${g.next}`),
  fillDate: (g) => fill(g, N.date, 'date', '200 780 300 800', `d${g.next}`),
  clearDate: (g) => g.builder.set(N.date, textField('date', '200 780 300 800')),
  hideDate: (g) => g.builder.set(N.date, textField('date', '200 780 300 800').replace('/F 4', '/F 2')),
  seal: (g) => {
    const value = g.next++
    g.builder.signature(value).set(N.seal, signatureField('seal', '350 50 450 100', `/V ${value} 0 R`))
  },
  unseal: (g) => g.builder.set(N.seal, signatureField('seal', '350 50 450 100')),
  addEmptyField: (g) => addField(g, '0 0 0 0', () => ''),
  addVisibleField: (g) => addField(g, '300 300 400 400', () => ''),
  addTimestamp: (g) =>
    addField(g, '0 0 0 0', (value) => {
      g.builder.signature(value, '', 'ETSI.RFC3161', 'DocTimeStamp')
      return `/V ${value} 0 R`
    }),
  dropFields: (g) => g.builder.set(N.form, formBody(ALL)),
  comment: (g) => {
    const num = g.next++
    g.annotations.push(num)
    g.builder.set(num, '<</Type/Annot/Subtype/Text/Rect[1 1 9 9]/P 3 0 R>>').set(N.page, pageBody(g.annotations))
  },
  uncomment: (g) => g.builder.set(N.page, pageBody([...ALL, N.note])),
  editNote: (g) =>
    g.builder.set(N.note, `<</Type/Annot/Subtype/Text/Rect[10 10 20 20]/Contents(${g.next++})/P 3 0 R>>`),
  stray: (g) => g.builder.set(g.next++, '(nothing)'),
  info: (g) => g.builder.set(N.info, `<</Title(${g.next++})>>`),
  version: (g) => g.builder.set(N.catalog, catalogBody('/Version/2.0')),
  noVersion: (g) => g.builder.set(N.catalog, catalogBody()),
  content: (g) => g.builder.stream(N.contents2, `${g.next++} 0 100 100 re f`),
  revert: (g) => g.builder.stream(N.contents2, '0 0 100 100 re f'),
  freeNote: (g) => g.builder.free(N.note),
}

async function answers(names: readonly string[], level: number | undefined) {
  const transform = `/Reference[<</TransformMethod/DocMDP/TransformParams<</P ${level}/V/1.2>>>>]`
  const builder = signedNotice(level === undefined ? {} : { signature: transform })
  const growth: Growth = { builder, fields: [...ALL], annotations: [...ALL, N.note], next: 200 }
  for (const name of names) {
    MOVES[name]?.(growth)
    builder.commit({ trailer: '/Info 12 0 R' })
  }
  const read = async (collect: typeof collectComposed): Promise<unknown> => {
    const { results } = await analyse(builder, {}, collect)
    return [...results].map(([field, { changes }]) => [field, changes.level, changes.permitted])
  }
  return { composed: await read(collectComposed), pairwise: await read(collectPairwise) }
}

test('R-09: composed from steps the answer is that of comparing every pair', async () => {
  const names = fc.array(fc.constantFrom(...Object.keys(MOVES)), { minLength: 1, maxLength: 7 })
  const level = fc.constantFrom(undefined, 1, 2, 3)
  await fc.assert(
    fc.asyncProperty(names, level, async (moves, permission) => {
      const { composed, pairwise } = await answers(moves, permission)
      expect(composed).toEqual(pairwise)
    }),
    { seed: 20261125, numRuns: 300 },
  )
}, 60_000)
