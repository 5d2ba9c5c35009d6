import { CountersignError } from '@countersign/core'
import type { KeyInfo, SignContext, Signer, ToBeSigned } from '@countersign/core'
import { orderChain } from '@countersign/core/node'
import * as ck from './cryptoki.ts'
import type { Cryptoki, Handle } from './cryptoki.ts'
import { coded, returnValue, withCodes } from './errors.ts'
import { closeModule, openModule } from './module.ts'
import { certificates, chooseKey, signingKeys } from './objects.ts'
import type { KeyChoice, TokenKey } from './objects.ts'
import { abilitiesOf, requestFor, valueOf } from './schemes.ts'
import { SessionPool } from './sessions.ts'
import { chooseToken, findTokens } from './token.ts'
import type { FoundToken, Token, TokenChoice } from './token.ts'

export interface Pkcs11Options {
  /** Path of the PKCS#11 module (.so, .dll, .dylib) that comes with the token. */
  readonly module: string
  readonly token?: TokenChoice
  readonly key?: KeyChoice
  /**
   * The PIN, or a function that asks for it; it gets the token, so that the person sees which one and how many tries are left. Not
   * asked for where the reader has its own keys.
   */
  readonly pin?: string | ((token: Token) => string | Promise<string>)
  /** DER of the certificate, where the token holds none. */
  readonly certificate?: Uint8Array
  /** DER of the issuers that the token does not hold, in any order. */
  readonly chain?: readonly Uint8Array[]
  /** RSA padding that is offered first. Default `pkcs1`. */
  readonly rsaPadding?: 'pkcs1' | 'pss'
  /** Signatures at the same time. Default 4; a smart card works one after the other whatever this says. */
  readonly sessions?: number
  /** For audit, never secrets. Default: token label and key label. */
  readonly label?: string
}

const MOST_SIGNATURE_BYTES = 2048

/** One token with its login. */
class OpenToken {
  readonly cryptoki: Cryptoki
  readonly pool: SessionPool
  private readonly options: Pkcs11Options
  private readonly found: FoundToken
  private login: Handle | undefined

  constructor(cryptoki: Cryptoki, found: FoundToken, options: Pkcs11Options) {
    this.cryptoki = cryptoki
    this.found = found
    this.options = options
    this.pool = new SessionPool(cryptoki, found.slot, options.sessions ?? 4)
  }

  get token(): Token {
    return this.found.token
  }

  get mechanisms(): ReadonlySet<number> {
    return new Set(withCodes(() => this.cryptoki.C_GetMechanismList(this.found.slot)))
  }

  /** Fresh, since the number of tries that are left changes. */
  private now(): Token {
    const { label, serial } = this.token
    return (
      findTokens(this.cryptoki).find(({ token }) => token.label === label && token.serial === serial)?.token ??
      this.token
    )
  }

  private async pin(): Promise<string | undefined> {
    const token = this.now()
    if (token.pinTries === 'none')
      throw new CountersignError('PIN_LOCKED', 'the PIN is locked after too many wrong tries')
    if (token.pinPad) return undefined
    const { pin } = this.options
    const value = typeof pin === 'function' ? await pin(token) : pin
    if (value === undefined) throw new CountersignError('PIN_NEEDED', `the token ${token.label} needs its PIN`)
    return value
  }

  /** Once for all sessions; the session that logged in stays open, since the login ends with the last one. */
  async logIn(): Promise<void> {
    if (this.login !== undefined) return
    const pin = await this.pin()
    const session = withCodes(() => this.cryptoki.C_OpenSession(this.found.slot, ck.CKF_SERIAL_SESSION))
    try {
      this.cryptoki.C_Login(session, ck.CKU_USER, pin)
    } catch (error) {
      if (returnValue(error) !== ck.CKR_USER_ALREADY_LOGGED_IN) {
        this.cryptoki.C_CloseSession(session)
        throw coded(error)
      }
    }
    this.login = session
  }

  /** For keys that want the PIN at each signature (CKA_ALWAYS_AUTHENTICATE). */
  async confirm(session: Handle): Promise<void> {
    const pin = await this.pin()
    withCodes(() => this.cryptoki.C_Login(session, ck.CKU_CONTEXT_SPECIFIC, pin))
  }

  /** The login is lost: the token was taken out, or reset by another program. */
  forget(): void {
    this.pool.close()
    this.login = undefined
  }

  close(): void {
    this.pool.close()
    if (this.login === undefined) return
    try {
      this.cryptoki.C_Logout(this.login)
      this.cryptoki.C_CloseSession(this.login)
    } catch {
      // the token may be gone
    }
    this.login = undefined
  }
}

interface ReadyKey {
  readonly info: KeyInfo
  readonly key: TokenKey
}

class Pkcs11Signer implements Signer {
  private readonly options: Pkcs11Options
  private opened: Promise<OpenToken> | undefined
  private ready: Promise<ReadyKey> | undefined

  constructor(options: Pkcs11Options) {
    this.options = options
  }

  private open(): Promise<OpenToken> {
    return (this.opened ??= (async () => {
      const cryptoki = await openModule(this.options.module)
      try {
        return new OpenToken(cryptoki, chooseToken(cryptoki, this.options.token ?? {}), this.options)
      } catch (error) {
        closeModule(this.options.module)
        this.opened = undefined
        throw error
      }
    })())
  }

  private prepareKey(): Promise<ReadyKey> {
    this.ready ??= this.findKey().catch((error: unknown) => {
      // the next call may have the right PIN, or the token in its slot
      this.ready = undefined
      throw coded(error)
    })
    return this.ready
  }

  private async findKey(): Promise<ReadyKey> {
    const token = await this.open()
    await token.logIn()
    return token.pool.use((session) => {
      const all = certificates(token.cryptoki, session)
      const { key, certificate: found } = chooseKey(signingKeys(token.cryptoki, session), all, this.options.key ?? {})
      const certificate = this.options.certificate ?? found
      if (certificate === undefined)
        throw new CountersignError('KEY_NOT_FOUND', 'the token holds no certificate for this key: give `certificate`')
      const { schemes, accepts, maxSignatureSize } = abilitiesOf(
        certificate,
        token.mechanisms,
        this.options.rsaPadding ?? 'pkcs1',
      )
      const others = [...(this.options.chain ?? []), ...all.map(({ der }) => der)]
      const info: KeyInfo = {
        certificate: new Uint8Array(certificate),
        chain: orderChain(certificate, others),
        schemes,
        accepts,
        maxSignatureSize: () => maxSignatureSize,
        // a key that asks for the PIN each time is called once per signature (B19)
        mayRepeat: !key.alwaysAuthenticate,
        label: this.options.label ?? `${token.token.label}: ${key.label}`,
      }
      return { info, key }
    })
  }

  async info(options: { readonly signal?: AbortSignal } = {}): Promise<KeyInfo> {
    throwIfAborted(options.signal)
    return (await this.prepareKey()).info
  }

  async sign(batch: readonly ToBeSigned[], context: SignContext): Promise<readonly Uint8Array[]> {
    throwIfAborted(context.signal)
    const { key } = await this.prepareKey()
    const token = await this.open()
    try {
      // a key with its own PIN dialogue is asked in order, or the person would not know for which document
      if (!key.alwaysAuthenticate) return await Promise.all(batch.map((one) => this.signOne(token, key, one, context)))
      const values: Uint8Array[] = []
      for (const one of batch) values.push(await this.signOne(token, key, one, context))
      return values
    } catch (error) {
      const known = coded(error)
      if (known.code === 'TOKEN_REMOVED' || known.code === 'AUTH_EXPIRED') await this.reset()
      throw known
    }
  }

  private async signOne(
    token: OpenToken,
    key: TokenKey,
    { input }: ToBeSigned,
    { scheme, signal }: SignContext,
  ): Promise<Uint8Array> {
    return token.pool.use(async (session) => {
      throwIfAborted(signal)
      const { mechanism, data } = requestFor(scheme, input)
      withCodes(() => token.cryptoki.C_SignInit(session, mechanism, key.handle))
      if (key.alwaysAuthenticate) await token.confirm(session)
      try {
        return valueOf(scheme, await token.cryptoki.C_SignAsync(session, data, Buffer.alloc(MOST_SIGNATURE_BYTES)))
      } catch (error) {
        throw coded(error)
      }
    })
  }

  /** After a removal everything is looked up anew: handles do not survive. */
  private async reset(): Promise<void> {
    const token = await this.opened
    token?.forget()
    if (this.opened !== undefined) closeModule(this.options.module)
    this.opened = undefined
    this.ready = undefined
  }

  async close(): Promise<void> {
    const token = await this.opened?.catch(() => undefined)
    token?.close()
    if (token !== undefined) closeModule(this.options.module)
    this.opened = undefined
    this.ready = undefined
  }
}

function throwIfAborted(signal: AbortSignal | undefined): void {
  if (signal?.aborted === true) throw new CountersignError('ABORTED', 'signing was cancelled')
}

/**
 * Signer on a smart card, USB token or HSM (G6): RSA PKCS#1, RSA-PSS, ECDSA and, where the module knows it, Ed25519. The private key
 * never leaves the token. Nothing is touched before the first call of `info` or `sign`; `close` logs out.
 *
 * @throws CountersignError from `info` and `sign`: PKCS11_MODULE, NOT_AVAILABLE, TOKEN_NOT_FOUND, TOKEN_REMOVED, PIN_NEEDED,
 * PIN_WRONG, PIN_LOCKED, PIN_EXPIRED, KEY_NOT_FOUND, KEY_DISABLED, AUTH_EXPIRED, SIGNER_REJECTED, UNSUPPORTED_ALGORITHM, ABORTED
 * @example
 * ```ts
 * const signer = pkcs11Signer({ module: '/usr/lib/softhsm/libsofthsm2.so', token: { label: 'officer' }, pin: () => askPin() })
 * const { bytes } = await sign(await readFile('report.pdf'), { signer })
 * await signer.close?.()
 * ```
 */
export function pkcs11Signer(options: Pkcs11Options): Signer {
  return new Pkcs11Signer(options)
}
