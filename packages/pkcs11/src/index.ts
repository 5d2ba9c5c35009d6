/** @countersign/pkcs11: keys on smart cards, USB tokens and HSMs. */
export { pkcs11Signer } from './signer.ts'
export type { Pkcs11Options } from './signer.ts'
export { listTokens } from './token.ts'
export type { PinTries, Token, TokenChoice } from './token.ts'
export type { KeyChoice } from './objects.ts'
