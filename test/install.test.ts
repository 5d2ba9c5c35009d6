import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from '@jest/globals'

interface Lock {
  readonly packages: Record<string, { version?: string; integrity?: string; optional?: boolean; link?: boolean }>
}
const root = join(import.meta.dirname, '..')
// plain JavaScript without declarations: a name the compiler does not resolve
const script = '../scripts/install.js'
const { isInstalled } = (await import(script)) as { isInstalled: (wanted: Lock, installed: Lock) => boolean }

const wanted: Lock = {
  packages: {
    '': { version: '1.0.0' },
    'packages/core': { version: '0.1.0' },
    'node_modules/@countersign/core': { link: true },
    'node_modules/a': { version: '1.0.0', integrity: 'sha512-a' },
    'node_modules/a/node_modules/b': { version: '2.0.0', integrity: 'sha512-b' },
    'node_modules/other-platform': { version: '1.0.0', integrity: 'sha512-o', optional: true },
  },
}
const a = wanted.packages['node_modules/a']!
const b = wanted.packages['node_modules/a/node_modules/b']!

test('an installation of the same lockfile is up to date, without the packages of other platforms', () => {
  expect(isInstalled(wanted, { packages: { 'node_modules/a': a, 'node_modules/a/node_modules/b': b } })).toBe(true)
})

test.each([
  ['a package is missing', { 'node_modules/a': a }],
  ['a version is older', { 'node_modules/a': a, 'node_modules/a/node_modules/b': { ...b, version: '1.9.0' } }],
  ['a content is another', { 'node_modules/a': { ...a, integrity: 'sha512-x' }, 'node_modules/a/node_modules/b': b }],
])('a changed lockfile asks for another installation: %s', (_, packages) => {
  expect(isInstalled(wanted, { packages })).toBe(false)
})

test('this very checkout is installed as its lockfile says', () => {
  const read = (...path: string[]): Lock => JSON.parse(readFileSync(join(root, ...path), 'utf8')) as Lock
  expect(isInstalled(read('package-lock.json'), read('node_modules', '.package-lock.json'))).toBe(true)
})
