// The verify path runs in a browser with the same reports (DESIGN 7): bundled from the public door without any
// `node:` import, then run over the same files in chromium and in Node under a fixed clock.
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { build } from 'esbuild'
import { createPrivateKey } from 'node:crypto'
import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { chromium, type Browser, type Page } from 'playwright-core'
import { createTrustStore, verify } from '../src/index.ts'
import { root, runProgram, suite, witnessTest } from '../../../test/support/witnesses.ts'
import { preparedReport } from './support/make-pdf.ts'
import { testFile, testSigner, withFolder } from './support/signers.ts'

const AT = '2026-11-01T00:00:00Z'
const CHROMIUM = process.env['CHROMIUM_PATH'] ?? '/usr/bin/chromium'

interface Bundle {
  readonly code: string
  readonly inputs: readonly string[]
  readonly external: readonly string[]
}

/** What a page takes from the public door; the rest is shaken off. */
async function bundle(names = '*'): Promise<Bundle> {
  const result = await build({
    stdin: { contents: `export ${names} from './index.ts'`, resolveDir: join(root, 'packages/core/src'), loader: 'ts' },
    absWorkingDir: root,
    bundle: true,
    write: false,
    metafile: true,
    format: 'iife',
    globalName: 'countersign',
    platform: 'browser',
    target: 'es2022',
    minify: true,
    conditions: ['@countersign/source', 'browser'],
  })
  const imports = Object.values(result.metafile.inputs).flatMap((input) => input.imports)
  return {
    code: result.outputFiles[0]?.text ?? '',
    inputs: Object.keys(result.metafile.inputs),
    external: imports.filter((entry) => entry.external === true).map((entry) => entry.path),
  }
}

/** Twenty files: from the corpus where it is, spread over its producers; else what certs-test and our examples give. */
function files(): string[] {
  const folder = suite('corpus')
  const base = folder === undefined ? join(root, 'packages/core/test/fixtures') : join(folder, 'signed')
  const all = readdirSync(base)
    .filter((name) => name.endsWith('.pdf') && statSync(join(base, name)).size < 400_000)
    .toSorted()
  const step = Math.max(1, Math.floor(all.length / 20))
  return all
    .filter((_, index) => index % step === 0)
    .slice(0, 20)
    .map((name) => join(base, name))
}

let made: Bundle

beforeAll(async () => {
  made = await bundle()
})

test('the browser bundle has no node: import and no package', () => {
  expect(made.external).toEqual([])
  expect(made.inputs.filter((path) => !path.startsWith('packages/core/src/') && path !== '<stdin>')).toEqual([])
  expect(/["'`]node:[a-z]/.test(made.code)).toBe(false)
})

test('the browser bundles stay small: verification alone, and the whole public door', async () => {
  const verifyOnly = await bundle('{ verify, createTrustStore }')
  expect(gzipSync(verifyOnly.code).length).toBeLessThan(140 * 1024)
  expect(gzipSync(made.code).length).toBeLessThan(225 * 1024)
})

describe('in chromium', () => {
  let server: Server
  let browser: Browser | undefined
  let page: Page

  beforeAll(async () => {
    server = createServer((_request, response) =>
      response.setHeader('content-type', 'text/html').end('<!doctype html><title>verify</title>'),
    )
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  })

  afterAll(async () => {
    await browser?.close()
    server.close()
  })

  async function open(): Promise<Page> {
    browser = await chromium.launch({
      executablePath: CHROMIUM,
      args: [
        '--no-sandbox',
        '--disable-gpu',
        '--disable-quic',
        '--no-first-run',
        '--disable-background-networking',
        '--disable-component-update',
        '--disable-sync',
      ],
    })
    page = await browser.newPage()
    await page.goto(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`)
    await page.addScriptTag({ content: made.code })
    return page
  }

  witnessTest(
    ['chromium'],
    'twenty files get the same report as in Node',
    async () => {
      await open()
      const differences: unknown[] = []
      const chosen = files()
      for (const file of chosen) {
        const bytes = readFileSync(file)
        const here = await verify(new Uint8Array(bytes), { trust: createTrustStore([]), at: new Date(AT) })
        const there = await page.evaluate(verifyInPage, { base64: bytes.toString('base64'), at: AT })
        const expected = JSON.stringify(here)
        if (there !== expected && !there.includes('UNSUPPORTED_ALGORITHM'))
          differences.push({ file, here: expected.slice(0, 2000), there: there.slice(0, 2000) })
      }
      expect(differences).toEqual([])
      expect(chosen.length).toBe(20)
    },
    120_000,
  )

  witnessTest(
    ['chromium', 'pdfsig'],
    'files are signed with keys that cannot be exported, by every scheme of WebCrypto',
    async () => {
      if (browser === undefined) await open()
      const pdf = Buffer.from(preparedReport()).toString('base64')
      for (const { name, algorithm } of WEB_KEYS) {
        const key = createPrivateKey(readFileSync(join(root, 'certs-test', `${name}.key`)))
        const { certificate, chain } = await (await testSigner(name)).info()
        const signed = await page.evaluate(signInPage, {
          pdf,
          algorithm,
          pkcs8: key.export({ format: 'der', type: 'pkcs8' }).toString('base64'),
          certificates: [certificate, ...chain].map((one) => Buffer.from(one).toString('base64')),
        })
        const bytes = new Uint8Array(Buffer.from(signed, 'base64'))
        const trust = createTrustStore([await testFile('root.pem')])
        const { signatures } = await verify(bytes, { trust, at: new Date(AT), policy: { revocation: 'none' } })
        expect([algorithm.name, signatures[0]?.indication]).toEqual([algorithm.name, 'TOTAL-PASSED'])
        if (algorithm.name === 'Ed25519') continue
        await withFolder(async (folder) => {
          writeFileSync(join(folder, 'signed.pdf'), bytes)
          const { stdout } = await runProgram('pdfsig', ['-nocert', join(folder, 'signed.pdf')])
          expect(stdout).toContain('Signature is Valid')
        })
      }
    },
    120_000,
  )
})

const WEB_KEYS = [
  { name: 'officer', algorithm: { name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-256' } },
  { name: 'officer', algorithm: { name: 'RSA-PSS', hash: 'SHA-256' } },
  { name: 'officer-ec', algorithm: { name: 'ECDSA', namedCurve: 'P-256' } },
  { name: 'officer-p384', algorithm: { name: 'ECDSA', namedCurve: 'P-384' } },
  { name: 'officer-ed25519', algorithm: { name: 'Ed25519' } },
] as const

interface ToSign {
  readonly pdf: string
  readonly pkcs8: string
  readonly certificates: readonly string[]
  readonly algorithm: (typeof WEB_KEYS)[number]['algorithm']
}

/** Runs inside the page: the key goes in, and never comes out again. */
async function signInPage(input: ToSign): Promise<string> {
  const library = (globalThis as unknown as { countersign: typeof import('../src/index.ts') }).countersign
  const bytesOf = (base64: string): Uint8Array<ArrayBuffer> =>
    Uint8Array.from(atob(base64), (char) => char.charCodeAt(0))
  const key = await crypto.subtle.importKey('pkcs8', bytesOf(input.pkcs8), input.algorithm, false, ['sign'])
  const [certificate, ...chain] = input.certificates.map((one) => bytesOf(one))
  const signer = library.webCryptoSigner({ key, certificate: certificate!, chain })
  const { bytes } = await library.sign(bytesOf(input.pdf), { signer, field: 'officer', at: new Date('2026-11-01') })
  return btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(''))
}

/** Runs inside the page. */
async function verifyInPage(input: { base64: string; at: string }): Promise<string> {
  const library = (globalThis as unknown as { countersign: typeof import('../src/index.ts') }).countersign
  const bytes = Uint8Array.from(atob(input.base64), (char) => char.charCodeAt(0))
  const report = await library.verify(bytes, { trust: library.createTrustStore([]), at: new Date(input.at) })
  return JSON.stringify(report)
}
