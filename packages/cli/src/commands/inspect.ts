import { CountersignError, explainClaims, inspect } from '@countersign/core'
import type { ClaimedSignature, Language } from '@countersign/core'
import { CommandLine } from '../command-line.ts'
import { FileError, openInput, usageErrors } from '../files.ts'
import { pdfPassword } from '../password.ts'
import { languageOf } from '../terminal.ts'
import type { Terminal } from '../terminal.ts'
import { EXIT, UsageError } from '../usage.ts'

type Inspected =
  | { readonly file: string; readonly signatures: readonly ClaimedSignature[] }
  | { readonly file: string; readonly error: { readonly code: string; readonly message: string } }

/** `countersign inspect FILE...`: what files claim; nothing is checked. Exit 3 when a file cannot be read. */
export async function inspectCommand(words: readonly string[], terminal: Terminal): Promise<number> {
  const line = new CommandLine(words, { json: 'flag', password: 'once', 'password-file-pdf': 'once' })
  if (line.files.length === 0) throw new UsageError('inspect needs at least one FILE')
  const language = languageOf(line.value('lang'), terminal.environment)
  const password = await usageErrors(pdfPassword(line, terminal))
  let exit: number = EXIT.valid
  for (const file of line.files) {
    const result = await inspectFile(file, password)
    if ('error' in result) exit = EXIT.unsigned
    terminal.stdout.write(`${line.flag('json') ? JSON.stringify(result) : textOf(result, language)}\n`)
  }
  return exit
}

async function inspectFile(file: string, password: string | undefined): Promise<Inspected> {
  try {
    const input = await openInput(file)
    try {
      return { file, signatures: await inspect(input.source, password === undefined ? {} : { password }) }
    } finally {
      await input.close()
    }
  } catch (error) {
    if (error instanceof FileError || error instanceof CountersignError)
      return { file, error: { code: error.code, message: error.message } }
    throw error
  }
}

function textOf(result: Inspected, language: Language): string {
  if ('error' in result) return `${result.file}: ${result.error.code}: ${result.error.message}`
  return explainClaims(result.signatures, { language, name: result.file })
}
