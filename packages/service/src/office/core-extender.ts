import { DEFAULT_LIMITS, extend, LevelNotReachedError, timestamp } from '@countersign/core'
import { httpTimestampAuthority, onlineSource } from '@countersign/core/node'
import type { Limits, RevocationSource, TimestampAuthority, TrustStore } from '@countersign/core'
import { withAnchors } from './core-validator.ts'
import type { ExtensionAnswer, ExtensionSettings, Extender } from './extender.ts'

/** SEC-07. */
const LIMITS: Partial<Limits> = { fileSize: Math.min(DEFAULT_LIMITS.fileSize, 50 * 1024 * 1024) }

function authorityOf({ tsa }: ExtensionSettings): TimestampAuthority | undefined {
  if (tsa.length === 0) return undefined
  const seconds = tsa.reduce((sum, { timeoutSeconds = 30 }) => sum + timeoutSeconds, 0)
  return httpTimestampAuthority(
    tsa.map(({ url, timeoutSeconds, policy, headers }) => ({
      url,
      ...(timeoutSeconds === undefined ? {} : { timeoutMilliseconds: timeoutSeconds * 1000 }),
      ...(policy === undefined ? {} : { policy }),
      ...(headers === undefined ? {} : { authenticate: () => ({ headers }) }),
    })),
    { deadlineMilliseconds: seconds * 1000 },
  )
}

function answerOf(error: unknown): ExtensionAnswer {
  if (!(error instanceof LevelNotReachedError)) throw error
  const { gaps, extendAfter } = error.record
  return {
    notReached: {
      reached: error.reached,
      gaps: gaps.map(({ sha256, reason }) => ({ sha256, reason })),
      retryAfter: extendAfter,
    },
  }
}

/** Core with the anchors, TSAs and revocation data of this service. */
export function createExtender(trust: TrustStore, sources: RevocationSource, settings: ExtensionSettings): Extender {
  const tsa = authorityOf(settings)
  const find = settings.online === false ? {} : onlineSource({ allowHosts: settings.online.allowHosts })
  const common = { limits: LIMITS, ...(tsa === undefined ? {} : { tsa }) }
  return {
    timestamp: async (bytes, digest) => timestamp(bytes, { limits: LIMITS, digest, tsa: tsa! }),
    extend: async (bytes, to, trusted) => {
      const anchors = await withAnchors(trust, trusted)
      return extend(bytes, { ...common, to, trust: anchors, sources: { ...sources, ...find } }).catch(answerOf)
    },
  }
}
