// Names as people write them (RFC 4514), for what an operator configures; nothing of a certificate is read this way.
import { concat, encodeOid, encodeSequence, encodeSet, encodeUtf8String } from '../der/writer.ts'
import { CountersignError } from '../error.ts'
import { DESCRIPTORS, Name } from './name.ts'

const TYPES: ReadonlyMap<string, string> = new Map(
  [...DESCRIPTORS].map(([oid, descriptor]) => [descriptor.toLowerCase(), oid]),
)

function invalid(what: string): CountersignError {
  return new CountersignError('ARGUMENT_INVALID', `not a distinguished name such as "O=Sở Nội vụ,C=VN": ${what}`)
}

/** Pieces between unescaped `separator` letters; escapes stay. */
function split(text: string, separator: string): readonly string[] {
  const parts: string[] = []
  let start = 0
  for (let index = 0; index < text.length; index++) {
    if (text[index] === '\\') index++
    else if (text[index] === separator) {
      parts.push(text.slice(start, index))
      start = index + 1
    }
  }
  return [...parts, text.slice(start)]
}

function unescape(text: string): string {
  let out = ''
  for (let index = 0; index < text.length; index++) {
    if (text[index] !== '\\') out += text[index]!
    else if (index + 1 < text.length && ' "#+,;<=>\\'.includes(text[index + 1]!)) out += text[++index]!
    else throw invalid('an escape that is not understood')
  }
  return out
}

function attribute(text: string): Uint8Array {
  const [type = '', ...rest] = split(text, '=')
  const value = rest.join('=').trim()
  if (rest.length === 0 || value === '' || value.startsWith('#')) throw invalid(text)
  const word = type.trim()
  const oid = TYPES.get(word.toLowerCase()) ?? (/^[0-2](\.\d+)+$/.test(word) ? word : undefined)
  if (oid === undefined) throw invalid(`the type ${word} is not known`)
  return encodeSequence(encodeOid(oid), encodeUtf8String(unescape(value)))
}

/** Reads `CN=An,O=Sở Nội vụ,C=VN`, the most specific part first. @throws CountersignError ARGUMENT_INVALID */
export function parseNameText(text: string): Name {
  const rdns = split(text, ',').map((rdn) => encodeSet(...split(rdn, '+').map(attribute)))
  return Name.parse(encodeSequence(concat(...rdns.toReversed())))
}
