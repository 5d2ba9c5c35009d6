// Every rule number that the code or a test cites stands in docs/rules (the rule books in our own words).
import { expect, test } from '@jest/globals'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { root } from './support/witnesses.ts'

/** Numbers named in docs/rules; `A-01 to A-05` and `B1 to B4` name the whole range. */
function known(): Set<string> {
  const numbers = new Set<string>()
  for (const file of readdirSync(join(root, 'docs', 'rules'))) {
    const text = readFileSync(join(root, 'docs', 'rules', file), 'utf8')
    for (const match of text.matchAll(/\b([A-Z]+(?:30|68|15)?)(-?)(\d+)(?: to \1\2(\d+))?/g)) {
      const [, prefix = '', hyphen = '', from = '0', to = from] = match
      for (let n = Number(from); n <= Number(to); n++) {
        numbers.add(`${prefix}${hyphen}${String(n).padStart(hyphen === '' ? 1 : from.length, '0')}`)
      }
    }
  }
  return numbers
}

/** Citations in comments: hyphenated numbers anywhere in a comment, unhyphenated ones of signing.md in brackets or after a slash. */
function cited(text: string): string[] {
  const found: string[] = []
  for (const comment of text.matchAll(/\/\/.*$|\/\*[\s\S]*?\*\//gm)) {
    for (const match of comment[0].matchAll(
      /\b(?:[CPRMAEXVL]|D30|N68|T15|PKI|OSS|VN|API|ERR|SEC|REL|REG|CSC|REQ)-\d\d\b/g,
    ))
      found.push(match[0])
    for (const match of comment[0].matchAll(/(?<=[(\s,])[WCNSGPTLVABIJ]\d{1,2}(?=[),.:;]|$)/gm)) found.push(match[0])
  }
  return found
}

test('every rule cited in the sources stands in docs/rules', () => {
  const rules = known()
  const unknown = new Set<string>()
  for (const name of ['core', 'report', 'test-pki', 'service', 'cli']) {
    const folder = join(root, 'packages', name)
    for (const file of readdirSync(folder, { recursive: true, encoding: 'utf8' })) {
      if (!file.endsWith('.ts') || file.endsWith('.d.ts') || file.startsWith('dist')) continue
      for (const rule of cited(readFileSync(join(folder, file), 'utf8')))
        if (!rules.has(rule)) unknown.add(`${rule} in ${name}/${file}`)
    }
  }
  expect([...unknown]).toEqual([])
})
