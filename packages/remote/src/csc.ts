// Client of the Cloud Signature Consortium's API, version 2, and of services that still speak version 1 (MySign-like).
import { CountersignError, encodeEcdsaValue } from '@countersign/core'
import type { KeyInfo, SignContext, Signer, ToBeSigned } from '@countersign/core'
import { orderChain } from '@countersign/core/node'
import { cscKey, signAlgorithm } from './csc-algorithms.ts'
import type { CscKey, SignAlgorithm } from './csc-algorithms.ts'
import { cscError } from './csc-errors.ts'
import { base64Of, objectOf, stringOf, stringsOf } from './reading.ts'
import type { Json } from './reading.ts'
import { pause, post } from './transport.ts'
import type { Reply, TransportOptions } from './transport.ts'

/** What a credential wants before it signs. */
export interface AuthorisationRequest {
  readonly credentialId: string
  /** Base64; the authorisation is bound to exactly these (SCAL 2). */
  readonly hashes: readonly string[]
  readonly hashAlgorithmOID: string
  /** `explicit`: PIN, one-time code; `oauth2code`: a code flow in the signer's browser; others as the service says. */
  readonly mode: string
  /** Things to ask for, as the service describes them: id, type, label, ... */
  readonly objects: readonly Json[]
  readonly refs: readonly string[]
  readonly signal?: AbortSignal
}

/** Answers to what the service asks, or an authorisation that was got elsewhere (code flow). */
export type Authorisation =
  { readonly authData: readonly { readonly id: string; readonly value: string }[] } | { readonly sad: string }

export interface CscOptions extends TransportOptions {
  /** Default `v2`. The base address ends with `/csc/v2/` or `/csc/v1/`. */
  readonly version?: 'v1' | 'v2'
  /** OAuth2 access token; a function is asked again, with `renew`, when the service calls the old one invalid. */
  readonly token:
    string | ((request: { readonly renew: boolean; readonly signal?: AbortSignal }) => string | Promise<string>)
  /** Which credential; not needed where the token's user has one. */
  readonly credentialId?: string
  readonly userId?: string
  /** Asked before each batch, unless the context of `sign` carries `authorisation`. */
  readonly authorise?: (request: AuthorisationRequest) => Promise<Authorisation>
  /** Ask for asynchronous signatures (operation mode A), for signers who confirm on their phone. */
  readonly asynchronous?: boolean
  /** Milliseconds between two questions. Default 2 000. */
  readonly pollMilliseconds?: number
  /** Milliseconds for one batch, confirmations included. Default 180 000. */
  readonly totalMilliseconds?: number
  readonly label?: string
}

interface Credential {
  readonly id: string
  readonly key: CscKey
  readonly info: KeyInfo
  readonly multisign: number
  readonly mode: string
  readonly objects: readonly Json[]
}

interface Session {
  readonly signal: AbortSignal | undefined
  readonly deadline: number
}

class CscSigner implements Signer {
  private readonly options: CscOptions
  private readonly v1: boolean
  private credential: Promise<Credential> | undefined
  private token: string | undefined

  constructor(options: CscOptions) {
    this.options = options
    this.v1 = options.version === 'v1'
  }

  private async accessToken(renew: boolean, signal: AbortSignal | undefined): Promise<string> {
    const { token } = this.options
    if (typeof token === 'string') return token
    if (this.token === undefined || renew)
      this.token = await token(signal === undefined ? { renew } : { renew, signal })
    return this.token
  }

  /** One call; an access token that has run out is renewed once. */
  private async call(path: string, body: object, signal: AbortSignal | undefined): Promise<Reply> {
    for (let renew = false; ; renew = true) {
      const authorization = `Bearer ${await this.accessToken(renew, signal)}`
      const reply = await post(this.options, { path, body, headers: { authorization }, signal })
      if (reply.status < 300) return reply
      const error = cscError(reply)
      const again = !renew && typeof this.options.token === 'function'
      const tokenIsOld =
        error.code === 'AUTH_EXPIRED' && (reply.status === 401 || reply.json['error'] === 'invalid_token')
      if (!again || !tokenIsOld) throw error
    }
  }

  private ready(signal: AbortSignal | undefined): Promise<Credential> {
    this.credential ??= this.findCredential(signal).catch((error: unknown) => {
      this.credential = undefined
      throw error
    })
    return this.credential
  }

  private async findCredential(signal: AbortSignal | undefined): Promise<Credential> {
    const id = this.options.credentialId ?? (await this.onlyCredential(signal))
    const asked = { credentialID: id, certificates: 'chain', certInfo: true, authInfo: true }
    const { json } = await this.call('credentials/info', asked, signal)
    return this.readCredential(id, json)
  }

  private async onlyCredential(signal: AbortSignal | undefined): Promise<string> {
    const { userId } = this.options
    const { json } = await this.call('credentials/list', userId === undefined ? {} : { userID: userId }, signal)
    const ids = stringsOf(json, 'credentialIDs')
    const [only] = ids
    if (only !== undefined && ids.length === 1) return only
    const why = ids.length === 0 ? 'the signer has no credential there' : 'the signer has several credentials: name one'
    throw new CountersignError('KEY_NOT_FOUND', why, { details: { credentials: ids } })
  }

  private readCredential(id: string, json: Json): Credential {
    const key = objectOf(json, 'key')
    const cert = objectOf(json, 'cert')
    if (stringOf(key, 'status') !== 'enabled')
      throw new CountersignError('KEY_DISABLED', 'the service says that the key is disabled')
    if (cert['status'] !== undefined && cert['status'] !== 'valid')
      throw new CountersignError(
        cert['status'] === 'expired' ? 'CERT_EXPIRED' : 'KEY_DISABLED',
        'the service says that the certificate is not valid',
      )
    const [leaf, ...others] = stringsOf(cert, 'certificates').map((one) => base64Of(one, 'certificates'))
    if (leaf === undefined) throw new CountersignError('REMOTE_REPLY_INVALID', 'the credential has no certificate')
    const facts = cscKey(leaf, stringsOf(key, 'algo'))
    const { multisign } = json
    const most = typeof multisign === 'number' && multisign >= 1 ? Math.floor(multisign) : 1
    const auth = this.v1 ? {} : objectOf(json, 'auth')
    const info: KeyInfo = {
      certificate: leaf,
      chain: orderChain(leaf, others),
      schemes: facts.schemes,
      accepts: 'digest',
      // a batch that is larger is split here, each part with its own authorisation
      maxSignatureSize: () => facts.maxSignatureSize,
      label: this.options.label ?? id,
    }
    const mode = this.v1 ? json['authMode'] : auth['mode']
    const objects = Array.isArray(auth['objects']) ? (auth['objects'] as readonly Json[]) : []
    return { id, key: facts, info, multisign: most, mode: typeof mode === 'string' ? mode : 'explicit', objects }
  }

  async info(options: { readonly signal?: AbortSignal } = {}): Promise<KeyInfo> {
    return (await this.ready(options.signal)).info
  }

  async sign(batch: readonly ToBeSigned[], context: SignContext): Promise<readonly Uint8Array[]> {
    const { signal } = context
    if (signal?.aborted === true) throw new CountersignError('ABORTED', 'signing was cancelled')
    const credential = await this.ready(signal)
    const algorithm = signAlgorithm(context.scheme, credential.key)
    const own = Date.now() + (this.options.totalMilliseconds ?? 180_000)
    const session = { signal, deadline: Math.min(context.deadline ?? own, own) }
    const values: Uint8Array[] = []
    for (let at = 0; at < batch.length; at += credential.multisign) {
      const part = batch.slice(at, at + credential.multisign)
      const signed = await this.signPart(credential, part, algorithm, context, session)
      values.push(...signed.map((value) => asDer(value, context, credential)))
    }
    return values
  }

  private async signPart(
    credential: Credential,
    part: readonly ToBeSigned[],
    algorithm: SignAlgorithm,
    context: SignContext,
    session: Session,
  ): Promise<readonly Uint8Array[]> {
    const hashes = part.map(({ input }) => Buffer.from(input).toString('base64'))
    const sad = await this.authorise(credential, part, hashes, algorithm, context, session)
    const names = this.v1
      ? { hash: hashes, hashAlgo: algorithm.hashAlgorithmOID }
      : { hashes, hashAlgorithmOID: algorithm.hashAlgorithmOID }
    const { signAlgo, signAlgoParams } = algorithm
    const body = {
      credentialID: credential.id,
      ...(sad === undefined ? {} : { SAD: sad }),
      ...names,
      signAlgo,
      ...(signAlgoParams === undefined ? {} : { signAlgoParams }),
      ...(this.v1 ? {} : { operationMode: this.options.asynchronous === true ? 'A' : 'S' }),
      // the service must not sign the same order twice
      clientData: context.idempotencyKey,
    }
    const first = await this.call('signatures/signHash', body, session.signal)
    const { json } = await this.until(first, 'responseID', 'signatures', 'signatures/signPolling', session)
    const values = stringsOf(json, 'signatures').map((one) => base64Of(one, 'signatures'))
    // CSC-10, G2
    if (values.length !== part.length)
      throw new CountersignError(
        'SIGNATURE_MISMATCH',
        `the service returned ${values.length} values for ${part.length} hashes`,
      )
    return values
  }

  private async authorise(
    credential: Credential,
    part: readonly ToBeSigned[],
    hashes: readonly string[],
    { hashAlgorithmOID }: SignAlgorithm,
    context: SignContext,
    session: Session,
  ): Promise<string | undefined> {
    if (credential.mode === 'implicit' && this.options.authorise === undefined) return undefined
    const request: AuthorisationRequest = {
      credentialId: credential.id,
      hashes,
      hashAlgorithmOID,
      mode: credential.mode,
      objects: credential.objects,
      refs: part.map(({ ref }) => ref),
      ...(session.signal === undefined ? {} : { signal: session.signal }),
    }
    const given = await this.answers(request, context)
    if ('sad' in given) return given.sad
    const names = this.v1
      ? { hash: hashes, ...Object.fromEntries(given.authData.map(({ id, value }) => [id, value])) }
      : { hashes, hashAlgorithmOID, authData: given.authData }
    const body = { credentialID: credential.id, numSignatures: part.length, ...names }
    const first = await this.call('credentials/authorize', body, session.signal)
    const { json } = await this.until(first, 'handle', 'SAD', 'credentials/authorizeCheck', session)
    return stringOf(json, 'SAD')
  }

  private async answers(request: AuthorisationRequest, context: SignContext): Promise<Authorisation> {
    const { authorisation } = context
    if (typeof authorisation === 'string') return { sad: authorisation }
    if (typeof authorisation === 'object' && authorisation !== null && 'authData' in authorisation)
      return authorisation as Authorisation
    return (await this.options.authorise?.(request)) ?? { authData: [] }
  }

  /** Asks again until the wanted field is there: 202 and an identifier mean "not yet" (CSC-04, CSC-05). */
  private async until(first: Reply, handle: string, wanted: string, path: string, session: Session): Promise<Reply> {
    let reply = first
    let id = reply.json[handle]
    while (reply.json[wanted] === undefined) {
      if (typeof reply.json[handle] === 'string') id = reply.json[handle]
      if (typeof id !== 'string')
        throw new CountersignError('REMOTE_REPLY_INVALID', `the reply of the signing service lacks ${wanted}`)
      if (Date.now() >= session.deadline)
        throw new CountersignError('TIMEOUT', 'the signer did not confirm in time', { retryable: true })
      await pause(this.options.pollMilliseconds ?? 2_000, session.signal)
      reply = await this.call(path, { [handle]: id }, session.signal)
    }
    return reply
  }
}

/** ECDSA values come as DER or as r || s; the length tells them apart. */
function asDer(value: Uint8Array, { scheme }: SignContext, { key }: Credential): Uint8Array {
  return scheme.name === 'ecdsa' && value.length === key.rawSignatureSize ? encodeEcdsaValue(value) : value
}

/**
 * Signer at a service that speaks the CSC API (G6, CSC-01 to CSC-10): the document stays here, only hashes go out, and each batch is
 * authorised for exactly its hashes. Values are checked against the certificate before they are used, as for every signer.
 *
 * @throws CountersignError from `info` and `sign`: AUTH_EXPIRED, SIGNER_REJECTED, PIN_WRONG, PIN_LOCKED, KEY_DISABLED, KEY_NOT_FOUND,
 * CERT_EXPIRED, UNSUPPORTED_ALGORITHM, SIGNATURE_MISMATCH, TIMEOUT, REMOTE_UNREACHABLE, REMOTE_REPLY_INVALID, ARGUMENT_INVALID, ABORTED
 * @example
 * ```ts
 * const signer = cscSigner({
 *   url: 'https://sign.example/csc/v2/',
 *   token: clientCredentials({ tokenUrl: 'https://sign.example/oauth2/token', clientId, clientSecret }),
 *   authorise: async ({ objects }) => ({ authData: [{ id: 'OTP', value: await askCode(objects) }] }),
 * })
 * ```
 */
export function cscSigner(options: CscOptions): Signer {
  return new CscSigner(options)
}
