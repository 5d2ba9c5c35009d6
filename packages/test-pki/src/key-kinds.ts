// The committed keys by name and how each was made; `npm run certs-test -- --new-keys` makes new ones.
import { generateKeyPairSync } from 'node:crypto'
import type { KeyObject } from 'node:crypto'

export type KeyKind =
  'rsa-1024' | 'rsa-2048' | 'rsa-3072' | 'rsa-4096' | 'rsa-pss-3072' | 'p-256' | 'p-384' | 'p-521' | 'ed25519'

export type CommittedKey =
  | 'root'
  | 'ca'
  | 'caVn'
  | 'caEc'
  | 'officer'
  | 'officer2'
  | 'inspected'
  | 'clerk'
  | 'seal'
  | 'officerEc'
  | 'officerP384'
  | 'officerP521'
  | 'officerEd25519'
  | 'officerPss'
  | 'officerPssKey'
  | 'tsa'
  | 'tsaEc'
  | 'ocsp'
  | 'ocspVn'
  | 'ocspEc'
  | 'leaf'
  | 'leafEc'
  | 'small'
  | 'stranger'

export const KEY_KINDS: Readonly<Record<CommittedKey, KeyKind>> = {
  root: 'rsa-3072',
  ca: 'rsa-3072',
  caVn: 'rsa-4096',
  caEc: 'p-384',
  officer: 'rsa-2048',
  officer2: 'rsa-2048',
  inspected: 'rsa-2048',
  clerk: 'p-256',
  seal: 'rsa-3072',
  officerEc: 'p-256',
  officerP384: 'p-384',
  officerP521: 'p-521',
  officerEd25519: 'ed25519',
  officerPss: 'rsa-3072',
  officerPssKey: 'rsa-pss-3072',
  tsa: 'rsa-3072',
  tsaEc: 'p-256',
  ocsp: 'rsa-2048',
  ocspVn: 'rsa-2048',
  ocspEc: 'p-256',
  leaf: 'rsa-2048',
  leafEc: 'p-256',
  small: 'rsa-1024',
  stranger: 'rsa-2048',
}

/** A fresh private key. Only for new committed keys and throw-away PKIs: everything else is deterministic. */
export function generateKey(kind: KeyKind): KeyObject {
  if (kind === 'ed25519') return generateKeyPairSync('ed25519').privateKey
  if (kind.startsWith('p-')) return generateKeyPairSync('ec', { namedCurve: kind.toUpperCase() }).privateKey
  const size = { modulusLength: Number(kind.slice(kind.lastIndexOf('-') + 1)), publicExponent: 0x10001 }
  if (kind !== 'rsa-pss-3072') return generateKeyPairSync('rsa', size).privateKey
  // Node wants a number for saltLength, @types/node says string
  const pss = { hashAlgorithm: 'sha256', mgf1HashAlgorithm: 'sha256', saltLength: 32 as unknown as string }
  return generateKeyPairSync('rsa-pss', { ...size, ...pss }).privateKey
}
