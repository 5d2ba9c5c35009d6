// G1, G5: what a signature field demands is obeyed, or refused before the key is asked for a value.
import { X509Certificate } from 'node:crypto'
import { describe, expect, test } from '@jest/globals'
import { sign } from '../src/pades/sign.ts'
import type { SignOptions } from '../src/pades/signing-types.ts'
import { makePdf, preparedReport } from './support/make-pdf.ts'
import { certificatePem, testSigner } from './support/signers.ts'

/** The prepared report with a seed value in its officer field. */
function seeded(seed: string): Uint8Array {
  const objects: Record<number, string> = {}
  const text = Buffer.from(preparedReport()).toString('latin1')
  for (const match of text.matchAll(/(\d+) 0 obj\n([\s\S]*?)\nendobj/g)) objects[Number(match[1])] = match[2]!
  objects[11] = objects[11]!.replace('/T (officer)', `/T (officer) /SV ${seed}`)
  return makePdf({ objects })
}

/** `signed`, or the entry that the field demands. */
async function outcome(seed: string, options: Partial<SignOptions> = {}, actor = 'officer'): Promise<string> {
  const real = await testSigner(actor)
  let asked = 0
  const signer = {
    info: real.info.bind(real),
    sign: (...given: Parameters<typeof real.sign>) => (asked++, real.sign(...given)),
  }
  const at = new Date('2026-01-14T08:00:00Z')
  return sign(seeded(seed), { signer, field: 'officer', at, ...options }).then(
    () => 'signed',
    (error: { code: string; details: { demand?: string } }) => {
      expect(asked).toBe(0)
      return error.code === 'FIELD_INVALID' ? (error.details.demand ?? '?') : error.code
    },
  )
}

const hex = async (name: string): Promise<string> =>
  `<${new X509Certificate(await certificatePem(name)).raw.toString('hex')}>`

describe('seed values', () => {
  test.each<[seed: string, options: Partial<SignOptions>, expected: string]>([
    ['/Ff 1 /Filter /Adobe.PPKLite', {}, 'signed'],
    ['/Ff 1 /Filter /Entrust.PPKEF', {}, 'Filter'],
    ['/Ff 0 /Filter /Entrust.PPKEF', {}, 'signed'],
    ['/Ff 2 /SubFilter [/adbe.pkcs7.detached]', {}, 'SubFilter'],
    ['/Ff 2 /SubFilter [/adbe.pkcs7.detached]', { format: 'pkcs7' }, 'signed'],
    ['/Ff 2 /SubFilter [/ETSI.CAdES.detached]', { format: 'pkcs7' }, 'SubFilter'],
    ['/Ff 2 /SubFilter [/adbe.pkcs7.detached /ETSI.CAdES.detached]', {}, 'signed'],
    ['/Ff 4 /V 3', {}, 'signed'],
    ['/Ff 4 /V 4', {}, 'V'],
    ['/Ff 8 /Reasons [(Approved) (Seen)]', { reason: 'Seen' }, 'signed'],
    ['/Ff 8 /Reasons [(Approved) (Seen)]', { reason: 'Other' }, 'Reasons'],
    ['/Ff 8 /Reasons [(Approved) (Seen)]', {}, 'Reasons'],
    ['/Ff 0 /Reasons [(Approved) (Seen)]', { reason: 'Other' }, 'signed'],
    ['/Ff 8 /Reasons [(.)]', {}, 'signed'],
    ['/Ff 8 /Reasons [(.)]', { reason: 'Seen' }, 'Reasons'],
    ['/Ff 8 /Reasons []', { reason: 'Seen' }, 'Reasons'],
    ['/MDP << /P 0 >>', {}, 'signed'],
    ['/MDP << /P 0 >>', { certify: 2 }, 'MDP'],
    ['/MDP << /P 2 >>', { certify: 2 }, 'signed'],
    ['/MDP << /P 2 >>', { certify: 3 }, 'MDP'],
    ['/MDP << /P 2 >>', {}, 'MDP'],
    ['/TimeStamp << /URL (http://tsa.example) /Ff 1 >>', {}, 'TimeStamp'],
    ['/TimeStamp << /URL (http://tsa.example) /Ff 0 >>', {}, 'signed'],
    ['/Ff 32 /AddRevInfo true', {}, 'AddRevInfo'],
    ['/Ff 32 /AddRevInfo false', {}, 'signed'],
    ['/Ff 128 /LockDocument /true', {}, 'LockDocument'],
    ['/Ff 256 /AppearanceFilter (Ours)', {}, 'AppearanceFilter'],
    ['/Ff 64 /DigestMethod [(SHA1)]', {}, 'SCHEME_NOT_AGREED'],
    ['/Ff 64 /DigestMethod [(SHA512)]', {}, 'signed'],
  ])('%s with %j: %s', async (seed, options, expected) => {
    expect(await outcome(`<< /Type /SV ${seed} >>`, options)).toBe(expected)
  })

  test('the certificate, its issuer, its key usage', async () => {
    const [officer, seal, root] = [await hex('officer'), await hex('seal'), await hex('root')]
    const cert = (entries: string): string => `<< /Cert << ${entries} >> >>`
    expect(await outcome(cert(`/Ff 1 /Subject [${seal} ${officer}]`))).toBe('signed')
    expect(await outcome(cert(`/Ff 1 /Subject [${seal}]`))).toBe('Cert/Subject')
    expect(await outcome(cert(`/Ff 0 /Subject [${seal}]`))).toBe('signed')
    expect(await outcome(cert(`/Ff 2 /Issuer [${root}]`))).toBe('signed')
    expect(await outcome(cert(`/Ff 2 /Issuer [${seal}]`))).toBe('Cert/Issuer')
    expect(await outcome(cert('/Ff 32 /KeyUsage [(XXXXX1) (X1)]'))).toBe('signed')
    expect(await outcome(cert('/Ff 32 /KeyUsage [(XXXXX1)]'))).toBe('Cert/KeyUsage')
    expect(await outcome(cert('/Ff 32 /KeyUsage [(XXXXX0)]'))).toBe('signed')
    expect(await outcome(cert('/Ff 4 /OID [(1.2.3)]'))).toBe('Cert/OID')
  })
})
