import type { VerificationReport } from '@countersign/core'
import { CommandLine } from '../command-line.ts'
import type { OptionKind } from '../command-line.ts'
import { usageErrors } from '../files.ts'
import { pdfPassword } from '../password.ts'
import { withSigner } from '../expected-signer.ts'
import { languageOf, progress } from '../terminal.ts'
import type { Terminal } from '../terminal.ts'
import { EXIT, UsageError } from '../usage.ts'
import { batchOptions, checkWords, verifyBatch } from '../verify/batch.ts'
import { verifyFile } from '../verify/file.ts'
import { CHECK_OPTIONS, checkOptions } from '../verify/options.ts'
import { OUTPUT_OPTIONS, outputs } from '../verify/output.ts'

const OPTIONS: Readonly<Record<string, OptionKind>> = {
  ...CHECK_OPTIONS,
  ...OUTPUT_OPTIONS,
  signer: 'once',
  jobs: 'once',
  'max-memory': 'once',
}

/** `countersign verify FILE...`: a report per file, in order; exit code by the worst (1, 3, 2, 0). */
export async function verifyCommand(words: readonly string[], terminal: Terminal): Promise<number> {
  const line = new CommandLine(words, OPTIONS)
  if (line.files.length === 0) throw new UsageError('verify needs at least one FILE')
  const signer = line.value('signer')
  if (signer?.trim() === '') throw new UsageError('--signer must not be empty')
  const language = languageOf(line.value('lang'), terminal.environment)
  const write = outputs(line, terminal, language)
  const bar = progress(terminal.stderr)
  const codes = new Set<number>()
  let done = 0
  const show = (): void => {
    const file = line.files[done]
    if (line.files.length > 1 && file !== undefined) bar.show(`${done + 1}/${line.files.length} ${file}`)
  }
  const reports = await usageErrors(reportsOf(line, terminal))
  show()
  for await (const report of reports) {
    const { report: final, mismatch } = withSigner(report, signer)
    bar.clear()
    await write(final, line.files[done] ?? '')
    codes.add(mismatch ? EXIT.invalid : exitCode(final))
    done++
    show()
  }
  // Several files: precedence 1, 3, 2, 0.
  return [EXIT.invalid, EXIT.unsigned, EXIT.indeterminate].find((code) => codes.has(code)) ?? EXIT.valid
}

/** One file here, several in children. @throws UsageError, FileError before any work */
async function reportsOf(line: CommandLine, terminal: Terminal): Promise<AsyncIterable<VerificationReport>> {
  const { signal } = terminal
  const now = terminal.now()
  const password = await pdfPassword(line, terminal)
  const batch = batchOptions(line)
  const options = await checkOptions(line, { now, password, signal })
  if (batch === undefined) return oneByOne(line.files, (file) => verifyFile(file, options))
  return verifyBatch(line.files, { words: checkWords(line), now: options.at ?? now, password }, batch, signal)
}

async function* oneByOne(
  files: readonly string[],
  verifyOne: (file: string) => Promise<VerificationReport>,
): AsyncGenerator<VerificationReport> {
  for (const file of files) yield await verifyOne(file)
}

function exitCode(report: VerificationReport): number {
  if (report.overall === 'valid' || report.overall === 'valid-with-notes') return EXIT.valid
  if (report.overall === 'invalid') return EXIT.invalid
  return report.overall === 'indeterminate' ? EXIT.indeterminate : EXIT.unsigned
}
