// @countersign/test-pki: a PKI for tests, declared as data, under an injected clock. Never trust anything it makes.
export { createTestPki, rootOf } from './pki.ts'
export type { TestPki, TestPkiOptions } from './pki.ts'
export { DEFAULT_DECLARATION } from './actors.ts'
export type { DefaultActor } from './actors.ts'
export { toPem } from './actor.ts'
export type { Actor } from './actor.ts'
export type {
  ActorDeclaration,
  CertificateFlaw,
  ExtensionsDeclaration,
  GeneralNameDeclaration,
  KeyUsage,
  NameDeclaration,
  PkiDeclaration,
  Profile,
  RevocationDeclaration,
  RevocationReason,
  When,
} from './declaration.ts'
export type { CrlEntry, CrlFlaw, CrlOptions, IssuingDistributionPoint } from './crl.ts'
export type { OcspFlaw, OcspOptions, OcspStatus } from './ocsp.ts'
export type { TimestampFlaw, TimestampOptions } from './timestamp.ts'
export { buildPkcs12 } from './pkcs12.ts'
export type { Pkcs12Contents, Pkcs12Options, RandomBytes } from './pkcs12.ts'
export { generateKey, KEY_KINDS } from './key-kinds.ts'
export type { CommittedKey, KeyKind } from './key-kinds.ts'
export { createStaticPki, STATIC_PASSWORD } from './static.ts'
export { testKey } from './keys.ts'
export type { KeyName } from './keys.ts'
export type { HashName, SignatureName } from './signature.ts'
export { initTestPki } from './init.ts'
export type { InitActor, InitOptions, InitResult } from './init.ts'
export { serveTestPki } from './server.ts'
export type { Endpoint, Faults, TestPkiServer, WireFault } from './server.ts'
export { servePkiFolder } from './serve-folder.ts'
export type { ServedFolder, ServeFolderOptions } from './serve-folder.ts'
export { MOCK_OTP, serveMockCsc } from './mock-csc.ts'
export type { CscFault, MockCsc, MockCscOptions } from './mock-csc.ts'
export { MOCK_SP, serveMockPhone } from './mock-phone.ts'
export type { MockPhone, MockPhoneOptions, PhoneFault } from './mock-phone.ts'
export { signHash } from './hash-signing.ts'
export type { RemoteScheme } from './hash-signing.ts'
