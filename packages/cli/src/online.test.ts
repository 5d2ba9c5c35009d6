import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createTestPki, serveTestPki } from '@countersign/test-pki'
import type { DefaultActor, TestPkiServer } from '@countersign/test-pki'
import { pemSigner, sign } from '@countersign/core/node'
import { drawReport } from '@countersign/report'
import type { InspectionNotice } from '@countersign/report'
import { root as repository } from '../../../test/support/witnesses.ts'
import { countersign, inFolder } from '../test/command.ts'

let served: TestPkiServer<DefaultActor>
let host: string
let notice: Uint8Array
beforeAll(async () => {
  served = await serveTestPki((baseUrl) => createTestPki({ clock: () => new Date(), baseUrl }))
  host = new URL(served.url).host
  const data = await readFile(join(repository, 'examples', 'data', 'notice.json'), 'utf8')
  notice = (await drawReport(JSON.parse(data) as InspectionNotice)).bytes
})
afterAll(() => served.close())

interface Files {
  readonly root: string
  readonly officer: string
  readonly pdf: string
}

async function withFiles(work: (files: Files) => Promise<void>): Promise<void> {
  await inFolder(async (folder) => {
    const files = {
      root: join(folder, 'root.pem'),
      officer: join(folder, 'officer.crt'),
      pdf: join(folder, 'signed.pdf'),
    }
    const { root, officer } = served.pki.actors
    await writeFile(files.root, root.pem)
    await writeFile(files.officer, officer.certificate)
    const signer = await pemSigner({ key: officer.privateKeyPem, certificates: officer.pem })
    await writeFile(files.pdf, (await sign(notice, { signer, field: 'officer' })).bytes)
    await work(files)
  })
}

async function requestsOf<T>(work: () => Promise<T>): Promise<{ result: T; requests: readonly string[] }> {
  const before = served.requests.length
  const result = await work()
  return { result, requests: served.requests.slice(before) }
}

describe('--online', () => {
  test('certificate validate fetches issuer and status from the allowed host', async () => {
    await withFiles(async ({ root, officer }) => {
      const words = ['certificate', 'validate', '--json', '--trust', root, officer]
      const offline = await requestsOf(() => countersign(words))
      expect([offline.result.code, offline.requests]).toEqual([1, []])
      const online = await requestsOf(() => countersign([...words, '--online', '--allow-host', host]))
      expect([online.result.code, online.requests.length]).toEqual([0, 3])
      expect(JSON.parse(online.result.stdout)).toMatchObject({ valid: true, indication: 'PASSED' })
    })
  })

  test('without --allow-host no request reaches a private address', async () => {
    await withFiles(async ({ root, officer, pdf }) => {
      const { result, requests } = await requestsOf(() =>
        countersign(['certificate', 'validate', '--json', '--online', '--trust', root, officer]),
      )
      expect([result.code, requests]).toEqual([1, []])
      expect(result.stdout).toContain('FETCH_REFUSED')
      const port = await requestsOf(() =>
        countersign(['verify', '--json', '--online', '--allow-host', '127.0.0.1:1', '--trust', root, pdf]),
      )
      expect([port.result.code, port.requests]).toEqual([2, []])
    })
  })

  test('verify judges a document without any revocation data', async () => {
    await withFiles(async ({ root, pdf }) => {
      const words = ['verify', '--json', '--trust', root, pdf]
      const offline = await requestsOf(() => countersign(words))
      expect([offline.result.code, offline.requests]).toEqual([2, []])
      const online = await requestsOf(() => countersign([...words, '--online', '--allow-host', '127.0.0.1']))
      expect([online.result.code, online.requests.length]).toEqual([0, 3])
    })
  })

  test('mistakes are mistakes in the use', async () => {
    const both = await countersign(['verify', '--online', '--offline', 'x.pdf'])
    const wrong = await countersign(['verify', '--online', '--allow-host', 'http://x/', 'x.pdf'])
    expect([both.code, wrong.code]).toEqual([64, 64])
    expect(wrong.last).toMatch(/^USAGE: --allow-host/)
    const proxy = await countersign(['verify', '--online', '--proxy', 'socks5://x', 'x.pdf'])
    expect([proxy.code, proxy.last]).toEqual([64, expect.stringMatching(/^USAGE: --proxy/)])
  })
})
