import { describe, expect, test } from '@jest/globals'
import { createPrivateKey } from 'node:crypto'
import type { KeyObject } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { root } from '../../../../test/support/witnesses.ts'
import { certificatePem } from '../../test/support/signers.ts'
import { parsePem, pemSigner } from './pem.ts'

const folder = join(root, 'certs-test')

async function keyOf(name: string): Promise<KeyObject> {
  return createPrivateKey(await readFile(join(folder, `${name}.key`)))
}

const encrypted = { type: 'pkcs8', format: 'pem', cipher: 'aes-256-cbc', passphrase: 'mật khẩu' } as const

describe('keys in every form', () => {
  test.each(['officer', 'officer-ec', 'officer-p384', 'officer-p521', 'officer-ed25519'])(
    '%s: PKCS#8, encrypted PKCS#8, and the older forms',
    async (name) => {
      const key = await keyOf(name)
      const certificates = await certificatePem(name)
      const forms: string[] = [key.export({ type: 'pkcs8', format: 'pem' }).toString()]
      if (key.asymmetricKeyType === 'rsa') forms.push(key.export({ type: 'pkcs1', format: 'pem' }).toString())
      if (key.asymmetricKeyType === 'ec') forms.push(key.export({ type: 'sec1', format: 'pem' }).toString())
      for (const form of forms)
        expect((await (await pemSigner({ key: form, certificates })).info()).schemes[0]).toBeDefined()
      const pem = key.export(encrypted).toString()
      await expect(pemSigner({ key: pem, certificates, password: 'mật khẩu' })).resolves.toBeDefined()
      await expect(pemSigner({ key: pem, certificates, password: 'x' })).rejects.toMatchObject({
        code: 'P12_PASSWORD_WRONG',
      })
      await expect(pemSigner({ key: pem, certificates })).rejects.toMatchObject({ code: 'P12_PASSWORD_WRONG' })
    },
  )

  test('a traditional encrypted key', async () => {
    const key = await keyOf('officer')
    const pem = key.export({ type: 'pkcs1', format: 'pem', cipher: 'aes-128-cbc', passphrase: 'old' }).toString()
    const certificates = await certificatePem('officer')
    await expect(pemSigner({ key: pem, certificates, password: 'old' })).resolves.toBeDefined()
    await expect(pemSigner({ key: pem, certificates, password: 'new' })).rejects.toMatchObject({
      code: 'P12_PASSWORD_WRONG',
    })
  })

  test('key and certificates in one file, in any order, with text between', async () => {
    const text = `${await certificatePem('root')}\nchain:\n${await certificatePem('chain')}${await readFile(join(folder, 'officer.key'), 'utf8')}${await certificatePem('officer')}`
    const info = await (await pemSigner({ key: text })).info()
    expect(Buffer.from(info.certificate)).toEqual(Buffer.from(parsePem(await certificatePem('officer'))[0]!.der))
    expect(info.chain).toHaveLength(2)
  })
})

describe('refusals', () => {
  test('the certificate of another: KEY_MISMATCH', async () => {
    const key = await readFile(join(folder, 'officer.key'))
    const certificates = await certificatePem('seal')
    await expect(pemSigner({ key, certificates })).rejects.toMatchObject({ code: 'KEY_MISMATCH' })
  })

  test('no key, no certificate, cut PEM', async () => {
    const key = await readFile(join(folder, 'officer.key'), 'utf8')
    const certificates = await certificatePem('officer')
    await expect(pemSigner({ key: certificates })).rejects.toMatchObject({ code: 'P12_NO_KEY' })
    await expect(pemSigner({ key })).rejects.toMatchObject({ code: 'CERT_INVALID' })
    await expect(pemSigner({ key: key.slice(0, 400), certificates })).rejects.toMatchObject({ code: 'PEM_INVALID' })
    const broken = key.replace(/\n.{64}\n/, '\n')
    await expect(pemSigner({ key: broken, certificates })).rejects.toMatchObject({ code: 'PEM_INVALID' })
  })
})
