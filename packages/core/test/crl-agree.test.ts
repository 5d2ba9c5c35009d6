// What we read in revocation lists and what `openssl crl` reads: signature, times, number, every entry with its reason (X-07).
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect } from '@jest/globals'
import { runProgram, witnessTest } from '../../../test/support/witnesses.ts'
import { createTestPki } from '../../test-pki/src/index.ts'
import type { ActorDeclaration, CrlOptions } from '../../test-pki/src/index.ts'
import { Certificate } from '../src/x509/certificate.ts'
import { Crl } from '../src/x509/crl.ts'
import { reasonName } from '../src/x509/revocation.ts'
import { signatureChecks } from '../src/x509/signatures.ts'

const NOW = new Date('2026-11-01T00:00:00Z')
const authority = (key: ActorDeclaration['key']): ActorDeclaration => ({
  subject: ['C=VN', 'O=CRL TEST', `CN=CA ${key}`],
  key,
  profile: 'root',
  validity: { from: -100, to: 100 },
})
const pki = createTestPki<string>({
  clock: () => NOW,
  declaration: { rsa: authority('root'), ec: authority('caEc'), p521: authority('officerP521') },
})

const REASONS = [
  'unspecified',
  'keyCompromise',
  'cACompromise',
  'affiliationChanged',
  'superseded',
  'cessationOfOperation',
  'certificateHold',
  'privilegeWithdrawn',
  'aACompromise',
] as const

/** Serial numbers of every length, one of them with the zero octet that keeps it positive. */
const entries = REASONS.map((reason, index) => ({
  serial: Uint8Array.from([index === 3 ? 0 : 1, 0x80 + index, ...Array.from({ length: 2 * index }, (_, at) => at + 1)]),
  at: new Date(NOW.getTime() - index * 86_400_000),
  reason,
}))

const LISTS: readonly (readonly [name: string, ca: string, options: CrlOptions])[] = [
  ['empty, RSA', 'rsa', {}],
  ['empty, P-256', 'ec', {}],
  ['empty, P-521', 'p521', {}],
  ['every reason', 'rsa', { entries, number: 70_000 }],
  ['without nextUpdate', 'ec', { nextUpdate: null }],
  ['of the year 2060', 'ec', { nextUpdate: new Date('2060-01-01T00:00:00Z') }],
  ['delta', 'rsa', { entries: entries.slice(0, 2), number: 9, deltaOf: 7 }],
  ['signature broken', 'rsa', { flaws: ['bad-signature'] }],
  ['signed by another CA', 'rsa', { signer: pki.actors['ec']! }],
  ['without a number', 'ec', { flaws: ['no-number'] }],
]

let folder: string
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'crl-agree-'))
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

interface Reading {
  readonly genuine: boolean
  readonly lastUpdate: number
  readonly nextUpdate: number | null
  readonly number: string | null
  readonly entries: readonly string[]
}

/** `Reason Code` as openssl spells it, in our spelling. */
const spelled = (text: string): string =>
  REASONS.find((reason) => reason.toLowerCase() === text.replaceAll(' ', '').toLowerCase()) ?? text

async function byOpenssl(der: Uint8Array, ca: string): Promise<Reading> {
  const [list, certificate] = [join(folder, 'list.crl'), join(folder, 'ca.pem')]
  writeFileSync(list, der)
  writeFileSync(certificate, pki.actors[ca]!.pem)
  const run = (...words: readonly string[]): ReturnType<typeof runProgram> =>
    runProgram('openssl', ['crl', '-inform', 'DER', '-in', list, '-noout', ...words])
  const { stdout } = await run('-text', '-lastupdate', '-nextupdate', '-crlnumber')
  const verified = await run('-CAfile', certificate)
  const value = (name: string): string | undefined => new RegExp(`^${name}=(.*)$`, 'mu').exec(stdout)?.[1]
  const next = value('nextUpdate')
  const number = value('crlNumber')
  const listed = stdout.split('Serial Number: ').slice(1)
  return {
    genuine: `${verified.stdout}${verified.stderr}`.includes('verify OK'),
    lastUpdate: Date.parse(value('lastUpdate') ?? ''),
    nextUpdate: next === undefined || next === 'NONE' ? null : Date.parse(next),
    number: number === undefined || number === '<NONE>' ? null : BigInt(number).toString(),
    entries: listed.map((text) => {
      const [serial = ''] = text.split('\n')
      const at = Date.parse(/Revocation Date: (.*)/u.exec(text)?.[1] ?? '')
      return `${BigInt(`0x${serial.trim()}`)} ${at} ${spelled(/Reason Code:\s*\n?\s*(.*)/u.exec(text)?.[1] ?? 'unspecified')}`
    }),
  }
}

async function ours(der: Uint8Array, ca: string): Promise<Reading> {
  const list = Crl.parse(der)
  const certificate = Certificate.parse(pki.actors[ca]!.certificate)
  const key = { spki: certificate.spki, info: certificate.publicKey }
  const found = entries.flatMap(({ serial }) => {
    const entry = list.find(serial, list.issuer)
    const number = BigInt(`0x${Buffer.from(serial).toString('hex')}`)
    return entry === undefined ? [] : [`${number} ${entry.revocationDate.getTime()} ${reasonName(entry.reason)}`]
  })
  return {
    genuine: (await signatureChecks(undefined).check(list, key)) === 'valid',
    lastUpdate: list.thisUpdate.getTime(),
    nextUpdate: list.nextUpdate?.getTime() ?? null,
    number: list.number?.toString() ?? null,
    entries: found,
  }
}

describe('openssl crl reads the same', () => {
  for (const [name, ca, options] of LISTS)
    witnessTest(['openssl'], name, async () => {
      const der = pki.issueCrl(ca, options)
      const expected = await byOpenssl(der, ca)
      expect(await ours(der, ca)).toEqual(expected)
      expect(expected.genuine).toBe(name !== 'signature broken' && name !== 'signed by another CA')
      expect(expected.entries).toHaveLength(options.entries?.length ?? 0)
    })
})
