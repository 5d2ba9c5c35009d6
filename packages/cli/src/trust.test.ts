import { describe, expect, test } from '@jest/globals'
import { readFile, readdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { X509Certificate } from 'node:crypto'
import { certificate, countersign, inFolder } from '../test/command.ts'

const hashOf = async (name: string): Promise<string> =>
  new X509Certificate(await readFile(certificate(name))).fingerprint256
const plain = (hash: string): string => hash.replaceAll(':', '').toLowerCase()
const root = await hashOf('root.pem')
const ca = await hashOf('ca.pem')

const add = (anchors: string, folder: string, name: string, ...more: string[]): string[] => [
  'trust',
  'add',
  '--anchors',
  anchors,
  '--provenance',
  'certs-test of this repository',
  ...more,
  folder,
  certificate(name),
]

describe('countersign trust', () => {
  test('add shows the certificate and asks for its hash; nothing is written before', async () => {
    await inFolder(async (folder) => {
      const asked = await countersign(add('gov', folder, 'root.pem'))
      expect([asked.code, asked.last.startsWith('PIN_NEEDED: '), await readdir(folder)]).toEqual([64, true, []])
      expect(asked.stdout).toContain(plain(root))
      expect(asked.stdout).toContain('CN=Countersign TEST Root CA')
      const wrong = await countersign(add('gov', folder, 'root.pem', '--sha256', ca))
      expect([wrong.code, wrong.last.startsWith('TRUST_PIN_MISMATCH: '), await readdir(folder)]).toEqual([1, true, []])
      const right = await countersign(add('gov', folder, 'root.pem', '--sha256', root))
      expect([right.code, (await readdir(folder)).toSorted()]).toEqual([0, [`${plain(root)}.crt`, 'trust.json']])
      const again = await countersign(add('gov', folder, 'root.pem', '--sha256', root))
      expect([again.code, again.last.startsWith('TRUST_PROFILE_INVALID: ')]).toEqual([1, true])
    })
  })

  test('list by selection, remove by hash', async () => {
    await inFolder(async (folder) => {
      await countersign(add('gov', folder, 'root.pem', '--yes'))
      await countersign(add('public', folder, 'ca.pem', '--yes', '--purpose', 'signer', '--until', '2030-01-01'))
      const all = await countersign(['trust', 'list', '--json', folder])
      expect([all.code, JSON.parse(all.stdout)]).toEqual([
        0,
        {
          schema: 'countersign/trust-profile/1',
          anchors: [
            expect.objectContaining({ sha256: plain(root), profiles: ['gov'], purposes: ['signer', 'tsa'] }),
            expect.objectContaining({ purposes: ['signer'], until: '2030-01-01T00:00:00.000Z' }),
          ],
        },
      ])
      const some = await countersign(['trust', 'list', '--lang', 'vi', '--anchors', 'public', folder])
      expect([some.code, some.stdout.includes(plain(ca)), some.stdout.includes(plain(root))]).toEqual([0, true, false])
      expect(some.stdout).toContain('nguồn gốc')
      expect((await countersign(['trust', 'remove', join(folder, 'trust.json'), root])).code).toBe(0)
      expect((await readdir(folder)).toSorted()).toEqual([`${plain(ca)}.crt`, 'trust.json'])
      const gone = await countersign(['trust', 'remove', folder, root])
      expect([gone.code, gone.last.startsWith('TRUST_PROFILE_INVALID: ')]).toEqual([1, true])
      // A certificate that was exchanged behind the profile's back is found when listing too.
      await writeFile(join(folder, `${plain(ca)}.crt`), await readFile(certificate('root.pem')))
      const exchanged = await countersign(['trust', 'list', folder])
      expect([exchanged.code, exchanged.last.startsWith('TRUST_PIN_MISMATCH: ')]).toEqual([64, true])
    })
  })

  test('verify and certificate validate take their anchors from a profile', async () => {
    await inFolder(async (folder) => {
      await countersign(add('gov', folder, 'root.pem', '--yes'))
      const validate = async (...words: string[]): Promise<number> => {
        const given = ['--revocation', 'none', '--intermediate', certificate('ca-vn.pem'), certificate('officer.pem')]
        return (await countersign(['certificate', 'validate', '--json', ...words, ...given])).code
      }
      expect(await validate('--trust-profile', folder)).toBe(0)
      expect(await validate('--trust-profile', folder, '--anchors', 'gov')).toBe(0)
      expect(await validate('--trust-profile', folder, '--anchors', 'public')).toBe(1)
      expect(await validate('--trust-profile', join(folder, 'other.json'))).toBe(64)
      expect(await validate('--trust-profile', folder, '--anchors', 'mine')).toBe(64)
      expect((await countersign(['verify', '--trust-profile', join(folder, 'other.json'), 'x.pdf'])).code).toBe(64)
    })
  })

  test('mistakes in the use', async () => {
    const lines = [['trust'], ['trust', 'list'], ['trust', 'forget', 'x'], ['trust', 'remove', '/nowhere', 'abc']]
    lines.push(['trust', 'add', '/nowhere', certificate('root.pem')], ['trust', 'list', '/nowhere/trust.json'])
    for (const line of lines) expect([line, (await countersign(line)).code]).toEqual([line, 64])
  })

  test('limits of an anchor are kept, listed and hold', async () => {
    await inFolder(async (folder) => {
      const validate = async (): Promise<unknown> => {
        const words = ['certificate', 'validate', '--trust-profile', folder, '--revocation', 'none', '--json']
        const chain = ['--intermediate', certificate('ca-vn.pem'), certificate('officer.pem')]
        return (await countersign([...words, ...chain])).code
      }
      const limits = [
        '--from',
        '2020-01-01',
        '--path-length',
        '1',
        '--permit',
        'directory:C=VN',
        '--exclude',
        'dns:bad.vn',
      ]
      const added = await countersign(add('gov', folder, 'root.pem', '--sha256', root, ...limits))
      expect(added.code).toBe(0)
      const listed = await countersign(['trust', 'list', folder, '--lang', 'en'])
      expect(listed.stdout).toContain('  from         2020-01-01T00:00:00.000Z')
      expect(listed.stdout).toContain('  path length  1')
      expect(listed.stdout).toContain('  permitted    directory:C=VN')
      expect(listed.stdout).toContain('  excluded     dns:bad.vn')
      expect(await validate()).toBe(0)
      await countersign(['trust', 'remove', folder, root])
      await countersign(add('gov', folder, 'root.pem', '--sha256', root, '--path-length', '0'))
      expect(await validate()).toBe(1)
      const wrong = await countersign(add('gov', folder, 'ca.pem', '--sha256', ca, '--permit', 'gov.vn'))
      expect([wrong.code, wrong.last.startsWith('TRUST_PROFILE_INVALID: ')]).toEqual([1, true])
    })
  })
})
