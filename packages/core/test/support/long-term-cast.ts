// Who signs, stamps and vouches in the tests of levels, and what they do again and again.
import { expect } from '@jest/globals'
import type { ExtendOptions, LongTermOptions } from '../../src/pades/extension-types.ts'
import { sign } from '../../src/pades/sign.ts'
import { verify } from '../../src/pades/verify.ts'
import type { BaselineLevel, VerificationReport } from '../../src/report.ts'
import { member, World } from './long-term.ts'
import { twoPages } from './make-pdf.ts'

export const START: Date = new Date('2026-06-01T08:00:00Z')

export const CAST = {
  root: member('root', 'root', undefined, -1, 12),
  ca: member('ca', 'caVn', 'root', -1, 9, { revoked: { at: 400, reason: 'cACompromise' } }),
  ocsp: member('ocsp', 'ocspVn', 'ca', -1, 3),
  ocspRoot: member('ocsp', 'ocsp', 'root', -1, 9),
  signer: member('signer', 'officer', 'ca', -0.1, 3),
  second: member('signer', 'officer2', 'ca', -0.1, 3),
  revoked: member('signer', 'seal', 'ca', -0.1, 3, { revoked: { at: -5, reason: 'keyCompromise' } }),
  // C-16 ends RSA PKCS#1 v1.5 in 2029: what proves the time of an RSA signature later must not rest on it
  rootTsa: member('root', 'officerP521', undefined, -1, 12),
  caTsa: member('ca', 'caEc', 'rootTsa', -1, 9),
  ocspTsa: member('ocsp', 'ocspEc', 'caTsa', -1, 8),
  tsa: member('tsa', 'tsaEc', 'caTsa', -0.1, 8),
  root2: member('root', 'officerP384', undefined, 5, 30),
  tsa2: member('tsa', 'leafEc', 'root2', 6, 16),
  tsa3: member('tsa', 'officerPss', 'root2', 12, 29, { signs: 'rsa-pss-sha256' }),
} as const
export type Name = keyof typeof CAST
export const ANCHORS = ['root', 'rootTsa', 'root2'] as const

export const world = (): World<Name> => new World<Name>(CAST, START)

/** Options of a world; its clock is read when they are used. */
export function options(
  w: World<Name>,
  more: Partial<LongTermOptions> = {},
): LongTermOptions & Pick<ExtendOptions, 'trust'> {
  return { tsa: w.tsa('tsa'), trust: w.trust(...ANCHORS), sources: w.sources, now: () => w.now, ...more }
}

export async function signed(
  w: World<Name>,
  level: BaselineLevel,
  more: Partial<LongTermOptions> = {},
): Promise<Uint8Array> {
  const { bytes, report } = await sign(twoPages(), {
    signer: await w.signer('signer'),
    at: w.now,
    level,
    ...options(w, more),
  })
  expect([report.requestedLevel, report.reachedLevel]).toEqual([level, level])
  return bytes
}

export const offline = (w: World<Name>, bytes: Uint8Array): Promise<VerificationReport> =>
  verify(bytes, { trust: w.trust(...ANCHORS), at: w.now })
export const states = ({ signatures }: VerificationReport): unknown[] =>
  signatures.map(({ indication, level }) => [indication, level])
