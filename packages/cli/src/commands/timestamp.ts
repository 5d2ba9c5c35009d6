import type { ExtensionReport } from '@countersign/core'
import { timestampFile } from '@countersign/core/node'
import { CommandLine } from '../command-line.ts'
import { inputAndOutput } from '../input-and-output.ts'
import { TSA_OPTIONS, tsaOptions } from '../long-term.ts'
import { pdfPassword } from '../password.ts'
import { languageOf } from '../terminal.ts'
import type { Terminal } from '../terminal.ts'
import { EXIT, UsageError } from '../usage.ts'

/** `countersign timestamp --tsa URL IN OUT`: a document timestamp; OUT is whole or not there. */
export async function timestampCommand(words: readonly string[], terminal: Terminal): Promise<number> {
  const line = new CommandLine(words, {
    ...TSA_OPTIONS,
    field: 'once',
    digest: 'once',
    password: 'once',
    'password-file-pdf': 'once',
    'in-place': 'flag',
    json: 'flag',
  })
  const { input, output, target } = inputAndOutput(line, 'timestamp')
  const language = languageOf(line.value('lang'), terminal.environment)
  const tsa = await tsaOptions(line, 'tsa')
  if (tsa === undefined) throw new UsageError('--tsa is missing')
  const field = line.value('field')
  const password = await pdfPassword(line, terminal)
  const report = await timestampFile(input, target, {
    tsa,
    digest: line.choice('digest', ['sha256', 'sha384', 'sha512'], 'sha256'),
    signal: terminal.signal,
    ...(field === undefined ? {} : { field }),
    ...(password === undefined ? {} : { password }),
  })
  terminal.stdout.write(`${line.flag('json') ? JSON.stringify(report) : doneText(report, output, language)}\n`)
  return EXIT.valid
}

function doneText({ timestamps }: ExtensionReport, output: string, language: 'vi' | 'en'): string {
  const [stamp] = timestamps
  const [time, tsa] = [stamp?.genTime ?? '', stamp?.tsa ?? '']
  return language === 'vi'
    ? `Đã đóng dấu thời gian: ${output} (${time}, ${tsa})`
    : `Stamped: ${output} (${time}, ${tsa})`
}
