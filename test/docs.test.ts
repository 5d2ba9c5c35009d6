// The documents tell the truth: links lead somewhere, the README's program is the example that CI runs,
// the clause map names files that exist, and tests named in the threat model are there.
import { expect, test } from '@jest/globals'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { root } from './support/witnesses.ts'

const read = (path: string): string => readFileSync(join(root, path), 'utf8')

/** True when the path exists; `*` in its last part stands for anything. */
function exists(path: string): boolean {
  if (!path.includes('*')) return existsSync(join(root, path))
  const folder = join(root, dirname(path))
  if (!existsSync(folder)) return false
  const [start = '', end = ''] = (path.split('/').at(-1) ?? '').split('*')
  return readdirSync(folder).some((name) => name.startsWith(start) && name.endsWith(end))
}

function markdown(): string[] {
  const top = readdirSync(root).filter((name) => name.endsWith('.md'))
  const docs = readdirSync(join(root, 'docs'), { recursive: true, encoding: 'utf8' })
  const packages = readdirSync(join(root, 'packages')).map((name) => `packages/${name}/README.md`)
  return [
    ...top,
    ...docs.filter((name) => name.endsWith('.md')).map((name) => `docs/${name}`),
    ...packages.filter((path) => existsSync(join(root, path))),
    'examples/README.md',
  ]
}

test('every relative link in the documents leads to a file', () => {
  const broken: string[] = []
  for (const file of markdown()) {
    for (const match of read(file).matchAll(/\]\((?!https?:|#|mailto:)([^)#]+)(?:#[^)]*)?\)/g)) {
      const target = join(dirname(file), match[1] ?? '')
      if (!existsSync(join(root, target))) broken.push(`${file}: ${match[1]}`)
    }
  }
  expect(broken).toEqual([])
})

test('the program in the README is example 01', () => {
  const program = /<!-- examples\/01-sign-and-verify\.mjs -->\s*```js\n([\s\S]*?)```/.exec(read('README.md'))?.[1]
  const example = read('examples/01-sign-and-verify.mjs').replace(/^\/\/.*\n/, '')
  expect(program).toBe(example)
})

test('the clause map names files that exist', () => {
  const missing: string[] = []
  for (const line of read('docs/spec-map.md').split('\n')) {
    const cell = line.split('|')[3] ?? ''
    let folder = ''
    for (const match of cell.matchAll(/`([^`]+)`/g)) {
      const name = match[1] ?? ''
      const path = /^(core|report|service)\//.test(name) ? `packages/${name}` : `${folder}/${name}`
      folder = path.endsWith('/') ? path.slice(0, -1) : dirname(path)
      if (!exists(path.replace(/\/$/, ''))) missing.push(name)
    }
  }
  expect(missing).toEqual([])
})

test('tests named in the threat model exist', () => {
  const named = [...read('docs/threat-model.md').matchAll(/`(packages\/[^`*]+\.test\.ts)`/g)].map(
    (match) => match[1] ?? '',
  )
  expect(named.filter((path) => !existsSync(join(root, path)))).toEqual([])
})
