import { doctor, explainDoctor } from '@countersign/core'
import type { DoctorReport, VerifyOptions } from '@countersign/core'
import { CommandLine } from '../command-line.ts'
import { openInput, usageErrors } from '../files.ts'
import { pdfPassword } from '../password.ts'
import { languageOf, painter } from '../terminal.ts'
import type { Terminal } from '../terminal.ts'
import { EXIT, UsageError } from '../usage.ts'
import { CHECK_OPTIONS, checkOptions } from '../verify/options.ts'

/** `countersign doctor FILE...`: why another viewer may complain, and what to do. Exit 0 whatever it finds. */
export async function doctorCommand(words: readonly string[], terminal: Terminal): Promise<number> {
  const line = new CommandLine(words, { ...CHECK_OPTIONS, json: 'flag' })
  if (line.files.length === 0) throw new UsageError('doctor needs at least one FILE')
  const language = languageOf(line.value('lang'), terminal.environment)
  const password = await usageErrors(pdfPassword(line, terminal))
  const options = await usageErrors(checkOptions(line, { now: terminal.now(), password, signal: terminal.signal }))
  const paint = painter(terminal.stdout, terminal.environment)
  for (const file of line.files) {
    const report = await diagnosed(file, options)
    const text = line.flag('json')
      ? JSON.stringify(report)
      : `${explainDoctor(report, { language, name: file, paint })}\n`
    terminal.stdout.write(`${text}\n`)
  }
  return EXIT.valid
}

async function diagnosed(file: string, options: VerifyOptions): Promise<DoctorReport> {
  const input = await openInput(file)
  try {
    return await doctor(input.source, options)
  } finally {
    await input.close()
  }
}
