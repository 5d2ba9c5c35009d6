import { CountersignError, explainReport, verify } from '@countersign/core'
import type { VerificationReport, VerifyOptions } from '@countersign/core'
import { CommandLine } from '../command-line.ts'
import { evidenceOptions } from '../evidence.ts'
import { hints } from '../hints.ts'
import { FileError, readInput, usageErrors } from '../files.ts'
import { ONLINE_OPTIONS, onlineOptions } from '../online.ts'
import { pdfPassword } from '../password.ts'
import { withSigner } from '../expected-signer.ts'
import { unreadableReport } from '../unreadable.ts'
import { languageOf, painter, progress } from '../terminal.ts'
import type { Terminal } from '../terminal.ts'
import { TRUST_OPTIONS, trustOptions } from '../trust-options.ts'
import { EXIT, UsageError } from '../usage.ts'

/** `countersign verify FILE...`: a report per file, in order; exit code by the worst (1, 3, 2, 0). */
export async function verifyCommand(words: readonly string[], terminal: Terminal): Promise<number> {
  const line = new CommandLine(words, {
    json: 'flag',
    details: 'flag',
    ...TRUST_OPTIONS,
    intermediate: 'many',
    crl: 'many',
    ocsp: 'many',
    revocation: 'once',
    algorithms: 'once',
    policy: 'once',
    signer: 'once',
    at: 'once',
    ...ONLINE_OPTIONS,
    password: 'once',
    'password-file-pdf': 'once',
  })
  if (line.files.length === 0) throw new UsageError('verify needs at least one FILE')
  const signer = line.value('signer')
  if (signer?.trim() === '') throw new UsageError('--signer must not be empty')
  const print = printer(line, terminal)
  const options = await usageErrors(verifyOptions(line, terminal))
  const bar = progress(terminal.stderr)
  const codes = new Set<number>()
  for (const [index, file] of line.files.entries()) {
    if (line.files.length > 1) bar.show(`${index + 1}/${line.files.length} ${file}`)
    const report = await verifyFile(file, options)
    const { report: final, mismatch } = withSigner(report, signer)
    bar.clear()
    print(final, file)
    codes.add(mismatch ? EXIT.invalid : exitCode(final))
  }
  // Several files: precedence 1, 3, 2, 0.
  return [EXIT.invalid, EXIT.unsigned, EXIT.indeterminate].find((code) => codes.has(code)) ?? EXIT.valid
}

async function verifyOptions(line: CommandLine, terminal: Terminal): Promise<VerifyOptions> {
  const password = await pdfPassword(line, terminal)
  return {
    trust: await trustOptions(line),
    at: line.time('at') ?? terminal.now(),
    signal: terminal.signal,
    policy: {
      profile: line.choice('policy', ['strict', 'compat'], 'strict'),
      revocation: line.choice('revocation', ['require', 'prefer', 'none'], 'require'),
      algorithms: line.choice('algorithms', ['policy', 'any'], 'policy'),
    },
    sources: { ...(await evidenceOptions(line)), ...(await onlineOptions(line)) },
    ...(password === undefined ? {} : { password }),
  }
}

/** A file that cannot be opened still gets its report. */
async function verifyFile(file: string, options: VerifyOptions): Promise<VerificationReport> {
  let bytes: Uint8Array | undefined
  try {
    bytes = await readInput(file)
    return await verify(bytes, options)
  } catch (error) {
    if (error instanceof FileError || (error instanceof CountersignError && error.code !== 'ABORTED'))
      return unreadableReport(error.code, error.message, bytes, options.at)
    throw error
  }
}

function exitCode(report: VerificationReport): number {
  if (report.overall === 'valid' || report.overall === 'valid-with-notes') return EXIT.valid
  if (report.overall === 'invalid') return EXIT.invalid
  return report.overall === 'indeterminate' ? EXIT.indeterminate : EXIT.unsigned
}

function printer(line: CommandLine, terminal: Terminal): (report: VerificationReport, file: string) => void {
  const language = languageOf(line.value('lang'), terminal.environment)
  if (line.flag('json')) return (report) => terminal.stdout.write(`${JSON.stringify(report)}\n`)
  const paint = painter(terminal.stdout, terminal.environment)
  const details = line.flag('details')
  return (report, name) => {
    const text = [explainReport(report, { language, name, details, paint }), ...hints(report, line, language)]
    terminal.stdout.write(`${text.join('\n')}\n\n`)
  }
}
