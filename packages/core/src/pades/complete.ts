import { buildSignedData } from '../cms/build.ts'
import { schemeName, verifySchemeFor } from '../cms/schemes.ts'
import { verifySignature } from '../crypto/index.ts'
import { CountersignError } from '../error.ts'
import { patchContents } from '../pdf/placeholder.ts'
import type { PdfDocument } from '../pdf/types.ts'
import { Certificate } from '../x509/certificate.ts'
import { checkOutput } from './check-output.ts'
import type { Prepared, SignResult } from './signing-types.ts'

/** What came back from the key: the signature value, or a whole CMS. */
export type SigningOutcome = { readonly signature: Uint8Array } | { readonly cms: Uint8Array }

/** C7, G2: the value must verify with the leaf's key before it is embedded. */
export async function requireGenuine(
  key: NonNullable<Prepared['key']>,
  signature: Uint8Array,
  leaf: Certificate = Certificate.parse(key.certificate),
): Promise<void> {
  const result = await verifySignature(verifySchemeFor(key.scheme), leaf.spki, key.signedAttributes, signature)
  if (result !== 'valid')
    throw new CountersignError(
      'SIGNATURE_MISMATCH',
      `the signature value does not fit the certificate (${schemeName(key.scheme)}): another key, or a fault of the signer`,
    )
}

async function cmsOf(prepared: Prepared, leaf: Certificate | undefined, outcome: SigningOutcome): Promise<Uint8Array> {
  if ('cms' in outcome) return outcome.cms
  if (prepared.key === undefined)
    throw new CountersignError('ARGUMENT_INVALID', 'this signature was prepared for a whole CMS')
  await requireGenuine(prepared.key, outcome.signature, leaf)
  return buildSignedData({ ...prepared.key, signature: outcome.signature })
}

function joined(base: Uint8Array, section: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(base.length + section.length)
  bytes.set(base)
  bytes.set(section, base.length)
  return bytes
}

/**
 * Second half of a signature: checks the value, embeds the CMS, appends the section, re-opens and re-verifies the result (N4).
 *
 * @throws CountersignError BASE_CHANGED, SIGNATURE_MISMATCH, CMS_TOO_LARGE, OUTPUT_NOT_VERIFIED.
 */
export async function complete(
  input: Uint8Array,
  prepared: Prepared,
  outcome: SigningOutcome,
  opened?: PdfDocument,
): Promise<SignResult> {
  if (input.length !== prepared.base.bytes)
    throw new CountersignError('BASE_CHANGED', 'the file has changed since the signature was prepared', {
      details: { expected: prepared.base.bytes, found: input.length },
    })
  const leaf = prepared.parsed ?? (prepared.key === undefined ? undefined : Certificate.parse(prepared.key.certificate))
  const cms = await cmsOf(prepared, leaf, outcome)
  const section = patchContents(prepared.section.bytes, prepared.section.placeholder!, cms)
  const bytes = joined(input, section)
  const checked = await checkOutput(bytes, prepared, leaf, opened)
  return {
    bytes,
    report: {
      schema: 'countersign/signing-report/1',
      requestedLevel: prepared.level,
      reachedLevel: prepared.level,
      signatureId: checked.signatureId,
      field: prepared.field,
      ...(prepared.page === undefined ? {} : { page: prepared.page }),
      role: prepared.role,
      revision: prepared.base.revisions,
      claimedTime: prepared.claimed,
      signer: checked.signer,
      algorithms: {
        digest: prepared.digest,
        signature: prepared.key === undefined ? null : prepared.key.scheme.name,
      },
      filled: prepared.filled,
      earlierSignatures: prepared.base.signatures,
      document: { sha256: checked.sha256, bytes: bytes.length, addedBytes: section.length },
      warnings: prepared.warnings,
    },
  }
}
