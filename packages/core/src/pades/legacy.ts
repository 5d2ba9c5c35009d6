// adbe.pkcs7.detached, on request: the form before PAdES, with the revocation data of the signer inside the signature (C-13).
import type { SignedAttribute } from '../cms/build.ts'
import { digest } from '../crypto/index.ts'
import { OID } from '../der/oids.ts'
import { encodeExplicit, encodeSequence, encodeTime } from '../der/writer.ts'
import { CountersignError } from '../error.ts'
import { parseCandidates } from '../validation/certificate.ts'
import type { ChainOptions, ChainResult } from '../validation/certificate.ts'
import { resolvePolicy } from '../validation/policy.ts'
import { hexOf } from '../x509/identity.ts'
import type { Certificate } from '../x509/certificate.ts'
import { Gathering } from './gather.ts'
import type { SignOptions } from './signing-types.ts'

interface Archived {
  readonly crls: readonly Uint8Array[]
  readonly ocsps: readonly Uint8Array[]
}

/** RevocationInfoArchival (ISO 32000-2 12.8.3.3.2): CRLs in [0], OCSP responses in [1]. */
export function encodeRevocationArchival({ crls, ocsps }: Archived): Uint8Array {
  return encodeSequence(
    ...(crls.length === 0 ? [] : [encodeExplicit(0, encodeSequence(...crls))]),
    ...(ocsps.length === 0 ? [] : [encodeExplicit(1, encodeSequence(...ocsps))]),
  )
}

function chainOptions(
  options: SignOptions,
  chain: readonly Uint8Array[],
  gathering: Gathering,
  at: Date,
): ChainOptions {
  const { revocation, algorithms, profile, catalogue } = resolvePolicy(options.policy)
  const known = [...chain, ...gathering.certificates, ...gathering.fetched]
  return {
    anchors: options.trust?.anchors ?? [],
    candidates: parseCandidates(known, 'caller'),
    at,
    crls: gathering.crls,
    ocsps: gathering.ocsps,
    purpose: 'signing',
    revocation,
    algorithms,
    profile,
    catalogue,
  }
}

/** Those of the data at hand that the check accepted (L5). */
async function accepted({ revocation }: ChainResult, { crls, ocsps }: Gathering): Promise<Archived> {
  const wanted = new Set(revocation.filter(({ status }) => status === 'good').map(({ sha256 }) => sha256))
  const pick = async (items: readonly Uint8Array[]): Promise<readonly Uint8Array[]> => {
    const hashes = await Promise.all(items.map(async (item) => hexOf(await digest('sha256', item))))
    return items.filter((_, index) => wanted.has(hashes[index]!) && hashes.indexOf(hashes[index]!) === index)
  }
  return { crls: await pick(crls), ocsps: await pick(ocsps) }
}

/** Revocation data for the signer's path, verified at signing time. */
async function archiveFor(
  leaf: Certificate,
  chain: readonly Uint8Array[],
  options: SignOptions,
  at: Date,
): Promise<Archived> {
  if (options.trust === undefined)
    throw new CountersignError(
      'ARGUMENT_INVALID',
      'archiveRevocation needs `trust`: the anchors that the path leads to',
    )
  const gathering = new Gathering(options.sources, options.signal)
  const result = await gathering.check(leaf, () => chainOptions(options, chain, gathering, at))
  if (result.indication === 'PASSED') return accepted(result, gathering)
  const reasons = [...new Set(result.problems.filter(({ outcome }) => outcome === 'I').map(({ code }) => code))]
  throw new CountersignError('LEVEL_NOT_REACHED', `No revocation data to archive: ${reasons.join(', ')}.`, {
    details: { reasons, subIndication: result.subIndication },
  })
}

/** Signed attributes of adbe.pkcs7.detached beyond those of PAdES: the claimed time (W14), and the archive where it is wanted. */
export async function legacyAttributes(
  leaf: Certificate,
  chain: readonly Uint8Array[],
  options: SignOptions,
  time: Date,
): Promise<readonly SignedAttribute[]> {
  if (options.format !== 'pkcs7') {
    if (options.archiveRevocation !== true) return []
    throw new CountersignError('ARGUMENT_INVALID', 'archiveRevocation belongs to `format: "pkcs7"`; PAdES uses the DSS')
  }
  const signingTime = { oid: OID.signingTime, value: encodeTime(time) }
  if (options.archiveRevocation !== true) return [signingTime]
  const archive = await archiveFor(leaf, chain, options, time)
  return [signingTime, { oid: OID.adbeRevocationInfoArchival, value: encodeRevocationArchival(archive) }]
}
