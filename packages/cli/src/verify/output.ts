// Where the reports of `verify` go: standard output in one of four forms, an HTML file, a PDF file.
import { explainHtml, explainReport, exportEtsiReport } from '@countersign/core'
import type { Language, VerificationReport } from '@countersign/core'
import { basename } from 'node:path'
import type { CommandLine, OptionKind } from '../command-line.ts'
import { usageErrors, writeOutput } from '../files.ts'
import { hints } from '../hints.ts'
import { SIGNER_OPTIONS, signerOf } from '../signer.ts'
import { painter } from '../terminal.ts'
import type { Terminal } from '../terminal.ts'
import { UsageError } from '../usage.ts'
import { reportPdf, signReport } from './report-pdf.ts'

export const OUTPUT_OPTIONS: Readonly<Record<string, OptionKind>> = {
  json: 'flag',
  format: 'once',
  details: 'flag',
  html: 'once',
  'report-pdf': 'once',
  ...SIGNER_OPTIONS,
}

type Print = (report: VerificationReport, file: string) => Promise<void> | void

/** Checks the options about output and gives the function that writes one report. @throws UsageError */
export function outputs(line: CommandLine, terminal: Terminal, language: Language): Print {
  const steps = [htmlFile(line, language), pdfFile(line, terminal, language), printer(line, terminal, language)]
  return async (report, file) => {
    for (const step of steps) await step?.(report, file)
  }
}

function htmlFile(line: CommandLine, language: Language): Print | undefined {
  const html = line.value('html')
  if (html === undefined) return undefined
  oneFile(line, '--html')
  return (report, file) =>
    usageErrors(writeOutput(html, new TextEncoder().encode(explainHtml(report, { language, name: basename(file) }))))
}

/** The report as PDF, signed where a key is given. */
function pdfFile(line: CommandLine, terminal: Terminal, language: Language): Print | undefined {
  const pdf = line.value('report-pdf')
  const signed = line.flag('p12') || line.flag('key')
  if (pdf === undefined) {
    if (signed) throw new UsageError('--p12 and --key sign the report: give --report-pdf OUT')
    return undefined
  }
  oneFile(line, '--report-pdf')
  return async (report, file) => {
    const drawn = await reportPdf(report, { language, name: basename(file) })
    const bytes = signed ? await signReport(drawn, await usageErrors(signerOf(line)), terminal) : drawn
    await usageErrors(writeOutput(pdf, bytes))
  }
}

/** @throws UsageError where an option that writes one document is given with several files */
export function oneFile(line: CommandLine, option: string): void {
  if (line.files.length > 1) throw new UsageError(`${option} takes one FILE at a time`)
}

function printer(line: CommandLine, terminal: Terminal, language: Language): Print {
  const format = line.choice('format', ['human', 'json', 'html', 'etsi'], line.flag('json') ? 'json' : 'human')
  if (line.flag('json') && format !== 'json') throw new UsageError(`--json and --format ${format} exclude each other`)
  if (format === 'json')
    return (report) => {
      terminal.stdout.write(`${JSON.stringify(report)}\n`)
    }
  if (format === 'html' || format === 'etsi') {
    oneFile(line, `--format ${format}`)
    return (report, file) => {
      const html = (): string => explainHtml(report, { language, name: basename(file) })
      terminal.stdout.write(format === 'html' ? html() : exportEtsiReport(report))
    }
  }
  const paint = painter(terminal.stdout, terminal.environment)
  const details = line.flag('details')
  return (report, name) => {
    const text = [explainReport(report, { language, name, details, paint }), ...hints(report, line, language)]
    terminal.stdout.write(`${text.join('\n')}\n\n`)
  }
}
