import type { CommandLine } from './command-line.ts'
import { readPassword } from './files.ts'
import type { Terminal } from './terminal.ts'
import { UsageError } from './usage.ts'

/** Password of an encrypted PDF: a file, or --password, which other users of the machine can see. */
export async function pdfPassword(line: CommandLine, terminal: Terminal): Promise<string | undefined> {
  const shown = line.value('password')
  const file = line.value('password-file-pdf')
  if (shown !== undefined && file !== undefined)
    throw new UsageError('--password and --password-file-pdf exclude each other')
  if (file !== undefined) return await readPassword(file, 'password-file-pdf')
  if (shown !== undefined)
    terminal.stderr.write(
      'warning: --password shows the password to other users of this machine; use --password-file-pdf\n',
    )
  return shown
}
