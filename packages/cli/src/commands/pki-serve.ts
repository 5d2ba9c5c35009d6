import { CountersignError } from '@countersign/core'
import { CommandLine } from '../command-line.ts'
import { readPassword } from '../files.ts'
import { loadPackage } from '../optional-package.ts'
import { languageOf } from '../terminal.ts'
import type { Terminal } from '../terminal.ts'
import { EXIT, UsageError } from '../usage.ts'

interface Served {
  readonly urls: Readonly<Record<'tsa' | 'ocsp' | 'crl' | 'issuers' | 'faults', string>>
  readonly trust: string
  readonly p12: Readonly<Record<string, string>>
  close(): Promise<void>
}

interface TestPkiPackage {
  readonly servePkiFolder: (
    folder: string,
    options: { clock: () => Date; port?: number; password?: string },
  ) => Promise<Served>
}

/** `countersign pki serve [FOLDER]`: a TEST authority with CRL, OCSP and TSA on this machine, until the first interrupt. */
export async function pkiServeCommand(words: readonly string[], terminal: Terminal): Promise<number> {
  const line = new CommandLine(words, { port: 'once', 'password-file': 'once', json: 'flag' })
  const [folder = 'test-pki', ...rest] = line.files
  if (rest.length > 0) throw new UsageError('pki serve takes one FOLDER')
  const port = line.integer('port')
  if (port !== undefined && (port < 0 || port > 65_535)) throw new UsageError('--port must be 0 to 65535')
  const file = line.value('password-file')
  const password = file === undefined ? undefined : await readPassword(file, 'password-file')
  const { servePkiFolder } = await loadPackage<TestPkiPackage>('@countersign/test-pki')
  const options = {
    clock: terminal.now,
    ...(port === undefined ? {} : { port }),
    ...(password === undefined ? {} : { password }),
  }
  const served = await servePkiFolder(folder, options).catch((error: unknown) => {
    if ((error as { code?: unknown }).code !== 'EADDRINUSE') throw error
    throw new CountersignError('ARGUMENT_INVALID', `port ${port ?? 8318} is in use; give another one with --port`)
  })
  try {
    const { urls, trust, p12 } = served
    terminal.stdout.write(
      line.flag('json') ? `${JSON.stringify({ folder, urls, trust, p12 })}\n` : text(served, line, terminal),
    )
    await interrupted(terminal.signal)
  } finally {
    await served.close()
  }
  return EXIT.valid
}

function text({ urls, trust, p12 }: Served, line: CommandLine, terminal: Terminal): string {
  const vietnamese = languageOf(line.value('lang'), terminal.environment) === 'vi'
  const host = new URL(urls.tsa).host
  const password = line.flag('password-file') ? '' : vietnamese ? ' (mật khẩu: test)' : ' (password: test)'
  return [
    vietnamese
      ? 'Chứng thư THỬ NGHIỆM với khóa đã công bố, không dùng cho việc thật. Ctrl-C để dừng.'
      : 'TEST certificates with published keys, never for real use. Ctrl-C ends it.',
    `  tsa      ${urls.tsa}`,
    `  ocsp     ${urls.ocsp}`,
    `  crl      ${urls.crl}`,
    `  faults   ${urls.faults}`,
    `  trust    ${trust}`,
    ...Object.entries(p12).map(([name, path]) => `  ${name.padEnd(14)} ${path}${password}`),
    `  countersign sign --p12 ${p12['officer'] ?? ''} --password-file FILE --level B-LTA --tsa ${urls.tsa} \\`,
    `    --trust ${trust} --online --allow-host ${host} IN OUT`,
    '',
  ].join('\n')
}

function interrupted(signal: AbortSignal): Promise<void> {
  return new Promise((done) => {
    if (signal.aborted) done()
    // The server keeps the process alive; the signal ends it.
    else signal.addEventListener('abort', () => done(), { once: true })
  })
}
