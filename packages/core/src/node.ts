/** @countersign/core/node: the public door and what only Node has: keys from PEM and PKCS#12 files. */
export * from './index.ts'
export { pemSigner } from './keys/pem.ts'
export type { PemOptions } from './keys/pem.ts'
export { absentKey } from './keys/absent-key.ts'
export type { AbsentKeyOptions } from './keys/absent-key.ts'
export { keyFacts } from './keys/key-facts.ts'
export type { KeyFacts } from './keys/key-facts.ts'
export { orderChain } from './keys/chain.ts'
export { p12Signer } from './keys/p12.ts'
export type { P12Options } from './keys/p12.ts'
export { onlineSource } from './net/online-source.ts'
export type { OnlineOptions } from './net/online-source.ts'
export { answerExtensions, extendAll } from './node/extend-all.ts'
export type { ExtendAllOptions, ExtendAllReport, ExtendFileResult, ExtendJob } from './node/extend-all.ts'
export { httpTimestampAuthority } from './net/tsa.ts'
export type { HttpTimestampOptions, TsaCredentials, TsaOptions } from './net/tsa.ts'
export type { TlsOptions } from './net/exchange.ts'
export type { FetcherOptions } from './net/fetcher.ts'
export { loadTrustProfile, readTrustProfile, trustProfilePath } from './node/trust-profile.ts'
export type { TrustProfileFile } from './node/trust-profile.ts'
export {
  addAnchor,
  EMPTY_PROFILE,
  encodeTrustProfile,
  openTrustProfile,
  parseSha256,
  parseTrustProfile,
  pinnedCertificate,
  removeAnchor,
  selectAnchors,
} from './validation/trust-profile.ts'
export type { ProfileAnchor, TrustProfile, TrustSelection } from './validation/trust-profile.ts'
export { fileSource } from './node/file-source.ts'
export type { FileSource } from './node/file-source.ts'
export { extendFile, signFile, timestampFile } from './node/sign-file.ts'
export { signAll } from './node/sign-all.ts'
export type { SignAllOptions, SignAllReport, SignFileResult } from './node/sign-all.ts'
export { answerSignings } from './node/sign-work.ts'
export type { SignJob, WorkOptions } from './node/sign-work.ts'
export { recoverFile } from './node/recover-file.ts'
export type { Recovery, RecoverOptions } from './node/recover-file.ts'
export { createProcessPool } from './node/process-pool.ts'
export type { PoolOptions, ProcessLimits, ProcessPool } from './node/process-pool.ts'
export { serveProcessPool } from './node/process-pool-child.ts'
