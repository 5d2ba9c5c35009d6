import { afterAll, beforeEach, describe, expect, test } from '@jest/globals'
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createApiKey, findKeyHolder, revokeApiKey } from './api-keys.ts'
import { appendAudit, findAuditBreak, readAudit } from './audit.ts'
import { appendEvent, findDocument, insertDocument, listDocuments, VersionConflict } from './documents.ts'
import { FileTooLarge, openFileStore, sha256Of } from './files.ts'
import { claimIdempotencyKey, finishIdempotencyKey, releaseIdempotencyKey } from './idempotency.ts'
import { assignNumber, documentCode, findNumber, vietnamDate } from './numbers.ts'
import { claimSigning, releaseSigning } from './signing-claims.ts'
import { createTenant, openDatabase, transact } from './store.ts'
import type { Database, Scope } from './store.ts'

const folders: string[] = []
let db: Database
let scope: Scope
let other: Scope
const NOW = new Date('2026-11-25T03:00:00Z')
const BY = { at: NOW.toISOString(), personName: 'An' }

async function folder(): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), 'countersign-store-'))
  folders.push(path)
  return path
}

beforeEach(async () => {
  await db?.destroy()
  db = await openDatabase(':memory:')
  await createTenant(db, 'snv', 'Sở Nội vụ')
  await createTenant(db, 'stc', 'Sở Tài chính')
  scope = { db, tenant: 'snv' }
  other = { db, tenant: 'stc' }
})

afterAll(async () => {
  await db.destroy()
  for (const path of folders) await rm(path, { recursive: true, force: true })
})

async function addDocument(id: string, at: Scope = scope): Promise<void> {
  const event = { type: 'created', person: 'an', file: { sha256: 'a', length: 1 } } as const
  await insertDocument(at, { id, title: 'Thông báo', symbol: 'TB-SNV' }, event, BY)
}

describe('the database', () => {
  test('REL-12 writes ahead and syncs fully', async () => {
    const path = join(await folder(), 'x.db')
    const file = await openDatabase(path)
    const { sql } = await import('kysely')
    expect((await sql<{ journal_mode: string }>`pragma journal_mode`.execute(file)).rows[0]?.journal_mode).toBe('wal')
    expect((await sql<{ synchronous: number }>`pragma synchronous`.execute(file)).rows[0]?.synchronous).toBe(2)
    await file.destroy()
    // Opening it again finds its tables.
    await (await openDatabase(path)).destroy()
  })

  test('REL-08 a transaction that fails leaves nothing', async () => {
    const failing = transact(scope, async (trx) => {
      await addDocument('1', trx)
      throw new Error('stop')
    })
    await expect(failing).rejects.toThrow('stop')
    expect(await findDocument(scope, '1')).toBeUndefined()
  })
})

describe('documents', () => {
  test('the state is folded from the events and a second writer of the same version loses', async () => {
    await addDocument('1')
    const document = (await findDocument(scope, '1'))!
    await appendEvent(scope, document, { type: 'submitted', person: 'an' }, BY)
    expect((await findDocument(scope, '1'))!.flow.state).toBe('submitted')
    const late = appendEvent(scope, document, { type: 'withdrawn', person: 'an', reason: 'r' }, BY)
    await expect(late).rejects.toThrow(VersionConflict)
  })

  test('SEC-10 another tenant does not find them', async () => {
    await addDocument('1')
    expect(await findDocument(other, '1')).toBeUndefined()
    expect(await listDocuments(other, { limit: 10 })).toEqual([])
    expect(await listDocuments(scope, { limit: 10 })).toHaveLength(1)
  })
})

describe('VN-06 numbers', () => {
  test('100 at once are 100 consecutive ones, one per document', async () => {
    await Promise.all(Array.from({ length: 100 }, (_, index) => addDocument(String(index))))
    const assigned = await Promise.all(
      Array.from({ length: 100 }, (_, index) =>
        transact(scope, (trx) => assignNumber(trx, String(index), 'TB-SNV', NOW)),
      ),
    )
    const numbers = assigned.map(({ number }) => number).sort((a, b) => a - b)
    expect(numbers).toEqual(Array.from({ length: 100 }, (_, index) => index + 1))
  })

  test('asking twice gives the same number, so a failed seal leaves no gap', async () => {
    await addDocument('1')
    await addDocument('2')
    const first = await assignNumber(scope, '1', 'TB-SNV', NOW)
    expect(await assignNumber(scope, '1', 'TB-SNV', new Date('2027-01-01T00:00:00Z'))).toEqual(first)
    expect((await assignNumber(scope, '2', 'TB-SNV', NOW)).number).toBe(2)
    expect(await findNumber(other, '1')).toBeUndefined()
  })

  test('the year turns at midnight in Vietnam, which is 17:00 UTC', async () => {
    for (const id of ['1', '2', '3']) await addDocument(id)
    expect(vietnamDate(new Date('2026-12-31T16:59:59Z'))).toBe('2026-12-31')
    expect(vietnamDate(new Date('2026-12-31T17:00:00Z'))).toBe('2027-01-01')
    const before = await assignNumber(scope, '1', 'TB-SNV', new Date('2026-12-31T16:59:59Z'))
    const after = await assignNumber(scope, '2', 'TB-SNV', new Date('2026-12-31T17:00:00Z'))
    expect([before.year, before.number, after.year, after.number]).toEqual([2026, 1, 2027, 1])
  })

  test('each agency has its own sequence, and small numbers a leading zero', async () => {
    await addDocument('1')
    await addDocument('1', other)
    await assignNumber(scope, '1', 'TB-SNV', NOW)
    expect((await assignNumber(other, '1', 'TB-STC', NOW)).number).toBe(1)
    expect(documentCode({ number: 5, symbol: 'TB-SNV' })).toBe('05/TB-SNV')
    expect(documentCode({ number: 105, symbol: 'TB-SNV' })).toBe('105/TB-SNV')
  })
})

describe('the audit chain', () => {
  test('REQ-12 names the first record that was edited, deleted or reordered', async () => {
    for (const event of ['a', 'b', 'c', 'd']) {
      await appendAudit(scope, { at: BY.at, request: 'r', actor: 'an', event, data: { tên: 'Đồng Tháp' } })
    }
    const rows = await readAudit(scope)
    expect(findAuditBreak(rows)).toBeUndefined()
    expect(findAuditBreak(rows.map((row) => (row.seq === 3 ? { ...row, actor: 'binh' } : row)))).toBe(3)
    expect(findAuditBreak(rows.filter((row) => row.seq !== 2))).toBe(2)
    expect(findAuditBreak([rows[1]!, rows[0]!, rows[2]!, rows[3]!])).toBe(1)
    expect(await readAudit(other)).toEqual([])
  })
})

describe('API keys', () => {
  const key = { person: 'an', name: 'An', roles: ['drafter'] as const, expiresAt: new Date('2027-01-01T00:00:00Z') }

  test('SEC-14 only a hash is kept; expired, revoked, altered keys open nothing', async () => {
    const made = await createApiKey(scope, key, NOW)
    const row = await db.selectFrom('api_keys').selectAll().executeTakeFirstOrThrow()
    expect(JSON.stringify(row)).not.toContain(made.key.split('_')[2])
    expect(await findKeyHolder(db, made.key, NOW)).toMatchObject({ tenant: 'snv', person: 'an', roles: ['drafter'] })
    expect(await findKeyHolder(db, made.key, key.expiresAt)).toBeUndefined()
    const last = made.key.endsWith('0') ? '1' : '0'
    expect(await findKeyHolder(db, `${made.key.slice(0, -1)}${last}`, NOW)).toBeUndefined()
    expect(await findKeyHolder(db, `${made.key}\n`, NOW)).toBeUndefined()
    expect(await revokeApiKey(other, made.id, NOW)).toBe(false)
    expect(await revokeApiKey(scope, made.id, NOW)).toBe(true)
    expect(await findKeyHolder(db, made.key, NOW)).toBeUndefined()
  })
})

describe('API-08 idempotency keys', () => {
  const request = { person: 'an', key: 'k1', hash: 'h1' }

  test('replay, mismatch, running, taken over after the time', async () => {
    const first = await claimIdempotencyKey(scope, request, NOW)
    if (first.type !== 'claimed') throw new Error(first.type)
    expect((await claimIdempotencyKey(scope, request, NOW)).type).toBe('running')
    expect((await claimIdempotencyKey(scope, { ...request, hash: 'h2' }, NOW)).type).toBe('mismatch')
    expect((await claimIdempotencyKey(other, request, NOW)).type).toBe('claimed')
    expect((await claimIdempotencyKey(scope, { ...request, person: 'b' }, NOW)).type).toBe('claimed')
    const later = new Date(NOW.getTime() + 121_000)
    const second = await claimIdempotencyKey(scope, request, later)
    if (second.type !== 'claimed') throw new Error(second.type)
    const reply = { status: 201, headers: {}, body: { id: '1' } }
    expect(await finishIdempotencyKey(scope, first.claim, reply)).toBe(false)
    expect(await finishIdempotencyKey(scope, second.claim, reply)).toBe(true)
    expect(await claimIdempotencyKey(scope, request, later)).toEqual({ type: 'replay', reply })
    expect((await claimIdempotencyKey(scope, request, new Date('2026-11-27T00:00:00Z'))).type).toBe('claimed')
  })

  test('a failure frees the key', async () => {
    const first = await claimIdempotencyKey(scope, request, NOW)
    if (first.type === 'claimed') await releaseIdempotencyKey(scope, first.claim)
    expect((await claimIdempotencyKey(scope, { ...request, hash: 'h2' }, NOW)).type).toBe('claimed')
  })
})

test('REL-01 REL-09 one signing in flight per document; a dead claim ends by itself', async () => {
  const claim = await claimSigning(scope, '1', NOW)
  expect(claim).toBeDefined()
  expect(await claimSigning(scope, '1', NOW)).toBeUndefined()
  expect(await claimSigning(other, '1', NOW)).toBeDefined()
  const second = await claimSigning(scope, '1', new Date(NOW.getTime() + 121_000))
  expect(second).toBeDefined()
  expect(await releaseSigning(scope, '1', claim!)).toBe(false)
  expect(await releaseSigning(scope, '1', second!)).toBe(true)
})

describe('SEC-09 files', () => {
  const bytes = new TextEncoder().encode('%PDF-1.7 Kết luận')

  test('lie under their hash, whatever they are called', async () => {
    const path = await folder()
    const files = await openFileStore(path)
    const kept = await files.put(bytes)
    expect(kept).toEqual({ sha256: sha256Of(bytes), length: bytes.length })
    expect(await files.read(kept.sha256)).toEqual(bytes)
    expect(await files.read('../../../../etc/passwd')).toBeUndefined()
    expect(await files.read('0'.repeat(64))).toBeUndefined()
    expect(await readdir(join(path, 'sha256'))).toEqual([kept.sha256.slice(0, 2)])
    // The same bytes twice are one file.
    expect(await files.put(bytes)).toEqual(kept)
  })

  test('API-01 too many bytes stop in the stream and leave no file', async () => {
    const path = await folder()
    const files = await openFileStore(path)
    async function* endless(): AsyncGenerator<Uint8Array> {
      await Promise.resolve()
      for (;;) yield new Uint8Array(1024)
    }
    await expect(files.receive(endless(), 10_000)).rejects.toThrow(FileTooLarge)
    expect(await readdir(join(path, 'incoming'))).toEqual([])
  })

  test('what an earlier run left half-written is cleared away', async () => {
    const path = await folder()
    await openFileStore(path)
    await writeFile(join(path, 'incoming', 'x'), 'y')
    await openFileStore(path)
    expect(await readdir(join(path, 'incoming'))).toEqual([])
  })
})
