// Our reading of OCSP responses and openssl's: each response has one defect, or none.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { hasWitness, runProgram, witnessTest } from '../../../test/support/witnesses.ts'
import { createTestPki } from '../../test-pki/src/index.ts'
import type { ActorDeclaration, OcspOptions, TestPki } from '../../test-pki/src/index.ts'
import { validateCertificate } from '../src/validation/certificate.ts'
import { createTrustStore } from '../src/validation/trust.ts'

// openssl ocsp judges times by the machine's clock only
const NOW = new Date(Math.floor(Date.now() / 1000) * 1000)
const hours = (count: number): Date => new Date(NOW.getTime() + count * 3_600_000)

type Name = 'root' | 'ca' | 'other' | 'leaf' | 'responder' | Responder
type Responder = 'expiredResponder' | 'noPurpose' | 'foreignResponder' | 'revocableResponder'

const validity = { from: -100, to: 100 }
const org = ['C=VN', 'O=OCSP TEST']

function authority(name: string, key: ActorDeclaration['key'], issuer?: string): ActorDeclaration {
  const profile = issuer === undefined ? 'root' : 'ca'
  const from = issuer === undefined ? {} : { issuer }
  return { subject: [...org, `CN=${name}`], key, profile, validity, extensions: { pointers: null }, ...from }
}

function responder(name: string, patch: Partial<ActorDeclaration> = {}): ActorDeclaration {
  return { subject: [...org, `CN=${name}`], issuer: 'ca', key: 'ocsp', profile: 'ocsp', validity, ...patch }
}

const DECLARATION: Readonly<Record<Name, ActorDeclaration>> = {
  root: authority('Root', 'root'),
  ca: authority('CA', 'ca', 'root'),
  other: authority('Other CA', 'seal', 'root'),
  leaf: {
    subject: [...org, 'CN=Người ký'],
    issuer: 'ca',
    key: 'officerEc',
    profile: 'signer',
    validity,
    extensions: { pointers: null },
  },
  responder: responder('Responder'),
  expiredResponder: responder('Expired responder', { validity: { from: -100, to: -1 } }),
  noPurpose: responder('No responder', { profile: 'signer', extensions: { pointers: null } }),
  foreignResponder: responder('Responder of the other CA', { issuer: 'other' }),
  revocableResponder: responder('Responder without nocheck', { extensions: { ocspNoCheck: null } }),
}

interface Kind {
  readonly name: string
  readonly valid: boolean
  readonly options: OcspOptions<Name>
  /** Why openssl gives another verdict. */
  readonly openssl?: string
}

const SOUND: readonly Kind[] = [
  { name: 'delegated responder, by key', valid: true, options: {} },
  { name: 'delegated responder, by name', valid: true, options: { byName: true } },
  { name: 'the CA itself', valid: true, options: { responder: 'ca' } },
  {
    name: 'the CA itself, its certificate left out',
    valid: true,
    options: { responder: 'ca', flaws: ['no-certificate'] },
  },
  { name: 'CertID with SHA-256', valid: true, options: { certIdHash: 'sha256' } },
  { name: 'certHash and archive cutoff', valid: true, options: { certHash: true, archiveCutoff: hours(-10_000) } },
]

const FLAWED: readonly Kind[] = [
  { name: 'revoked', valid: false, options: { status: { status: 'revoked', at: hours(-5), reason: 'keyCompromise' } } },
  { name: 'unknown', valid: false, options: { status: { status: 'unknown' } } },
  { name: 'signature broken', valid: false, options: { flaws: ['bad-signature'] } },
  { name: 'another certificate', valid: false, options: { flaws: ['wrong-serial'] } },
  {
    name: 'unknown critical extension',
    valid: false,
    options: { flaws: ['unknown-critical-extension'] },
    openssl: 'does not look for critical extensions of a response',
  },
  { name: 'responder expired', valid: false, options: { responder: 'expiredResponder' } },
  { name: 'responder without the purpose', valid: false, options: { responder: 'noPurpose' } },
  { name: 'responder of another CA', valid: false, options: { responder: 'foreignResponder' } },
  { name: 'responder certificate left out', valid: false, options: { flaws: ['no-certificate'] } },
  { name: 'out of date', valid: false, options: { thisUpdate: hours(-48), nextUpdate: hours(-24) } },
  { name: 'from the future', valid: false, options: { thisUpdate: hours(24), nextUpdate: hours(48) } },
  { name: 'not successful', valid: false, options: { responseStatus: 3 } },
]

const KINDS: readonly Kind[] = [...SOUND, ...FLAWED]

const pki: TestPki<Name> = createTestPki<Name>({ clock: () => NOW, declaration: DECLARATION })

async function ours(kind: Kind): Promise<boolean> {
  const verdict = await validateCertificate(pki.actors.leaf.certificate, {
    trust: createTrustStore([pki.actors.root.certificate]),
    intermediates: [pki.actors.ca.certificate],
    crls: [pki.issueCrl('root')],
    ocsps: [pki.ocspResponse('leaf', kind.options)],
    at: NOW,
  })
  return verdict.valid
}

let folder: string
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'countersign-ocsp-'))
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

async function byOpenssl(kind: Kind): Promise<boolean> {
  const file = (name: string, content: string | Uint8Array): string => {
    const path = join(folder, name)
    writeFileSync(path, content)
    return path
  }
  const issuer = file('ca.pem', pki.actors.ca.pem)
  const hash = kind.options.certIdHash ?? 'sha1'
  const { code, stdout, stderr } = await runProgram('openssl', [
    'ocsp',
    '-no_nonce',
    `-${hash}`,
    '-issuer',
    issuer,
    '-cert',
    file('leaf.pem', pki.actors.leaf.pem),
    '-respin',
    file('response.der', pki.ocspResponse('leaf', kind.options)),
    '-CAfile',
    file('root.pem', pki.actors.root.pem),
    '-verify_other',
    issuer,
  ])
  const text = stdout + stderr
  return code === 0 && text.includes('Response verify OK') && text.includes(': good') && !text.includes('WARNING')
}

describe('ours', () => {
  test.each(KINDS)('$name: good $valid', async (kind) => expect(await ours(kind)).toBe(kind.valid))

  // a delegated responder needs nocheck, or revocation data of its own
  test('a responder without nocheck counts only with its own revocation data', async () => {
    expect(await ours({ name: '', valid: false, options: { responder: 'revocableResponder' } })).toBe(false)
  })
})

describe('openssl', () => {
  if (!hasWitness('openssl')) witnessTest(['openssl'], 'openssl judges the responses', () => {})
  else
    test.each(KINDS)('$name: good $valid', async (kind) => {
      const verdict = await byOpenssl(kind)
      if (kind.openssl === undefined) expect(verdict).toBe(kind.valid)
      else expect({ reason: kind.openssl, verdict }).toEqual({ reason: kind.openssl, verdict: !kind.valid })
    })
})
