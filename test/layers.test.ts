// Arrows point one way and this test says so (docs/adr/001): which folder may import which, one door per dependency,
// no cycles, no Node modules in the pure part of core, no file above 500 lines.
import { describe, expect, test } from '@jest/globals'
import { readdirSync, readFileSync } from 'node:fs'
import { builtinModules } from 'node:module'
import { dirname, join, relative, resolve, sep } from 'node:path'
import { root } from './support/witnesses.ts'

const core = join(root, 'packages', 'core', 'src')

/** Folder of core -> folders it may import. Every folder may import the leaf files error, problem and report. */
const ARROWS: Readonly<Record<string, readonly string[]>> = {
  crypto: [],
  der: [],
  x509: ['der', 'crypto'],
  cms: ['der', 'crypto', 'x509'],
  tsp: ['der', 'crypto', 'x509', 'cms'],
  pdf: ['crypto'],
  appearance: ['pdf'],
  changes: ['pdf', 'der', 'x509', 'crypto'],
  validation: ['der', 'crypto', 'x509', 'cms', 'tsp'],
  pades: ['der', 'crypto', 'x509', 'cms', 'tsp', 'pdf', 'appearance', 'changes', 'validation', 'explain'],
  keys: ['der', 'crypto', 'x509', 'cms'],
  net: ['der', 'x509', 'tsp', 'validation'],
  explain: [],
  schema: ['pades'],
}
const LEAVES = ['error.ts', 'problem.ts', 'report.ts']

/** Package -> what of ours it may import. */
const PACKAGES: Readonly<Record<string, readonly string[]>> = {
  core: [],
  'test-pki': [],
  report: ['core'],
  pkcs11: ['core'],
  remote: ['core'],
  service: ['core', 'report', 'pkcs11', 'remote', 'test-pki'],
  cli: ['core', 'pkcs11', 'service', 'test-pki'],
}

/** The one folder (relative to the root) that may import a dependency. */
const DOORS: Readonly<Record<string, readonly string[]>> = {
  'node-forge': ['packages/core/src/keys'],
  pkijs: ['packages/test-pki/src'],
  asn1js: ['packages/test-pki/src'],
  'pdf-lib': ['packages/report/src'],
  '@cantoo/pdf-lib': ['packages/report/src'],
  fontkit: ['packages/report/src'],
  express: ['packages/service/src/http'],
  kysely: ['packages/service/src/store'],
  'node:sqlite': ['packages/service/src/store'],
}

/** Files of core outside the pure part: reached from `@countersign/core/node` only. */
const NODE_SIDE = ['crypto/node.ts', 'node.ts', 'keys/', 'net/', 'node/']
/** The one kind of key that every runtime has. */
const PURE_KEY = 'keys/webcrypto.ts'

function isNodeSide(own: string): boolean {
  const matches = NODE_SIDE.some((prefix) => own === prefix || (prefix.endsWith('/') && own.startsWith(prefix)))
  return matches && own !== PURE_KEY
}

function sources(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts') && !name.endsWith('.test.ts') && !name.endsWith('.d.ts'))
    .map((name) => join(folder, name))
}

interface Import {
  readonly specifier: string
  readonly typeOnly: boolean
}

/** The imports of a file, by a small scan of `import`/`export ... from '...'` and `import('...')`. */
function importsOf(file: string): Import[] {
  const text = readFileSync(file, 'utf8')
  const found: Import[] = []
  for (const match of text.matchAll(/^(?:import|export)\s+(type\s+)?(?:[^'"`;]*?\sfrom\s+)?['"]([^'"]+)['"]/gm))
    found.push({ specifier: match[2] ?? '', typeOnly: match[1] !== undefined })
  for (const match of text.matchAll(/\bimport\(\s*['"]([^'"]+)['"]\s*\)/g))
    found.push({ specifier: match[1] ?? '', typeOnly: false })
  return found
}

const posix = (path: string): string => path.split(sep).join('/')

/** Package name of a bare specifier: `@scope/name/sub` -> `@scope/name`. */
function packageOf(specifier: string): string {
  const parts = specifier.split('/')
  return specifier.startsWith('@') ? parts.slice(0, 2).join('/') : (parts[0] ?? specifier)
}

describe('arrows inside core', () => {
  const offences: string[] = []
  for (const file of sources(core)) {
    const own = posix(relative(core, file))
    const folder = own.includes('/') ? own.slice(0, own.indexOf('/')) : undefined
    if (folder === undefined || ARROWS[folder] === undefined) continue
    for (const { specifier } of importsOf(file)) {
      if (!specifier.startsWith('.')) continue
      const target = posix(relative(core, resolve(dirname(file), specifier)))
      if (LEAVES.includes(target)) continue
      const other = target.includes('/') ? target.slice(0, target.indexOf('/')) : target
      if (other !== folder && !ARROWS[folder].includes(other)) offences.push(`${own} -> ${target}`)
    }
  }
  test('every import follows an allowed arrow', () => expect(offences).toEqual([]))
  test('every folder of core is named in the table', () => {
    const folders = readdirSync(core, { withFileTypes: true }).filter((entry) => entry.isDirectory())
    expect(folders.map((entry) => entry.name).filter((name) => ARROWS[name] === undefined && name !== 'node')).toEqual(
      [],
    )
  })
})

test('the pure part of core imports no Node module and no package', () => {
  const offences: string[] = []
  const builtin = new Set(builtinModules)
  for (const file of sources(core)) {
    const own = posix(relative(core, file))
    if (isNodeSide(own)) continue
    for (const { specifier } of importsOf(file)) {
      if (specifier.startsWith('.') || (specifier === '#platform' && own.startsWith('crypto/'))) continue
      offences.push(`${own}: ${specifier}${builtin.has(specifier) ? ' (builtin without node:)' : ''}`)
    }
  }
  expect(offences).toEqual([])
})

test('the public door reaches no Node-side file', () => {
  const reached = reach(join(core, 'index.ts'))
  const offences = [...reached].map((file) => posix(relative(core, file))).filter((own) => isNodeSide(own))
  expect(offences).toEqual([])
})

test('packages import only what DESIGN allows, core by its public doors', () => {
  const offences: string[] = []
  for (const [name, allowed] of Object.entries(PACKAGES)) {
    for (const file of sources(join(root, 'packages', name, 'src'))) {
      for (const { specifier } of importsOf(file)) {
        if (!specifier.startsWith('@countersign/')) continue
        const [, target = '', ...door] = specifier.split('/')
        const publicDoor = door.length === 0 || (target === 'core' && door.join('/') === 'node')
        if (!allowed.includes(target) || !publicDoor) offences.push(`${posix(relative(root, file))} -> ${specifier}`)
      }
      for (const { specifier } of importsOf(file)) {
        const outside =
          specifier.startsWith('.') &&
          !resolve(dirname(file), specifier).startsWith(join(root, 'packages', name, 'src'))
        if (outside && !specifier.endsWith('package.json'))
          offences.push(`${posix(relative(root, file))} -> ${specifier}`)
      }
    }
  }
  expect(offences).toEqual([])
})

test('each dependency has one door', () => {
  const offences: string[] = []
  for (const name of Object.keys(PACKAGES)) {
    for (const file of sources(join(root, 'packages', name, 'src'))) {
      const own = posix(relative(root, file))
      for (const { specifier, typeOnly } of importsOf(file)) {
        const doors = DOORS[specifier] ?? DOORS[packageOf(specifier)]
        if (doors !== undefined && !typeOnly && !doors.some((door) => own.startsWith(door)))
          offences.push(`${own}: ${specifier}`)
      }
    }
  }
  expect(offences).toEqual([])
})

test('no file imports itself over others (no cycles)', () => {
  const cycles: string[] = []
  for (const name of Object.keys(PACKAGES)) cycles.push(...cyclesIn(join(root, 'packages', name, 'src')))
  expect(cycles).toEqual([])
})

test('no source file is longer than 500 lines', () => {
  const long = Object.keys(PACKAGES)
    .flatMap((name) => sources(join(root, 'packages', name, 'src')))
    .map((file) => ({ file: posix(relative(root, file)), lines: readFileSync(file, 'utf8').split('\n').length }))
    .filter(({ lines }) => lines > 500)
  expect(long).toEqual([])
})

/** Files a file imports by relative path, type imports left out: they are gone at run time. */
function relativeTargets(file: string): string[] {
  return importsOf(file)
    .filter(({ specifier, typeOnly }) => specifier.startsWith('.') && !typeOnly && specifier.endsWith('.ts'))
    .map(({ specifier }) => resolve(dirname(file), specifier))
}

function reach(start: string): Set<string> {
  const seen = new Set<string>()
  const open = [start]
  for (let file = open.pop(); file !== undefined; file = open.pop()) {
    if (seen.has(file)) continue
    seen.add(file)
    open.push(...relativeTargets(file))
  }
  return seen
}

/** Strongly connected files, by removing files without (remaining) imports and then those without importers. */
function cyclesIn(folder: string): string[] {
  const files = new Set(sources(folder))
  const targets = new Map([...files].map((file) => [file, relativeTargets(file).filter((target) => files.has(target))]))
  for (let changed = true; changed;) {
    changed = false
    for (const file of files) {
      const out = (targets.get(file) ?? []).some((target) => files.has(target) && target !== file)
      const into = [...files].some((other) => other !== file && (targets.get(other) ?? []).includes(file))
      if (out && into) continue
      files.delete(file)
      changed = true
    }
  }
  return [...files].map((file) => posix(relative(root, file)))
}
