// sign --pkcs11: a key on a token, here SoftHSM with a place of its own. Where it is missing, the test says that it was skipped.
import { expect, test } from '@jest/globals'
import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { hasWitness, root, runProgram } from '../../../test/support/witnesses.ts'
import { MODULE, PIN } from '../../pkcs11/test/soft-token.ts'
import { countersign } from '../test/command.ts'

function missing(): string | undefined {
  if (MODULE === undefined) return 'no SoftHSM'
  try {
    createRequire(import.meta.url).resolve('pkcs11js')
    return undefined
  } catch {
    return 'no pkcs11js'
  }
}

const pki = (name: string): string => join(root, 'certs-test', name)
const letter = join(root, 'examples', 'data', 'letter.pdf')

test('--pkcs11 goes with no --p12; --token and --pin-file go with nothing else', async () => {
  const both = ['sign', '--pkcs11', 'x.so', '--p12', 'a.p12', letter, '/tmp/never.pdf']
  expect(await countersign(both)).toMatchObject({ code: 64 })
  expect(await countersign(['sign', '--token', 'a', '--p12', 'a.p12', letter, '/tmp/never.pdf'])).toMatchObject({
    code: 64,
  })
})

const why = missing()
const title = 'a file is signed by the key on a token; a wrong PIN has its code'
;(why === undefined ? test : test.skip)(
  why === undefined ? title : `${title} (skipped: ${why})`,
  async () => {
    const folder = mkdtempSync(join(tmpdir(), 'countersign-token-'))
    try {
      const environment = { SOFTHSM2_CONF: join(folder, 'softhsm2.conf') }
      mkdirSync(join(folder, 'tokens'))
      writeFileSync(environment.SOFTHSM2_CONF, `directories.tokendir = ${join(folder, 'tokens')}\nlog.level = ERROR\n`)
      const softhsm = (...words: string[]): void => {
        execFileSync('softhsm2-util', words, { stdio: 'ignore', env: { ...process.env, ...environment } })
      }
      softhsm('--init-token', '--free', '--label', 'officer', '--so-pin', '24680246', '--pin', PIN)
      softhsm('--import', pki('officer.key'), '--token', 'officer', '--label', 'signing', '--id', '01', '--pin', PIN)
      writeFileSync(join(folder, 'pin'), `${PIN}\n`)
      writeFileSync(join(folder, 'wrong'), '111111\n')
      const out = join(folder, 'out.pdf')
      const words = [
        'sign',
        '--pkcs11',
        MODULE!,
        '--token',
        'officer',
        '--key',
        'signing',
        '--cert',
        pki('officer.pem'),
        '--chain',
        pki('chain.pem'),
      ]
      const wrong = await countersign([...words, '--pin-file', join(folder, 'wrong'), letter, out], environment)
      expect(wrong).toMatchObject({ code: 1, last: expect.stringMatching(/^PIN_WRONG: /u) as unknown })
      expect(existsSync(out)).toBe(false)
      const right = await countersign([...words, '--pin-file', join(folder, 'pin'), letter, out], environment)
      expect(right).toMatchObject({ code: 0 })
      if (!hasWitness('pdfsig')) return
      expect((await runProgram('pdfsig', ['-nocert', out])).stdout).toContain('Signature is Valid')
    } finally {
      rmSync(folder, { recursive: true, force: true })
    }
  },
  60_000,
)
