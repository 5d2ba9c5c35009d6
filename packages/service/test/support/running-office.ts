// A real service on a real port with a throw-away CA, and one client per person. Tests tell the story with these.
import { copyFile, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { drawReport, parseInspectionNotice } from '@countersign/report'

import { checkContract } from './contract.ts'
import { serve } from '../../src/index.ts'
import type { Role, RunningService, ServeOptions, ServeSurroundings } from '../../src/index.ts'

export interface Answer {
  readonly status: number
  readonly etag: string
  readonly headers: Headers
  // oxlint-disable-next-line typescript/no-explicit-any -- tests look at whatever came
  readonly body: any
}

export interface Client {
  readonly url: string
  readonly key: string
  send(method: string, path: string, body?: unknown, headers?: Record<string, string>): Promise<Answer>
  sendPdf(method: string, path: string, pdf: Uint8Array, headers?: Record<string, string>): Promise<Answer>
}

/** The usual people, one client each. */
export type People = Readonly<Record<Person, Client>>

export interface RunningOffice {
  readonly running: RunningService
  readonly data: string
  readonly log: string[]
  readonly people: People
  readonly nobody: Client
  person(id: string, ...roles: Role[]): Promise<Client>
  stop(): Promise<void>
}

export type Person = 'lan' | 'binh' | 'chi' | 'dung' | 'giang' | 'kiem'

const CAST: readonly (readonly [Person, string, Role])[] = [
  ['lan', 'Nguyễn Thị Lan', 'drafter'],
  ['binh', 'Trần Văn Bình', 'content-reviewer'],
  ['chi', 'Lê Thị Chi', 'form-reviewer'],
  ['dung', 'Phạm Văn Dũng', 'officer'],
  ['giang', 'Võ Thị Giang', 'clerk'],
  ['kiem', 'Đặng Văn Kiểm', 'auditor'],
]

interface OfficeOptions extends ServeOptions, ServeSurroundings {
  /** As on a real first start: a CA with keys of its own and a random password. */
  readonly freshKeys?: boolean
}

/**
 * The throw-away CA of a data folder, made of the published keys of certs-test, because making new ones takes seconds.
 * serve.test.ts starts without it.
 */
export async function layOutTestPki(data: string): Promise<void> {
  const from = new URL('../../../../certs-test/', import.meta.url)
  const folder = join(data, 'TEST-pki')
  await mkdir(folder, { recursive: true })
  const files = { 'crl-ca.der': 'crl-ca-vn.der', 'crl-root.der': 'crl-root.der', 'root.pem': 'root.pem' }
  for (const [name, source] of Object.entries({
    ...files,
    'chain.pem': 'chain.pem',
    'officer.p12': 'officer.p12',
    'seal.p12': 'seal.p12',
  })) {
    await copyFile(new URL(source, from), join(folder, name))
  }
  await writeFile(join(folder, 'TEST-password.txt'), 'test')
}

export async function startOffice({ freshKeys = false, ...options }: OfficeOptions = {}): Promise<RunningOffice> {
  const data = options.data ?? (await mkdtemp(join(tmpdir(), 'countersign-office-')))
  if (!freshKeys) await layOutTestPki(data)
  const log: string[] = []
  const destination = { write: (line: string) => void log.push(line) }
  const unlimited = { perAddress: 1e6, perKey: 1e6, publicValidations: 1e6 }
  const running = await serve(
    { port: 0, ...options, data },
    { log: destination, env: {}, rates: unlimited, ...options },
  )
  const person = async (id: string, ...roles: Role[]): Promise<Client> => {
    const name = CAST.find(([known]) => known === id)?.[1] ?? id
    return client(running.url, (await running.service.issueApiKey({ person: id, name, roles })).key)
  }
  const people = await peopleOf((id, _name, role) => person(id, role))
  return {
    running,
    data,
    log,
    people,
    nobody: client(running.url, ''),
    person,
    async stop() {
      await running.close()
      await rm(data, { recursive: true, force: true })
    },
  }
}

/** Makes the usual people. */
export async function peopleOf(make: (id: Person, name: string, role: Role) => Promise<Client>): Promise<People> {
  const entries = await Promise.all(CAST.map(async ([id, name, role]) => [id, await make(id, name, role)] as const))
  return Object.fromEntries(entries) as unknown as People
}

export function client(url: string, key: string): Client {
  const call = async (
    method: string,
    path: string,
    init: RequestInit,
    headers: Record<string, string>,
  ): Promise<Answer> => {
    const auth = key === '' ? {} : { authorization: `Bearer ${key}` }
    const response = await fetch(`${url}${path}`, { method, ...init, headers: { ...auth, ...headers } })
    const type = response.headers.get('content-type') ?? ''
    const body: unknown = type.includes('json') ? await response.json() : new Uint8Array(await response.arrayBuffer())
    checkContract(method, path, response, body)
    return { status: response.status, etag: response.headers.get('etag') ?? '', headers: response.headers, body }
  }
  return {
    url,
    key,
    send: (method, path, body, headers = {}) =>
      body === undefined
        ? call(method, path, {}, headers)
        : call(method, path, { body: JSON.stringify(body) }, { 'content-type': 'application/json', ...headers }),
    sendPdf: (method, path, pdf, headers = {}) =>
      call(method, path, { body: pdf as BodyInit }, { 'content-type': 'application/pdf', ...headers }),
  }
}

let drawn: Promise<Uint8Array> | undefined

/** The example notice with its prepared fields. */
export function noticePdf(): Promise<Uint8Array> {
  drawn ??= readFile(new URL('../../../../examples/data/notice.json', import.meta.url), 'utf8').then(
    async (text) => (await drawReport(parseInspectionNotice(JSON.parse(text)))).bytes,
  )
  return drawn
}

/** Where a document stands: what the next request needs. */
export interface Standing {
  readonly id: string
  readonly etag: string
  readonly sha256: string
  // oxlint-disable-next-line typescript/no-explicit-any -- tests look at whatever came
  readonly document: any
}

const STEPS = ['draft', 'submitted', 'reviewed', 'approved', 'signed', 'sealed', 'issued'] as const
export type Step = (typeof STEPS)[number]

/** Takes a new document as far as `step`, by the usual people. */
export async function bringTo(office: Pick<RunningOffice, 'people'>, step: Step, pdf?: Uint8Array): Promise<Standing> {
  const { lan } = office.people
  const title = 'Thông báo kết luận kiểm tra cải cách hành chính'
  const path = `/v1/documents?title=${encodeURIComponent(title)}&symbol=TB-SNV`
  let standing = standingOf(await lan.sendPdf('POST', path, pdf ?? (await noticePdf())))
  for (const next of STEPS.slice(1, STEPS.indexOf(step) + 1)) standing = await advance(office, standing, next)
  return standing
}

/** One step further. */
export async function advance(office: Pick<RunningOffice, 'people'>, at: Standing, to: Step): Promise<Standing> {
  if (to !== 'reviewed') return standingOf(await act(office, at, to))
  const content = standingOf(await act(office, at, 'content'))
  return standingOf(await act(office, content, 'form'))
}

/** The request of one step by the person whose duty it is. */
export function act(
  office: Pick<RunningOffice, 'people'>,
  at: Standing,
  what: Step | 'content' | 'form',
  headers: Record<string, string> = {},
): Promise<Answer> {
  const { lan, binh, chi, dung, giang } = office.people
  const post = (who: Client, path: string, body: unknown): Promise<Answer> =>
    who.send('POST', `/v1/documents/${at.id}/${path}`, body, { 'if-match': at.etag, ...headers })
  const { sha256 } = at
  const requests: Readonly<Record<string, () => Promise<Answer>>> = {
    submitted: () => post(lan, 'submissions', {}),
    content: () => post(binh, 'reviews', { kind: 'content', outcome: 'passed', sha256 }),
    form: () => post(chi, 'reviews', { kind: 'form', outcome: 'passed', sha256 }),
    approved: () => post(dung, 'approvals', { outcome: 'approved', sha256 }),
    signed: () => post(dung, 'signatures', { sha256 }),
    sealed: () => post(giang, 'seal', {}),
    issued: () => post(giang, 'issuance', {}),
  }
  const request = requests[what]
  if (request === undefined) throw new Error(`no act leads to ${what}`)
  return request()
}

export function standingOf(answer: Answer): Standing {
  if (answer.status !== 200 && answer.status !== 201) {
    throw new Error(`${answer.status} ${JSON.stringify(answer.body)}`)
  }
  return { id: answer.body.id, etag: answer.etag, sha256: answer.body.file.sha256, document: answer.body }
}
