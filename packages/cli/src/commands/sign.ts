import { resolve } from 'node:path'
import type { SignOptions, SigningReport } from '@countersign/core'
import { signFile } from '@countersign/core/node'
import { CommandLine } from '../command-line.ts'
import { readOption } from '../files.ts'
import { LONG_TERM_OPTIONS, longTermOptions } from '../long-term.ts'
import { pdfPassword } from '../password.ts'
import { SIGNER_OPTIONS, signerOf } from '../signer.ts'
import { languageOf, progress } from '../terminal.ts'
import type { Terminal } from '../terminal.ts'
import { EXIT, UsageError } from '../usage.ts'

const LEVELS = ['B-B', 'B-T', 'B-LT', 'B-LTA'] as const

/** `countersign sign ... IN OUT`: exit 0, or an error with its code; OUT is whole or not there. */
export async function signCommand(words: readonly string[], terminal: Terminal): Promise<number> {
  const line = new CommandLine(words, {
    ...SIGNER_OPTIONS,
    field: 'once',
    'new-field': 'once',
    page: 'once',
    rect: 'once',
    appearance: 'once',
    level: 'once',
    format: 'once',
    'archive-revocation': 'flag',
    ...LONG_TERM_OPTIONS,
    password: 'once',
    'password-file-pdf': 'once',
    reason: 'once',
    location: 'once',
    certify: 'once',
    'in-place': 'flag',
    json: 'flag',
  })
  const { input, output, target } = filesOf(line)
  const language = languageOf(line.value('lang'), terminal.environment)
  const options = await signOptions(line, terminal)
  const bar = progress(terminal.stderr)
  try {
    const report = await signFile(input, target, {
      ...options,
      onProgress: ({ step, bytes, total }) => bar.show(`${step} ${Math.floor((100 * bytes) / total)} % ...`),
    })
    bar.clear()
    if (line.flag('json')) terminal.stdout.write(`${JSON.stringify(report)}\n`)
    else terminal.stdout.write(`${doneText(report, output, language)}\n`)
    return EXIT.valid
  } finally {
    bar.clear()
  }
}

/** `IN OUT`, or `--in-place FILE`; a path is made absolute, so that a file may have any name. */
function filesOf(line: CommandLine): { input: string; output: string; target: string } {
  const [input, output, ...rest] = line.files
  if (line.flag('in-place')) {
    if (input === undefined || output !== undefined) throw new UsageError('sign --in-place needs one file')
    return { input, output: input, target: 'in-place' }
  }
  if (input === undefined || output === undefined || rest.length > 0) throw new UsageError('sign needs IN and OUT')
  return { input, output, target: resolve(output) }
}

async function signOptions(line: CommandLine, terminal: Terminal): Promise<SignOptions> {
  const level = line.choice('level', LEVELS, 'B-B')
  const target = fieldTarget(line)
  const certify = certification(line)
  const password = await pdfPassword(line, terminal)
  const appearance = line.value('appearance')
  const reason = line.value('reason')
  const location = line.value('location')
  const longTerm = await longTermOptions(line, terminal)
  if (level === 'B-B' && line.flag('tsa')) throw new UsageError('--tsa needs --level B-T, B-LT or B-LTA')
  return {
    ...longTerm,
    signer: await signerOf(line),
    level,
    format: line.choice('format', ['pades', 'pkcs7'], 'pades'),
    archiveRevocation: line.flag('archive-revocation'),
    utcOffset: 7 * 60,
    signal: terminal.signal,
    at: terminal.now(),
    ...target,
    ...(password === undefined ? {} : { password }),
    ...(appearance === undefined ? {} : { appearance: await readOption(appearance, 'appearance') }),
    ...(certify === undefined ? {} : { certify }),
    ...(reason === undefined ? {} : { reason }),
    ...(location === undefined ? {} : { location }),
  }
}

function certification(line: CommandLine): 1 | 2 | 3 | undefined {
  if (!line.flag('certify')) return undefined
  return Number(line.choice('certify', ['1', '2', '3'], '1')) as 1 | 2 | 3
}

function fieldTarget(line: CommandLine): Pick<SignOptions, 'field' | 'newField'> {
  const field = line.value('field')
  const name = line.value('new-field')
  const page = line.integer('page')
  const rect = line.value('rect')
  if (field !== undefined && name !== undefined) throw new UsageError('--field and --new-field exclude each other')
  if (name === undefined && (page !== undefined || rect !== undefined))
    throw new UsageError('--page and --rect need --new-field')
  if (name === undefined) return field === undefined ? {} : { field }
  return {
    newField: {
      name,
      ...(page === undefined ? {} : { page }),
      ...(rect === undefined ? {} : { rect: rectangle(rect) }),
    },
  }
}

function rectangle(text: string): [number, number, number, number] {
  const numbers = text.split(',').map((part) => (part.trim() === '' ? Number.NaN : Number(part)))
  const [x, y, width, height] = numbers
  if (numbers.length !== 4 || !numbers.every(Number.isFinite))
    throw new UsageError(`--rect must be x,y,width,height in points, not "${text}"`)
  return [x ?? 0, y ?? 0, width ?? 0, height ?? 0]
}

function doneText(report: SigningReport, output: string, language: 'vi' | 'en'): string {
  const name = report.signer?.commonName ?? report.signer?.subject ?? '?'
  return language === 'vi'
    ? `Đã ký: ${output} (trường ${report.field}, người ký ${name}, mức ${report.reachedLevel})`
    : `Signed: ${output} (field ${report.field}, signer ${name}, level ${report.reachedLevel})`
}
