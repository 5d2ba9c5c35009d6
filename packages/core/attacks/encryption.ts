// The standard security handler with AES-128 (ISO 32000-2, 7.6: V 4, R 4) and an empty user password: everybody can read the file, and
// every string and stream of it is encrypted.
import { createCipheriv, createHash } from 'node:crypto'

const PAD = Buffer.from('28bf4e5e4e758a4164004e56fffa01082e2e00b6d0683e802f0ca9fe6453697a', 'hex')
const PERMISSIONS = -44

function md5(...parts: readonly Uint8Array[]): Buffer {
  const hash = createHash('md5')
  for (const part of parts) hash.update(part)
  return hash.digest()
}

function rc4(key: Uint8Array, data: Uint8Array): Uint8Array {
  const state = Uint8Array.from({ length: 256 }, (_, i) => i)
  const swap = (a: number, b: number): void => {
    const held = state[a]!
    state[a] = state[b]!
    state[b] = held
  }
  let j = 0
  for (let i = 0; i < 256; i++) {
    j = (j + state[i]! + key[i % key.length]!) & 255
    swap(i, j)
  }
  let a = 0
  let b = 0
  return data.map((byte) => {
    a = (a + 1) & 255
    b = (b + state[a]!) & 255
    swap(a, b)
    return byte ^ state[(state[a]! + state[b]!) & 255]!
  })
}

function rounds(key: Uint8Array, data: Uint8Array): Uint8Array {
  let value = data
  for (let i = 0; i < 20; i++)
    value = rc4(
      key.map((byte) => byte ^ i),
      value,
    )
  return value
}

/** The key of a file and its /Encrypt dictionary. */
export interface FileEncryption {
  readonly key: Uint8Array
  readonly dictionary: string
}

/** Encryption of a file with that first /ID. */
export function encryptionFor(id: Uint8Array): FileEncryption {
  let ownerKey = md5(PAD)
  for (let i = 0; i < 50; i++) ownerKey = md5(ownerKey)
  const owner = rounds(ownerKey, PAD)
  const permissions = Buffer.alloc(4)
  permissions.writeInt32LE(PERMISSIONS)
  let key = md5(PAD, owner, permissions, id)
  for (let i = 0; i < 50; i++) key = md5(key)
  const user = Buffer.concat([rounds(key, md5(PAD, id)), Buffer.alloc(16)])
  const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex')
  const filter = '/CF<</StdCF<</Type/CryptFilter/CFM/AESV2/AuthEvent/DocOpen/Length 16>>>>/StmF/StdCF/StrF/StdCF'
  const dictionary = `<</Filter/Standard/V 4/R 4/Length 128/P ${PERMISSIONS}/O<${hex(owner)}>/U<${hex(user)}>${filter}>>`
  return { key, dictionary }
}

/** Data of object `num gen`, encrypted. The initial vector depends on the data alone: the same input gives the same file. */
export function encryptFor(key: Uint8Array, num: number, gen: number, data: string): string {
  const tail = Buffer.from([num & 255, (num >> 8) & 255, (num >> 16) & 255, gen & 255, (gen >> 8) & 255])
  const plain = Buffer.from(data, 'latin1')
  const iv = md5(tail, plain)
  const cipher = createCipheriv('aes-128-cbc', md5(key, tail, Buffer.from('sAlT')), iv)
  return Buffer.concat([iv, cipher.update(plain), cipher.final()]).toString('latin1')
}

const ESCAPES: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t', b: '\b', f: '\f' }

/** The literal string that begins at `at`, and where it ends. */
function literalAt(body: string, at: number): { readonly text: string; readonly end: number } {
  let text = ''
  let depth = 1
  let i = at + 1
  for (; i < body.length; i++) {
    const char = body[i]!
    if (char === '\\') {
      i++
      text += ESCAPES[body[i]!] ?? body[i]!
      continue
    }
    if (char === '(') depth++
    if (char === ')' && --depth === 0) break
    text += char
  }
  return { text, end: i + 1 }
}

/** The body of an object with its strings encrypted; the value of /Contents stays where the object is a signature (7.6.2). */
export function encryptStrings(key: Uint8Array, num: number, gen: number, body: string): string {
  const isSignature = body.includes('/ByteRange')
  const hex = (text: string): string => `<${Buffer.from(encryptFor(key, num, gen, text), 'latin1').toString('hex')}>`
  let result = ''
  for (let i = 0; i < body.length;) {
    const char = body[i]!
    if (char === '<' && body[i + 1] === '<') {
      result += '<<'
      i += 2
    } else if (char === '%') {
      const end = body.indexOf('\n', i)
      result += body.slice(i, end < 0 ? body.length : end)
      i = end < 0 ? body.length : end
    } else if (char === '(') {
      const { text, end } = literalAt(body, i)
      result += hex(text)
      i = end
    } else if (char === '<') {
      const end = body.indexOf('>', i) + 1
      const digits = body.slice(i + 1, end - 1)
      const keep = isSignature && body.slice(0, i).trimEnd().endsWith('/Contents')
      result += keep ? body.slice(i, end) : hex(Buffer.from(digits, 'hex').toString('latin1'))
      i = end
    } else {
      result += char
      i++
    }
  }
  return result
}
