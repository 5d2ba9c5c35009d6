// Pipes and devices beside the command line: readers that go away, outputs that are no files.
import { expect, test } from '@jest/globals'
import { execFileSync, spawn } from 'node:child_process'
import { lstatSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { open } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { root } from '../../../test/support/witnesses.ts'
import { writeOutput } from './files.ts'

const onUnix = process.platform === 'win32' ? test.skip : test

async function inFolder(body: (folder: string) => Promise<void>): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'countersign-streams-'))
  try {
    await body(folder)
  } finally {
    rmSync(folder, { recursive: true })
  }
}

onUnix('verify whose reader has gone away still ends with the verdict, never with 0', () =>
  inFolder(async (folder) => {
    const file = join(folder, 'no.pdf')
    writeFileSync(file, 'no PDF at all\n')
    const main = join(root, 'packages', 'cli', 'src', 'main.ts')
    const words = ['--conditions=@countersign/source', '--disable-warning=ExperimentalWarning', main]
    const child = spawn(process.execPath, [...words, 'verify', file, file, file], { stdio: ['ignore', 'pipe', 'pipe'] })
    child.stdout.destroy()
    child.stderr.destroy()
    expect(await new Promise((done) => child.on('close', done))).toBe(3)
  }),
)

onUnix('an output that is a pipe takes the bytes and stays a pipe', () =>
  inFolder(async (folder) => {
    const pipe = join(folder, 'pipe')
    execFileSync('mkfifo', [pipe])
    // Open at both ends, so that neither waits for the other.
    const reader = await open(pipe, 'r+')
    await writeOutput(pipe, new TextEncoder().encode('report'))
    const { buffer, bytesRead } = await reader.read(new Uint8Array(10))
    await reader.close()
    expect(new TextDecoder().decode(buffer.subarray(0, bytesRead))).toBe('report')
    expect(lstatSync(pipe).isFIFO()).toBe(true)
  }),
)
