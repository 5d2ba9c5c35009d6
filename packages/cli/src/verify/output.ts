// Where the reports of `verify` go: standard output in one of three forms, an HTML file, a PDF.
import { explainHtml, explainReport } from '@countersign/core'
import type { Language, VerificationReport } from '@countersign/core'
import { basename } from 'node:path'
import type { CommandLine, OptionKind } from '../command-line.ts'
import { writeOutput } from '../files.ts'
import { hints } from '../hints.ts'
import { painter } from '../terminal.ts'
import type { Terminal } from '../terminal.ts'
import { UsageError } from '../usage.ts'

export const OUTPUT_OPTIONS: Readonly<Record<string, OptionKind>> = {
  json: 'flag',
  format: 'once',
  details: 'flag',
  html: 'once',
}

type Print = (report: VerificationReport, file: string) => Promise<void> | void

/** Checks the options about output and gives the function that writes one report. @throws UsageError */
export function outputs(line: CommandLine, terminal: Terminal, language: Language): Print {
  const print = printer(line, terminal, language)
  const html = line.value('html')
  if (html === undefined) return print
  oneFile(line, '--html')
  return async (report, file) => {
    await writeOutput(html, new TextEncoder().encode(explainHtml(report, { language, name: basename(file) })))
    await print(report, file)
  }
}

/** @throws UsageError where an option that writes one document is given with several files */
export function oneFile(line: CommandLine, option: string): void {
  if (line.files.length > 1) throw new UsageError(`${option} takes one FILE at a time`)
}

function printer(line: CommandLine, terminal: Terminal, language: Language): Print {
  const format = line.choice('format', ['human', 'json', 'html'], line.flag('json') ? 'json' : 'human')
  if (line.flag('json') && format !== 'json') throw new UsageError(`--json and --format ${format} exclude each other`)
  if (format === 'json')
    return (report) => {
      terminal.stdout.write(`${JSON.stringify(report)}\n`)
    }
  if (format === 'html') {
    oneFile(line, '--format html')
    return (report, file) => {
      terminal.stdout.write(explainHtml(report, { language, name: basename(file) }))
    }
  }
  const paint = painter(terminal.stdout, terminal.environment)
  const details = line.flag('details')
  return (report, name) => {
    const text = [explainReport(report, { language, name, details, paint }), ...hints(report, line, language)]
    terminal.stdout.write(`${text.join('\n')}\n\n`)
  }
}
