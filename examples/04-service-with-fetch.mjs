// The signing service, spoken to with nothing but fetch: a draft is reviewed, approved, signed, sealed, issued and verified.
// Each act is done by another person with a key of their own; the service refuses anything else.
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { drawReport } from '@countersign/report'
import { serve } from '@countersign/service'

await mkdir('examples-output', { recursive: true })
await rm('examples-output/04-data', { recursive: true, force: true })
// The same as `countersign serve`, on a free port; quiet.
const service = await serve({ port: 0, data: 'examples-output/04-data' }, { log: { write: () => {} } })

/** One request; problems (RFC 9457) become errors that name their code. */
async function call(key, method, path, { json, pdf, etag } = {}) {
  const headers = { authorization: `Bearer ${key}` }
  if (json !== undefined) headers['content-type'] = 'application/json'
  if (pdf !== undefined) headers['content-type'] = 'application/pdf'
  if (etag !== undefined) headers['if-match'] = etag
  const request = { method, headers }
  if (pdf !== undefined || json !== undefined) request.body = pdf ?? JSON.stringify(json)
  const response = await fetch(service.url + path, request)
  if (response.headers.get('content-type')?.startsWith('application/pdf')) {
    return { body: new Uint8Array(await response.arrayBuffer()) }
  }
  const body = await response.json()
  if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${body.code}: ${body.detail}`)
  return { body, etag: response.headers.get('etag') }
}

/** The administrator gives each person a key. */
async function keyFor(person, ...roles) {
  const { body } = await call(service.firstKey, 'POST', '/v1/api-keys', { json: { person, name: person, roles } })
  return body.key
}

try {
  const drafter = await keyFor('an', 'drafter')
  const content = await keyFor('binh', 'content-reviewer')
  const form = await keyFor('chi', 'form-reviewer')
  const officer = await keyFor('dung', 'officer')
  const clerk = await keyFor('em', 'clerk')

  const notice = JSON.parse(await readFile('examples/data/notice.json', 'utf8'))
  const { bytes } = await drawReport(notice)
  const query = new URLSearchParams({ title: notice.subject, symbol: notice.symbol })
  let { body: document, etag } = await call(drafter, 'POST', `/v1/documents?${query}`, { pdf: bytes })
  const { sha256 } = document.file

  const acts = [
    [drafter, 'submissions', {}],
    [content, 'reviews', { kind: 'content', outcome: 'passed', sha256 }],
    [form, 'reviews', { kind: 'form', outcome: 'passed', sha256 }],
    [officer, 'approvals', { outcome: 'approved', sha256 }],
    [officer, 'signatures', { sha256 }],
    [clerk, 'seal', {}],
    [clerk, 'issuance', {}],
  ]
  for (const [key, act, json] of acts) {
    const answer = await call(key, 'POST', `/v1/documents/${document.id}/${act}`, { json, etag })
    document = answer.body
    etag = answer.etag
    console.log(`${act.padEnd(11)} -> ${document.state}`)
  }

  const { body: file } = await call(drafter, 'GET', `/v1/documents/${document.id}/file`)
  await writeFile('examples-output/04-issued.pdf', file)
  const { body: result } = await call(drafter, 'POST', '/v1/validations', { pdf: file })
  console.log(`${document.code}: ${result.verdict}, ${result.validCount} of ${result.signatureCount} signatures valid`)
  if (result.verdict !== 'valid' || result.validCount !== 2) process.exitCode = 1
} finally {
  await service.close()
}
