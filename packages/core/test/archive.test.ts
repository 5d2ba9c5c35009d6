import { describe, expect, test } from '@jest/globals'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { PNG } from 'pngjs'
import { root, runProgram, suiteTest, witnessTest } from '../../../test/support/witnesses.ts'
import { iccProfile } from '../src/appearance/icc.ts'
import { sign } from '../src/pades/sign.ts'
import type { SignOptions } from '../src/pades/signing-types.ts'
import { archiveClaim } from '../src/pdf/archive-claim.ts'
import { openDocument } from '../src/pdf/document.ts'
import { PdfDict, PdfRef, PdfStream, isName } from '../src/pdf/objects.ts'
import type { PdfObject } from '../src/pdf/objects.ts'
import type { PdfDocument } from '../src/pdf/types.ts'
import { makePdf, streamBody } from './support/make-pdf.ts'
import { testSigner, withFolder } from './support/signers.ts'

const realSeal = await readFile(join(root, 'examples', 'images', 'seal.png'))
const seal = smallSeal()
const place = { anchor: { left: 100, top: 30 }, width: 36 } as const

/** Some red pixels with every alpha from nothing to full. */
function smallSeal(): Uint8Array {
  const image = new PNG({ width: 16, height: 16 })
  for (let i = 0; i < 256; i++) image.data.set([200, 0, 30, i], i * 4)
  return PNG.sync.write(image)
}

/** LZW codes of 9 bits: clear, the bytes, end (7.4.4). */
function lzw(bytes: Uint8Array): Uint8Array {
  const bits = [256, ...bytes, 257].map((code) => code.toString(2).padStart(9, '0')).join('')
  return Uint8Array.from(bits.match(/.{1,8}/g)!, (byte) => parseInt(byte.padEnd(8, '0'), 2))
}

function hexStream(dict: string, bytes: Uint8Array): string {
  return streamBody(`${dict} /Filter /ASCIIHexDecode`, `${Buffer.from(bytes).toString('hex')}>`)
}

interface Claim {
  readonly part: number
  readonly level?: string
  readonly intent?: 'RGB' | 'GRAY' | undefined
}

/** A page that claims PDF/A, with an output intent or without. */
function claiming({ part, level = 'B', intent }: Claim, more: Readonly<Record<number, string>> = {}): Uint8Array {
  const packet = `<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF><rdf:Description pdfaid:part="${part}" pdfaid:conformance="${level}"/></rdf:RDF></x:xmpmeta>`
  const intents = intent === undefined ? '' : '/OutputIntents [8 0 R]'
  return makePdf({
    version: part === 1 ? '1.4' : part === 4 ? '2.0' : '1.7',
    trailer: '/Info 7 0 R /ID [<00><00>]',
    objects: {
      1: `<< /Type /Catalog /Pages 2 0 R /Metadata 6 0 R ${intents} >>`,
      2: '<< /Type /Pages /Kids [3 0 R] /Count 1 >>',
      3: '<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources << >> >>',
      4: streamBody('', '0.8 g 0 0 595 842 re f'),
      6: streamBody('/Type /Metadata /Subtype /XML', packet),
      7: '<< /Title (Archived) >>',
      8: '<< /Type /OutputIntent /S /GTS_PDFA1 /OutputConditionIdentifier (x) /DestOutputProfile 9 0 R >>',
      9: hexStream(`/N ${intent === 'GRAY' ? 1 : 3}`, iccProfile(intent ?? 'RGB')),
      ...more,
    },
  })
}

/** A drawing with some content and resources. */
function drawing(content: string, resources: string, objects: Readonly<Record<number, string>> = {}): Uint8Array {
  return makePdf({
    objects: {
      1: '<< /Type /Catalog /Pages 2 0 R >>',
      2: '<< /Type /Pages /Kids [3 0 R] /Count 1 >>',
      3: `<< /Type /Page /Parent 2 0 R /MediaBox [0 0 100 50] /Contents 4 0 R /Resources << ${resources} >> >>`,
      4: streamBody('', content),
      ...objects,
    },
  })
}

async function stamped(
  input: Uint8Array,
  appearance: Uint8Array,
  more: Partial<SignOptions> = {},
): Promise<Uint8Array> {
  const signer = await testSigner('officer-ec')
  return (await sign(input, { signer, appearance, newField: { name: 'stamp', place }, ...more })).bytes
}

/** Objects of the newest revision, by number. */
function written(document: PdfDocument): ReadonlyMap<number, PdfObject> {
  const numbers = [...document.revisions.at(-1)!.entries.keys()].filter((number) => number > 0)
  return new Map(numbers.map((number) => [number, document.latest.load(new PdfRef(number, 0))]))
}

function streams(document: PdfDocument): readonly PdfStream[] {
  return [...written(document).values()].filter((object) => object instanceof PdfStream)
}

/** What PDF/A asks of a signature's revision, looked at from outside (A2, W22, W29). */
function faultsOf(document: PdfDocument, part: number): readonly string[] {
  const found: string[] = []
  for (const [number, object] of written(document)) {
    const dict = object instanceof PdfStream ? object.dict : object
    if (!(dict instanceof PdfDict)) continue
    if (isName(dict.get('Subtype'), 'Widget')) {
      const flags = dict.get('F')
      if (typeof flags !== 'number' || (flags & 4) === 0 || (flags & 0x123) !== 0) found.push(`flags of ${number}`)
      const kinds = [...(document.latest.dict(dict.get('AP'))?.map.keys() ?? [])]
      if (kinds.join() !== 'N') found.push(`appearances ${kinds.join()}`)
    }
    if (part === 1 && dict.has('SMask')) found.push(`a soft mask in ${number}`)
    if (part === 1 && dict.has('Group')) found.push(`a group in ${number}`)
    if (isName(dict.get('Type'), 'Metadata')) found.push('metadata')
    for (const key of ['OC', 'OPI', 'Alternates', 'PS', 'Ref']) if (dict.has(key)) found.push(`${key} in ${number}`)
  }
  if (document.encryption !== undefined) found.push('encryption')
  return found
}

describe('A2, V11, W29: a PDF/A file stays one', () => {
  test.each<readonly [Claim]>([
    [{ part: 1, intent: 'RGB' }],
    [{ part: 1 }],
    [{ part: 2, intent: 'RGB' }],
    [{ part: 2, intent: 'GRAY' }],
    [{ part: 3, intent: 'RGB' }],
    [{ part: 3, level: 'U' }],
    [{ part: 4, level: 'F', intent: 'RGB' }],
  ])('a seal with alpha in %j', async (claim) => {
    const document = await openDocument(await stamped(claiming(claim), seal))
    expect(archiveClaim(document.latest, document.latest.root)).toMatchObject({ part: claim.part })
    expect(faultsOf(document, claim.part)).toEqual([])
    const numbers = [...written(document).keys()]
    expect(numbers.filter((number) => number === 6 || number === 7)).toEqual([])
    const images = streams(document).filter(
      ({ dict }) => isName(dict.get('Subtype'), 'Image') && dict.has('ColorSpace'),
    )
    const flat = claim.part === 1 || claim.intent === undefined
    expect(images.filter(({ dict }) => isName(dict.get('ColorSpace'), 'DeviceGray'))).toHaveLength(flat ? 0 : 1)
    const colour = images.find(({ dict }) => dict.has('Mask') || dict.has('SMask'))!
    expect([colour.dict.has('Mask'), colour.dict.has('SMask')]).toEqual([flat, !flat])
    // A device colour only where the output intent explains it.
    expect(isName(colour.dict.get('ColorSpace'), 'DeviceRGB')).toBe(claim.intent === 'RGB')
    expect(document.header.version).toBe(claim.part === 1 ? '1.4' : claim.part === 4 ? '2.0' : '1.7')
    const version = document.latest.name(document.latest.root?.get('Version'))?.name
    expect(version).toBeUndefined()
    // W27: neither PDF 1.4 of PDF/A-1 nor PDF 2.0 gets the extension of PDF 1.7.
    const extensions = document.latest.dict(document.latest.root?.get('Extensions'))
    expect(extensions?.has('ESIC') ?? false).toBe(claim.part === 2 || claim.part === 3)
  })

  test('device colours of a drawn page get a meaning where the output intent gives none', async () => {
    const page = drawing('1 0 0 rg 0 0 50 50 re f', '')
    const document = await openDocument(await stamped(claiming({ part: 2, intent: 'GRAY' }), page))
    const form = streams(document).find(({ dict }) => isName(dict.get('Subtype'), 'Form'))!
    const spaces = document.latest.dict(document.latest.dict(form.dict.get('Resources'))?.get('ColorSpace'))
    expect([...(spaces?.map.keys() ?? [])]).toEqual(['DefaultRGB'])
  })

  const image = (dict: string): Record<number, string> => ({
    5: streamBody(`/Type /XObject /Subtype /Image /Width 1 /Height 1 /BitsPerComponent 8 ${dict}`, 'abc'),
  })
  const draw = ['/Im Do', '/XObject << /Im 5 0 R >>'] as const

  test.each<readonly [string, Claim, Uint8Array, string]>([
    [
      'a font that is not embedded',
      { part: 2, intent: 'RGB' },
      drawing('BT /F 9 Tf (x) Tj ET', '/Font << /F << /Type /Font /Subtype /Type1 /BaseFont /Helvetica >> >>'),
      'the font Helvetica is not embedded',
    ],
    [
      'transparency in part 1',
      { part: 1, intent: 'RGB' },
      drawing('/G gs 0 0 9 9 re f', '/ExtGState << /G << /ca 0.5 >> >>'),
      'a drawing that is not opaque',
    ],
    [
      'a blend mode in part 1',
      { part: 1, intent: 'RGB' },
      drawing('/G gs 0 0 9 9 re f', '/ExtGState << /G << /BM /Multiply >> >>'),
      'a blend mode',
    ],
    [
      'CMYK without an output intent for it',
      { part: 3, intent: 'RGB' },
      drawing('0 1 1 0 k 0 0 9 9 re f', ''),
      'DeviceCMYK without an output intent for it',
    ],
    [
      'a CMYK image',
      { part: 3, intent: 'RGB' },
      drawing(...draw, image('/ColorSpace /DeviceCMYK')),
      'DeviceCMYK without an output intent for it',
    ],
    [
      'JPEG 2000',
      { part: 2, intent: 'RGB' },
      drawing(...draw, image('/Filter /JPXDecode')),
      'a stream with /JPXDecode',
    ],
    [
      'a soft mask in part 1',
      { part: 1, intent: 'RGB' },
      drawing(...draw, { ...image('/ColorSpace /DeviceRGB /SMask 6 0 R'), 6: image('/ColorSpace /DeviceGray')[5]! }),
      'an image with a soft mask',
    ],
    [
      'an inline image by LZW',
      { part: 2, intent: 'RGB' },
      drawing('BI /W 1 /H 1 /BPC 8 /CS /G /F /LZW ID x EI', ''),
      'an inline image with /LZWDecode',
    ],
    [
      'a group that blends in another device`s colours',
      { part: 2, intent: 'RGB' },
      drawing('/Fm Do', '/XObject << /Fm 5 0 R >>', {
        5: streamBody('/Subtype /Form /BBox [0 0 9 9] /Group << /S /Transparency /CS /DeviceCMYK >>', 'q Q'),
      }),
      'DeviceCMYK without an output intent for it',
    ],
    [
      'a font inside a form',
      { part: 2, intent: 'RGB' },
      drawing('/Fm Do', '/XObject << /Fm 5 0 R >>', {
        5: streamBody(
          '/Type /XObject /Subtype /Form /BBox [0 0 9 9] /Resources << /Font << /F << /Type /Font /Subtype /TrueType /BaseFont /Arial >> >> >>',
          'BT /F 9 Tf (x) Tj ET',
        ),
      }),
      'the font Arial is not embedded',
    ],
  ])('%s is refused before anything is signed', async (_title, claim, appearance, reason) => {
    let asked = false
    const signer = await testSigner('officer-ec')
    const watched = { ...signer, info: signer.info.bind(signer), sign: async () => ((asked = true), new Uint8Array(0)) }
    const refused = stamped(claiming(claim), appearance, { signer: watched as never })
    await expect(refused).rejects.toMatchObject({ code: 'PDFA_VIOLATION', details: { reasons: [reason] } })
    expect(asked).toBe(false)
    // Without the claim the same drawing is welcome.
    const plain = makePdf({
      objects: {
        1: '<< /Type /Catalog /Pages 2 0 R >>',
        2: '<< /Type /Pages /Kids [3 0 R] /Count 1 >>',
        3: '<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] >>',
      },
    })
    await expect(stamped(plain, appearance)).resolves.toBeInstanceOf(Uint8Array)
  })

  test('LZW and interpolation are left behind, an unused font harms nothing', async () => {
    const dict = '/Type /XObject /Subtype /Image /Width 1 /Height 1 /BitsPerComponent 8 /ColorSpace /DeviceRGB'
    const pixels = Buffer.from(lzw(Uint8Array.of(1, 2, 3))).toString('hex')
    const page = drawing(draw[0], `${draw[1]} /Font << /F << /Type /Font /Subtype /Type1 /BaseFont /Courier >> >>`, {
      5: streamBody(`${dict} /Interpolate true /Filter [/ASCIIHexDecode /LZWDecode]`, `${pixels}>`),
    })
    const document = await openDocument(await stamped(claiming({ part: 1, intent: 'RGB' }), page))
    expect(faultsOf(document, 1)).toEqual([])
    const copy = streams(document).find(({ dict: one }) => isName(one.get('Subtype'), 'Image'))!
    expect(['Interpolate', 'Filter'].filter((key) => copy.dict.has(key))).toEqual([])
    expect([...document.decode(copy)]).toEqual([1, 2, 3])
  })

  test('a text field is not left without an appearance', async () => {
    const form =
      '<< /Type /Catalog /Pages 2 0 R /Metadata 6 0 R /OutputIntents [8 0 R] /AcroForm << /Fields [10 0 R] >> >>'
    const input = claiming(
      { part: 2, intent: 'RGB' },
      {
        1: form,
        10: '<< /Type /Annot /Subtype /Widget /FT /Tx /T (t) /F 4 /Rect [9 9 99 29] /AP << /N 11 0 R >> >>',
        11: streamBody('/Type /XObject /Subtype /Form /BBox [0 0 90 20]', ''),
      },
    )
    const fill = (appearance?: Uint8Array): Promise<Uint8Array> =>
      stamped(input, seal, { fill: { t: { value: '5', ...(appearance === undefined ? {} : { appearance }) } } })
    await expect(fill()).rejects.toMatchObject({ code: 'PDFA_VIOLATION' })
    await expect(fill(drawing('0 0 9 9 re f', ''))).resolves.toBeInstanceOf(Uint8Array)
  })

  witnessTest(['pdftoppm'], 'in PDF/A-1 the flattened seal still lets the page through', () =>
    withFolder(async (folder) => {
      await writeFile(join(folder, 'a.pdf'), await stamped(claiming({ part: 1, intent: 'RGB' }), realSeal))
      await runProgram('pdftoppm', ['-r', '144', '-png', '-singlefile', join(folder, 'a.pdf'), join(folder, 'a')])
      const page = PNG.sync.read(await readFile(join(folder, 'a.png')))
      const scale = 144 / 25.4
      let [red, ground] = [0, 0]
      for (let y = Math.ceil(30 * scale); y < 66 * scale; y++)
        for (let x = Math.ceil(100 * scale); x < 136 * scale; x++) {
          const [r = 0, g = 0, b = 0] = page.data.subarray((y * page.width + x) * 4, (y * page.width + x) * 4 + 3)
          if (r > 150 && g < 90 && b < 90) red++
          if (r === 204 && g === 204 && b === 204) ground++
        }
      const all = (36 * scale) ** 2
      expect(red / all).toBeGreaterThan(0.03)
      expect(ground / all).toBeGreaterThan(0.5)
    }),
  )
})

suiteTest('corpus', 'corpus files that claim PDF/A take a seal and keep metadata and claim', async (folder) => {
  for (const [name, part] of [
    ['dss-pdfa2a-gray.pdf', 2],
    ['dss-pdfa2u-gray.pdf', 2],
    ['dss-testdoc.pdf', 2],
  ] as const) {
    const input = await readFile(join(folder, 'inputs', name))
    const before = await openDocument(input)
    const document = await openDocument(await stamped(input, seal))
    expect([name, faultsOf(document, part)]).toEqual([name, []])
    expect(document.latest.root?.get('Metadata')).toEqual(before.latest.root?.get('Metadata'))
    expect(document.latest.trailer.get('Info')).toEqual(before.latest.trailer.get('Info'))
    const ref = before.latest.trailer.get('Info')
    if (ref instanceof PdfRef) expect(document.latest.definedIn(ref.num)).toBe(before.latest.definedIn(ref.num))
  }
})
