import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { createHash } from 'node:crypto'
import { readdir } from 'node:fs/promises'
import { createServer, request as httpRequest } from 'node:http'
import { join } from 'node:path'
import express from 'express'
import request from 'supertest'
import { PROBLEMS } from '../src/problems/texts.ts'
import { act, bringTo, client, noticePdf, standingOf, startOffice } from './support/running-office.ts'
import type { Client, RunningOffice } from './support/running-office.ts'

let office: RunningOffice
let lan: Client
let pdf: Uint8Array
const CREATE = '/v1/documents?title=Th%C3%B4ng%20b%C3%A1o&symbol=TB-SNV'

beforeAll(async () => {
  office = await startOffice()
  ;({ lan } = office.people)
  pdf = await noticePdf()
})

afterAll(() => office.stop())

const digestHeader = (bytes: Uint8Array): string => `sha-256=:${createHash('sha256').update(bytes).digest('base64')}:`

/** Sends bytes in chunks without a Content-Length, as a stream would. */
function sendChunked(
  path: string,
  chunks: readonly Uint8Array[],
  headers: Record<string, string>,
): Promise<{ status: number; body: string }> {
  return new Promise((done, fail) => {
    const call = httpRequest(`${office.running.url}${path}`, { method: 'POST', headers }, (response) => {
      const parts: Buffer[] = []
      response.on('data', (part: Buffer) => parts.push(part))
      response.on('end', () => done({ status: response.statusCode ?? 0, body: Buffer.concat(parts).toString('utf8') }))
    })
    call.on('error', fail)
    for (const chunk of chunks) call.write(chunk)
    call.end()
  })
}

describe('API-01 PDFs come and go as bytes', () => {
  test('Repr-Digest is checked on the way in and sent on the way out', async () => {
    const made = standingOf(await lan.sendPdf('POST', CREATE, pdf, { 'repr-digest': digestHeader(pdf) }))
    const file = await lan.send('GET', `/v1/documents/${made.id}/file`)
    expect(file.headers.get('repr-digest')).toBe(digestHeader(pdf))
    expect(Buffer.compare(file.body, pdf)).toBe(0)
    const wrong = await lan.sendPdf('POST', CREATE, pdf, { 'repr-digest': digestHeader(new Uint8Array([1])) })
    expect([wrong.status, wrong.body.errors]).toEqual([
      422,
      [{ pointer: '/headers/repr-digest', code: 'digest.mismatch' }],
    ])
    const broken = await lan.sendPdf('POST', CREATE, pdf, { 'repr-digest': 'sha-256=:abc:' })
    expect(broken.body.errors[0].code).toBe('digest.malformed')
    expect((await lan.sendPdf('POST', CREATE, pdf, { 'repr-digest': 'md5=:abc:' })).status).toBe(201)
  })

  test('the file name is the title in UTF-8, without what a disk or a header would take amiss (SEC-09)', async () => {
    const title = encodeURIComponent('Kết luận "kiểm tra" ../../số 5')
    const made = standingOf(await lan.sendPdf('POST', `/v1/documents?title=${title}&symbol=TB-SNV`, pdf))
    const file = await lan.send('GET', `/v1/documents/${made.id}/file`)
    expect(file.headers.get('content-disposition')).toBe(
      `attachment; filename="Ket luan kiem tra ....so 5.pdf"; filename*=UTF-8''${encodeURIComponent('Kết luận kiểm tra ....số 5.pdf')}`,
    )
  })

  test('what is not a PDF is refused with a code and leaves no file', async () => {
    for (const bytes of [new Uint8Array(0), new TextEncoder().encode('xin chào'), pdf.subarray(0, 200)]) {
      const answer = await lan.sendPdf('POST', CREATE, bytes)
      expect([answer.status, answer.body.code]).toEqual([422, 'pdf.malformed'])
    }
    expect(await readdir(join(office.data, 'files', 'incoming'))).toEqual([])
  })

  test('other content types, compressed bodies and base64 in JSON are refused', async () => {
    const post = (headers: Record<string, string>): Promise<unknown> =>
      lan.sendPdf('POST', CREATE, pdf, headers).then(({ status, body }) => [status, body.code])
    expect(await post({ 'content-type': 'text/plain' })).toEqual([415, 'mediaType.unsupported'])
    expect(await post({ 'content-type': 'application/json' })).toEqual([415, 'mediaType.unsupported'])
    expect(await post({ 'content-encoding': 'gzip' })).toEqual([415, 'mediaType.unsupported'])
  })

  test('more than 50 MiB are refused by the header and, without one, in the stream', async () => {
    const big = new Uint8Array(50 * 1024 * 1024 + 1)
    const headers = { authorization: `Bearer ${lan.key}`, 'content-type': 'application/pdf' }
    const chunked = await sendChunked(CREATE, [big.subarray(0, 1 << 20), big], headers)
    expect([chunked.status, JSON.parse(chunked.body).code]).toEqual([413, 'request.tooLarge'])
    const announced = await request(office.running.url)
      .post(CREATE)
      .set({ ...headers, 'content-length': String(big.length) })
      .ok(() => true)
    expect([announced.status, announced.body.code]).toEqual([413, 'request.tooLarge'])
    expect(await readdir(join(office.data, 'files', 'incoming'))).toEqual([])
  }, 60_000)
})

describe('API-03 closed objects', () => {
  test('unknown, missing and wrong values are named by pointer', async () => {
    const draft = await bringTo(office, 'draft')
    const post = (path: string, body: unknown): Promise<unknown> =>
      lan
        .send('POST', `/v1/documents/${draft.id}/${path}`, body, { 'if-match': draft.etag })
        .then((answer) => [answer.status, answer.body.errors])
    expect(await post('submissions', { urgent: true })).toEqual([422, [{ pointer: '/urgent', code: 'unknown' }]])
    expect(await post('withdrawals', {})).toEqual([422, [{ pointer: '/reason', code: 'invalid_type' }]])
    expect(await post('withdrawals', { reason: 'a\u0000b' })).toEqual([
      422,
      [{ pointer: '/reason', code: 'invalid_format' }],
    ])
    expect(await post('withdrawals', [])).toEqual([422, [{ pointer: '', code: 'invalid_type' }]])
    const query = await lan.sendPdf('POST', `${CREATE}&number=7`, pdf)
    expect([query.status, query.body.errors]).toEqual([422, [{ pointer: '/query/number', code: 'unknown' }]])
    const twice = await lan.sendPdf('POST', `${CREATE}&title=x`, pdf)
    expect([twice.status, twice.body.errors[0].pointer]).toEqual([422, '/query/title'])
  })

  test('broken JSON is 400, a prototype is only a name', async () => {
    const draft = await bringTo(office, 'draft')
    const send = (body: string): Promise<request.Response> =>
      request(office.running.url)
        .post(`/v1/documents/${draft.id}/submissions`)
        .set({ authorization: `Bearer ${lan.key}`, 'if-match': draft.etag, 'content-type': 'application/json' })
        .send(body)
    expect((await send('{"a":')).body.code).toBe('request.malformed')
    expect((await send('"text"')).body.code).toBe('request.malformed')
    expect((await send('{"__proto__":{"roles":["admin"]}}')).status).toBe(422)
    expect((await send(`{"reason":"${'x'.repeat(1024 * 1024)}"}`)).body.code).toBe('request.tooLarge')
  })
})

describe('API-09 state changes need the ETag last seen', () => {
  test('without it 428, with another one 412, with * 428', async () => {
    const draft = await bringTo(office, 'draft')
    const submit = (headers: Record<string, string>): Promise<number> =>
      lan.send('POST', `/v1/documents/${draft.id}/submissions`, {}, headers).then(({ status }) => status)
    expect(draft.etag).toBe('"draft-1"')
    expect(await submit({})).toBe(428)
    expect(await submit({ 'if-match': '*' })).toBe(428)
    expect(await submit({ 'if-match': '"draft-2"' })).toBe(412)
    expect(await submit({ 'if-match': 'W/"draft-1"' })).toBe(412)
    expect(await submit({ 'if-match': draft.etag })).toBe(201)
    expect(await submit({ 'if-match': draft.etag })).toBe(412)
  })

  test('of 20 equal acts at once one succeeds', async () => {
    const draft = await bringTo(office, 'draft')
    const answers = await Promise.all(Array.from({ length: 20 }, () => act(office, draft, 'submitted')))
    const statuses = answers.map(({ status }) => status).sort((a, b) => a - b)
    expect(statuses).toEqual([201, ...Array.from({ length: 19 }, () => 412)])
  })
})

describe('ERR problems', () => {
  test('ERR-01 ERR-04 problem+json in the language asked for, both languages always inside', async () => {
    const vi = await lan.send('GET', `/v1/documents/${'0'.repeat(32)}`, undefined, {
      'accept-language': 'vi-VN,vi;q=0.9',
    })
    expect(vi.headers.get('content-language')).toBe('vi')
    expect(vi.body).toMatchObject({
      type: '/v1/problems/notFound',
      title: 'Không tìm thấy.',
      status: 404,
      code: 'notFound',
      errors: [],
      retryable: false,
    })
    expect(vi.body.instance).toBe(vi.headers.get('x-request-id'))
    const explained = await lan.send('GET', vi.body.type)
    expect(explained.body).toEqual({ code: 'notFound', status: 404, text: vi.body.text })
    for (const { en, vi: text } of Object.values(PROBLEMS))
      expect([en.endsWith('.'), text.endsWith('.')]).toEqual([true, true])
  })

  test('ERR-03 bad input is never a 500', async () => {
    for (const path of [
      '/v1/documents/%ff',
      '/v1/documents/..%2f..%2fetc',
      '/v1/documents/%00',
      '/%',
      '/v1/register/entries/1e99',
    ]) {
      const answer = await lan.send('GET', path)
      expect([path, answer.status >= 400 && answer.status < 500]).toEqual([path, true])
    }
  })

  test('a key is needed, and the wrong one is as good as none', async () => {
    for (const key of ['', 'cs_x', `${lan.key}0`, lan.key.toUpperCase()]) {
      const answer = await client(office.running.url, key).send('GET', '/v1/documents')
      expect([answer.status, answer.body.code]).toEqual([401, 'auth.missing'])
      expect(answer.headers.get('www-authenticate')).toBe('Bearer realm="countersign"')
    }
    expect((await lan.send('GET', '/v1/audit')).status).toBe(403)
    expect(
      (await lan.send('POST', '/v1/api-keys', { person: 'lan', name: 'Nguyễn Thị Lan', roles: ['officer'] })).status,
    ).toBe(403)
  })

  test('SEC-17 too many requests are 429 with Retry-After', async () => {
    const small = await startOffice({ rates: { perKey: 5, perAddress: 1000, publicValidations: 2 } })
    const statuses: number[] = []
    for (let i = 0; i < 7; i++) statuses.push((await small.people.lan.send('GET', '/v1/documents')).status)
    expect(statuses).toEqual([200, 200, 200, 200, 200, 429, 429])
    const open: number[] = []
    for (let i = 0; i < 3; i++) open.push((await small.nobody.sendPdf('POST', '/v1/validations', pdf)).status)
    expect(open).toEqual([200, 200, 429])
    // A made-up key is no way around the limit.
    const madeUp = client(small.running.url, `cs_${'0'.repeat(32)}_${'0'.repeat(64)}`)
    expect((await madeUp.sendPdf('POST', '/v1/validations', pdf)).status).toBe(429)
    expect((await small.people.binh.send('GET', '/v1/documents')).status).toBe(200)
    await small.stop()
  })
})

describe('around the API', () => {
  test('REL-14 livez and readyz', async () => {
    expect((await office.nobody.send('GET', '/livez')).body).toEqual({ status: 'live' })
    const ready = await office.nobody.send('GET', '/readyz')
    expect(ready.body).toMatchObject({ ready: true, database: true })
    expect(ready.body.keys).toHaveLength(2)
  })

  test('REL-13 the page at the root says TEST', async () => {
    const page = await fetch(office.running.url)
    expect(page.headers.get('content-security-policy')).toContain("default-src 'none'")
    expect(await page.text()).toContain('TEST')
  })

  test('API-02 OpenAPI 3.1 names every route, its problems and closed schemas', async () => {
    const { body } = await office.nobody.send('GET', '/v1/openapi.json')
    expect(body.openapi).toBe('3.1.0')
    const seal = body.paths['/v1/documents/{id}/seal'].post
    expect(Object.keys(seal.responses)).toEqual(
      expect.arrayContaining(['201', '401', '403', '404', '409', '412', '428', '429']),
    )
    expect(seal.parameters.map(({ name }: { name: string }) => name)).toEqual(
      expect.arrayContaining(['id', 'If-Match', 'Idempotency-Key']),
    )
    expect(body.components.schemas.Document.additionalProperties).toBe(false)
    expect(JSON.stringify(body)).not.toMatch(/"pattern":"[^"]*\/u"/u)
  })

  test('the app mounts inside another one and names its own place', async () => {
    const outer = express().use('/ky-so', office.running.service.app)
    const server = createServer(outer)
    await new Promise<void>((done) => void server.listen(0, '127.0.0.1', done))
    const address = server.address()
    const port = typeof address === 'object' ? address?.port : 0
    const inner = client(`http://127.0.0.1:${port}/ky-so`, lan.key)
    const made = await inner.sendPdf('POST', CREATE, pdf)
    expect(made.headers.get('location')).toBe(`/ky-so/v1/documents/${made.body.id}`)
    expect((await inner.send('GET', '/nope')).body.type).toBe('/ky-so/v1/problems/notFound')
    server.close()
  })

  test('documents are listed page by page', async () => {
    const seen: string[] = []
    let after = ''
    for (;;) {
      const { body } = await lan.send('GET', `/v1/documents?limit=3${after}`)
      seen.push(...body.documents.map(({ id }: { id: string }) => id))
      if (body.next === null) break
      after = `&after=${body.next}`
    }
    expect(new Set(seen).size).toBe(seen.length)
    expect(seen.length).toBeGreaterThan(3)
  })
})
