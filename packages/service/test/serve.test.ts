import { afterAll, describe, expect, test } from '@jest/globals'
import { generateKeyPairSync } from 'node:crypto'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { initTestPki } from '@countersign/test-pki'
import { serve } from '../src/index.ts'
import { client } from './support/running-office.ts'

const folders: string[] = []
const quiet = { env: {}, log: { write: () => undefined } }

async function folder(): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), 'countersign-serve-'))
  folders.push(path)
  return path
}

afterAll(async () => {
  for (const path of folders) await rm(path, { recursive: true, force: true })
})

describe('REL-13 one command starts it', () => {
  test('prints the address and the first key once, TEST in file names and text', async () => {
    const data = join(await folder(), 'data')
    const lines: string[] = []
    const print = (line: string): void => void lines.push(line)
    const first = await serve({ port: 0, data }, { ...quiet, print })
    expect(first.url).toMatch(/^http:\/\/localhost:\d+$/u)
    const text = lines.join('\n')
    expect(text).toContain(first.url)
    expect(text).toContain('TEST')
    expect(text).toContain(first.firstKey)
    expect(first.trust).toContain('TEST')
    const key = first.firstKey ?? ''
    expect((await client(first.url, key).send('GET', '/v1/api-keys')).body.keys).toHaveLength(1)
    await first.close()

    lines.length = 0
    const second = await serve({ port: 0, data }, { ...quiet, print })
    expect(second.firstKey).toBeUndefined()
    expect(lines.join('\n')).not.toContain('cs_')
    expect((await client(second.url, key).send('GET', '/v1/api-keys')).body.keys).toHaveLength(1)
    await second.close()
  })

  test('settings come from flags, then variables; nonsense is refused', async () => {
    const data = await folder()
    const running = await serve({}, { ...quiet, env: { COUNTERSIGN_PORT: '0', COUNTERSIGN_DATA: data } })
    await running.close()
    for (const env of [{ COUNTERSIGN_PORT: 'http' }, { COUNTERSIGN_PORT: '70000' }, { COUNTERSIGN_MODE: 'prod' }]) {
      await expect(serve({ data }, { ...quiet, env })).rejects.toMatchObject({ code: 'CONFIG_INVALID' })
    }
  })

  test('a throw-away CA that has expired is said plainly, not found out at the first signature', async () => {
    const data = await folder()
    await (await serve({ port: 0, data }, quiet)).close()
    const now = (): Date => new Date(Date.now() + 31 * 24 * 60 * 60 * 1000)
    const late = serve({ port: 0, data }, { ...quiet, now })
    await expect(late).rejects.toMatchObject({ code: 'CONFIG_INVALID', message: expect.stringContaining('expired') })
  })

  test('a port in use is said plainly', async () => {
    const running = await serve({ port: 0, data: await folder() }, quiet)
    const port = Number(new URL(running.url).port)
    await expect(serve({ port, data: await folder() }, quiet)).rejects.toMatchObject({ code: 'CONFIG_INVALID' })
    await running.close()
  })

  test('REL-11 while draining new work is refused with Retry-After, livez stays green', async () => {
    const running = await serve({ port: 0, data: await folder() }, quiet)
    running.service.drain()
    const nobody = client(running.url, '')
    const answer = await nobody.send('GET', '/v1/documents')
    expect([answer.status, answer.body.code, answer.headers.get('retry-after')]).toEqual([503, 'shutdown', '30'])
    expect((await nobody.send('GET', '/livez')).status).toBe(200)
    await running.close()
  })
})

describe('production mode', () => {
  async function writeConfiguration(change: (configuration: Record<string, unknown>) => void): Promise<string> {
    const path = await folder()
    const password = 'test-password'
    await mkdir(join(path, 'pki'))
    await initTestPki(join(path, 'pki', 'x'), { clock: () => new Date(), password })
    await writeFile(join(path, 'password.txt'), `${password}\n`)
    const jwk = generateKeyPairSync('ed25519').publicKey.export({ format: 'jwk' })
    const key = (use: string): object => ({
      id: use,
      use,
      agency: 'snv',
      p12: `pki/x/${use}.p12`,
      passwordFile: 'password.txt',
      persons: ['dung'],
    })
    const configuration: Record<string, unknown> = {
      agencies: [{ id: 'snv', name: 'Sở Nội vụ' }],
      trust: ['pki/x/root.pem'],
      crls: ['pki/x/crl-root.der'],
      keys: [key('officer'), key('seal')],
      approvalKeys: [{ id: 'k1', agency: 'snv', person: 'dung', jwk }],
    }
    change(configuration)
    const file = join(path, 'countersign.json')
    await writeFile(file, JSON.stringify(configuration))
    return file
  }

  const start = async (config?: string): Promise<unknown> =>
    serve({ port: 0, data: await folder(), mode: 'production', ...(config === undefined ? {} : { config }) }, quiet)

  test('refuses to start without configuration, half configured, or with the test CA', async () => {
    await expect(start()).rejects.toMatchObject({ code: 'PRODUCTION_INCOMPLETE' })
    await expect(start('/nowhere/countersign.json')).rejects.toMatchObject({ code: 'CONFIG_INVALID' })
    const testCa = await writeConfiguration(() => undefined)
    await expect(start(testCa)).rejects.toMatchObject({ code: 'PRODUCTION_TEST_CA' })
    const noSeal = await writeConfiguration((configuration) => {
      configuration['keys'] = (configuration['keys'] as object[]).slice(0, 1)
    })
    await expect(start(noSeal)).rejects.toMatchObject({ code: 'PRODUCTION_INCOMPLETE' })
    for (const name of ['agencies', 'trust', 'keys', 'approvalKeys']) {
      const missing = await writeConfiguration((configuration) => delete configuration[name])
      await expect(start(missing)).rejects.toMatchObject({ code: 'CONFIG_INVALID' })
    }
    const unknown = await writeConfiguration((configuration) => (configuration['secret'] = 'x'))
    await expect(start(unknown)).rejects.toMatchObject({ code: 'CONFIG_INVALID' })
  }, 60_000)
})
