import { digest, supportsDigest } from '../crypto/index.ts'
import { OID } from '../der/oids.ts'
import { parseDer } from '../der/reader.ts'
import { readOctetString, readTime } from '../der/values.ts'
import { equalBytes } from '../der/writer.ts'
import { digestOfOid, parseAlgorithm } from './algorithm.ts'
import type { Certificate } from './certificate.ts'
import { PROCESSED_EXTENSIONS } from './extensions.ts'
import type { OcspResponse, SingleResponse } from './ocsp.ts'
import { effectiveRevocation, freshness, mayBeDropped } from './revocation.ts'
import type { Evidence, Gathered, RevocationContext, RevocationTarget } from './revocation.ts'
import type { VerifyKey } from './signatures.ts'

/** how long a response without nextUpdate counts. */
const WITHOUT_NEXT_UPDATE = 24 * 3_600_000

/** name hash and key hash are computed again with the hash of the CertID. */
async function concerns({ id }: SingleResponse, { certificate, issuer }: RevocationTarget): Promise<boolean> {
  if (!equalBytes(id.serial, certificate.serial) || id.digest === undefined || !supportsDigest(id.digest)) return false
  const [name, key] = await Promise.all([
    digest(id.digest, certificate.issuer.der),
    digest(id.digest, issuer.publicKeyBits),
  ])
  return equalBytes(name, id.nameHash) && equalBytes(key, id.keyHash)
}

async function isResponder(response: OcspResponse, certificate: Certificate): Promise<boolean> {
  if ('name' in response.responder) return response.responder.name.equals(certificate.subject)
  return equalBytes(response.responder.keyHash, await digest('sha1', certificate.publicKeyBits))
}

/** RFC 5280 4.2 for a certificate outside the path: nothing critical and unknown, nothing unreadable, nothing twice. */
function isProcessed({ extensions, malformed, duplicateExtensions }: Certificate): boolean {
  if (malformed.size > 0 || duplicateExtensions.length > 0) return false
  return [...extensions.values()].every(({ oid, critical }) => !critical || PROCESSED_EXTENSIONS.has(oid))
}

/** Evidence kept for certificates that expired before the response: archiveCutoff, or the certificate's own hash. */
async function keptSince(single: SingleResponse, certificate: Certificate): Promise<Date | undefined> {
  try {
    const cutoff = single.extensions.get(OID.ocspArchiveCutoff)
    if (cutoff !== undefined) return readTime(parseDer(cutoff.value))
    const hash = single.extensions.get(OID.ocspCertHash)
    if (hash === undefined) return undefined
    const [algorithm, value] = parseDer(hash.value).children
    const name = digestOfOid(parseAlgorithm(algorithm!).oid)
    if (name === undefined || !supportsDigest(name)) return undefined
    return equalBytes(await digest(name, certificate.der), readOctetString(value!)) ? new Date(0) : undefined
  } catch {
    return undefined
  }
}

/** The status of one certificate by OCSP responses. */
class OcspCheck {
  readonly #target: RevocationTarget
  readonly #context: RevocationContext
  readonly #faults: string[] = []
  readonly #evidence: Evidence[] = []
  #stale: Date | undefined

  constructor(target: RevocationTarget, context: RevocationContext) {
    this.#target = target
    this.#context = context
  }

  async run(): Promise<Gathered> {
    for (const response of this.#context.ocsps) {
      // Looked for once, however many answers a response holds, since anybody can write thousands.
      let signer: Promise<VerifyKey | undefined> | undefined
      for (const single of response.responses)
        if (await concerns(single, this.#target))
          await this.#use(response, single, () => (signer ??= this.#signerOf(response)))
    }
    return {
      evidence: this.#evidence,
      faults: [...new Set(this.#faults)],
      ...(this.#stale === undefined ? {} : { staleSince: this.#stale }),
    }
  }

  async #use(
    response: OcspResponse,
    single: SingleResponse,
    findSigner: () => Promise<VerifyKey | undefined>,
  ): Promise<void> {
    if (single.status === 'unknown') return
    const fault = response.faultOf(single)
    if (fault !== undefined) return void this.#faults.push(fault)
    const signer = await findSigner()
    if (signer === undefined) return
    const { at } = this.#context
    const { certificate } = this.#target
    const evidence = {
      type: 'ocsp',
      thisUpdate: single.thisUpdate,
      nextUpdate: single.nextUpdate,
      producedAt: response.producedAt,
      source: response,
      signer,
    } as const
    const { revocationTime: listed, reason = 0, thisUpdate } = single
    const revocationTime = listed === undefined ? undefined : effectiveRevocation(listed, thisUpdate)
    if (revocationTime !== undefined && revocationTime.getTime() <= at.getTime()) {
      this.#evidence.push({ ...evidence, status: reason === 6 ? 'hold' : 'revoked', revocationTime, reason })
      return
    }
    if (!this.#isCurrent(single)) return
    const dropped =
      single.status === 'good' && mayBeDropped(certificate, single.thisUpdate, await keptSince(single, certificate))
    if (dropped) this.#faults.push('the response was made after the certificate expired')
    else this.#evidence.push({ ...evidence, status: 'good' })
  }

  #isCurrent({ thisUpdate, nextUpdate }: SingleResponse): boolean {
    const end = nextUpdate ?? new Date(thisUpdate.getTime() + WITHOUT_NEXT_UPDATE)
    const { certificate } = this.#target
    const found = freshness(thisUpdate, end, this.#context, certificate)
    if (thisUpdate.getTime() < certificate.notBefore.getTime())
      this.#faults.push('the response is older than the certificate')
    else if (found.state === 'fresh') return true
    else if (found.state === 'future') this.#faults.push('it was made after the time of the check')
    else if (this.#stale === undefined || this.#stale < (found.since ?? end)) this.#stale = found.since ?? end
    return false
  }

  /** The issuer's own key, or a responder that this very key certified. */
  async #signerOf(response: OcspResponse): Promise<VerifyKey | undefined> {
    const { issuer, issuerKey } = this.#target
    if (await isResponder(response, issuer)) {
      if (await this.#signed(response, issuerKey)) return issuerKey
      this.#faults.push('the signature of the response is not genuine')
    }
    const others = [...response.certificates, ...this.#context.candidates.map(({ certificate }) => certificate)]
    for (const certificate of others) {
      if (certificate.equals(issuer) || !(await isResponder(response, certificate))) continue
      const key = { spki: certificate.spki, info: certificate.publicKey }
      if (!(await this.#signed(response, key))) continue
      const fault = await this.#delegationFault(certificate, response)
      if (fault === undefined) return key
      this.#faults.push(fault)
    }
    if (this.#faults.length === 0) this.#faults.push('no certificate of the responder')
    return undefined
  }

  async #signed(response: OcspResponse, key: VerifyKey): Promise<boolean> {
    const answer = await this.#context.signatures.check(response, key)
    return answer === 'valid' || answer === 'lenient'
  }

  async #delegationFault(certificate: Certificate, response: OcspResponse): Promise<string | undefined> {
    const { issuer, issuerKey } = this.#target
    const answer = certificate.issuer.equals(issuer.subject)
      ? await this.#context.signatures.check(certificate, issuerKey)
      : 'invalid'
    if (answer !== 'valid' && answer !== 'lenient') return 'the responder was not certified by the issuer itself'
    if (certificate.extendedKeyUsage?.includes(OID.ocspSigning) !== true) return 'the responder must not sign responses'
    if (certificate.keyUsage?.has('digitalSignature') === false && !certificate.keyUsage.has('nonRepudiation'))
      return 'the key of the responder must not sign'
    if (!isProcessed(certificate)) return 'the certificate of the responder holds what cannot be processed'
    if (!certificate.isValidAt(response.producedAt)) return 'the certificate of the responder was not valid'
    if (certificate.extensions.has(OID.ocspNoCheck)) return undefined
    const good = await this.#context.isNotRevoked({ certificate, issuer, issuerKey })
    return good ? undefined : 'it is not known whether the responder was revoked'
  }
}

/** What OCSP responses say of a certificate. @throws LimitError VERIFICATIONS */
export function gatherOcsps(target: RevocationTarget, context: RevocationContext): Promise<Gathered> {
  return new OcspCheck(target, context).run()
}
