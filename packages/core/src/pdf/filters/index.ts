import { CountersignError, LimitError } from '../../error.ts'
import { PdfDict, PdfName, numberOf, type PdfObject } from '../objects.ts'
import type { Limits } from '../types.ts'
import { decodeAscii85, decodeAsciiHex } from './ascii.ts'
import { inflate, type InflateEnd } from './inflate.ts'
import { decodeLzw } from './lzw.ts'
import { undoPredictor } from './predictor.ts'
import { decodeRunLength } from './run-length.ts'

/** One filter of a stream with its parameters. */
export interface FilterStep {
  readonly name: string
  readonly parameters: PdfDict | undefined
}

/** What decoding gave; `fault` says why it is not all that was encoded. */
export interface DecodedStream {
  readonly bytes: Uint8Array
  readonly fault: 'truncated' | 'damaged' | undefined
}

export type Resolve = (value: PdfObject | undefined) => PdfObject

const ABBREVIATIONS: ReadonlyMap<string, string> = new Map([
  ['AHx', 'ASCIIHexDecode'],
  ['A85', 'ASCII85Decode'],
  ['LZW', 'LZWDecode'],
  ['Fl', 'FlateDecode'],
  ['RL', 'RunLengthDecode'],
  ['CCF', 'CCITTFaxDecode'],
  ['DCT', 'DCTDecode'],
])

const RATIO_FREE = 1024 * 1024

/** The filters of a stream dictionary in order; throws PDF_DAMAGED on a wrong shape and LIMIT_FILTERS. */
export function filterSteps(dict: PdfDict, resolve: Resolve, limit: number): readonly FilterStep[] {
  const filters = listOf(dict.get('Filter'), resolve)
  const parameters = listOf(dict.get('DecodeParms') ?? dict.get('DP'), resolve)
  if (filters.length > limit) {
    throw new LimitError('FILTERS', `A stream has ${filters.length} filters, the limit is ${limit}.`)
  }
  return filters.map((filter, index) => {
    if (!(filter instanceof PdfName))
      throw new CountersignError('PDF_DAMAGED', 'A stream has a /Filter that is no name.')
    const own = parameters[index]
    return { name: ABBREVIATIONS.get(filter.name) ?? filter.name, parameters: own instanceof PdfDict ? own : undefined }
  })
}

function listOf(value: PdfObject | undefined, resolve: Resolve): PdfObject[] {
  const direct = resolve(value)
  if (direct === null) return []
  if (typeof direct === 'object' && 'items' in direct) return direct.items.map((item) => resolve(item))
  return [direct]
}

/** Counts what all streams of a document inflate to (L-09). */
export class InflateBudget {
  private total = 0
  private readonly limits: Limits

  constructor(limits: Limits) {
    this.limits = limits
  }

  /** Largest output one step may have for this input. */
  allowance(input: number): number {
    const byRatio = Math.max(RATIO_FREE, input * this.limits.inflateRatio)
    return Math.max(0, Math.min(this.limits.inflateOne, byRatio, this.limits.inflateTotal - this.total))
  }

  /** Throws the limit that made a step stop. */
  exceeded(input: number): never {
    const { inflateOne, inflateRatio, inflateTotal } = this.limits
    if (this.allowance(input) === inflateOne) {
      throw new LimitError('INFLATE_ONE', `A stream inflates to more than ${inflateOne} bytes.`)
    }
    if (this.allowance(input) === Math.max(RATIO_FREE, input * inflateRatio)) {
      throw new LimitError('INFLATE_RATIO', `A stream inflates to more than ${inflateRatio} times its size.`)
    }
    throw new LimitError('INFLATE_TOTAL', `The streams inflate to more than ${inflateTotal} bytes together.`)
  }

  spend(bytes: number): void {
    this.total += bytes
  }
}

/**
 * Undoes the filters one after the other; image filters (DCTDecode, ...) throw PDF_UNSUPPORTED, exceeded limits LimitError.
 * `Crypt` is not handled here: decryption comes first.
 */
export function decodeFilters(
  raw: Uint8Array,
  steps: readonly FilterStep[],
  resolve: Resolve,
  budget: InflateBudget,
): DecodedStream {
  let bytes = raw
  let fault: DecodedStream['fault']
  for (const step of steps) {
    if (step.name === 'Crypt') continue
    const result = decodeStep(bytes, step, resolve, budget)
    if (result.end === 'limit') budget.exceeded(bytes.length)
    bytes = result.bytes
    budget.spend(bytes.length)
    if (result.end !== 'complete') fault ??= result.end
  }
  return { bytes, fault }
}

function decodeStep(
  data: Uint8Array,
  step: FilterStep,
  resolve: Resolve,
  budget: InflateBudget,
): { bytes: Uint8Array; end: InflateEnd } {
  const limit = budget.allowance(data.length)
  const number = (key: string, otherwise: number): number => numberOf(resolve(step.parameters?.get(key))) ?? otherwise
  switch (step.name) {
    case 'FlateDecode':
      return predicted(inflate(data, limit), number)
    case 'LZWDecode':
      return predicted(decodeLzw(data, number('EarlyChange', 1) === 0 ? 0 : 1, limit), number)
    case 'RunLengthDecode':
      return decodeRunLength(data, limit)
    case 'ASCIIHexDecode':
      return bounded(decodeAsciiHex(data), limit)
    case 'ASCII85Decode':
      return bounded(decodeAscii85(data), limit)
    default:
      throw new CountersignError(
        'PDF_UNSUPPORTED',
        `A stream has the filter ${step.name}, which is not decoded here.`,
        {
          details: { filter: step.name },
        },
      )
  }
}

function bounded(result: { bytes: Uint8Array; clean: boolean }, limit: number): { bytes: Uint8Array; end: InflateEnd } {
  if (result.bytes.length > limit) return { bytes: result.bytes, end: 'limit' }
  return { bytes: result.bytes, end: result.clean ? 'complete' : 'truncated' }
}

function predicted(
  result: { bytes: Uint8Array; end: InflateEnd },
  number: (key: string, otherwise: number) => number,
): { bytes: Uint8Array; end: InflateEnd } {
  const predictor = number('Predictor', 1)
  if (predictor === 1 || result.end === 'limit') return result
  const bytes = undoPredictor(result.bytes, {
    predictor,
    colors: number('Colors', 1),
    bitsPerComponent: number('BitsPerComponent', 8),
    columns: number('Columns', 1),
  })
  return bytes === undefined ? { bytes: new Uint8Array(0), end: 'damaged' } : { bytes, end: result.end }
}
