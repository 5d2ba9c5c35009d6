import type { UnsignedAttribute } from '../cms/build.ts'
import type { Digest } from '../cms/signer.ts'
import { digest as digestOf } from '../crypto/index.ts'
import { OID } from '../der/oids.ts'
import { CountersignError } from '../error.ts'
import type { OpenOptions } from '../pdf/types.ts'
import type { BaselineLevel } from '../report.ts'
import { UNKNOWN_TOKEN_SIZE } from '../tsp/authority.ts'
import type { TimestampAuthority } from '../tsp/authority.ts'
import type { CheckedToken } from '../tsp/check-reply.ts'
import { ascend } from './ascend.ts'
import { isTrustedAuthority, learnAuthority } from './authority-chain.ts'
import { Climb } from './climb.ts'
import { requestToken, stampDocument } from './document-timestamp.ts'
import { LevelNotReachedError } from './extension-types.ts'
import type { LongTermOptions, LongTermRecord, StampRecord } from './extension-types.ts'
import type { Prepared } from './signing-types.ts'
import { tokenRenewal } from './renewal.ts'
import { stampRecord } from './stamp-record.ts'
import type { SignedStep, StepBase } from './step.ts'

/** What the level of a signature needs beyond B-B; the options of `sign` and `complete` hold it. */
export interface LevelOptions extends LongTermOptions {
  readonly ignorePermissions?: boolean
  readonly limits?: OpenOptions['limits']
  readonly random?: (length: number) => Uint8Array
}

/** How a signing call reaches a level above B-B. */
export interface LevelPlan {
  /** Room for the unsigned attributes in the placeholder, in bytes (P1). */
  readonly unsignedSize: number
  /** Unsigned attributes over the signature value (signature-time-stamp); called again when the placeholder had to grow (P2). */
  unsigned(signature: Uint8Array, digest: Digest): Promise<readonly UnsignedAttribute[]>
  /** Further revisions after the signature's own (DSS, document timestamp), and the level that they reach; `base` is what was signed. */
  further(step: SignedStep, prepared: Prepared, base: StepBase): Promise<LevelReached>
}

export interface LevelReached {
  readonly steps: readonly SignedStep[]
  readonly level: BaselineLevel
  readonly record: LongTermRecord
}

type Level = Exclude<BaselineLevel, 'B-B'>

class StampedLevel implements LevelPlan {
  readonly #level: Level
  readonly #tsa: TimestampAuthority
  readonly #options: LevelOptions
  #token: CheckedToken | undefined

  constructor(level: Level, tsa: TimestampAuthority, options: LevelOptions) {
    this.#level = level
    this.#tsa = tsa
    this.#options = options
  }

  get unsignedSize(): number {
    return this.#tsa.sizeHint?.('sha256') ?? UNKNOWN_TOKEN_SIZE
  }

  /** L2: over the signature value, with the digest of everything else (C4). */
  async unsigned(signature: Uint8Array, digest: Digest): Promise<readonly UnsignedAttribute[]> {
    const request = { digest, imprint: await digestOf(digest, signature) }
    this.#token = await requestToken(this.#tsa, request, this.#options.signal)
    learnAuthority(this.#tsa, this.#token)
    return [{ oid: OID.signatureTimeStampToken, value: this.#token.der }]
  }

  async further(step: SignedStep, prepared: Prepared, base: StepBase): Promise<LevelReached> {
    try {
      return await (this.#level === 'B-T' ? this.#stamped(step, prepared) : this.#longTerm(step, prepared, base))
    } catch (error) {
      if (error instanceof LevelNotReachedError) error.steps = [step, ...error.steps]
      throw error
    }
  }

  #openingOf({ password }: Prepared): OpenOptions {
    const { limits, signal } = this.#options
    return {
      ...(password === undefined ? {} : { password }),
      ...(limits === undefined ? {} : { limits }),
      ...(signal === undefined ? {} : { signal }),
    }
  }

  /** B-T: with anchors given, the authority must lead to one of them; nothing else is asked of the outside. */
  async #stamped(step: SignedStep, prepared: Prepared): Promise<LevelReached> {
    const steps: SignedStep[] = []
    let record: StampRecord
    let token = this.#token
    if (token === undefined) {
      // A whole CMS from elsewhere, without a time stamp: a document timestamp gives it its time (L11).
      const { random, signal, ignorePermissions } = this.#options
      const how = { random, signal, ignorePermissions, opening: this.#openingOf(prepared) }
      const stamped = await stampDocument(step, { tsa: this.#tsa, digest: prepared.digest, ...how })
      steps.push(stamped.step)
      token = stamped.token
      record = stampRecord('document', token, stamped.field)
    } else record = stampRecord('signature', token)
    const reached = {
      timestamps: [record],
      added: 0,
      gaps: [],
      extendAfter: record.genTime,
      renewBefore: tokenRenewal(token.certificate, this.#options.renewBy).toISOString(),
    }
    await this.#requireTrust(token, reached)
    return { steps, level: 'B-T', record: reached }
  }

  async #requireTrust(token: CheckedToken, record: LongTermRecord): Promise<void> {
    const { trust, policy, sources } = this.#options
    if (trust === undefined) return
    const at = token.info.genTime
    if (await isTrustedAuthority(token, { trust, policy, at, given: sources ?? {} })) return
    const who = token.certificate.subject.toString()
    throw new LevelNotReachedError('B-T', 'B-B', record, [
      `the path of ${who} leads to no trusted anchor, or is known to be revoked`,
    ])
  }

  async #longTerm(step: SignedStep, prepared: Prepared, base: StepBase): Promise<LevelReached> {
    const climb = new Climb(step, base, {
      ...this.#options,
      tsa: this.#tsa,
      opening: this.#openingOf(prepared),
      digest: prepared.digest,
      demanded: prepared.field,
    })
    if (this.#token !== undefined) climb.noteToken(this.#token, stampRecord('signature', this.#token))
    await ascend(climb, this.#level)
    return { steps: climb.steps, level: this.#level, record: climb.record }
  }
}

function lacking(requested: Level, what: string): CountersignError {
  const details = { requested, reached: null, reasons: [what] }
  return new CountersignError('LEVEL_NOT_REACHED', `Level ${requested} needs ${what}.`, { details })
}

/** The plan for a level; undefined for B-B, which needs nothing more. Throws before anything is read or any key is asked. */
export function planLevel(level: BaselineLevel, options: LevelOptions): LevelPlan | undefined {
  if (level === 'B-B') return undefined
  if (options.tsa === undefined) throw lacking(level, 'a time stamp: give `tsa`')
  if (level !== 'B-T' && options.trust === undefined) throw lacking(level, 'anchors that paths lead to: give `trust`')
  return new StampedLevel(level, options.tsa, options)
}
