import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { ContentInfo, SignedData, TSTInfo, TimeStampResp } from 'pkijs'
import { runProgram, witnessTest } from '../../../test/support/witnesses.ts'
import { createTestPki } from '../src/index.ts'
import type { DefaultActor, TimestampFlaw, TimestampOptions } from '../src/index.ts'
import { ATTIME, NOW, clock, temporaryFolder } from './support.ts'
import type { Folder } from './support.ts'

const pki = createTestPki({ clock })
let folder: Folder
beforeAll(() => {
  folder = temporaryFolder()
})
afterAll(() => folder.remove())

// version 1, SHA-256 of "abc", nonce 0x1234, certReq: as `openssl ts -query` writes it
const REQUEST = ((): Uint8Array => {
  const digest = createHash('sha256').update('abc').digest('hex')
  return Buffer.from(`303d0201013031300d060960864801650304020105000420${digest}020212340101ff`, 'hex')
})()

async function stamp(options: TimestampOptions<DefaultActor>): Promise<string> {
  const data = folder.write('data.bin', 'abc')
  const query = `${folder.path}/query.tsq`
  await runProgram('openssl', ['ts', '-query', '-data', data, '-sha256', '-cert', '-out', query])
  const reply = folder.write('reply.tsr', pki.timestamp(readFileSync(query), options))
  const root = folder.write('root.pem', pki.actors.root.pem)
  const chain = folder.write('chain.pem', pki.actors.ca.pem)
  const trust = ['-CAfile', root, '-untrusted', chain, '-attime', ATTIME]
  const { stdout, stderr } = await runProgram('openssl', ['ts', '-verify', '-queryfile', query, '-in', reply, ...trust])
  return `${stdout}${stderr}`
}

test('pkijs reads the token and verifies it', async () => {
  const response = TimeStampResp.fromBER(
    Uint8Array.from(pki.timestamp(REQUEST, { accuracySeconds: 2, ordering: true })),
  )
  expect(response.status.status).toBe(0)
  const signed = new SignedData({ schema: ContentInfo.fromBER(response.timeStampToken!.toSchema().toBER()).content })
  const info = TSTInfo.fromBER(Uint8Array.from(signed.encapContentInfo.eContent!.valueBlock.valueHexView))
  expect(info.genTime).toEqual(NOW)
  expect(info.accuracy?.seconds).toBe(2)
  expect(info.ordering).toBe(true)
  expect(Number(info.nonce?.toBigInt())).toBe(0x1234)
  const data = Uint8Array.from(Buffer.from('abc')).buffer
  expect(await response.verify({ signer: 0, data })).toBe(true)
})

test('a refusal has a failure info and no token', () => {
  const response = TimeStampResp.fromBER(Uint8Array.from(pki.timestamp(REQUEST, { failure: 14 })))
  expect(response.status.status).toBe(2)
  expect(response.timeStampToken).toBeUndefined()
})

test('every token has its own serial number', () => {
  const serial = (): string => Buffer.from(pki.timestamp(REQUEST)).toString('hex')
  expect(serial()).not.toBe(serial())
})

witnessTest(['openssl'], 'openssl ts accepts RSA and ECDSA tokens', async () => {
  expect(await stamp({})).toContain('Verification: OK')
  expect(await stamp({ tsa: 'tsaEc', accuracySeconds: null })).toContain('Verification: OK')
})

const FLAWS: readonly TimestampFlaw[] = [
  'bad-signature',
  'wrong-imprint',
  'wrong-nonce',
  'no-nonce',
  'no-certificate',
  'no-signing-certificate',
  'wrong-signing-certificate',
  'wrong-content-type',
]

witnessTest(['openssl'], 'openssl ts rejects each flaw', async () => {
  for (const flaw of FLAWS) {
    expect([flaw, (await stamp({ flaws: [flaw] })).includes('Verification: OK')]).toEqual([flaw, false])
  }
  expect(await stamp({ tsa: 'tsaWrongPurpose' })).not.toContain('Verification: OK')
})
