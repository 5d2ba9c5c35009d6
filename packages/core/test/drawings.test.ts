import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { runProgram, witnessTest } from '../../../test/support/witnesses.ts'
import type { Appearance } from '../src/appearance/drawing.ts'
import { CountersignError } from '../src/error.ts'
import { sign } from '../src/pades/sign.ts'
import { openDocument } from '../src/pdf/document.ts'
import { listFields } from '../src/pdf/fields.ts'
import { PdfRef, PdfStream, isName, numberOf } from '../src/pdf/objects.ts'
import type { PdfDict, PdfObject } from '../src/pdf/objects.ts'
import type { PdfDocument } from '../src/pdf/types.ts'
import { makePdf, streamBody, twoPages } from './support/make-pdf.ts'
import { testSigner, withFolder } from './support/signers.ts'

/** Pages of 100 x 50 points, one per content. */
function drawing(contents: readonly string[], page = '', more: Readonly<Record<number, string>> = {}): Uint8Array {
  const objects: Record<number, string> = {}
  contents.forEach((content, index) => {
    objects[10 + 2 * index] = `<< /Type /Page /Parent 2 0 R /Contents ${11 + 2 * index} 0 R ${page} >>`
    objects[11 + 2 * index] = streamBody('', content)
  })
  const kids = contents.map((_, index) => `${10 + 2 * index} 0 R`).join(' ')
  return makePdf({
    objects: {
      1: '<< /Type /Catalog /Pages 2 0 R >>',
      2: `<< /Type /Pages /Kids [${kids}] /Count ${contents.length} /MediaBox [0 0 100 50] >>`,
      ...objects,
      ...more,
    },
  })
}

async function signed(appearance: Appearance, rect = [100, 100, 200, 100] as const): Promise<PdfDocument> {
  const { bytes } = await sign(twoPages(), {
    signer: await testSigner('officer-ec'),
    newField: { name: 'x', rect },
    appearance,
  })
  return openDocument(bytes)
}

/** The form that the widget shows. */
function formOf(document: PdfDocument): PdfStream {
  const widget = listFields(document.latest).fields.find(({ name }) => name === 'x')!.widgets[0]!
  return document.latest.stream(document.latest.dict(widget.dict.get('AP'))?.get('N'))!
}

function numbers(document: PdfDocument, value: PdfObject | undefined): readonly (number | undefined)[] {
  return (document.latest.array(value)?.items ?? []).map((item) => numberOf(document.latest.resolve(item)))
}

function resources(document: PdfDocument): PdfDict {
  return document.latest.dict(formOf(document).dict.get('Resources'))!
}

describe('V9: one form XObject with resources of its own', () => {
  test('a page without resources: an empty dictionary, BBox 0 0 w h', async () => {
    const document = await signed(drawing(['0 0 100 50 re f']))
    const form = formOf(document)
    expect(isName(form.dict.get('Subtype'), 'Form')).toBe(true)
    expect(numbers(document, form.dict.get('BBox'))).toEqual([0, 0, 200, 100])
    expect(resources(document).map.size).toBe(0)
    expect(Buffer.from(document.decode(form)).toString()).toBe(
      'q 2 0 0 2 0 0 cm 0 0 100 50 re W n\n0 0 100 50 re f\n\nQ\n',
    )
  })

  test('resources are copied and renumbered, each object once, inherited ones too', async () => {
    const font = '<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>'
    const input = drawing(['/A Do /B Do'], '/Resources << /XObject << /A 5 0 R /B 5 0 R >> /Font 6 0 R >>', {
      5: streamBody('/Type /XObject /Subtype /Form /BBox [0 0 9 9] /Resources << /XObject << /Self 5 0 R >> >>', 'q Q'),
      6: '<< /F 7 0 R /G 7 0 R >>',
      7: font,
    })
    const document = await signed(input)
    const objects = document.latest.dict(resources(document).get('XObject'))!
    expect(objects.get('A')).toEqual(objects.get('B'))
    const copy = document.latest.stream(objects.get('A'))!
    const inner = document.latest.dict(document.latest.dict(copy.dict.get('Resources'))?.get('XObject'))
    expect(inner?.get('Self')).toEqual(objects.get('A'))
    const fonts = document.latest.dict(resources(document).get('Font'))!
    expect(fonts.get('F')).toEqual(fonts.get('G'))
    // All of it is new: nothing of the signed document is shared or touched.
    const added = document.revisions.at(-1)!.entries
    for (const ref of [objects.get('A'), fonts.get('F')]) expect(added.has((ref as PdfRef).num)).toBe(true)
  })

  test('nothing leads out of the drawing: pages, metadata, structure, layers stay behind', async () => {
    const input = drawing(['/A Do'], '/Resources << /XObject << /A 5 0 R >> >> /StructParents 3 /Metadata 6 0 R', {
      5: streamBody('/Type /XObject /Subtype /Form /BBox [0 0 9 9] /OC 7 0 R /StructParent 1 /PieceInfo << >>', 'q Q'),
      6: streamBody('/Type /Metadata', 'x'),
      7: '<< /Type /OCG /Name (layer) >>',
    })
    const document = await signed(input)
    const copy = document.latest.stream(document.latest.dict(resources(document).get('XObject'))?.get('A'))!
    expect([...copy.dict.map.keys()].toSorted()).toEqual(['BBox', 'Length', 'Subtype', 'Type'])
    const added = [...document.revisions.at(-1)!.entries.keys()].filter((number) => number > 7)
    const types = added.map((number) => {
      const object = document.latest.load(new PdfRef(number, 0))
      const dict = object instanceof PdfStream ? object.dict : document.latest.dict(object)
      return document.latest.name(dict?.get('Type'))?.name
    })
    expect(types.filter((type) => type === 'Page' || type === 'Metadata' || type === 'OCG')).toEqual([])
  })

  test('any page of the file, counted from the front or the end', async () => {
    const content = drawing(['1 g', '2 g', '3 g'])
    const shown = async (page?: number): Promise<string> => {
      const document = await signed(page === undefined ? content : { content, page })
      return Buffer.from(document.decode(formOf(document)))
        .toString()
        .split('\n')[1]!
    }
    expect([await shown(), await shown(2), await shown(-1)]).toEqual(['1 g', '2 g', '3 g'])
    for (const page of [4, 0, -4, 1.5])
      await expect(signed({ content, page })).rejects.toMatchObject({ code: 'ARGUMENT_INVALID' })
  })
})

describe('drawings that are refused', () => {
  test('hidden layers would be shown', async () => {
    const layers = (config: string): Uint8Array =>
      drawing(['q Q'], '', {
        1: `<< /Type /Catalog /Pages 2 0 R /OCProperties << /OCGs [8 0 R] /D << ${config} >> >> >>`,
        8: '<< /Type /OCG /Name (a) >>',
      })
    await expect(signed(layers('/OFF [8 0 R]'))).rejects.toMatchObject({ code: 'ARGUMENT_INVALID' })
    await expect(signed(layers('/BaseState /OFF'))).rejects.toMatchObject({ code: 'ARGUMENT_INVALID' })
    await expect(signed(layers('/ON [8 0 R]'))).resolves.toBeDefined()
  })

  test('any damage is a coded error or a signature', async () => {
    const seed = drawing(
      ['/A Do BT /F 9 Tf (x) Tj ET'],
      '/Resources << /XObject << /A 5 0 R >> /Font << /F 6 0 R >> >>',
      {
        5: streamBody('/Type /XObject /Subtype /Form /BBox [0 0 9 9]', '0 0 9 9 re f'),
        6: '<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>',
      },
    )
    const edit = fc.tuple(fc.nat(seed.length - 1), fc.nat(255))
    await fc.assert(
      fc.asyncProperty(fc.array(edit, { minLength: 1, maxLength: 8 }), async (edits) => {
        const bytes = Uint8Array.from(seed)
        for (const [at, value] of edits) bytes[at] = value
        const outcome = await signed(bytes).catch((error: unknown) => error)
        if (outcome instanceof Error) expect(outcome).toBeInstanceOf(CountersignError)
      }),
      { seed: 20261125, numRuns: 100 },
    )
  })

  test('content that cannot be read is no blank', async () => {
    const text = Buffer.from(drawing(['0 0 9 9 re f'])).toString('latin1')
    // The entry of object 11 points elsewhere.
    const offset = text.indexOf('11 0 obj').toString().padStart(10, '0')
    const broken = Buffer.from(text.replace(`${offset} 00000 n`, '0000000003 00000 n'), 'latin1')
    await expect(signed(broken)).rejects.toMatchObject({ code: 'PDF_DAMAGED' })
  })
})

witnessTest(['pdftoppm'], 'graphics states that the content leaves open or closes too often do no harm', () =>
  withFolder(async (folder) => {
    const box = '0 0 100 50 re f'
    const contents = [
      box,
      `q 1 0 0 rg ${box} q 0 g ${box}`,
      `Q Q ${box} Q`,
      `BI /W 1 /H 1 /BPC 8 /CS /G ID \u0001 EI ${box}`,
    ]
    for (const [index, content] of contents.entries()) {
      const { bytes } = await sign(twoPages(), {
        signer: await testSigner('officer-ec'),
        newField: { name: 'x', rect: [100, 100, 200, 100] },
        appearance: drawing([content]),
      })
      const file = join(folder, `${index}`)
      await writeFile(`${file}.pdf`, bytes)
      await runProgram('pdftoppm', ['-r', '72', '-gray', '-l', '1', '-singlefile', `${file}.pdf`, file])
    }
    const [plain, ...others] = await Promise.all(contents.map((_, index) => readFile(join(folder, `${index}.pgm`))))
    for (const other of others) expect(other.equals(plain!)).toBe(true)
  }),
)

witnessTest(['qpdf'], 'an encrypted drawing is opened, where its owner lets its content be copied', () =>
  withFolder(async (folder) => {
    const image = { 5: streamBody('/Type /XObject /Subtype /Form /BBox [0 0 9 9]', '0 0 9 9 re f') }
    const plain = drawing(['/A Do'], '/Resources << /XObject << /A 5 0 R >> >>', image)
    await writeFile(join(folder, 'in.pdf'), plain)
    const encrypted = async (user: string, ...more: readonly string[]): Promise<Uint8Array> => {
      const words = ['--encrypt', user, 'owner', '256', ...more, '--', join(folder, 'in.pdf'), join(folder, 'out.pdf')]
      expect((await runProgram('qpdf', words)).code).toBe(0)
      return readFile(join(folder, 'out.pdf'))
    }
    const content = await encrypted('')
    expect(Buffer.from(content).includes('0 0 9 9 re')).toBe(false)
    const document = await signed(content)
    const copy = document.latest.stream(document.latest.dict(resources(document).get('XObject'))?.get('A'))!
    expect(Buffer.from(document.decode(copy)).toString('latin1')).toContain('0 0 9 9 re f')
    const closed = await encrypted('secret')
    await expect(signed(closed)).rejects.toMatchObject({ code: 'PDF_PASSWORD_NEEDED' })
    await expect(signed({ content: closed, password: 'secret' })).resolves.toBeDefined()
    await expect(signed(await encrypted('', '--extract=n'))).rejects.toMatchObject({ code: 'PDF_PERMISSION' })
  }),
)
