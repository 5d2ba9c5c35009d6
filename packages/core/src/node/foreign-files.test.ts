// What others put beside a file or under the output's name must not harm the file, the machine or the caller (S6).
import { describe, expect, test } from '@jest/globals'
import { execFileSync } from 'node:child_process'
import { readdirSync } from 'node:fs'
import { readFile, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { MemoryDisk } from '../../test/support/memory-disk.ts'
import { withFolder } from '../../test/support/signers.ts'
import { appendToFile } from './append-to-file.ts'
import { nodeDisk } from './disk.ts'
import { journalPath, parseJournal } from './journal.ts'
import { thisOwner } from './owner.ts'
import { recoverFile, recoverOn } from './recover-file.ts'
import type { FileWork } from './append-to-file.ts'

const FILE = '/f/in.pdf'
const OLD = new TextEncoder().encode('first revision, second revision')
const ended = { ...thisOwner(), pid: 999_999_999 }

function journal(header: object, section: Uint8Array = new Uint8Array(0)): Uint8Array {
  const line = {
    schema: 'countersign/journal/1',
    id: 'abc',
    owner: ended,
    length: 14,
    section: section.length,
    ...header,
  }
  return Buffer.concat([Buffer.from(`${JSON.stringify(line)}\n`), section])
}

/** Work that appends nothing but lets something happen first. */
function during(happens: () => unknown): FileWork<string> {
  return {
    signal: undefined,
    run: async () => {
      await happens()
      return { steps: [], report: 'done' }
    },
  }
}

describe('a journal beside a file', () => {
  test('of a user who owns neither the file nor this process cuts nothing off', async () => {
    const disk = new MemoryDisk()
    const stranger = (process.geteuid?.() ?? 0) + 4242
    disk.put(FILE, OLD)
    disk.put(journalPath(FILE), journal({}, OLD.slice(14)), stranger)
    await expect(recoverOn(disk, FILE)).rejects.toMatchObject({ code: 'FILE_JOURNAL_MISMATCH' })
    await expect(
      appendToFile(
        disk,
        FILE,
        'in-place',
        during(() => {}),
      ),
    ).rejects.toMatchObject({
      code: 'FILE_JOURNAL_MISMATCH',
    })
    expect(disk.get(FILE)).toEqual(OLD)
    expect(await recoverOn(disk, FILE, { force: true })).toBe('restored')
    expect(disk.get(FILE)).toEqual(OLD.slice(0, 14))
  })

  test('of the file’s own user, or of the administrator, is followed', async () => {
    const stranger = (process.geteuid?.() ?? 0) + 4242
    for (const user of [stranger, 0]) {
      const disk = new MemoryDisk()
      disk.put(FILE, OLD, stranger)
      disk.put(journalPath(FILE), journal({}, OLD.slice(14)), user)
      expect(await recoverOn(disk, FILE)).toBe('restored')
    }
  })

  test.each([
    ['a length below zero', { length: -5 }],
    ['half a byte', { length: 1.5 }],
    ['a group of processes', { owner: { ...ended, pid: 0 } }],
    ['every process', { owner: { ...ended, pid: -1 } }],
    ['no process', { owner: null }],
    ['an id that leads to another folder', { id: '/../../else' }],
  ])('with %s was never one of ours', (_what, header) => {
    expect(parseJournal(journal({}))).toBeDefined()
    expect(parseJournal(journal(header))).toBeUndefined()
  })

  test('with a claim that says nothing: locked, with a code', async () => {
    const disk = new MemoryDisk()
    disk.put(FILE, OLD)
    disk.put(journalPath(FILE), journal({}, OLD.slice(14)))
    disk.put(`${journalPath(FILE)}.abc.1`, Buffer.from('null'))
    await expect(recoverOn(disk, FILE)).rejects.toMatchObject({ code: 'FILE_LOCKED' })
  })
})

test('a disk that is full at any step of the journal: nothing is left beside the file', async () => {
  const empty = new MemoryDisk()
  empty.put(FILE, OLD)
  await appendToFile(
    empty,
    FILE,
    'in-place',
    during(() => {}),
  )
  for (const at of empty.steps.flatMap((name, i) => (name === 'write' || name === 'sync' ? [i] : []))) {
    const disk = new MemoryDisk()
    disk.put(FILE, OLD)
    disk.stop = { at, phase: 'middle', kind: 'fault' }
    const signing = appendToFile(
      disk,
      FILE,
      'in-place',
      during(() => {}),
    )
    await expect(signing).rejects.toMatchObject({ code: 'FILE_NOT_WRITABLE' })
    expect(disk.paths()).toEqual([FILE])
  }
})

test('a file that may end in half a signature is not signed into another one before it is recovered', async () => {
  const disk = new MemoryDisk()
  disk.put(FILE, OLD)
  disk.put(journalPath(FILE), journal({}, OLD.slice(14)))
  const copying = (): Promise<string> =>
    appendToFile(
      disk,
      FILE,
      '/f/out.pdf',
      during(() => {}),
    )
  await expect(copying()).rejects.toMatchObject({ code: 'FILE_LOCKED' })
  await recoverOn(disk, FILE)
  await expect(copying()).resolves.toBe('done')
  expect(disk.get('/f/out.pdf')).toEqual(OLD.slice(0, 14))
})

const pipes = process.platform === 'win32' ? test.skip : test

pipes('a pipe as input, output or journal is not waited for and stays what it is', () =>
  withFolder(async (folder) => {
    const [input, pipe] = [join(folder, 'in.pdf'), join(folder, 'pipe.pdf')]
    await writeFile(input, OLD)
    execFileSync('mkfifo', [pipe, journalPath(input)])
    const append = (from: string, to: string): Promise<string> =>
      appendToFile(
        nodeDisk,
        from,
        to,
        during(() => {}),
      )
    await expect(append(pipe, join(folder, 'out.pdf'))).rejects.toMatchObject({ code: 'FILE_NOT_READABLE' })
    await expect(append(input, pipe)).rejects.toMatchObject({ code: 'FILE_NOT_WRITABLE' })
    await expect(append(input, 'in-place')).rejects.toMatchObject({ code: 'FILE_LOCKED' })
    await expect(recoverFile(input)).rejects.toMatchObject({ code: 'FILE_LOCKED' })
    expect(readdirSync(folder, { withFileTypes: true }).filter((one) => one.isFIFO())).toHaveLength(2)
  }),
)

describe('input and output are one', () => {
  test('over a file system that clones: what was written meanwhile is not lost', async () => {
    const disk = new MemoryDisk()
    disk.clones = true
    disk.put(FILE, OLD)
    const work = during(async () => {
      const file = await disk.open(FILE, 'r+')
      await file.write(0, new TextEncoder().encode('FIRST'))
    })
    await expect(appendToFile(disk, FILE, FILE, work)).rejects.toMatchObject({ code: 'BASE_CHANGED' })
    expect(disk.get(FILE)?.[0]).toBe(0x46)
    expect(disk.paths()).toEqual([FILE])
  })

  test('another file got the name meanwhile', () =>
    withFolder(async (folder) => {
      const path = join(folder, 'in.pdf')
      await writeFile(path, OLD)
      const work = during(async () => {
        await writeFile(`${path}.new`, 'another signer was here')
        await rename(`${path}.new`, path)
      })
      await appendToFile(nodeDisk, path, path, work).catch(() => {})
      expect((await readFile(path, 'latin1')).startsWith('another')).toBe(true)
    }))
})
