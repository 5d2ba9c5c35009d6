import { DEFAULT_LIMITS, inspect, listFormFields, validateCertificate, verify } from '@countersign/core'
import { addAnchor, EMPTY_PROFILE, openTrustProfile } from '@countersign/core/node'
import type { FormField, Limits, RevocationSource, TrustStore } from '@countersign/core'
import type { TrustedAnchors, Validator } from './validator.ts'

/** SEC-07, where it is stricter than core's defaults. */
const LIMITS: Partial<Limits> = { fileSize: Math.min(DEFAULT_LIMITS.fileSize, 50 * 1024 * 1024) }

/** Core with the anchors and revocation data of this service. Nothing else is trusted (SEC-16), nothing is fetched. */
export function createValidator(trust: TrustStore, sources: RevocationSource, now: () => Date): Validator {
  return {
    verify: async (bytes, at = now(), trusted = []) =>
      verify(bytes, { trust: await withAnchors(trust, trusted), sources, at, limits: LIMITS }),
    async listFields(bytes) {
      return (await listFormFields(bytes, { limits: LIMITS })).map(sized)
    },
    async byteRanges(bytes) {
      const claimed = await inspect(bytes, { limits: LIMITS })
      return new Map(
        claimed.map(({ id, claimedRange }) => [
          id,
          (claimedRange ?? []).flatMap(([start, end]) => [start, end - start]),
        ]),
      )
    },
    validateCertificate: async ({ certificate, at = now(), ...question }, trusted = []) =>
      validateCertificate(certificate, {
        trust: await withAnchors(trust, trusted),
        ...question,
        intermediates: [...question.intermediates, ...(sources.certificates ?? [])],
        crls: [...question.crls, ...(sources.crls ?? [])],
        ocsps: [...question.ocsps, ...(sources.ocsps ?? [])],
        at,
      }),
  }
}

/** The configured anchors and the added ones, whose pins and limits are checked as those of a profile on disk. */
export async function withAnchors(trust: TrustStore, trusted: TrustedAnchors): Promise<TrustStore> {
  if (trusted.length === 0) return trust
  const profile = trusted.reduce((all, { entry }) => addAnchor(all, entry), EMPTY_PROFILE)
  const files = new Map(trusted.map(({ entry, certificate }) => [entry.file, certificate]))
  const added = await openTrustProfile(profile, (name) => Promise.resolve(files.get(name) ?? new Uint8Array(0)))
  return { anchors: [...trust.anchors, ...added.anchors] }
}

function sized({ name, type, signed, rect }: FormField): Awaited<ReturnType<Validator['listFields']>>[number] {
  const size = rect === undefined ? {} : { width: rect[2] - rect[0], height: rect[3] - rect[1] }
  return Object.assign({ name, type, signed }, size)
}
