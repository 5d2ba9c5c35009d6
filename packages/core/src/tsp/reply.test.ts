import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { createTestPki } from '@countersign/test-pki'
import { digest, randomBytes } from '../crypto/index.ts'
import { encodeExplicit, encodeInteger, encodeSequence, encodeUtf8String } from '../der/writer.ts'
import { CountersignError } from '../error.ts'
import { acceptToken } from './check-reply.ts'
import { parseTimestampReply } from './reply.ts'
import { encodeTimestampQuery } from './request.ts'

const NOW = new Date('2026-06-01T08:00:00Z')
const pki = createTestPki({ clock: () => NOW })
const imprint = await digest('sha256', new Uint8Array(7))
const request = { digest: 'sha256', imprint } as const
const query = encodeTimestampQuery(request, randomBytes)
const reply = pki.timestamp(query.der)
const token = parseTimestampReply(reply)

/** Code of the error, `ok` without one; anything but a coded error fails the test. */
async function codeOf(work: () => unknown): Promise<string> {
  try {
    await work()
    return 'ok'
  } catch (error) {
    if (!(error instanceof CountersignError)) throw error
    return error.code
  }
}

describe('any bytes give a coded error, never another one (fixed seed)', () => {
  const options = { seed: 20261125, numRuns: 300 }

  test('random bytes', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 200 }), async (bytes) => {
        expect(await codeOf(() => parseTimestampReply(bytes))).toBe('TSA_REPLY_INVALID')
        expect(await codeOf(() => acceptToken(bytes, request))).toMatch(/^TSA_/)
      }),
      options,
    )
  })

  test('a reply with one byte changed: the token is refused, or the byte says nothing', async () => {
    const position = fc.nat(token.length - 1)
    await fc.assert(
      fc.asyncProperty(position, fc.integer({ min: 1, max: 255 }), async (at, change) => {
        const bytes = Uint8Array.from(token)
        bytes[at] = bytes[at]! ^ change
        const code = await codeOf(() => acceptToken(bytes, request))
        expect(code).toMatch(/^(ok|TSA_)/)
        // what is signed cannot change unseen
        if (code === 'ok') expect((await acceptToken(bytes, request)).info.genTime).toEqual(NOW)
      }),
      options,
    )
  })

  test('a reply cut short or with more behind it', async () => {
    await fc.assert(
      fc.asyncProperty(fc.nat(reply.length - 1), async (length) => {
        expect(await codeOf(() => parseTimestampReply(reply.subarray(0, length)))).toBe('TSA_REPLY_INVALID')
      }),
      options,
    )
  })
})

describe('what a refusal says', () => {
  const refusal = (status: number, ...more: Uint8Array[]): Uint8Array =>
    encodeSequence(encodeSequence(encodeInteger(status), ...more))

  test.each([
    [2, 'rejection'],
    [3, 'waiting'],
    [4, 'revocationWarning'],
    [5, 'revocationNotification'],
    [99, 'status 99'],
  ])('status %i', async (status, name) => {
    const error: unknown = await Promise.resolve()
      .then(() => parseTimestampReply(refusal(status)))
      .catch((caught: unknown) => caught)
    expect(error).toMatchObject({ code: 'TSA_REJECTED', details: { status: name, failures: [], text: '' } })
  })

  test('free text is cut and kept apart from the code', async () => {
    const long = encodeSequence(encodeUtf8String('x'.repeat(5000)), encodeUtf8String('từ chối'))
    const error = (await Promise.resolve()
      .then(() => parseTimestampReply(refusal(2, long)))
      .catch((caught: unknown) => caught)) as CountersignError
    expect(String(error.details['text']).length).toBeLessThanOrEqual(400)
  })

  test('a token beside a refusal is not taken', async () => {
    const both = encodeSequence(encodeSequence(encodeInteger(2)), token)
    expect(await codeOf(() => parseTimestampReply(both))).toBe('TSA_REJECTED')
  })

  test('no status, or something else in its place', async () => {
    for (const wrong of [
      encodeSequence(),
      encodeSequence(encodeSequence()),
      encodeSequence(encodeInteger(0)),
      encodeExplicit(0, token),
    ])
      expect(await codeOf(() => parseTimestampReply(wrong))).toBe('TSA_REPLY_INVALID')
  })
})

test('a token over something else, or over another digest, is not this one (A-22)', async () => {
  expect(await codeOf(() => acceptToken(token, request))).toBe('ok')
  expect(await codeOf(() => acceptToken(token, { digest: 'sha256', imprint: new Uint8Array(32) }))).toBe(
    'TSA_IMPRINT_MISMATCH',
  )
  expect(await codeOf(() => acceptToken(token, { digest: 'sha3-256', imprint }))).toBe('TSA_IMPRINT_MISMATCH')
})
