/**
 * @countersign/core: bytes in, signed bytes or a verdict out. This door is pure and runs in every runtime; files, PEM and PKCS#12
 * are behind `@countersign/core/node`. The list is pinned by `test/public-door.test.ts`.
 */
export { CountersignError, LimitError } from './error.ts'
export type { ErrorCode, ErrorDetails } from './error.ts'

export { sign } from './pades/sign.ts'
export { prepare } from './pades/prepare.ts'
export { complete } from './pades/complete.ts'
export type { CompleteOptions, SigningOutcome } from './pades/complete.ts'
export type { PreparedSeal, PreparedState } from './pades/prepared-state.ts'
export { completeAll, prepareAll } from './pades/batch.ts'
export type {
  BatchError,
  CompletedDocument,
  DocumentToComplete,
  DocumentToPrepare,
  PreparedDocument,
} from './pades/batch.ts'
export { signingRequest } from './pades/signing-request.ts'
export type { SigningRequest } from './pades/signing-request.ts'
export type { FillValue, Prepared, SigningReport, SignOptions, SignResult } from './pades/signing-types.ts'
export { addFields } from './pades/add-fields.ts'
export type { AddedFields, AddFieldsOptions, FieldToAdd } from './pades/add-fields.ts'
export type { Appearance, Drawing } from './appearance/drawing.ts'
export type { AbsoluteAnchor, Anchor, CornerAnchor, FieldAnchor, Place, SealAnchor, TextAnchor } from './pdf/anchors.ts'
export { createSignpdfAdapter } from './pades/signpdf.ts'
export type { SignpdfOptions, SignpdfSigner } from './pades/signpdf.ts'
export { signWithSignpdf } from './pades/signpdf-signer.ts'
export type { SignWithSignpdfOptions } from './pades/signpdf-signer.ts'
export type { CmsSigner, Curve, Digest, KeyInfo, Scheme, SignContext, Signer, ToBeSigned } from './cms/signer.ts'

export { webCryptoSigner } from './keys/webcrypto.ts'
export type { WebCryptoKey, WebCryptoSignerOptions } from './keys/webcrypto.ts'
export { encodeDigestInfo, encodeEcdsaValue } from './cms/signature-value.ts'

export { timestamp } from './pades/timestamp.ts'
export { extend } from './pades/extend.ts'
export { LevelNotReachedError } from './pades/extension-types.ts'
export type {
  ExtendedSignature,
  ExtendOptions,
  ExtendResult,
  ExtensionReport,
  Freshness,
  Gap,
  LongTermOptions,
  LongTermRecord,
  StampRecord,
  TimestampOptions,
} from './pades/extension-types.ts'
export { createTimestampClient } from './tsp/client.ts'
export type { TimestampAttempt, TimestampClientOptions, TimestampSource } from './tsp/client.ts'
export type { ImprintRequest, TimestampAuthority, TimestampContext } from './tsp/authority.ts'

export { acceptFinished } from './pades/accept-finished.ts'
export type { AcceptedDocument, AcceptFinishedOptions, AssignedSigner } from './pades/accept-finished.ts'
export { signCms } from './pades/sign-cms.ts'
export type { CmsContent, SignCmsOptions } from './pades/sign-cms.ts'
export { verifyCms } from './pades/verify-cms.ts'
export type { CmsReport, VerifyCmsOptions } from './pades/verify-cms.ts'
export { verify } from './pades/verify.ts'
export { validateCertificate } from './pades/certificate-report.ts'
export type { ValidateCertificateOptions } from './pades/certificate-report.ts'
export { doctor } from './pades/doctor.ts'
export { requireSignedBy } from './pades/require-signed-by.ts'
export type { SignedBy, SignedByDemand, SignerDemand } from './pades/require-signed-by.ts'
export { inspect } from './pades/inspect.ts'
export type { ClaimedSignature, ClaimedSigner, InspectOptions } from './pades/inspect.ts'
export { listFormFields, listSignatureFields } from './pades/form-fields.ts'
export type { FormField, SignatureField } from './pades/form-fields.ts'
export type { NewField } from './pdf/signature-field.ts'
export type { NewLock } from './pdf/field-lock.ts'
export type { VerifyOptions } from './pades/options.ts'
export { describePolicy } from './validation/policy.ts'
export type { Policy, PolicyDescription, PolicyName, SignaturePolicyDocument } from './validation/policy.ts'
export type { CallerPoe } from './validation/poe.ts'
export { TS_119_312 } from './validation/algorithms.ts'
export type { AlgorithmCatalogue } from './validation/algorithms.ts'
export { TT_15_2025 } from './validation/catalogues.ts'
export type { RevocationSource } from './validation/revocation.ts'
export { createTrustStore, decodePem, readCertificates } from './validation/trust.ts'
export type { TrustStore } from './validation/trust.ts'
export { blobSource } from './pdf/blob-source.ts'
export type { BlobLike } from './pdf/blob-source.ts'
export type { ByteSource, Limits } from './pdf/types.ts'
export { DEFAULT_LIMITS } from './pdf/types.ts'
export type * from './report.ts'

export { explainError } from './explain/error.ts'
export { explainCertificate } from './explain/certificate.ts'
export { explainClaims } from './explain/claims.ts'
export type { Claim } from './explain/claims.ts'
export { explainDoctor } from './explain/doctor.ts'
export { exportEtsiReport } from './explain/etsi/report.ts'
export { explainHtml } from './explain/html.ts'
export { explainReport } from './explain/human.ts'
export type { ExplainOptions, Language, Tone } from './explain/human.ts'
export { tellReport } from './explain/story.ts'
export type {
  Fact,
  Mood,
  Story,
  StoryWord,
  TechnicalBlock,
  TellOptions,
  ToldChange,
  ToldSignature,
} from './explain/story.ts'
