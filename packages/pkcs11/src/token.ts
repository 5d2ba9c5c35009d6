import { CountersignError } from '@countersign/core'
import * as ck from './cryptoki.ts'
import type { Cryptoki, Handle, TokenInfo } from './cryptoki.ts'
import { withCodes } from './errors.ts'
import { closeModule, openModule } from './module.ts'

/** How many wrong PINs the token still takes, as far as it tells. */
export type PinTries = 'enough' | 'few' | 'last' | 'none'

/** A token in a slot, as it describes itself. */
export interface Token {
  readonly label: string
  readonly serial: string
  readonly model: string
  readonly manufacturer: string
  readonly pinTries: PinTries
  /** The PIN is typed at the reader's own keys and never reaches this process. */
  readonly pinPad: boolean
}

export interface FoundToken {
  readonly slot: Handle
  readonly token: Token
}

/** Which token: by label or serial number; neither where only one is there. */
export interface TokenChoice {
  readonly label?: string
  readonly serial?: string
}

export function triesOf(flags: number): PinTries {
  if ((flags & ck.CKF_USER_PIN_LOCKED) !== 0) return 'none'
  if ((flags & ck.CKF_USER_PIN_FINAL_TRY) !== 0) return 'last'
  return (flags & ck.CKF_USER_PIN_COUNT_LOW) !== 0 ? 'few' : 'enough'
}

function describe({ label, serialNumber, model, manufacturerID, flags }: TokenInfo): Token {
  return {
    // padded with blanks to a fixed length
    label: label.trimEnd(),
    serial: serialNumber.trimEnd(),
    model: model.trimEnd(),
    manufacturer: manufacturerID.trimEnd(),
    pinTries: triesOf(flags),
    pinPad: (flags & ck.CKF_PROTECTED_AUTHENTICATION_PATH) !== 0,
  }
}

/** Initialised tokens in all slots. */
export function findTokens(cryptoki: Cryptoki): readonly FoundToken[] {
  return withCodes(() =>
    cryptoki.C_GetSlotList(true).flatMap((slot) => {
      const info = cryptoki.C_GetTokenInfo(slot)
      return (info.flags & ck.CKF_TOKEN_INITIALIZED) === 0 ? [] : [{ slot, token: describe(info) }]
    }),
  )
}

/** @throws CountersignError TOKEN_NOT_FOUND, with the labels of those that are there */
export function chooseToken(cryptoki: Cryptoki, choice: TokenChoice): FoundToken {
  const all = findTokens(cryptoki)
  const fitting = all.filter(
    ({ token }) =>
      (choice.label === undefined || token.label === choice.label) &&
      (choice.serial === undefined || token.serial === choice.serial),
  )
  const [only] = fitting
  if (only !== undefined && fitting.length === 1) return only
  const why =
    fitting.length === 0 ? 'no such token is there' : 'several tokens are there; name one by its serial number'
  throw new CountersignError('TOKEN_NOT_FOUND', why, {
    retryable: fitting.length === 0,
    details: { tokens: all.map(({ token }) => `${token.label} (${token.serial})`) },
  })
}

/**
 * Tokens that a PKCS#11 module sees; no PIN is asked.
 *
 * @param module - path of the module (.so, .dll, .dylib)
 * @throws CountersignError PKCS11_MODULE, NOT_AVAILABLE
 * @example
 * ```ts
 * for (const { label, serial } of await listTokens('/usr/lib/softhsm/libsofthsm2.so')) console.log(label, serial)
 * ```
 */
export async function listTokens(module: string): Promise<readonly Token[]> {
  const cryptoki = await openModule(module)
  try {
    return findTokens(cryptoki).map(({ token }) => token)
  } finally {
    closeModule(module)
  }
}
