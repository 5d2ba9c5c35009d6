// The main job: an inspection notice is drawn, reviewed, approved, signed, numbered, sealed, issued and verified;
// then one word of a copy is changed, in two ways, and both are caught. `npm run demo` runs this.
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { createTrustStore, explainReport, verify } from '@countersign/core'
import { drawReport } from '@countersign/report'
import { serve } from '@countersign/service'

const out = process.argv[2] ?? 'demo-output'
const started = performance.now()
await rm(out, { recursive: true, force: true })
await mkdir(out, { recursive: true })

const step = (vi, en) => console.log(`  ${vi.padEnd(44)} ${en}`)

/** The objects of a PDF that has one classic cross-reference table (ours has): number -> bytes of `N 0 obj ... endobj`. */
function objectsOf(pdf) {
  const text = Buffer.from(pdf).toString('latin1')
  const xref = Number(
    text
      .slice(text.lastIndexOf('startxref') + 9)
      .trim()
      .split(/\s/)[0],
  )
  const rows = text.slice(xref).split('\n').slice(2)
  const offsets = []
  for (const [number, row] of rows.entries()) {
    if (/^\d{10} \d{5} n/.test(row)) offsets.push([number, Number(row.slice(0, 10))])
    else if (!/^\d{10}/.test(row)) break
  }
  return new Map(offsets.map(([number, at]) => [number, text.slice(at, text.indexOf('endobj', at) + 6)]))
}

/** What a forger with a PDF editor does: appends the page of `other` to the signed file as an incremental update. */
function forge(signed, original, other) {
  const before = objectsOf(original)
  const changed = [...objectsOf(other)].filter(
    ([number, bytes]) => before.get(number) !== bytes && bytes.includes('stream'),
  )
  const text = Buffer.from(signed).toString('latin1')
  const previous = text
    .slice(text.lastIndexOf('startxref') + 9)
    .trim()
    .split(/\s/)[0]
  const trailer = text.slice(text.lastIndexOf('trailer') + 7)
  const root = /\/Root\s+(\d+ \d+ R)/.exec(trailer)[1]
  const size = /\/Size\s+(\d+)/.exec(trailer)[1]
  const kept = [/\/Info\s+\d+ \d+ R/, /\/ID\s*\[[^\]]*\]/].map((key) => key.exec(trailer)?.[0] ?? '').join(' ')
  let body = ''
  const entries = changed.map(([number, bytes]) => {
    const at = signed.length + body.length
    body += `${bytes}\n`
    return `${number} 1\n${String(at).padStart(10, '0')} 00000 n \n`
  })
  const xref = signed.length + body.length
  body += `xref\n${entries.join('')}trailer\n<< /Size ${size} /Root ${root} ${kept} /Prev ${previous} >>\nstartxref\n${xref}\n%%EOF\n`
  return new Uint8Array(Buffer.concat([signed, Buffer.from(body, 'latin1')]))
}

/** A single bit of the page that holds the word changed in place, without any update. */
function flip(signed, original, other) {
  const before = objectsOf(original)
  const [number] = [...objectsOf(other)].find(([key, bytes]) => before.get(key) !== bytes && bytes.includes('stream'))
  const at = Buffer.from(signed).indexOf(Buffer.from(before.get(number), 'latin1'))
  const copy = new Uint8Array(signed)
  copy[at + before.get(number).length - 40] ^= 1
  return copy
}

const notice = JSON.parse(await readFile('examples/data/notice.json', 'utf8'))
const changedNotice = JSON.parse(
  JSON.stringify(notice).replace('27/10/2026', '27/01/2027').replace('2026-10-27', '2027-01-27'),
)

console.log('\nCountersign: từ dự thảo đến phát hành, rồi kiểm tra / from draft to issue, then verification\n')
const service = await serve({ port: 0, data: `${out}/service-data` }, { log: { write: () => {} } })
try {
  const call = async (key, method, path, { json, pdf, etag } = {}) => {
    const headers = { authorization: `Bearer ${key}` }
    if (json !== undefined) headers['content-type'] = 'application/json'
    if (pdf !== undefined) headers['content-type'] = 'application/pdf'
    if (etag !== undefined) headers['if-match'] = etag
    const request = { method, headers }
    if (pdf !== undefined || json !== undefined) request.body = pdf ?? JSON.stringify(json)
    const response = await fetch(service.url + path, request)
    if (response.headers.get('content-type')?.startsWith('application/pdf'))
      return { body: new Uint8Array(await response.arrayBuffer()) }
    const body = await response.json()
    return { status: response.status, body, etag: response.headers.get('etag') }
  }
  const must = async (...args) => {
    const answer = await call(...args)
    if (answer.status !== undefined && answer.status >= 400)
      throw new Error(`${args[1]} ${args[2]}: ${answer.status} ${answer.body.code}: ${answer.body.detail}`)
    return answer
  }
  const keys = {}
  for (const [person, name, role] of [
    ['an', 'Lê Văn An', 'drafter'],
    ['binh', 'Trần Thị Bình', 'content-reviewer'],
    ['chi', 'Đỗ Minh Chi', 'form-reviewer'],
    ['tuyet', 'Nguyễn Thị Ánh Tuyết', 'officer'],
    ['hoa', 'Phạm Thị Hòa', 'clerk'],
  ]) {
    keys[role] = (
      await must(service.firstKey, 'POST', '/v1/api-keys', { json: { person, name, roles: [role] } })
    ).body.key
  }

  const { bytes: draft } = await drawReport(notice)
  await writeFile(`${out}/1-draft.pdf`, draft)
  const query = new URLSearchParams({ title: notice.subject, symbol: notice.symbol })
  let { body: document, etag } = await must(keys.drafter, 'POST', `/v1/documents?${query}`, { pdf: draft })
  step('soạn thảo', `drafted: ${draft.length} bytes, ${document.file.sha256.slice(0, 23)}...`)
  const { sha256 } = document.file
  const act = async (role, path, json, vi, en) => {
    const answer = await must(keys[role], 'POST', `/v1/documents/${document.id}/${path}`, { json, etag })
    document = answer.body
    etag = answer.etag
    step(vi, `${en} -> ${document.state}`)
  }
  await act('drafter', 'submissions', {}, 'trình', 'submitted')
  const early = await call(keys.clerk, 'POST', `/v1/documents/${document.id}/seal`, { json: {}, etag })
  step('thử đóng dấu khi chưa ký: bị từ chối', `sealing before the officer signed: refused (${early.body.code})`)
  await act(
    'content-reviewer',
    'reviews',
    { kind: 'content', outcome: 'passed', sha256 },
    'kiểm tra nội dung',
    'content checked',
  )
  await act(
    'form-reviewer',
    'reviews',
    { kind: 'form', outcome: 'passed', sha256 },
    'kiểm tra thể thức',
    'form checked',
  )
  await act('officer', 'approvals', { outcome: 'approved', sha256 }, 'duyệt', 'approved, bound to these bytes')
  await act('officer', 'signatures', { sha256 }, 'người có thẩm quyền ký số', 'signed by the officer')
  await act('clerk', 'seal', {}, 'cấp số, ngày và ký số của cơ quan', `numbered and sealed`)
  await act('clerk', 'issuance', {}, 'phát hành', 'issued')
  const { body: issued } = await must(keys.drafter, 'GET', `/v1/documents/${document.id}/file`)
  await writeFile(`${out}/2-issued.pdf`, issued)

  const { bytes: otherDraft } = await drawReport(changedNotice)
  const appended = forge(issued, draft, otherDraft)
  const edited = flip(issued, draft, otherDraft)
  await writeFile(`${out}/3-word-changed-by-update.pdf`, appended)
  await writeFile(`${out}/4-word-changed-in-place.pdf`, edited)

  // offline: only the root as a file; revocation lists are those of the test authority
  const trust = createTrustStore([new Uint8Array(await readFile(service.trust))])
  const sources = await service.revocationSource?.()
  const rows = []
  for (const [name, bytes] of [
    ['2-issued.pdf', issued],
    ['3-word-changed-by-update.pdf', appended],
    ['4-word-changed-in-place.pdf', edited],
  ]) {
    const report = await verify(bytes, sources === undefined ? { trust } : { trust, sources })
    await writeFile(`${out}/${name}.report.json`, `${JSON.stringify(report, null, 2)}\n`)
    await writeFile(
      `${out}/${name}.report.txt`,
      `${explainReport(report, { language: 'vi' })}\n\n${explainReport(report, { language: 'en' })}\n`,
    )
    rows.push([name, report])
  }

  const WORDS = {
    valid: ['hợp lệ', 'valid'],
    'valid-with-notes': ['hợp lệ, có ghi chú', 'valid, with notes'],
    invalid: ['KHÔNG HỢP LỆ', 'INVALID'],
    indeterminate: ['không xác định', 'indeterminate'],
  }
  console.log(`\n${'tệp / file'.padEnd(32)}${'kết luận'.padEnd(22)}${'verdict'.padEnd(20)}chữ ký / signatures`)
  for (const [name, report] of rows) {
    const [vi, en] = WORDS[report.overall] ?? [report.overall, report.overall]
    const signatures = report.signatures.map(
      (one) =>
        `${one.field}: ${one.integrity}, ${one.changes.level === 'none' ? 'unchanged' : `${one.changes.level} ${one.changes.permitted === true ? 'permitted' : 'NOT permitted'}`}`,
    )
    console.log(`${name.padEnd(32)}${vi.padEnd(22)}${en.padEnd(20)}${signatures.join('; ')}`)
  }
  const good = rows[0][1]
  console.log(`\nngười ký / signers: ${good.signatures.map((one) => one.signer?.commonName).join('; ')}`)
  console.log(`số / number: ${document.code}`)
  console.log(`tệp ở / files in: ${out}/   (${((performance.now() - started) / 1000).toFixed(1)} s)`)
  const caught = rows[1][1].overall === 'invalid' && rows[2][1].overall === 'invalid'
  const fine = good.overall === 'valid' || good.overall === 'valid-with-notes'
  if (!caught || !fine || early.body.code === undefined) {
    console.error('demo: something that should hold does not')
    process.exitCode = 1
  }
} finally {
  await service.close()
}
