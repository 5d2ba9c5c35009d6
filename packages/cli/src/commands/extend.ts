import type { ExtendOptions, ExtensionReport } from '@countersign/core'
import { extendFile } from '@countersign/core/node'
import { CommandLine } from '../command-line.ts'
import { extendBatch, isBatch } from './extend-batch.ts'
import { inputAndOutput } from '../input-and-output.ts'
import { LONG_TERM_OPTIONS, longTermOptions } from '../long-term.ts'
import { pdfPassword } from '../password.ts'
import { languageOf, progress } from '../terminal.ts'
import type { Terminal } from '../terminal.ts'
import { EXIT, UsageError } from '../usage.ts'

const LEVELS = ['B-T', 'B-LT', 'B-LTA'] as const

/** `countersign extend --to LEVEL IN OUT`: the level is reached, or nothing is written and the error says what is missing. */
export async function extendCommand(words: readonly string[], terminal: Terminal): Promise<number> {
  const line = commandLine(words)
  if (await isBatch(line)) return extendBatch(line, words, await extendOptions(words, terminal), terminal)
  const { input, output, target } = inputAndOutput(line, 'extend')
  const language = languageOf(line.value('lang'), terminal.environment)
  const options = await extendOptions(words, terminal)
  const bar = progress(terminal.stderr)
  bar.show(`${input} ...`)
  try {
    const report = await extendFile(input, target, {
      ...options,
      onProgress: ({ bytes, total }) => bar.show(`${input} ${Math.floor((100 * bytes) / total)} % ...`),
    })
    bar.clear()
    terminal.stdout.write(`${line.flag('json') ? JSON.stringify(report) : doneText(report, output, language)}\n`)
    return EXIT.valid
  } finally {
    bar.clear()
  }
}

function commandLine(words: readonly string[]): CommandLine {
  return new CommandLine(words, {
    ...LONG_TERM_OPTIONS,
    to: 'once',
    list: 'once',
    journal: 'once',
    workers: 'once',
    password: 'once',
    'password-file-pdf': 'once',
    'in-place': 'flag',
    json: 'flag',
  })
}

/** What the words of the command line ask for. @throws UsageError */
export async function extendOptions(words: readonly string[], terminal: Terminal): Promise<ExtendOptions> {
  const line = commandLine(words)
  line.required('to')
  const to = line.choice('to', LEVELS, 'B-T')
  const options = await longTermOptions(line, terminal)
  const { trust } = options
  if (trust === undefined) throw new UsageError('--trust is missing: whom do the signatures and time stamps lead to?')
  if (to === 'B-LTA' && options.tsa === undefined && options.archiveTsa === undefined)
    throw new UsageError('--tsa is missing: B-LTA needs a document timestamp')
  const password = await pdfPassword(line, terminal)
  return { ...options, to, trust, ...(password === undefined ? {} : { password }) }
}

function doneText(report: ExtensionReport, output: string, language: 'vi' | 'en'): string {
  const { reachedLevel, timestamps, added, renewBefore, extendAfter } = report
  const facts = [
    language === 'vi' ? `mức ${reachedLevel ?? '-'}` : `level ${reachedLevel ?? '-'}`,
    language === 'vi' ? `${timestamps.length} dấu thời gian` : `${timestamps.length} time stamps`,
    language === 'vi' ? `${added} dữ liệu kiểm tra` : `${added} validation data`,
    ...(extendAfter === null ? [] : [`${language === 'vi' ? 'nâng mức tiếp từ' : 'extend from'} ${extendAfter}`]),
    ...(renewBefore === null ? [] : [`${language === 'vi' ? 'gia hạn trước' : 'renew before'} ${renewBefore}`]),
  ]
  return `${language === 'vi' ? 'Đã nâng mức' : 'Extended'}: ${output} (${facts.join(', ')})`
}
