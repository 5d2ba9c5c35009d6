import { DEFAULT_LIMITS, inspect, listFormFields, validateCertificate, verify } from '@countersign/core'
import type { FormField, Limits, RevocationSource, TrustStore } from '@countersign/core'
import type { Validator } from './validator.ts'

/** SEC-07, where it is stricter than core's defaults. */
const LIMITS: Partial<Limits> = { fileSize: Math.min(DEFAULT_LIMITS.fileSize, 50 * 1024 * 1024) }

/** Core with the anchors and revocation data of this service. Nothing else is trusted (SEC-16), nothing is fetched. */
export function createValidator(trust: TrustStore, sources: RevocationSource, now: () => Date): Validator {
  return {
    verify: (bytes, at = now()) => verify(bytes, { trust, sources, at, limits: LIMITS }),
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
    validateCertificate: ({ certificate, at = now(), ...question }) =>
      validateCertificate(certificate, {
        trust,
        ...question,
        intermediates: [...question.intermediates, ...(sources.certificates ?? [])],
        crls: [...question.crls, ...(sources.crls ?? [])],
        ocsps: [...question.ocsps, ...(sources.ocsps ?? [])],
        at,
      }),
  }
}

function sized({ name, type, signed, rect }: FormField): Awaited<ReturnType<Validator['listFields']>>[number] {
  const size = rect === undefined ? {} : { width: rect[2] - rect[0], height: rect[3] - rect[1] }
  return Object.assign({ name, type, signed }, size)
}
