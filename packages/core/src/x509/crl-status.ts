import { equalBytes } from '../der/writer.ts'
import { CountersignError } from '../error.ts'
import type { Certificate } from './certificate.ts'
import type { Crl, CrlEntry } from './crl.ts'
import type { DistributionPoint, PointName, ReasonFlags } from './extensions.ts'
import { sameGeneralName } from './general-name.ts'
import type { GeneralName } from './general-name.ts'
import type { Name } from './name.ts'
import { effectiveRevocation, freshness, mayBeDropped, maySignCrls } from './revocation.ts'
import type { Evidence, Gathered, RevocationContext, RevocationTarget } from './revocation.ts'
import type { VerifyKey } from './signatures.ts'

/** The bits of ReasonFlags that must all be covered before a certificate counts as good (RFC 5280 6.3.3). */
const ALL_REASONS: ReasonFlags = new Set([1, 2, 3, 4, 5, 6, 7, 8])

function namesOfPoint(name: PointName, base: Name): readonly GeneralName[] {
  return 'full' in name ? name.full : [{ kind: 'directory', value: base.append(name.relative) }]
}

function directoryNames(names: readonly GeneralName[]): readonly Name[] {
  return names.flatMap((name) => (name.kind === 'directory' ? [name.value] : []))
}

/** 6.3.3 (b)(1): the list comes from the certificate's issuer, or from the cRLIssuer of the point, and then is indirect. */
function issuerMatches(crl: Crl, point: DistributionPoint, certificate: Certificate): boolean {
  if (point.crlIssuer === undefined) return crl.issuer.equals(certificate.issuer)
  return crl.idp?.indirect === true && directoryNames(point.crlIssuer).some((name) => name.equals(crl.issuer))
}

/** 6.3.3 (b)(2): one name of the list's point is one name of the certificate's. */
function pointMatches(crl: Crl, point: DistributionPoint, certificate: Certificate): boolean {
  const { idp } = crl
  if (idp?.name === undefined) return true
  const listed = namesOfPoint(idp.name, crl.issuer)
  const base = directoryNames(point.crlIssuer ?? [])[0] ?? certificate.issuer
  const wanted = point.name === undefined ? (point.crlIssuer ?? []) : namesOfPoint(point.name, base)
  return listed.some((name) => wanted.some((other) => sameGeneralName(name, other)))
}

function kindMatches({ idp }: Crl, certificate: Certificate): boolean {
  if (idp === undefined) return true
  const ca = certificate.basicConstraints?.ca === true
  return !idp.onlyAttribute && !(idp.onlyUser && ca) && !(idp.onlyCa && !ca)
}

/** Points of the certificate, then the implicit one (RFC 5280 6.3.3, last paragraph). */
function pointsOf(certificate: Certificate): readonly DistributionPoint[] {
  const implicit: DistributionPoint = { name: { full: [{ kind: 'directory', value: certificate.issuer }] } }
  return [...(certificate.distributionPoints ?? []), implicit]
}

function interimReasons(crl: Crl, point: DistributionPoint): readonly number[] {
  return [...ALL_REASONS].filter(
    (reason) => (crl.idp?.reasons ?? ALL_REASONS).has(reason) && (point.reasons ?? ALL_REASONS).has(reason),
  )
}

function sameScope(a: Crl, b: Crl): boolean {
  const [left, right] = [a.idp?.der, b.idp?.der]
  if (left === undefined || right === undefined) return left === right
  return equalBytes(left, right)
}

function sameAuthorityKey(a: Crl, b: Crl): boolean {
  const [left, right] = [a.authorityKeyId?.keyId, b.authorityKeyId?.keyId]
  if (left === undefined || right === undefined) return left === right
  return equalBytes(left, right)
}

/** The status of one certificate by revocation lists: RFC 5280 6.3.3 over local lists. */
class CrlCheck {
  readonly #target: RevocationTarget
  readonly #context: RevocationContext
  readonly #faults: string[] = []
  readonly #evidence: Evidence[] = []
  readonly #covered: Set<number> = new Set()
  #stale: Date | undefined

  constructor(target: RevocationTarget, context: RevocationContext) {
    this.#target = target
    this.#context = context
  }

  async run(): Promise<Gathered> {
    // The newest list of a scope speaks first; older ones only where it could not be used.
    const complete = this.#context.crls
      .filter(({ deltaBase }) => deltaBase === undefined)
      .sort((a, b) => b.thisUpdate.getTime() - a.thisUpdate.getTime())
    for (const point of pointsOf(this.#target.certificate))
      for (const crl of complete) if (!this.#isDecided() && this.#concerns(crl, point)) await this.#guarded(crl, point)
    const full = this.#covered.size === ALL_REASONS.size
    const kept = full ? this.#evidence : this.#evidence.filter(({ status }) => status !== 'good')
    return {
      evidence: kept,
      faults: this.#faults,
      ...(this.#stale === undefined ? {} : { staleSince: this.#stale }),
      ...(!full && this.#covered.size > 0 ? { partial: true } : {}),
    }
  }

  #isDecided(): boolean {
    return this.#covered.size === ALL_REASONS.size || this.#evidence.some(({ status }) => status !== 'good')
  }

  #concerns(crl: Crl, point: DistributionPoint): boolean {
    const { certificate } = this.#target
    return (
      issuerMatches(crl, point, certificate) && pointMatches(crl, point, certificate) && kindMatches(crl, certificate)
    )
  }

  async #guarded(crl: Crl, point: DistributionPoint): Promise<void> {
    try {
      await this.#use(crl, point)
    } catch (error) {
      if (!(error instanceof CountersignError) || error.code === 'LIMIT_VERIFICATIONS') throw error
      this.#fault(error.message)
    }
  }

  #fault(detail: string): void {
    if (!this.#faults.includes(detail)) this.#faults.push(detail)
  }

  async #use(crl: Crl, point: DistributionPoint): Promise<void> {
    const { certificate } = this.#target
    const reasons = interimReasons(crl, point)
    if (!reasons.some((reason) => !this.#covered.has(reason))) return
    const signer = await this.#signerOf(crl)
    if (signer === undefined) return
    const delta = await this.#deltaOf(crl, signer)
    const entry = this.#entryOf(crl, delta)
    const used = delta ?? crl
    if (entry !== undefined) {
      const { revocationDate, reason } = entry
      const revocationTime = effectiveRevocation(revocationDate, used.thisUpdate)
      if (revocationTime.getTime() <= this.#context.at.getTime()) {
        const status = reason === 6 ? 'hold' : 'revoked'
        this.#evidence.push({ ...this.#describe(used, signer), status, revocationTime, reason })
        return
      }
    }
    if (!this.#isUsable(crl, used)) return
    if (entry === undefined && mayBeDropped(certificate, used.thisUpdate, crl.expiredSince)) {
      this.#fault('the list was made after the certificate expired')
      return
    }
    this.#evidence.push({ ...this.#describe(used, signer), status: 'good' })
    for (const reason of reasons) this.#covered.add(reason)
  }

  #describe(crl: Crl, signer: VerifyKey): Omit<Evidence, 'status'> {
    return { type: 'crl', thisUpdate: crl.thisUpdate, nextUpdate: crl.nextUpdate, source: crl, signer }
  }

  /** What must hold before "not listed" means "not revoked"; a listed certificate counts as revoked without it. */
  #isUsable(crl: Crl, current: Crl): boolean {
    const profile = this.#context.compat ? undefined : crl.profileFault
    const fault = crl.fault ?? current.fault ?? profile
    if (fault !== undefined) this.#fault(fault)
    else if (crl.hasUnknownCriticalEntry || current.hasUnknownCriticalEntry)
      this.#fault('an entry holds an unknown critical extension')
    else {
      const found = freshness(current.thisUpdate, current.nextUpdate, this.#context, this.#target.certificate)
      if (found.state === 'fresh') return true
      if (found.state === 'future') this.#fault('it was made after the time of the check')
      else if (found.since === undefined) this.#fault('it does not say how long it holds')
      else if (this.#stale === undefined || this.#stale < found.since) this.#stale = found.since
    }
    return false
  }

  /** A listed entry of the delta outranks the complete list; removeFromCRL there releases. */
  #entryOf(crl: Crl, delta: Crl | undefined): CrlEntry | undefined {
    const { serial, issuer } = this.#target.certificate
    const newer = delta?.find(serial, issuer)
    const entry = newer ?? crl.find(serial, issuer)
    return newer?.reason === 8 ? undefined : entry
  }

  /** 6.3.3 (c), (h); 5.2.4: BaseCRLNumber <= number of the complete list < number of the delta. */
  async #deltaOf(crl: Crl, signer: VerifyKey): Promise<Crl | undefined> {
    const { crls, signatures } = this.#context
    const fitting = crls
      .filter(
        (delta) =>
          delta.deltaBase !== undefined &&
          delta.issuer.equals(crl.issuer) &&
          sameScope(delta, crl) &&
          sameAuthorityKey(delta, crl),
      )
      .filter(({ deltaBase, number }) => {
        if (crl.number === undefined || number === undefined || deltaBase === undefined) return false
        return deltaBase <= crl.number && crl.number < number
      })
      .filter(({ fault, thisUpdate, nextUpdate }) => {
        const found = freshness(thisUpdate, nextUpdate, this.#context, this.#target.certificate)
        return fault === undefined && found.state === 'fresh'
      })
      .sort((a, b) => b.thisUpdate.getTime() - a.thisUpdate.getTime())
    for (const delta of fitting) {
      const answer = await signatures.check(delta, signer)
      if (answer === 'valid' || answer === 'lenient') return delta
    }
    return undefined
  }

  /** 6.3.3 (f), (g): the key that signed the list, once it may. */
  async #signerOf(crl: Crl): Promise<VerifyKey | undefined> {
    const { issuer, issuerKey } = this.#target
    let fault = 'no certificate of its signer'
    if (issuer.subject.equals(crl.issuer)) {
      if (!maySignCrls(issuer)) fault = 'its signer must not sign revocation lists'
      else if (await this.#signed(crl, issuerKey)) return issuerKey
      else fault = 'its signature is not genuine'
    }
    const { candidates, anchor } = this.#context
    const others = [anchor.certificate, ...candidates.map(({ certificate }) => certificate)]
    for (const certificate of others) {
      if (!certificate.subject.equals(crl.issuer) || certificate.equals(issuer)) continue
      const key = { spki: certificate.spki, info: certificate.publicKey }
      if (!(await this.#signed(crl, key))) continue
      if (!maySignCrls(certificate)) fault = 'its signer must not sign revocation lists'
      else if (await this.#context.vouchFor(certificate)) return key
      else fault = 'the certificate of its signer is not valid'
    }
    this.#fault(fault)
    return undefined
  }

  async #signed(crl: Crl, key: VerifyKey): Promise<boolean> {
    const answer = await this.#context.signatures.check(crl, key)
    return answer === 'valid' || answer === 'lenient'
  }
}

/** What revocation lists say of a certificate. Never throws for bad lists. @throws LimitError VERIFICATIONS */
export function gatherCrls(target: RevocationTarget, context: RevocationContext): Promise<Gathered> {
  return new CrlCheck(target, context).run()
}
