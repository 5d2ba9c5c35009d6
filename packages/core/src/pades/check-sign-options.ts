import { CountersignError } from '../error.ts'

const LEVELS: ReadonlySet<unknown> = new Set(['B-B', 'B-T', 'B-LT', 'B-LTA'])

function wrong(what: string): CountersignError {
  return new CountersignError('ARGUMENT_INVALID', `sign: ${what}`)
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null
}

function checkInput(input: unknown): void {
  const source = isRecord(input) && typeof input['size'] === 'number' && typeof input['read'] === 'function'
  if (!(input instanceof Uint8Array) && !source) throw wrong('the input is neither bytes nor a byte source')
}

function checkTexts(options: Record<string, unknown>): void {
  for (const key of ['field', 'password', 'name', 'reason', 'location', 'contactInfo', 'ref', 'idempotencyKey'])
    if (options[key] !== undefined && typeof options[key] !== 'string') throw wrong(`options.${key} is no text`)
}

function checkTime(options: Record<string, unknown>): void {
  const { at, utcOffset } = options
  if (at !== undefined && !(at instanceof Date && Number.isFinite(at.getTime()))) throw wrong('options.at is no date')
  // W14 has two digits for hours; the real world keeps within 14.
  const offset = utcOffset === undefined ? 0 : utcOffset
  if (typeof offset !== 'number' || !Number.isInteger(offset) || Math.abs(offset) > 14 * 60)
    throw wrong('options.utcOffset is no number of minutes within 14 hours')
}

/** A name, or an object with one; what else it holds is checked where the field is made. */
function checkNewField(field: unknown): void {
  if (field === undefined || typeof field === 'string') return
  if (!isRecord(field) || typeof field['name'] !== 'string') throw wrong('options.newField has no name')
  const { rect } = field
  if (rect !== undefined && !(Array.isArray(rect) && rect.every((one) => typeof one === 'number')))
    throw wrong('options.newField.rect is no list of numbers')
  for (const key of ['place', 'lock'])
    if (field[key] !== undefined && !isRecord(field[key])) throw wrong(`options.newField.${key} is no object`)
  if (field['tooltip'] !== undefined && typeof field['tooltip'] !== 'string')
    throw wrong('options.newField.tooltip is no text')
}

function checkFill(fill: unknown): void {
  if (fill === undefined) return
  if (!isRecord(fill)) throw wrong('options.fill is no object')
  for (const [name, value] of Object.entries(fill))
    if (!isRecord(value) || typeof value['value'] !== 'string') throw wrong(`options.fill.${name} has no text value`)
}

function checkAppearance(appearance: unknown): void {
  if (appearance === undefined || appearance instanceof Uint8Array) return
  if (!isRecord(appearance) || !(appearance['content'] instanceof Uint8Array))
    throw wrong('options.appearance is no bytes')
}

/**
 * Refuses what only a caller's mistake can be, before anything is read or any key is asked.
 *
 * @throws CountersignError ARGUMENT_INVALID.
 */
export function checkSignArguments(input: unknown, options: unknown): void {
  checkInput(input)
  if (!isRecord(options)) throw wrong('options are missing')
  const { signer, certify, level, appearance } = options
  const signs = isRecord(signer) && (typeof signer['sign'] === 'function' || typeof signer['signCms'] === 'function')
  if (!signs) throw wrong('options.signer is no signer')
  if (certify !== undefined && certify !== 1 && certify !== 2 && certify !== 3)
    throw wrong('options.certify must be 1, 2 or 3')
  if (level !== undefined && !LEVELS.has(level)) throw wrong('options.level is no baseline level')
  if (options['format'] !== undefined && options['format'] !== 'pades' && options['format'] !== 'pkcs7')
    throw wrong('options.format must be pades or pkcs7')
  checkAppearance(appearance)
  checkTexts(options)
  checkTime(options)
  checkNewField(options['newField'])
  checkFill(options['fill'])
}
