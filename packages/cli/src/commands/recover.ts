import { recoverFile } from '@countersign/core/node'
import { CommandLine } from '../command-line.ts'
import { languageOf } from '../terminal.ts'
import type { Terminal } from '../terminal.ts'
import { EXIT, UsageError } from '../usage.ts'

const TEXTS = {
  clean: { en: 'nothing to do', vi: 'không có gì cần khôi phục' },
  restored: { en: 'a half-written signature was cut off', vi: 'đã cắt bỏ chữ ký đang ghi dở' },
} as const

/** `countersign recover FILE...`: what a broken-off signing in place left is cut off; the next signing does so by itself. */
export async function recoverCommand(words: readonly string[], terminal: Terminal): Promise<number> {
  const line = new CommandLine(words, { force: 'flag', json: 'flag' })
  if (line.files.length === 0) throw new UsageError('recover needs at least one FILE')
  const language = languageOf(line.value('lang'), terminal.environment)
  for (const file of line.files) {
    const recovery = await recoverFile(file, { force: line.flag('force') })
    const text = line.flag('json') ? JSON.stringify({ file, recovery }) : `${file}: ${TEXTS[recovery][language]}`
    terminal.stdout.write(`${text}\n`)
  }
  return EXIT.valid
}
