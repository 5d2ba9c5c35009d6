// What each list and response says of a certificate, at its own time: the material of time sliding (E-07).
import type { Certificate } from '../x509/certificate.ts'
import { equalBytes } from '../der/writer.ts'
import type { FoundChain } from '../x509/path.ts'
import type { Evidence, RevocationTarget } from '../x509/revocation.ts'
import type { SignatureChecks } from '../x509/signatures.ts'
import { sha256Of } from './poe.ts'
import { delegateOf, StatusFinder, type RevocationData, type RevocationOptions } from './revocation-check.ts'

const LISTS_PER_LOOK = 25

/** Evidence with what proof of existence is asked for. */
export interface DatedEvidence extends Evidence {
  /** Of the list or response. */
  readonly sha256: string
  /** Whoever signed it, where that is not the issuer of the certificate itself. */
  readonly delegate: Certificate | undefined
  /** Since when whoever signed it is revoked: it counts only where it is proven to be older. */
  readonly signerRevokedAt: Date | undefined
}

interface Unit extends Pick<RevocationData, 'crls' | 'ocsps'> {
  readonly at: Date
}

/** A response, and a complete list, speaks alone; a delta on each list; lists that cover some reasons only together. */
function unitsOf({ crls, ocsps }: RevocationData): readonly Unit[] {
  const complete = crls.filter(({ deltaBase }) => deltaBase === undefined)
  const whole = complete.filter(({ idp }) => idp?.reasons === undefined)
  const partial = complete.filter(({ idp }) => idp?.reasons !== undefined)
  const deltas = crls.filter(({ deltaBase }) => deltaBase !== undefined)
  return [
    ...whole.map((crl) => ({ crls: [crl], ocsps: [], at: crl.thisUpdate })),
    ...deltas.map((delta) => ({ crls: [...whole, delta], ocsps: [], at: delta.thisUpdate })),
    ...(partial.length === 0 ? [] : [{ crls: partial, ocsps: [], at: latestOf(partial) }]),
    ...ocsps.map((ocsp) => ({ crls: [], ocsps: [ocsp], at: latestOf(ocsp.responses) })),
  ]
}

function latestOf(dated: readonly { readonly thisUpdate: Date }[]): Date {
  return new Date(dated.reduce((latest, { thisUpdate }) => Math.max(latest, thisUpdate.getTime()), 0))
}

/** What cannot speak of the certificate by its names alone is not looked at: a store may hold a thousand lists. */
function concerning({ certificate }: RevocationTarget, { crls, ocsps, problems }: RevocationData): RevocationData {
  return {
    crls: crls.filter(({ issuer, idp }) => idp?.indirect === true || issuer.equals(certificate.issuer)),
    ocsps: ocsps.filter(({ responses }) => responses.some(({ id }) => equalBytes(id.serial, certificate.serial))),
    problems,
  }
}

/**
 * Everything genuine that the data say of one certificate, however old. Each piece was made by `now` and was within its rules when it
 * was made: scope, signer, and for certificates that had expired already, that they are still listed.
 *
 * @throws LimitError VERIFICATIONS, CPU
 */
export async function revocationHistory(
  target: RevocationTarget,
  chain: FoundChain,
  data: RevocationData,
  signatures: SignatureChecks,
  options: RevocationOptions,
): Promise<readonly DatedEvidence[]> {
  const found = new Map<string, DatedEvidence>()
  // How new data must be beside a signature is asked by whoever weighs them.
  const { freshness: _weighedLater, ...rules } = options
  for (const unit of unitsOf(concerning(target, data))) {
    // A list or response costs about as much as sorting so many lists beside a delta.
    signatures.look(1 + unit.crls.length / LISTS_PER_LOOK)
    const finder = new StatusFinder(data, signatures, chain.anchor, { ...rules, at: unit.at })
    const { evidence } = await finder.gatherFrom(target, unit)
    for (const one of evidence) {
      const sha256 = await sha256Of(one.source.der)
      found.set(`${sha256} ${one.status}`, {
        ...one,
        sha256,
        delegate: delegateOf(one, target.issuer, options.candidates),
        signerRevokedAt: await finder.signerRevokedSince(one, target),
      })
    }
  }
  return [...found.values()]
}
