// The part of PKCS#11 (Cryptoki 2.40) that signing needs, as pkcs11js offers it. Written down here, so that this package compiles
// where the native module cannot be built.

export type Handle = Buffer

export interface TokenInfo {
  readonly label: string
  readonly manufacturerID: string
  readonly model: string
  readonly serialNumber: string
  readonly flags: number
}

export interface Attribute {
  readonly type: number
  readonly value?: Buffer | number | boolean | string
}

export interface Mechanism {
  readonly mechanism: number
  readonly parameter?: {
    readonly type: number
    readonly hashAlg: number
    readonly mgf: number
    readonly saltLen: number
  }
}

/** An open module. */
export interface Cryptoki {
  load(path: string): void
  close(): void
  C_Initialize(options?: { readonly flags: number }): void
  C_Finalize(): void
  C_GetSlotList(tokenPresent: boolean): Handle[]
  C_GetTokenInfo(slot: Handle): TokenInfo
  C_GetMechanismList(slot: Handle): number[]
  C_OpenSession(slot: Handle, flags: number): Handle
  C_CloseSession(session: Handle): void
  C_Login(session: Handle, userType: number, pin?: string): void
  C_Logout(session: Handle): void
  C_FindObjectsInit(session: Handle, template: readonly Attribute[]): void
  C_FindObjects(session: Handle, most: number): Handle[]
  C_FindObjectsFinal(session: Handle): void
  C_GetAttributeValue(
    session: Handle,
    object: Handle,
    template: readonly Attribute[],
  ): { type: number; value: Buffer }[]
  C_SignInit(session: Handle, mechanism: Mechanism, key: Handle): void
  C_SignAsync(session: Handle, data: Buffer, output: Buffer): Promise<Buffer>
}

/** What `import('pkcs11js')` gives. */
export interface CryptokiModule {
  readonly PKCS11: new () => Cryptoki
}

export const CKF_OS_LOCKING_OK = 0x02
export const CKF_SERIAL_SESSION = 0x04
export const CKF_USER_PIN_COUNT_LOW = 0x10000
export const CKF_USER_PIN_FINAL_TRY = 0x20000
export const CKF_USER_PIN_LOCKED = 0x40000
export const CKF_PROTECTED_AUTHENTICATION_PATH = 0x100
export const CKF_TOKEN_INITIALIZED = 0x400

export const CKU_USER = 1
export const CKU_CONTEXT_SPECIFIC = 2

export const CKO_CERTIFICATE = 1
export const CKO_PRIVATE_KEY = 3

export const CKA_CLASS = 0x0
export const CKA_LABEL = 0x3
export const CKA_VALUE = 0x11
export const CKA_KEY_TYPE = 0x100
export const CKA_ID = 0x102
export const CKA_SIGN = 0x108
export const CKA_ALWAYS_AUTHENTICATE = 0x202

export const CKM_RSA_PKCS = 0x1
export const CKM_RSA_PKCS_PSS = 0xd
export const CKM_ECDSA = 0x1041
export const CKM_EDDSA = 0x1057

/** Hash mechanism and mask generation function for the parameters of RSA-PSS. */
export const PSS_HASHES: Readonly<Record<string, { readonly hashAlg: number; readonly mgf: number }>> = {
  sha256: { hashAlg: 0x250, mgf: 2 },
  sha384: { hashAlg: 0x260, mgf: 3 },
  sha512: { hashAlg: 0x270, mgf: 4 },
}
/** pkcs11js's own number for the kind of parameters. */
export const CK_PARAMS_RSA_PSS = 5

export const CKR_USER_ALREADY_LOGGED_IN = 0x100
export const CKR_CRYPTOKI_ALREADY_INITIALIZED = 0x191
