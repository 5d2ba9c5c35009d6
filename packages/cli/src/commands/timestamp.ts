import { timestamp } from '@countersign/core'
import type { ExtensionReport } from '@countersign/core'
import { CommandLine } from '../command-line.ts'
import { readInput, writeOutput } from '../files.ts'
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
    json: 'flag',
  })
  const [input, output, ...rest] = line.files
  if (input === undefined || output === undefined || rest.length > 0) throw new UsageError('timestamp needs IN and OUT')
  const language = languageOf(line.value('lang'), terminal.environment)
  const tsa = await tsaOptions(line, 'tsa')
  if (tsa === undefined) throw new UsageError('--tsa is missing')
  const field = line.value('field')
  const password = await pdfPassword(line, terminal)
  const { bytes, report } = await timestamp(await readInput(input), {
    tsa,
    digest: line.choice('digest', ['sha256', 'sha384', 'sha512'], 'sha256'),
    signal: terminal.signal,
    ...(field === undefined ? {} : { field }),
    ...(password === undefined ? {} : { password }),
  })
  terminal.signal.throwIfAborted()
  await writeOutput(output, bytes)
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
