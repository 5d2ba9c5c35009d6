// Defects, one for each kind of chain, and what RFC 5280 and our X rules say of them.
import {
  change,
  lastCa,
  onLeaf,
  onFirstCa,
  onLastCa,
  leafFlaw,
  extensionsOf,
  crlOfLastCa,
  day,
  UNKNOWN,
  directory,
  pathLength,
  selfIssued,
  oneCaMore,
  policies,
} from './chains.ts'
import type { ChainKind } from './chains.ts'

const SOUND: readonly ChainKind[] = [
  { name: 'sound', rule: 'X-01', valid: true, defect: (chain) => chain },
  {
    name: 'path length just enough',
    rule: 'X-03',
    valid: true,
    defect: (chain) => change(chain, 'ca1', extensionsOf(pathLength(chain.cas.length - 1))),
  },
  {
    name: 'larger path length below a smaller one',
    rule: 'X-03',
    valid: true,
    defect: (chain) =>
      change(change(chain, 'root', extensionsOf(pathLength(chain.cas.length))), 'ca1', extensionsOf(pathLength(9))),
  },
  {
    name: 'self-issued CA does not count for the path length',
    rule: 'X-03',
    valid: true,
    defect: (chain) => selfIssued(change(chain, 'ca1', extensionsOf(pathLength(chain.cas.length - 1)))),
  },
  {
    name: 'permitted directory name',
    rule: 'X-05',
    valid: true,
    defect: onFirstCa(
      extensionsOf({
        nameConstraints: {
          permitted: [{ directory: ['C=VN'] }, 'email:pki.test'],
        },
      }),
    ),
  },
  {
    name: 'excluded name not touched',
    rule: 'X-05',
    valid: true,
    defect: onFirstCa(extensionsOf({ nameConstraints: { excluded: [directory('Elsewhere'), 'email:other.test'] } })),
  },
  {
    name: 'unknown extension, not critical',
    rule: 'X-02',
    valid: true,
    defect: onLeaf(extensionsOf({ other: [UNKNOWN] })),
  },
  {
    name: 'explicit policy required and there',
    rule: 'X-06',
    valid: true,
    defect: (chain) =>
      change(
        policies(chain, ['2.999.1.1'], ['2.999.1.1']),
        'ca1',
        extensionsOf({ policyConstraints: { requireExplicit: 0 } }),
      ),
  },
  {
    name: 'mapped policy',
    rule: 'X-06',
    valid: true,
    defect: (chain) =>
      change(
        policies(chain, ['2.999.1.1'], ['2.999.1.2']),
        lastCa(chain),
        extensionsOf({ policyMappings: [['2.999.1.1', '2.999.1.2']] }),
      ),
  },
  {
    name: 'CRL lists another serial',
    rule: 'X-07',
    valid: true,
    defect: crlOfLastCa({ entries: [{ serial: Uint8Array.of(0x11, 0x22), at: day(-5), reason: 'keyCompromise' }] }),
  },
  {
    name: 'authority key id of another key',
    rule: 'X-01',
    valid: true,
    openssl: 'takes the key identifier for a condition, not for a hint',
    pkijs: 'takes the key identifier for a condition, not for a hint',
    defect: leafFlaw('wrong-authority-key-id'),
  },
  {
    name: 'anchor past its dates',
    rule: 'X-01',
    valid: true,
    openssl: 'judges the dates of the anchor too; by RFC 5280 6.1 an anchor is a name and a key',
    pkijs: 'judges the dates of the anchor too; by RFC 5280 6.1 an anchor is a name and a key',
    defect: (chain) => change(chain, 'root', { validity: { from: -1000, to: -1 } }),
  },
  {
    name: 'intermediate as anchor',
    rule: 'X-01',
    valid: true,
    openssl: 'asks for the CRL of an anchor that is not self-signed',
    defect: (chain) => ({ ...chain, anchor: 'ca1' }),
  },
]

const DATES_AND_SIGNATURES: readonly ChainKind[] = [
  { name: 'leaf expired', rule: 'X-02', valid: false, defect: onLeaf({ validity: { from: -100, to: -1 } }) },
  { name: 'leaf not yet valid', rule: 'X-02', valid: false, defect: onLeaf({ validity: { from: 1, to: 100 } }) },
  { name: 'CA expired', rule: 'X-02', valid: false, defect: onFirstCa({ validity: { from: -100, to: -1 } }) },
  { name: 'CA not yet valid', rule: 'X-02', valid: false, defect: onLastCa({ validity: { from: 1, to: 100 } }) },
  { name: 'dates swapped', rule: 'X-02', valid: false, defect: leafFlaw('swapped-validity') },
  {
    name: 'fractional seconds',
    rule: 'X-02',
    valid: false,
    pkijs: 'reads them (RFC 5280 4.1.2.5 forbids them)',
    defect: leafFlaw('fractional-seconds'),
  },
  { name: 'leaf signature broken', rule: 'X-01', valid: false, defect: leafFlaw('bad-signature') },
  { name: 'CA signature broken', rule: 'X-01', valid: false, defect: onFirstCa({ flaws: ['bad-signature'] }) },
  {
    name: 'issued by another key of the same name',
    rule: 'X-01',
    valid: false,
    defect: (chain) => {
      const rsa = chain.actors[lastCa(chain)]?.key === 'ca' || chain.actors[lastCa(chain)]?.key === 'seal'
      return rsa ? leafFlaw('signed-by-another-key')(chain) : leafFlaw('bad-signature')(chain)
    },
  },
  { name: 'issuer name of nobody', rule: 'X-01', valid: false, defect: leafFlaw('wrong-issuer-name') },
  { name: 'issuer name empty', rule: 'X-02', valid: false, defect: leafFlaw('empty-issuer') },
  {
    name: 'two signature algorithms',
    rule: 'X-02',
    valid: false,
    pkijs: 'takes only the hash of the outer algorithm, which fits P-521 keys by chance',
    defect: leafFlaw('mismatched-algorithms'),
  },
  {
    name: 'bytes after the certificate',
    rule: 'X-02',
    valid: false,
    openssl: 'ignores what follows',
    pkijs: 'ignores what follows',
    defect: leafFlaw('trailing-data'),
  },
  {
    name: 'anchor of the same name with another key',
    rule: 'X-01',
    valid: false,
    defect: (chain) => {
      const root = chain.actors['root']
      if (root === undefined) throw new Error('not a chain')
      return { ...chain, anchor: 'other', actors: { ...chain.actors, other: { ...root, key: 'ocspVn' } } }
    },
  },
]

const SHAPE: readonly ChainKind[] = [
  {
    name: 'extension twice',
    rule: 'X-02',
    valid: false,
    pkijs: 'reads the first',
    defect: leafFlaw('duplicate-extension'),
  },
  {
    name: 'serial number negative',
    rule: 'X-02',
    valid: false,
    openssl: 'does not judge serial numbers',
    pkijs: 'does not judge serial numbers',
    defect: leafFlaw('negative-serial'),
  },
  {
    name: 'serial number zero',
    rule: 'X-02',
    valid: false,
    openssl: 'does not judge serial numbers',
    pkijs: 'does not judge serial numbers',
    defect: leafFlaw('zero-serial'),
  },
  {
    name: 'serial number of 24 octets',
    rule: 'X-02',
    valid: false,
    openssl: 'does not judge serial numbers',
    pkijs: 'does not judge serial numbers',
    defect: leafFlaw('long-serial'),
  },
  { name: 'version 1 with extensions', rule: 'X-02', valid: false, pkijs: 'reads them', defect: leafFlaw('version-1') },
  {
    name: 'unknown critical extension in the leaf',
    rule: 'X-02',
    valid: false,
    pkijs: 'does not look for unknown critical extensions',
    defect: onLeaf(extensionsOf({ other: [{ ...UNKNOWN, critical: true }] })),
  },
  {
    name: 'unknown critical extension in a CA',
    rule: 'X-02',
    valid: false,
    pkijs: 'does not look for unknown critical extensions',
    defect: onFirstCa(extensionsOf({ other: [{ ...UNKNOWN, critical: true }] })),
  },
]

const AUTHORITY: readonly ChainKind[] = [
  {
    name: 'CA without basicConstraints',
    rule: 'X-03',
    valid: false,
    defect: onLastCa(extensionsOf({ basicConstraints: null })),
  },
  {
    name: 'CA with cA false',
    rule: 'X-03',
    valid: false,
    defect: onLastCa(extensionsOf({ basicConstraints: { ca: false, critical: true } })),
  },
  {
    name: 'CA without keyCertSign',
    rule: 'X-03',
    valid: false,
    defect: onFirstCa(extensionsOf({ keyUsage: { bits: ['digitalSignature', 'cRLSign'], critical: true } })),
  },
  {
    name: 'path length exceeded',
    rule: 'X-03',
    valid: false,
    pkijs: 'does not look at path lengths',
    defect: (chain) => change(oneCaMore(chain), 'ca1', extensionsOf(pathLength(chain.cas.length - 1))),
  },
  {
    name: 'path length of the anchor exceeded',
    rule: 'X-01',
    valid: false,
    pkijs: 'does not look at path lengths',
    defect: (chain) => change(chain, 'root', extensionsOf(pathLength(chain.cas.length - 1))),
  },
  {
    name: 'an officer as CA',
    rule: 'X-03',
    valid: false,
    defect: onLastCa({ profile: 'signer', extensions: { basicConstraints: null } }),
  },
]

const NAMES: readonly ChainKind[] = [
  {
    name: 'directory name not permitted',
    rule: 'X-05',
    valid: false,
    defect: onLastCa(extensionsOf({ nameConstraints: { permitted: [directory('Elsewhere')] } })),
  },
  {
    name: 'directory name excluded',
    rule: 'X-05',
    valid: false,
    defect: onFirstCa(extensionsOf({ nameConstraints: { excluded: [directory('Sở KIỂM THỬ')] } })),
  },
  {
    name: 'e-mail address not permitted',
    rule: 'X-05',
    valid: false,
    defect: onLastCa(extensionsOf({ nameConstraints: { permitted: ['email:other.test'] } })),
  },
  {
    name: 'e-mail address excluded',
    rule: 'X-05',
    valid: false,
    defect: onFirstCa(extensionsOf({ nameConstraints: { excluded: ['email:signer@pki.test'] } })),
  },
  {
    name: 'name constraints in the leaf',
    rule: 'X-05',
    valid: false,
    openssl: 'allows them there',
    pkijs: 'allows them there',
    defect: onLeaf(extensionsOf({ nameConstraints: { excluded: ['email:other.test'] } })),
  },
]

const POLICIES: readonly ChainKind[] = [
  {
    name: 'explicit policy required, none there',
    rule: 'X-06',
    valid: false,
    defect: onFirstCa(extensionsOf({ policyConstraints: { requireExplicit: 0 } })),
  },
  {
    name: 'explicit policy required, another there',
    rule: 'X-06',
    valid: false,
    defect: (chain) =>
      change(
        policies(chain, ['2.999.1.1'], ['2.999.1.9']),
        'ca1',
        extensionsOf({ policyConstraints: { requireExplicit: 0 } }),
      ),
  },
  {
    name: 'policy mapped to anyPolicy',
    rule: 'X-06',
    valid: false,
    defect: onFirstCa(
      extensionsOf({ policies: { oids: ['2.999.1.1'] }, policyMappings: [['2.999.1.1', '2.5.29.32.0']] }),
    ),
  },
  {
    name: 'anyPolicy inhibited',
    rule: 'X-06',
    valid: false,
    defect: (chain) =>
      change(
        policies(chain, ['2.999.1.1'], ['2.5.29.32.0']),
        'ca1',
        extensionsOf({ inhibitAnyPolicy: 0, policyConstraints: { requireExplicit: 0 } }),
      ),
  },
  {
    name: 'policy mapping inhibited',
    rule: 'X-06',
    valid: false,
    defect: (chain) => {
      const longer = oneCaMore(chain)
      const mapped = change(
        policies(longer, ['2.999.1.1'], ['2.999.1.2']),
        'rolled',
        extensionsOf({ policyMappings: [['2.999.1.1', '2.999.1.2']] }),
      )
      return change(mapped, 'ca1', extensionsOf({ policyConstraints: { requireExplicit: 0, inhibitMapping: 0 } }))
    },
  },
]

const REVOCATION: readonly ChainKind[] = [
  {
    name: 'leaf revoked',
    rule: 'X-07',
    valid: false,
    defect: onLeaf({ revoked: { at: -5, reason: 'keyCompromise' } }),
  },
  {
    name: 'CA revoked',
    rule: 'X-07',
    valid: false,
    defect: onFirstCa({ revoked: { at: -5, reason: 'cACompromise' } }),
  },
  {
    name: 'leaf on hold',
    rule: 'X-07',
    valid: false,
    defect: onLeaf({ revoked: { at: -5, reason: 'certificateHold' } }),
  },
  {
    name: 'CRL out of date',
    rule: 'X-09',
    valid: false,
    defect: crlOfLastCa({ thisUpdate: day(-20), nextUpdate: day(-10) }),
  },
  {
    name: 'CRL of the future',
    rule: 'X-09',
    valid: false,
    pkijs: 'does not look at thisUpdate',
    defect: crlOfLastCa({ thisUpdate: day(5) }),
  },
  { name: 'CRL missing', rule: 'X-07', valid: false, defect: crlOfLastCa(null) },
  { name: 'CRL signature broken', rule: 'X-07', valid: false, defect: crlOfLastCa({ flaws: ['bad-signature'] }) },
  {
    name: 'unknown critical extension in the CRL',
    rule: 'X-07',
    valid: false,
    defect: crlOfLastCa({ flaws: ['unknown-critical-extension'] }),
  },
  { name: 'CRL of another issuer', rule: 'X-07', valid: false, defect: crlOfLastCa({ flaws: ['wrong-issuer-name'] }) },
  {
    name: 'CRL for CA certificates only',
    rule: 'X-07',
    valid: false,
    pkijs: 'does not read the issuing distribution point',
    defect: crlOfLastCa({ distributionPoint: { onlyCa: true } }),
  },
  {
    name: 'CA without cRLSign',
    rule: 'X-07',
    valid: false,
    defect: onLastCa(extensionsOf({ keyUsage: { bits: ['keyCertSign'], critical: true } })),
  },
]

const PURPOSE: readonly ChainKind[] = [
  {
    name: 'leaf for web servers only',
    rule: 'X-11',
    valid: false,
    pkijs: 'has no notion of purpose',
    defect: onLeaf(extensionsOf({ extendedKeyUsage: { purposes: ['serverAuth'] } })),
  },
  {
    name: 'leaf key for key agreement only',
    rule: 'X-11',
    valid: false,
    pkijs: 'has no notion of purpose',
    defect: onLeaf(extensionsOf({ keyUsage: { bits: ['keyAgreement'], critical: true } })),
  },
]

export const CHAIN_KINDS: readonly ChainKind[] = [
  ...SOUND,
  ...DATES_AND_SIGNATURES,
  ...SHAPE,
  ...AUTHORITY,
  ...NAMES,
  ...POLICIES,
  ...REVOCATION,
  ...PURPOSE,
]
