// Signature data as the signing tools of this world write them: CMS and time-stamp tokens over the bytes of a file.
import { craftCms, craftToken, hash, type CmsOptions, type SignerOptions } from '../test/support/craft-cms.ts'
import type { Identity } from '../test/support/craft-certificate.ts'
import { intermediates, tsa } from './identities.ts'

/** When all this happens. */
export const SIGNED_AT = '20260601100000Z'
export const STAMPED_AT: Date = new Date('2026-06-01T10:05:00Z')
export const VERIFIED_AT: Date = new Date('2026-06-02T00:00:00Z')

export type CmsChanges = Partial<SignerOptions & CmsOptions>

/** A plain PAdES signature. */
export function cmsOver(covered: Uint8Array, signer: Identity, changes: CmsChanges = {}): Uint8Array {
  return craftCms({
    signer,
    digest: hash('sha256', covered),
    certificates: [signer.certificate, ...intermediates()],
    ...changes,
  })
}

/** A time-stamp token over those bytes. */
export function tokenOver(stamped: Uint8Array, by: Identity = tsa(), genTime: Date = STAMPED_AT): Uint8Array {
  return craftToken({ tsa: by, imprint: hash('sha256', stamped), genTime, chain: intermediates().slice(1) })
}

/** Entries of a person's signature dictionary. */
export const SIGNATURE = `/Type/Sig/Filter/Adobe.PPKLite/SubFilter/ETSI.CAdES.detached/M(D:${SIGNED_AT})`
/** Entries of a document timestamp's dictionary. */
export const TIMESTAMP = '/Type/DocTimeStamp/Filter/Adobe.PPKLite/SubFilter/ETSI.RFC3161'

/** The DocMDP transform (12.8.2.2). */
export function docMdp(level: number): string {
  return `/Reference[<</Type/SigRef/TransformMethod/DocMDP/TransformParams<</Type/TransformParams/P ${level}/V/1.2>>>>]`
}

/** A FieldMDP transform (12.8.2.4). */
export function fieldMdp(lock: string, level?: number): string {
  const p = level === undefined ? '' : `/P ${level}`
  const params = `<</Type/TransformParams${lock}${p}/V/1.2>>`
  return `/Reference[<</Type/SigRef/TransformMethod/FieldMDP/Data 1 0 R/TransformParams${params}>>]`
}
