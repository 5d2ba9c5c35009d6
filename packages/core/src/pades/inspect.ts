import { CountersignError } from '../error.ts'
import { sidMatches } from '../cms/find-signer.ts'
import { openDocument } from '../pdf/document.ts'
import { findSignatures } from '../pdf/signatures.ts'
import { DEFAULT_LIMITS, type ByteSource, type Limits, type PdfDocument } from '../pdf/types.ts'
import { describeSigner } from '../x509/identity.ts'
import { claimedText, claimedTimeOf } from './claims.ts'
import { CandidatePool } from './candidates.ts'
import { openSignature, type OpenedSignature } from './evaluation.ts'

/** Who the certificate in the signature says its holder is. */
export interface ClaimedSigner {
  readonly commonName: string | null
  readonly organization: string | null
  readonly subject: string
  readonly issuer: string
  readonly serial: string
  readonly sha256: string
}

/** What a signature says of itself. Nothing here is checked: a forger can write all of it. */
export interface ClaimedSignature {
  readonly id: string
  readonly field: string
  /** 1-based. */
  readonly page?: number
  readonly kind: 'signature' | 'document-timestamp'
  readonly subFilter: string | null
  /** The bytes it says it covers, as [start, end); null where it does not say so. */
  readonly claimedRange: readonly (readonly [start: number, end: number])[] | null
  readonly claimedSigner: ClaimedSigner | null
  /** ISO 8601 in UTC. */
  readonly claimedTime: string | null
  readonly claimedName?: string
  readonly claimedReason?: string
  readonly claimedLocation?: string
}

export interface InspectOptions {
  readonly password?: string
  readonly limits?: Partial<Limits>
  readonly signal?: AbortSignal
}

async function claimedSigner(opened: OpenedSignature, pool: CandidatePool): Promise<ClaimedSigner | null> {
  const info = opened.data?.signerInfos[0]
  if (info === undefined) return null
  const certificate = pool.candidates(opened.data).find((candidate) => sidMatches(info.sid, candidate))
  if (certificate === undefined) return null
  const { commonName, organization, subject, issuer, serial, sha256 } = await describeSigner(certificate)
  return { commonName, organization, subject, issuer, serial, sha256 }
}

async function claim(opened: OpenedSignature, pool: CandidatePool): Promise<ClaimedSignature> {
  const { found, id } = opened
  const texts = [
    ['claimedName', claimedText(found, 'Name')],
    ['claimedReason', claimedText(found, 'Reason')],
    ['claimedLocation', claimedText(found, 'Location')],
  ] as const
  const range = found.byteRange
  return {
    id,
    field: found.field,
    ...(found.page === undefined ? {} : { page: found.page }),
    kind: found.kind,
    subFilter: found.subFilter ?? null,
    claimedRange:
      range === undefined ? null : [range.first, range.second].map(({ start, end }) => [start, end] as const),
    claimedSigner: await claimedSigner(opened, pool),
    claimedTime: claimedTimeOf(found, opened.data)?.toISOString() ?? null,
    ...Object.fromEntries(texts.filter(([, text]) => text !== undefined)),
  }
}

async function claimAll(document: PdfDocument, limit: number): Promise<readonly ClaimedSignature[]> {
  const pool = new CandidatePool(document)
  const opened = findSignatures(document).signatures.map((found, i) =>
    openSignature(found, `S${i + 1}`, { compat: true, limit }),
  )
  const claims: ClaimedSignature[] = []
  for (const one of opened) claims.push(await claim(one, pool))
  return claims
}

/**
 * Lists what the signatures of a PDF file claim: signer, time, reason. **Nothing is checked**: use `verify` to know.
 *
 * @throws CountersignError PDF_NOT_PDF, PDF_DAMAGED, PDF_PASSWORD_NEEDED, PDF_PASSWORD_WRONG, LIMIT_*, ARGUMENT_INVALID
 * @example
 * ```ts
 * for (const signature of await inspect(bytes)) console.log(signature.field, signature.claimedSigner?.commonName)
 * ```
 */
export async function inspect(
  input: Uint8Array | ByteSource,
  options: InspectOptions = {},
): Promise<readonly ClaimedSignature[]> {
  if (!(input instanceof Uint8Array) && typeof (input as ByteSource | undefined)?.read !== 'function') {
    throw new CountersignError('ARGUMENT_INVALID', 'inspect: the input is neither bytes nor a byte source.')
  }
  const document = await openDocument(input, options)
  return claimAll(document, options.limits?.contents ?? DEFAULT_LIMITS.contents)
}
