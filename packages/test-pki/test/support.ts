// What this package's tests share: a fixed clock, files for openssl, and its verdicts.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** The clock of most tests. */
export const NOW: Date = new Date('2026-06-01T08:00:00Z')
export const clock = (): Date => NOW

/** `-attime` for openssl. */
export const ATTIME: string = String(NOW.getTime() / 1000)

export interface Folder {
  readonly path: string
  write(name: string, content: string | Uint8Array): string
  remove(): void
}

export function temporaryFolder(): Folder {
  const path = mkdtempSync(join(tmpdir(), 'countersign-test-pki-'))
  return {
    path,
    write: (name, content) => {
      const file = join(path, name)
      writeFileSync(file, content)
      return file
    },
    remove: () => rmSync(path, { recursive: true, force: true }),
  }
}
