// Chains declared as data for test-pki, and how a defect is put into one.
import type { ActorDeclaration, CrlOptions, ExtensionsDeclaration } from '../../test-pki/src/index.ts'

/** One chain: `root`, `ca1` (below the root) ... `caN`, `leaf`; and the CRL of each CA. */
export interface Chain {
  readonly actors: Readonly<Record<string, ActorDeclaration>>
  readonly cas: readonly string[]
  /** Options of the CRL of `root` and each CA; null leaves the CRL out. */
  readonly crls: Readonly<Record<string, CrlOptions | null>>
  /** Trusts this actor instead of `root`. */
  readonly anchor?: string
}

export interface ChainKind {
  readonly name: string
  readonly rule: string
  readonly valid: boolean
  readonly defect: (chain: Chain) => Chain
  /** Why a witness gives another verdict for at least one of these chains. */
  readonly openssl?: string
  readonly pkijs?: string
}

type Flaw = NonNullable<ActorDeclaration['flaws']>[number]

/** Keys from those committed in test-pki. */
const KEY_SETS = {
  rsa: { root: 'root', cas: ['ca', 'seal', 'tsa'], leaf: 'officer' },
  ec: { root: 'caEc', cas: ['officerP384', 'clerk', 'officerP521'], leaf: 'officerEc' },
  mixed: { root: 'root', cas: ['caEc', 'ca', 'clerk'], leaf: 'officerEd25519' },
} as const

export type KeySet = keyof typeof KEY_SETS
export const ALL_KEY_SETS: readonly KeySet[] = ['rsa', 'ec', 'mixed']

const CA_EXTENSIONS: ExtensionsDeclaration = { basicConstraints: { ca: true, critical: true }, pointers: null }

/** A chain without a defect: `depth` CAs between root and leaf. */
export function soundChain(depth: number, keys: KeySet): Chain {
  const set = KEY_SETS[keys]
  const label = `${keys} ${depth}`
  const actors: Record<string, ActorDeclaration> = {
    root: {
      subject: ['C=VN', 'O=Chains TEST', `CN=Root ${label}`],
      key: set.root,
      profile: 'root',
      validity: { from: -1000, to: 1000 },
    },
  }
  const cas = Array.from({ length: depth }, (_, i) => `ca${i + 1}`)
  for (const [i, name] of cas.entries()) {
    actors[name] = {
      subject: ['C=VN', 'O=Chains TEST', `CN=CA cấp ${i + 1} ${label}`],
      issuer: i === 0 ? 'root' : `ca${i}`,
      key: set.cas[i] ?? set.root,
      profile: 'ca',
      validity: { from: -500, to: 500 },
      extensions: CA_EXTENSIONS,
    }
  }
  actors['leaf'] = {
    subject: ['C=VN', 'O=Sở KIỂM THỬ', `CN=Người ký ${label}`],
    issuer: `ca${depth}`,
    key: set.leaf,
    profile: 'signer',
    validity: { from: -100, to: 100 },
    extensions: { pointers: null, subjectAltName: { names: ['email:signer@pki.test'] } },
  }
  return { actors, cas, crls: Object.fromEntries(['root', ...cas].map((name) => [name, {}])) }
}

type Patch = Partial<ActorDeclaration>

export function change(chain: Chain, name: string, patch: Patch): Chain {
  const old = chain.actors[name]
  if (old === undefined) throw new Error(`no ${name} in the chain`)
  const extensions = { ...old.extensions, ...patch.extensions }
  return { ...chain, actors: { ...chain.actors, [name]: { ...old, ...patch, extensions } } }
}

export const lastCa = (chain: Chain): string => chain.cas.at(-1) ?? 'ca1'
export const onLeaf = (patch: Patch) => (chain: Chain) => change(chain, 'leaf', patch)
export const onFirstCa = (patch: Patch) => (chain: Chain) => change(chain, 'ca1', patch)
export const onLastCa = (patch: Patch) => (chain: Chain) => change(chain, lastCa(chain), patch)
export const leafFlaw = (flaw: Flaw): ((chain: Chain) => Chain) => onLeaf({ flaws: [flaw] })
export const extensionsOf = (extensions: ExtensionsDeclaration): Patch => ({ extensions })
export const crlOfLastCa = (options: CrlOptions | null) => (chain: Chain) => ({
  ...chain,
  crls: { ...chain.crls, [lastCa(chain)]: options },
})

const DAY = 86_400_000
/** Days from the fixed clock of the test. */
export const NOW: Date = new Date('2026-06-01T08:00:00Z')
export const day = (days: number): Date => new Date(NOW.getTime() + days * DAY)

export const UNKNOWN = { oid: '2.999.77', value: '0500' }
export const directory = (name: string): { directory: readonly string[] } => ({ directory: ['C=VN', `O=${name}`] })

/** Adds a CA with the subject and another key of the last CA, which it issues: a key roll-over (self-issued). */
export function selfIssued(chain: Chain): Chain {
  const issuer = lastCa(chain)
  const old = chain.actors[issuer]
  const leaf = chain.actors['leaf']
  if (old === undefined || leaf === undefined) throw new Error('not a chain')
  return {
    ...chain,
    cas: [...chain.cas, 'rolled'],
    actors: {
      ...chain.actors,
      rolled: { ...old, issuer, key: 'officerPss' },
      leaf: { ...leaf, issuer: 'rolled' },
    },
    crls: { ...chain.crls, rolled: {} },
  }
}

export const pathLength = (length: number): ExtensionsDeclaration => ({
  basicConstraints: { ca: true, critical: true, pathLength: length },
})

export function policies(chain: Chain, oids: readonly string[], leafOids: readonly string[]): Chain {
  const withCas = chain.cas.reduce((all, ca) => change(all, ca, extensionsOf({ policies: { oids } })), chain)
  return change(withCas, 'leaf', extensionsOf({ policies: { oids: leafOids } }))
}

/** One more CA with a name of its own below the last one. */
export function oneCaMore(chain: Chain): Chain {
  return change(selfIssued(chain), 'rolled', { subject: ['C=VN', 'O=Chains TEST', 'CN=One CA too many'] })
}
