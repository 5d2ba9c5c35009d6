import { describe, expect, test } from '@jest/globals'
import {
  N,
  analyse,
  appearance,
  catalogBody,
  issue,
  pageBody,
  signatureField,
  signedNotice,
  textField,
} from '../../../../test/support/office-document.ts'
import type { NoticeOptions } from '../../../../test/support/office-document.ts'
import type { PdfBuilder } from '../../../../test/support/pdf-builder.ts'
import { isLocked } from './permission.ts'

const docMdp = (level: number | string): string =>
  `/Reference[<</Type/SigRef/TransformMethod/DocMDP/TransformParams<</Type/TransformParams/P ${level}/V/1.2>>>>]`
const fieldMdp = (params: string): string =>
  `/Reference[<</Type/SigRef/TransformMethod/FieldMDP/Data 1 0 R/TransformParams<</Type/TransformParams${params}/V/1.2>>>>]`

async function allowed(options: NoticeOptions): Promise<unknown> {
  return (await analyse(signedNotice(options))).officer.changes.allowed
}

describe('M-20: what a signature allows', () => {
  test.each<[string, NoticeOptions, string]>([
    ['nothing said', {}, 'form'],
    ['DocMDP 1', { signature: docMdp(1) }, 'ltv'],
    ['DocMDP 2', { signature: docMdp(2) }, 'form'],
    ['DocMDP 3', { signature: docMdp(3) }, 'annotation'],
    ['DocMDP without /P is 2', { signature: docMdp(2).replace('/P 2', '') }, 'form'],
    ['DocMDP with another /P allows nothing', { signature: docMdp(7) }, 'ltv'],
    ['/Lock /P', { officer: '/Lock<</Action/Include/Fields[]/P 1>>' }, 'ltv'],
    ['DocMDP before /Lock', { signature: docMdp(3), officer: '/Lock<</Action/Include/Fields[]/P 1>>' }, 'annotation'],
    ['/P of FieldMDP', { signature: fieldMdp('/Action/Include/Fields[]/P 1') }, 'ltv'],
    [
      '/Lock before FieldMDP',
      { signature: fieldMdp('/Action/Include/Fields[]/P 1'), officer: '/Lock<</P 3>>' },
      'annotation',
    ],
  ])('%s', async (_, options, level) => {
    expect(await allowed(options)).toBe(level)
  })

  test('a caller may choose where the signer said nothing, not where the signer did', async () => {
    expect((await analyse(issue(signedNotice()), { allowed: 'ltv' })).officer.changes.permitted).toBe(false)
    const permitted = await analyse(issue(signedNotice({ signature: docMdp(2) })), { allowed: 'ltv' })
    expect(permitted.officer.changes.permitted).toBe(true)
    const builder = signedNotice().set(50, '<</Type/Annot/Subtype/Text/Rect[1 1 9 9]>>')
    builder.set(N.page, pageBody([7, 8, 9, 10, 11, 16, 15, 50])).commit({ trailer: '/Info 12 0 R' })
    expect((await analyse(builder, { allowed: 'annotation' })).officer.changes.permitted).toBe(true)
    expect((await analyse(builder, { allowed: 'form' })).officer.changes.permitted).toBe(false)
  })

  test('M-22: profile acrobat allows nothing at all at P=1', async () => {
    const builder = signedNotice({ signature: docMdp(1) })
      .set(N.info, '<</Title(x)>>')
      .commit({ trailer: '/Info 12 0 R' })
    expect((await analyse(builder)).officer.changes).toMatchObject({ level: 'ltv', permitted: true })
    expect((await analyse(builder, { profile: 'acrobat' })).officer.changes).toMatchObject({ permitted: false })
    expect((await analyse(issue(signedNotice()), { profile: 'acrobat' })).officer.changes.permitted).toBe(true)
  })
})

describe('M-21: certification', () => {
  const certified: NoticeOptions = { catalog: '/Perms<</DocMDP 20 0 R>>', signature: docMdp(2) }

  test('needs /Perms and to be the first', async () => {
    expect((await analyse(signedNotice(certified))).officer).toMatchObject({ certified: true, problems: [] })
    const { officer } = await analyse(signedNotice({ signature: docMdp(2) }))
    expect(officer.certified).toBe(false)
    expect(officer.problems).toMatchObject([{ code: 'NOT_A_CERTIFICATION', outcome: 'W' }])
  })

  test('a second DocMDP signature fails', async () => {
    const builder = signedNotice(certified).signature(30, docMdp(1))
    builder.set(N.seal, signatureField('seal', '350 50 450 100', '/V 30 0 R')).commit({ trailer: '/Info 12 0 R' })
    const { results, officer } = await analyse(builder)
    expect(officer.changes).toMatchObject({ level: 'form', permitted: true })
    expect(results.get('seal')?.problems).toMatchObject([{ code: 'SECOND_CERTIFICATION', outcome: 'F' }])
  })

  test('/Perms changed later is OTHER', async () => {
    const builder = signedNotice(certified).set(N.catalog, catalogBody()).commit({ trailer: '/Info 12 0 R' })
    const { officer } = await analyse(builder)
    expect(officer.changes).toMatchObject({ level: 'other', permitted: false })
    expect(officer.changes.items).toMatchObject([{ rule: 'M-21' }])
  })
})

describe('M-23: locked fields', () => {
  const fill = (b: PdfBuilder): PdfBuilder => {
    appearance(b, 30, '1')
    return b.set(N.number, textField('number', '50 780 150 800', '/V(1)/AP<</N 30 0 R>>'))
  }
  const permitted = async (options: NoticeOptions): Promise<unknown> =>
    (await analyse(fill(signedNotice(options)).commit({ trailer: '/Info 12 0 R' }))).officer.changes.permitted

  test.each<[string, NoticeOptions, boolean]>([
    ['All', { signature: fieldMdp('/Action/All') }, false],
    ['Include', { signature: fieldMdp('/Action/Include/Fields[(number)]') }, false],
    ['Include another', { signature: fieldMdp('/Action/Include/Fields[(date)]') }, true],
    ['Exclude', { signature: fieldMdp('/Action/Exclude/Fields[(number)]') }, true],
    ['Exclude another', { signature: fieldMdp('/Action/Exclude/Fields[(date)]') }, false],
    ['an unknown action locks all', { signature: fieldMdp('/Action/Some/Fields[(date)]') }, false],
    ['odd /Data is no excuse', { signature: fieldMdp('/Action/All').replace('/Data 1 0 R', '/Data 5 0 R') }, false],
    ['/Lock where no transform stands', { officer: '/Lock<</Action/All>>' }, false],
    [
      'the transform before /Lock',
      { signature: fieldMdp('/Action/Include/Fields[]'), officer: '/Lock<</Action/All>>' },
      true,
    ],
  ])('%s', async (_, options, answer) => {
    expect(await permitted(options)).toBe(answer)
  })

  test('the name of a group covers all below it, and only that', () => {
    const locks = [{ action: 'Include', names: ['a.b'] }] as const
    expect(['a', 'a.b', 'a.b.c', 'a.bc'].map((name) => isLocked(locks, name))).toEqual([false, true, true, false])
    const rest = [{ action: 'Exclude', names: ['a'] }] as const
    expect(['a', 'a.b', 'ab', 'b'].map((name) => isLocked(rest, name))).toEqual([false, false, true, true])
  })
})
