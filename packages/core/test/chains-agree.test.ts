// Our chain validation, openssl and pkijs on chains with one defect each: they agree, or the reason why not is written down
// in chain-kinds.ts. A reason that no longer holds fails too.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { createTestPki, toPem } from '../../test-pki/src/index.ts'
import { Certificate, CertificateChainValidationEngine, CertificateRevocationList } from 'pkijs'
import { hasWitness, runProgram, witnessTest } from '../../../test/support/witnesses.ts'
import { validateCertificate } from '../src/validation/certificate.ts'
import { createTrustStore } from '../src/validation/trust.ts'
import { CHAIN_KINDS } from './chain-kinds.ts'
import { ALL_KEY_SETS, NOW, soundChain } from './chains.ts'
import type { Chain, ChainKind } from './chains.ts'

const DEPTHS = [1, 2, 3]
/** Every set of keys with every length in CI; elsewhere each set with one length, a third of the time. */
const SHAPES = ALL_KEY_SETS.flatMap((keys, i) =>
  DEPTHS.map((depth) => ({ keys, depth, often: depth === [1, 3, 2][i] })),
).filter(({ often }) => often || process.env['COUNTERSIGN_WITNESSES'] === 'required')

/** The files of one chain, in DER. */
interface Material {
  readonly title: string
  readonly leaf: Uint8Array
  readonly anchor: Uint8Array
  readonly intermediates: readonly Uint8Array[]
  readonly crls: readonly Uint8Array[]
}

function materialOf(title: string, chain: Chain): Material {
  const pki = createTestPki<string>({ clock: () => NOW, declaration: chain.actors })
  const certificateOf = (name: string): Uint8Array => {
    const actor = pki.actors[name]
    if (actor === undefined) throw new Error(`no ${name}`)
    return actor.certificate
  }
  const crls: Uint8Array[] = []
  for (const [name, options] of Object.entries(chain.crls)) if (options !== null) crls.push(pki.issueCrl(name, options))
  return {
    title,
    leaf: certificateOf('leaf'),
    anchor: certificateOf(chain.anchor ?? 'root'),
    intermediates: chain.cas.map((name) => certificateOf(name)),
    crls,
  }
}

const made = new Map<ChainKind, readonly Material[]>()

/** One kind of defect with different keys and lengths of chain. */
function materials(kind: ChainKind): readonly Material[] {
  const known = made.get(kind)
  if (known !== undefined) return known
  const all = SHAPES.map(({ keys, depth }) =>
    materialOf(`${kind.name}, ${keys}, ${depth}`, kind.defect(soundChain(depth, keys))),
  )
  made.set(kind, all)
  return all
}

async function ours(material: Material): Promise<boolean> {
  const verdict = await validateCertificate(material.leaf, {
    trust: createTrustStore([material.anchor]),
    intermediates: material.intermediates,
    crls: material.crls,
    at: NOW,
  })
  return verdict.valid
}

async function byPkijs(material: Material): Promise<boolean> {
  const parse = (der: Uint8Array): Certificate => Certificate.fromBER(Uint8Array.from(der))
  try {
    const engine = new CertificateChainValidationEngine({
      trustedCerts: [parse(material.anchor)],
      certs: [...material.intermediates, material.leaf].map((der) => parse(der)),
      crls: material.crls.map((der) => CertificateRevocationList.fromBER(Uint8Array.from(der))),
      checkDate: NOW,
    })
    return (await engine.verify()).result
  } catch {
    return false
  }
}

let folder: string
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'countersign-chains-'))
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const OPENSSL_OPTIONS = ['-x509_strict', '-partial_chain', '-crl_check_all', '-purpose', 'smimesign']
const ANY_POLICY = ['-policy_check', '-policy', '2.5.29.32.0']

async function byOpenssl(material: Material): Promise<boolean> {
  const file = (name: string, label: string, ders: readonly Uint8Array[]): string => {
    const path = join(folder, name)
    writeFileSync(path, ders.map((der) => toPem(label, der)).join(''))
    return path
  }
  const { code } = await runProgram('openssl', [
    'verify',
    ...OPENSSL_OPTIONS,
    ...ANY_POLICY,
    '-attime',
    String(NOW.getTime() / 1000),
    '-CAfile',
    file('anchor.pem', 'CERTIFICATE', [material.anchor]),
    '-untrusted',
    file('intermediates.pem', 'CERTIFICATE', material.intermediates),
    '-CRLfile',
    file('crls.pem', 'X509 CRL', material.crls),
    file('leaf.pem', 'CERTIFICATE', [material.leaf]),
  ])
  return code === 0
}

/** The verdicts that differ from the rules' one. */
async function dissent(kind: ChainKind, judge: (material: Material) => Promise<boolean>): Promise<readonly string[]> {
  const differing: string[] = []
  for (const material of materials(kind)) if ((await judge(material)) !== kind.valid) differing.push(material.title)
  return differing
}

async function expectAgreement(
  kind: ChainKind,
  judge: (material: Material) => Promise<boolean>,
  reason: string | undefined,
): Promise<void> {
  const differing = await dissent(kind, judge)
  if (reason === undefined) expect(differing).toEqual([])
  else expect({ reason, differs: differing.length > 0 }).toEqual({ reason, differs: true })
}

test('there are more than 500 chains of more than 40 kinds', () => {
  expect(CHAIN_KINDS.length).toBeGreaterThan(40)
  expect(CHAIN_KINDS.length * ALL_KEY_SETS.length * DEPTHS.length).toBeGreaterThan(500)
  expect(new Set(CHAIN_KINDS.map((kind) => kind.name)).size).toBe(CHAIN_KINDS.length)
})

describe('ours', () => {
  test.each(CHAIN_KINDS)('$rule $name: valid $valid', (kind) => expectAgreement(kind, ours, undefined))
})

describe('pkijs', () => {
  test.each(CHAIN_KINDS)('$rule $name: valid $valid', (kind) => expectAgreement(kind, byPkijs, kind.pkijs))
})

describe('openssl', () => {
  if (!hasWitness('openssl')) witnessTest(['openssl'], 'openssl judges the chains', () => {})
  else test.each(CHAIN_KINDS)('$rule $name: valid $valid', (kind) => expectAgreement(kind, byOpenssl, kind.openssl))
})
