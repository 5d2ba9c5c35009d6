import { CommandLine } from '../command-line.ts'
import { readPassword } from '../files.ts'
import { loadPackage } from '../optional-package.ts'
import { languageOf } from '../terminal.ts'
import type { Terminal } from '../terminal.ts'
import { EXIT, UsageError } from '../usage.ts'
import { CountersignError } from '@countersign/core'

interface TestPkiPackage {
  readonly initTestPki: (
    folder: string,
    options: { clock: () => Date; days?: number; password: string; organisation?: string },
  ) => Promise<{ folder: string; trust: string; p12: Readonly<Record<string, string>> }>
}

/** `countersign pki init FOLDER` and `countersign pki serve [FOLDER]`. */
export async function pkiCommand(words: readonly string[], terminal: Terminal): Promise<number> {
  if (words[0] === 'serve') return (await import('./pki-serve.ts')).pkiServeCommand(words.slice(1), terminal)
  if (words[0] === 'init') return pkiInit(words, terminal)
  throw new UsageError('the pki commands are: pki init, pki serve')
}

/** A throw-away TEST authority; never overwrites one. */
async function pkiInit(words: readonly string[], terminal: Terminal): Promise<number> {
  const line = new CommandLine(words.slice(1), {
    days: 'once',
    organisation: 'once',
    'password-file': 'once',
    json: 'flag',
  })
  const [folder, ...rest] = line.files
  if (folder === undefined || rest.length > 0) throw new UsageError('pki init needs one FOLDER')
  const days = line.integer('days')
  if (days !== undefined && (days < 1 || days > 3650)) throw new UsageError('--days must be 1 to 3650')
  const password = await readPassword(line.required('password-file'), 'password-file')
  const organisation = line.value('organisation')
  const { initTestPki } = await loadPackage<TestPkiPackage>('@countersign/test-pki')
  const options = {
    clock: terminal.now,
    password,
    ...(days === undefined ? {} : { days }),
    ...(organisation === undefined ? {} : { organisation }),
  }
  const { trust, p12 } = await initTestPki(folder, options).catch((error: unknown) => {
    if ((error as { code?: unknown }).code !== 'EEXIST') throw error
    throw new CountersignError('ARGUMENT_INVALID', `${folder} already holds a PKI; it is never overwritten`)
  })
  terminal.stdout.write(
    line.flag('json') ? `${JSON.stringify({ folder, trust, p12 })}\n` : doneText(trust, p12, line, terminal),
  )
  return EXIT.valid
}

function doneText(trust: string, p12: Readonly<Record<string, string>>, line: CommandLine, terminal: Terminal): string {
  const vietnamese = languageOf(line.value('lang'), terminal.environment) === 'vi'
  const intro = vietnamese
    ? 'Chứng thư THỬ NGHIỆM, không dùng cho việc thật. Chứng thư gốc:'
    : 'TEST certificates, never for real use. Root:'
  return `${intro} ${trust}\n${Object.entries(p12)
    .map(([name, file]) => `  ${name}: ${file}`)
    .join('\n')}\n`
}
