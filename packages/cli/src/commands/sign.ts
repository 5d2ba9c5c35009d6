import { CountersignError } from '@countersign/core'
import type { SignOptions, SigningReport } from '@countersign/core'
import { signFile } from '@countersign/core/node'
import { CommandLine } from '../command-line.ts'
import { inputAndOutput } from '../input-and-output.ts'
import { LONG_TERM_OPTIONS, longTermOptions } from '../long-term.ts'
import { pdfPassword } from '../password.ts'
import { SIGNER_OPTIONS, signerOf } from '../signer.ts'
import { languageOf, progress } from '../terminal.ts'
import type { Terminal } from '../terminal.ts'
import { EXIT, UsageError } from '../usage.ts'
import { VISIBLE_OPTIONS, visibleOptions } from '../visible.ts'

const LEVELS = ['B-B', 'B-T', 'B-LT', 'B-LTA'] as const

/** `countersign sign ... IN OUT`: exit 0, or an error with its code; OUT is whole or not there. */
export async function signCommand(words: readonly string[], terminal: Terminal): Promise<number> {
  const line = new CommandLine(words, {
    ...SIGNER_OPTIONS,
    ...VISIBLE_OPTIONS,
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
  const { input, output, target } = inputAndOutput(line, 'sign')
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
    if ('close' in options.signer) await options.signer.close?.()
  }
}

async function signOptions(line: CommandLine, terminal: Terminal): Promise<SignOptions> {
  const level = line.choice('level', LEVELS, 'B-B')
  const now = terminal.now()
  const visible = await visibleOptions(line, now)
  const certify = certification(line)
  const password = await pdfPassword(line, terminal)
  const reason = line.value('reason')
  const location = line.value('location')
  const longTerm = await longTermOptions(line, terminal)
  if (level === 'B-B' && line.flag('tsa')) throw new UsageError('--tsa needs --level B-T, B-LT or B-LTA')
  const missing = level !== 'B-B' && !line.flag('tsa') ? '--tsa URL' : undefined
  const untrusted = (level === 'B-LT' || level === 'B-LTA') && longTerm.trust === undefined ? '--trust FILE' : undefined
  if (missing !== undefined || untrusted !== undefined)
    throw new CountersignError('LEVEL_NOT_REACHED', `--level ${level} needs ${missing ?? untrusted}`)
  return {
    ...longTerm,
    signer: await signerOf(line),
    level,
    format: line.choice('format', ['pades', 'pkcs7'], 'pades'),
    archiveRevocation: line.flag('archive-revocation'),
    utcOffset: 7 * 60,
    signal: terminal.signal,
    at: now,
    ...visible,
    ...(password === undefined ? {} : { password }),
    ...(certify === undefined ? {} : { certify }),
    ...(reason === undefined ? {} : { reason }),
    ...(location === undefined ? {} : { location }),
  }
}

function certification(line: CommandLine): 1 | 2 | 3 | undefined {
  if (!line.flag('certify')) return undefined
  return Number(line.choice('certify', ['1', '2', '3'], '1')) as 1 | 2 | 3
}

function doneText(report: SigningReport, output: string, language: 'vi' | 'en'): string {
  const name = report.signer?.commonName ?? report.signer?.subject ?? '?'
  return language === 'vi'
    ? `Đã ký: ${output} (trường ${report.field}, người ký ${name}, mức ${report.reachedLevel})`
    : `Signed: ${output} (field ${report.field}, signer ${name}, level ${report.reachedLevel})`
}
