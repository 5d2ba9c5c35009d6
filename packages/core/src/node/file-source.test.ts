import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { smallPdf } from '../../test/support/pdf-builder.ts'
import { verify } from '../pades/verify.ts'
import { blobSource } from '../pdf/blob-source.ts'
import { fileSource } from './file-source.ts'

let folder: string
let path: string
const bytes = smallPdf().table('/Root 1 0 R').bytes()
const options = { trust: { anchors: [] }, at: new Date('2026-01-01T00:00:00Z') }

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'countersign-source-'))
  path = join(folder, 'small.pdf')
  writeFileSync(path, bytes)
})

afterAll(() => {
  rmSync(folder, { recursive: true })
})

describe('a file and a Blob as sources (S1)', () => {
  test('give the report of the bytes', async () => {
    const expected = await verify(bytes, options)
    const source = await fileSource(path)
    expect(await verify(source, options)).toEqual(expected)
    await source.close()
    await expect(source.read(0, new Uint8Array(1))).rejects.toThrow()
    expect(await verify(blobSource(new Blob([new Uint8Array(bytes)])), options)).toEqual(expected)
  })

  test('what is no PDF is hashed all the same', async () => {
    const other = join(folder, 'other.txt')
    writeFileSync(other, 'no PDF')
    const source = await fileSource(other)
    const report = await verify(source, options)
    await source.close()
    expect(report.overall).toBe('unreadable')
    expect(report.document).toEqual((await verify(new TextEncoder().encode('no PDF'), options)).document)
  })

  test('a missing file and a folder have their codes', async () => {
    await expect(fileSource(join(folder, 'missing.pdf'))).rejects.toThrow(
      expect.objectContaining({ code: 'FILE_NOT_FOUND' }),
    )
    await expect(fileSource(folder)).rejects.toThrow(expect.objectContaining({ code: 'FILE_NOT_READABLE' }))
  })
})
