import { createHash, createPrivateKey } from 'node:crypto'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import forge from 'node-forge'
import { runProgram, witnessTest } from '../../../test/support/witnesses.ts'
import { createTestPki } from '../src/index.ts'
import { clock, temporaryFolder } from './support.ts'
import type { Folder } from './support.ts'

const pki = createTestPki({ clock })
let folder: Folder
beforeAll(() => {
  folder = temporaryFolder()
})
afterAll(() => folder.remove())

const STYLES = ['modern', 'legacy'] as const

test.each(STYLES)('%s: node-forge reads key and certificates', (style) => {
  const der = pki.actors.officer.toPkcs12('test', { style })
  const p12 = forge.pkcs12.pkcs12FromAsn1(forge.asn1.fromDer(Buffer.from(der).toString('binary')), 'test')
  const oids = forge.pki.oids as unknown as { certBag: string; pkcs8ShroudedKeyBag: string }
  expect(p12.getBags({ bagType: oids.certBag })[oids.certBag]).toHaveLength(3)
  expect(p12.getBags({ bagType: oids.pkcs8ShroudedKeyBag })[oids.pkcs8ShroudedKeyBag]).toHaveLength(1)
})

test('the same each time', () => {
  const once = (): string => createHash('sha256').update(pki.actors.seal.toPkcs12('test')).digest('hex')
  expect(once()).toBe(once())
})

witnessTest(['openssl'], 'openssl reads every kind of key, both styles, and a Vietnamese password', async () => {
  const cases = [
    ...(['officer', 'officerEc', 'officerP521', 'officerEd25519', 'officerPssKey', 'seal'] as const).map(
      (name) => [name, 'modern', 'test'] as const,
    ),
    ['officer', 'legacy', 'mật khẩu'] as const,
    ['officer', 'modern', 'mật khẩu'] as const,
  ]
  for (const [name, style, password] of cases) {
    const actor = pki.actors[name]
    const file = folder.write(`${name}-${style}.p12`, actor.toPkcs12(password, { style }))
    const read = ['pkcs12', '-in', file, '-passin', `pass:${password}`, '-nodes', '-nocerts']
    const { code, stdout, stderr } = await runProgram('openssl', read)
    expect([name, style, code, stderr]).toEqual([name, style, 0, ''])
    const key = createPrivateKey(stdout.slice(stdout.indexOf('-----BEGIN')))
    expect(key.export({ format: 'der', type: 'pkcs8' }).equals(actor.privateKey)).toBe(true)
  }
})
