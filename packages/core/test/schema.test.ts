// The JSON contract: the schemas in `packages/core/schema` are those of the source, and reports are as they say.
import { describe, expect, test } from '@jest/globals'
import { readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { p12Signer } from '../src/keys/p12.ts'
import { doctor } from '../src/pades/doctor.ts'
import { sign } from '../src/pades/sign.ts'
import { validateCertificate } from '../src/pades/certificate-report.ts'
import { verify } from '../src/pades/verify.ts'
import { createTrustStore } from '../src/validation/trust.ts'
import { twoPages } from './support/make-pdf.ts'
import { report, signature } from './support/reports.ts'
import { SCHEMAS, schemaFaults } from './support/schemas.ts'
import { testFile } from './support/signers.ts'

const folder = join(import.meta.dirname, '..')

test.each([...SCHEMAS.keys()])('the published schema of the %s is that of the source (npm run schemas)', (name) => {
  const file = JSON.parse(readFileSync(join(folder, 'schema', `${name}.json`), 'utf8')) as unknown
  expect(file).toEqual(SCHEMAS.get(name))
})

describe('reports are as their schemas say', () => {
  test('of every fixture, and of what is no PDF', async () => {
    const fixtures = join(folder, 'test', 'fixtures')
    const trust = createTrustStore([await testFile('root.pem')])
    const files = readdirSync(fixtures).filter((name) => name.endsWith('.pdf'))
    for (const file of files) {
      const found = await verify(new Uint8Array(readFileSync(join(fixtures, file))), { trust })
      expect([file, schemaFaults('verification-report', found)]).toEqual([file, []])
    }
    expect(schemaFaults('verification-report', await verify(new Uint8Array([1, 2, 3]), { trust }))).toEqual([])
  })

  test('of a signing, the signed file and the certificate', async () => {
    const signer = await p12Signer(await testFile('officer.p12'), { password: 'test' })
    const signed = await sign(twoPages(), { signer, newField: 'officer', reason: 'Phê duyệt' })
    expect(schemaFaults('signing-report', signed.report)).toEqual([])
    const trust = createTrustStore([await testFile('root.pem')])
    const crls = await Promise.all(['root', 'ca', 'ca-vn'].map((name) => testFile(`crl-${name}.der`)))
    const found = await verify(signed.bytes, { trust, sources: { crls } })
    expect(found.overall).toBe('valid')
    expect(schemaFaults('verification-report', found)).toEqual([])
    const seen = await doctor(signed.bytes, { trust, sources: { crls } })
    expect(schemaFaults('doctor-report', seen)).toEqual([])
    expect(seen.diagnoses.map((one) => [one.code, one.signature])).toEqual([
      ['ROOT_NOT_IN_VIEWERS', 'S1'],
      ['NO_REVOCATION_INSIDE', 'S1'],
      ['NO_TIMESTAMP', 'S1'],
      ['INVISIBLE', 'S1'],
      ['BROWSERS_SHOW_NOTHING', null],
    ])
    for (const name of ['officer', 'revoked', 'expired', 'self-signed']) {
      const certificate = await testFile(`${name}.pem`)
      const intermediates = [await testFile('ca.pem'), await testFile('ca-vn.pem')]
      expect(
        schemaFaults(
          'certificate-report',
          await validateCertificate(certificate, { trust, crls, intermediates, at: new Date('2026-11-01T00:00:00Z') }),
        ),
      ).toEqual([])
    }
  })

  test('a key too many, one missing, a word made up: each is a fault', () => {
    expect(schemaFaults('verification-report', report('valid'))).toEqual([])
    expect(schemaFaults('verification-report', { ...report('valid'), more: 1 })).not.toEqual([])
    expect(schemaFaults('verification-report', report('valid', [{ ...signature(), more: 1 } as never]))).not.toEqual([])
    expect(schemaFaults('verification-report', { ...report('valid'), overall: 'fine' })).not.toEqual([])
    const { engine: _, ...without } = report('valid')
    expect(schemaFaults('verification-report', without)).not.toEqual([])
  })
})
