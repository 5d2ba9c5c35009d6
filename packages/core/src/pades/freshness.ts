// How new revocation data must be, and when newer ones can be expected (L3).
import type { VerificationReport } from '../report.ts'
import type { Freshness, Gap } from './extension-types.ts'
import { chainsOf, missingFor, staleEntries } from './long-term-data.ts'
import type { Material } from './material.ts'

export class FreshnessPolicy {
  readonly #wanted: Freshness
  readonly #now: () => Date
  #extendAfter: Date | null = null

  constructor(wanted: Freshness, now: () => Date) {
    this.#wanted = wanted
    this.#now = now
  }

  /** The latest date to wait for, of all that were met. */
  get extendAfter(): Date | null {
    return this.#extendAfter
  }

  #waitUntil(time: Date): void {
    if (this.#extendAfter === null || time > this.#extendAfter) this.#extendAfter = time
  }

  /** Data on a chain must not be older than this; undefined where any that count today will do. */
  threshold(provenBefore: string | undefined): Date | undefined {
    const wanted = this.#wanted
    if (wanted === 'now' || provenBefore === undefined) return undefined
    return wanted === 'after-timestamp' ? new Date(provenBefore) : new Date(this.#now().getTime() - wanted.maxAge)
  }

  /** Looks for newer data where those at hand are too old. True when something came. */
  async refresh(report: VerificationReport, material: Material, signal: AbortSignal | undefined): Promise<boolean> {
    let found = false
    for (const chain of chainsOf(report)) {
      const threshold = this.threshold(chain.provenBefore)
      if (threshold === undefined) continue
      const stale = staleEntries(chain, threshold).map(({ certificate }) => certificate)
      if (await material.refresh(missingFor(chain, stale, material), threshold, signal)) found = true
    }
    return found
  }

  /** Data that are good but older than the policy wants, on the chains of some signatures. */
  gaps(report: VerificationReport, signatures: ReadonlySet<string>): readonly Gap[] {
    const gaps: Gap[] = []
    for (const chain of chainsOf(report)) {
      const threshold = this.threshold(chain.provenBefore)
      if (threshold === undefined || !signatures.has(chain.id)) continue
      for (const { certificate, nextUpdate } of staleEntries(chain, threshold)) {
        const { subject, sha256 } = certificate
        const role = sha256 === chain.path[0]?.sha256 ? 'signer' : 'ca'
        gaps.push({ role, for: chain.id, subject, sha256, reason: 'REVOCATION_NOT_FRESH' })
        this.#waitUntil(nextUpdate === null ? threshold : new Date(nextUpdate))
      }
    }
    return gaps
  }

  /** For a document that is left at B-T: when data newer than its proof can be expected. */
  noteProof(report: VerificationReport): void {
    for (const chain of chainsOf(report)) {
      if (chain.provenBefore === undefined) continue
      const proven = new Date(chain.provenBefore)
      this.#waitUntil(proven)
      for (const { nextUpdate } of staleEntries(chain, proven))
        if (nextUpdate !== null) this.#waitUntil(new Date(nextUpdate))
    }
  }
}
