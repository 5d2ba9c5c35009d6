// Options of `sign` for what a signature shows, and where: a file or a template of @countersign/report, a rectangle or a place.
import type { Anchor, Place, SignOptions } from '@countersign/core'
import type { CommandLine, OptionKind } from './command-line.ts'
import { readOption } from './files.ts'
import { loadPackage } from './optional-package.ts'
import { UsageError } from './usage.ts'

export const VISIBLE_OPTIONS: Readonly<Record<string, OptionKind>> = {
  field: 'once',
  'new-field': 'once',
  page: 'once',
  rect: 'once',
  place: 'once',
  width: 'once',
  height: 'once',
  appearance: 'once',
  'appearance-page': 'once',
  template: 'once',
  image: 'many',
  set: 'many',
}

/** What this command uses of @countersign/report, an optional peer. */
interface ReportPackage {
  readonly drawTemplate: (
    template: unknown,
    input: {
      readonly time: Date
      readonly variables: Readonly<Record<string, string>>
      readonly images: Readonly<Record<string, Uint8Array>>
      readonly widthMm?: number
      readonly heightMm?: number
    },
  ) => Promise<{ readonly appearance: Uint8Array; readonly place: Place | undefined }>
}

type Visible = Pick<SignOptions, 'field' | 'newField' | 'appearance'>

/** The field and its appearance. Throws UsageError, FileError and the errors of the template. */
export async function visibleOptions(line: CommandLine, time: Date): Promise<Visible> {
  if (line.flag('appearance') && line.flag('template'))
    throw new UsageError('--appearance and --template exclude each other')
  if (!line.flag('template') && (line.flag('image') || line.flag('set')))
    throw new UsageError('--image and --set need --template')
  for (const option of ['width', 'height'])
    if (line.flag(option) && !line.flag('place') && !line.flag('template'))
      throw new UsageError(`--${option} needs --place or --template`)
  const template = line.value('template')
  const drawn = template === undefined ? undefined : await drawTemplate(line, template, time)
  const appearance = drawn?.appearance ?? (await fileAppearance(line))
  return {
    ...fieldTarget(line, drawn?.place),
    ...(appearance === undefined ? {} : { appearance }),
  }
}

async function fileAppearance(line: CommandLine): Promise<SignOptions['appearance'] | undefined> {
  const file = line.value('appearance')
  const page = line.integer('appearance-page')
  if (file === undefined && page !== undefined) throw new UsageError('--appearance-page needs --appearance')
  if (file === undefined) return undefined
  const content = await readOption(file, 'appearance')
  return page === undefined ? content : { content, page }
}

async function drawTemplate(
  line: CommandLine,
  template: string,
  time: Date,
): Promise<{ readonly appearance: Uint8Array; readonly place: Place | undefined }> {
  const images: Record<string, Uint8Array> = {}
  for (const [name, file] of pairs(line, 'image')) images[name] = await readOption(file, 'image')
  const report = await loadPackage<ReportPackage>('@countersign/report')
  const width = millimetres(line, 'width')
  const height = millimetres(line, 'height')
  return await report.drawTemplate(await templateOf(template), {
    time,
    variables: Object.fromEntries(pairs(line, 'set')),
    images,
    ...(width === undefined ? {} : { widthMm: width }),
    ...(height === undefined ? {} : { heightMm: height }),
  })
}

/** A built-in template by its name, or a JSON file. */
async function templateOf(template: string): Promise<unknown> {
  if (!template.endsWith('.json')) return template
  const text = new TextDecoder().decode(await readOption(template, 'template'))
  try {
    return JSON.parse(text) as unknown
  } catch {
    throw new UsageError(`--template: ${template} is not JSON`)
  }
}

function pairs(line: CommandLine, option: string): readonly (readonly [string, string])[] {
  return line.values(option).map((one) => {
    const at = one.indexOf('=')
    if (at < 1) throw new UsageError(`--${option} must be NAME=VALUE, not "${one}"`)
    return [one.slice(0, at), one.slice(at + 1)]
  })
}

function fieldTarget(line: CommandLine, place: Place | undefined): Pick<SignOptions, 'field' | 'newField'> {
  const field = line.value('field')
  const name = line.value('new-field')
  if (field !== undefined && name !== undefined) throw new UsageError('--field and --new-field exclude each other')
  const placing = ['page', 'rect', 'place'].filter((option) => line.flag(option))
  if (name === undefined && placing.length > 0) throw new UsageError(`--${placing.join(' and --')} need --new-field`)
  if (name === undefined) return field === undefined ? {} : { field }
  const chosen = placeOf(line) ?? (line.flag('rect') ? undefined : place)
  if (chosen !== undefined) return { newField: { name, place: chosen } }
  const page = line.integer('page')
  const rect = line.value('rect')
  return {
    newField: {
      name,
      ...(page === undefined ? {} : { page }),
      ...(rect === undefined ? {} : { rect: rectangle(rect) }),
    },
  }
}

/** --place with --page, --width and --height. */
function placeOf(line: CommandLine): Place | undefined {
  const text = line.value('place')
  if (text === undefined) return undefined
  if (line.flag('rect')) throw new UsageError('--rect and --place exclude each other')
  const width = millimetres(line, 'width')
  const height = millimetres(line, 'height')
  return {
    anchor: anchorOf(text, line.integer('page')),
    ...(width === undefined ? {} : { width }),
    ...(height === undefined ? {} : { height }),
  }
}

const CORNERS = ['top-left', 'top-right', 'bottom-left', 'bottom-right'] as const

/** `20,30`, `top-right`, `top-right:15,5`, `field:NAME`, `seal:NAME`, `text:TITLE` or `text:TITLE|NAME`. */
function anchorOf(text: string, page: number | undefined): Anchor {
  const on = page === undefined ? {} : { page }
  const [kind, rest] = split(text, ':')
  const corner = CORNERS.find((one) => one === kind)
  if (corner !== undefined) return { ...on, corner, ...(rest === undefined ? {} : { margin: numbers(rest, text) }) }
  if (kind === 'field' && rest !== undefined) return { field: rest }
  if (kind === 'seal' && rest !== undefined) return { sealOf: rest }
  if (kind === 'text' && rest !== undefined) {
    const [title, until] = split(rest, '|')
    return { ...on, text: title, ...(until === undefined ? {} : { until }) }
  }
  const [left, top] = numbers(text, text)
  return { ...on, left, top }
}

function split(text: string, sign: string): readonly [string, string | undefined] {
  const at = text.indexOf(sign)
  return at < 0 ? [text, undefined] : [text.slice(0, at), text.slice(at + 1)]
}

function numbers(text: string, whole: string): readonly [number, number] {
  const [x = Number.NaN, y = x, ...more] = text
    .split(',')
    .map((part) => (part.trim() === '' ? Number.NaN : Number(part)))
  if (more.length > 0 || !Number.isFinite(x) || !Number.isFinite(y))
    throw new UsageError(
      `--place must be X,Y, CORNER[:X,Y], field:NAME, seal:NAME or text:TITLE[|NAME], not "${whole}"`,
    )
  return [x, y]
}

function millimetres(line: CommandLine, option: string): number | undefined {
  const text = line.value(option)
  if (text === undefined) return undefined
  const value = Number(text)
  if (!(value > 0 && value < 10_000)) throw new UsageError(`--${option} must be millimetres, not "${text}"`)
  return value
}

function rectangle(text: string): [number, number, number, number] {
  const given = text.split(',').map((part) => (part.trim() === '' ? Number.NaN : Number(part)))
  const [x, y, width, height] = given
  if (given.length !== 4 || !given.every(Number.isFinite))
    throw new UsageError(`--rect must be x,y,width,height in points, not "${text}"`)
  return [x ?? 0, y ?? 0, width ?? 0, height ?? 0]
}
