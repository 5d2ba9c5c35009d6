// Services where the signer confirms on the phone (SmartCA-like), and the national gateway (T15-09): a hash is ordered, then asked for
// until the person has confirmed. The shapes differ by paths, names and the encoding of digests (PKI-09), so they are data.
import { CountersignError, encodeEcdsaValue } from '@countersign/core'
import type { ErrorCode, KeyInfo, SignContext, Signer, ToBeSigned } from '@countersign/core'
import { keyFacts, orderChain } from '@countersign/core/node'
import type { KeyFacts } from '@countersign/core/node'
import { base64Of, objectOf, objectsOf, stringOf } from './reading.ts'
import type { Json } from './reading.ts'
import { pause, post } from './transport.ts'
import type { TransportOptions } from './transport.ts'

/** How one service says things. */
export interface PhoneShape {
  readonly certificatePath: string
  readonly signPath: string
  /** `{id}` stands for the transaction. */
  readonly statusPath: string
  readonly digestEncoding: 'hex' | 'base64'
  /** Values of `message` or `status` while the person has not answered. */
  readonly waiting: readonly string[]
  /** Values when the person refused. */
  readonly refused: readonly string[]
  /** Values when the order ran out. */
  readonly expired: readonly string[]
  /** More fields of every call, such as the name of the authority. */
  readonly fields?: Readonly<Record<string, string>>
}

/** VNPT SmartCA and services of its shape: digests in hex. */
export const SMARTCA_SHAPE: PhoneShape = {
  certificatePath: 'v1/credentials/get_certificate',
  signPath: 'v1/signatures/sign',
  statusPath: 'v1/signatures/sign/{id}/status',
  digestEncoding: 'hex',
  waiting: ['PENDING', 'WAITING_FOR_SIGNER_CONFIRM', 'WAITING'],
  refused: ['REJECTED', 'USER_REJECTED', 'SIGNER_REJECTED'],
  expired: ['EXPIRED', 'TIMEOUT'],
}

/** The gateway for public signatures (Cổng eSign, T15-09): digests in base64. */
export const GATEWAY_SHAPE: PhoneShape = {
  ...SMARTCA_SHAPE,
  certificatePath: 'sign_v2/get_certificate',
  signPath: 'sign_v2/sign',
  statusPath: 'sign_v2/sign/{id}/status',
  digestEncoding: 'base64',
}

export interface PhoneOptions extends TransportOptions {
  readonly shape?: PhoneShape
  /** The relying system, as the provider registered it. */
  readonly spId: string
  readonly spPassword: string
  /** The signer: number of the identity card, tax code, or what the provider uses. */
  readonly userId: string
  /** Which certificate, where the signer has several: its serial number in hex. */
  readonly serialNumber?: string
  /** What the phone shows, such as `Ký thông báo kết luận`. */
  readonly description?: string
  /** Milliseconds between two questions. Default 3 000. */
  readonly pollMilliseconds?: number
  /** Milliseconds for the person to confirm. Default 300 000. */
  readonly totalMilliseconds?: number
  /** Called with each order, for the audit and for showing the person what to confirm. */
  readonly onOrder?: (order: { readonly transactionId: string; readonly refs: readonly string[] }) => void
  readonly label?: string
}

interface Ready {
  readonly info: KeyInfo
  readonly facts: KeyFacts
  readonly serialNumber: string
}

const sameSerial = (a: string, b: string): boolean =>
  a.toLowerCase().replace(/^0+/, '') === b.toLowerCase().replace(/^0+/, '')

function rejected(code: ErrorCode, text: string, retryable = false): CountersignError {
  return new CountersignError(code, text, { retryable })
}

class PhoneSigner implements Signer {
  private readonly options: PhoneOptions
  private readonly shape: PhoneShape
  private ready: Promise<Ready> | undefined

  constructor(options: PhoneOptions) {
    this.options = options
    this.shape = options.shape ?? SMARTCA_SHAPE
  }

  private async call(path: string, body: Json, signal: AbortSignal | undefined): Promise<Json> {
    const { spId, spPassword, userId } = this.options
    const own = { sp_id: spId, sp_password: spPassword, user_id: userId, ...this.shape.fields }
    const { status, json } = await post(this.options, { path, body: { ...own, ...body }, signal })
    const inner = typeof json['status_code'] === 'number' ? json['status_code'] : status
    if (status === 401 || inner === 401)
      throw rejected('AUTH_EXPIRED', 'the service does not accept this relying system')
    if (status === 403 || inner === 403) throw rejected('SIGNER_REJECTED', 'the service does not allow this signature')
    if (status >= 400 || inner >= 400)
      throw new CountersignError('SIGNER_REJECTED', `the signing service refused with status ${inner}`, {
        details: { status: inner },
      })
    return json
  }

  private find(signal: AbortSignal | undefined): Promise<Ready> {
    this.ready ??= this.findCertificate(signal).catch((error: unknown) => {
      this.ready = undefined
      throw error
    })
    return this.ready
  }

  private async findCertificate(signal: AbortSignal | undefined): Promise<Ready> {
    const { serialNumber } = this.options
    const asked = { serial_number: serialNumber ?? '', transaction_id: crypto.randomUUID() }
    const all = objectsOf(
      objectOf(await this.call(this.shape.certificatePath, asked, signal), 'data'),
      'user_certificates',
    )
    const fitting = all.filter(
      (one) => serialNumber === undefined || sameSerial(stringOf(one, 'serial_number'), serialNumber),
    )
    const [only] = fitting
    if (only === undefined || fitting.length > 1) {
      const why =
        only === undefined ? 'the signer has no such certificate' : 'the signer has several certificates: name one'
      const serials = all.map((one) => String(one['serial_number']))
      throw new CountersignError('KEY_NOT_FOUND', why, { details: { serials } })
    }
    const certificate = base64Of(stringOf(only, 'cert_data'), 'cert_data')
    const chain =
      typeof only['chain_data'] === 'object' && only['chain_data'] !== null ? (only['chain_data'] as Json) : {}
    const others = [chain['ca_cert'], chain['root_cert']].flatMap((one) =>
      typeof one === 'string' && one !== '' ? [base64Of(one, 'chain_data')] : [],
    )
    const facts = keyFacts(certificate)
    const info: KeyInfo = {
      certificate,
      chain: orderChain(certificate, others),
      // these services sign SHA-256 with PKCS#1 or ECDSA; they have no field for another scheme
      schemes: facts.schemes.filter(({ name }) => name !== 'rsa-pss').slice(0, 1),
      accepts: 'digest',
      maxSignatureSize: () => facts.maxSignatureSize,
      label: this.options.label ?? stringOf(only, 'serial_number'),
    }
    return { info, facts, serialNumber: stringOf(only, 'serial_number') }
  }

  async info(options: { readonly signal?: AbortSignal } = {}): Promise<KeyInfo> {
    return (await this.find(options.signal)).info
  }

  async sign(batch: readonly ToBeSigned[], context: SignContext): Promise<readonly Uint8Array[]> {
    const { signal, scheme } = context
    if (signal?.aborted === true) throw new CountersignError('ABORTED', 'signing was cancelled')
    const ready = await this.find(signal)
    const [offered] = ready.info.schemes
    if (
      offered?.name !== scheme.name ||
      !('digest' in scheme) ||
      !('digest' in offered) ||
      offered.digest !== scheme.digest
    )
      throw new CountersignError('UNSUPPORTED_ALGORITHM', `the service cannot do ${scheme.name}`)
    const transactionId = await this.order(batch, ready, context)
    this.options.onOrder?.({ transactionId, refs: batch.map(({ ref }) => ref) })
    const signatures = await this.wait(transactionId, context)
    return batch.map((_, index) => {
      // the order of the reply is the service's own: each value is found by its document
      const found = signatures.filter((one) => one['doc_id'] === `d${index}`)
      if (found.length !== 1 || signatures.length !== batch.length)
        throw new CountersignError('SIGNATURE_MISMATCH', 'the service did not return one value per document')
      const value = base64Of(stringOf(found[0]!, 'signature_value'), 'signature_value')
      return value.length === ready.facts.rawSignatureSize ? encodeEcdsaValue(value) : value
    })
  }

  private async order(batch: readonly ToBeSigned[], ready: Ready, context: SignContext): Promise<string> {
    const { description } = this.options
    const body = {
      // the service must not ask the person twice for the same order
      transaction_id: context.idempotencyKey,
      transaction_desc: description ?? batch[0]?.display?.title ?? '',
      serial_number: ready.serialNumber,
      sign_files: batch.map(({ input }, index) => ({
        doc_id: `d${index}`,
        file_type: 'pdf',
        sign_type: 'hash',
        data_to_be_signed: Buffer.from(input).toString(this.shape.digestEncoding),
      })),
    }
    const json = await this.call(this.shape.signPath, body, context.signal)
    return stringOf(objectOf(json, 'data'), 'transaction_id')
  }

  private async wait(transactionId: string, { signal, deadline }: SignContext): Promise<readonly Json[]> {
    const own = Date.now() + (this.options.totalMilliseconds ?? 300_000)
    const end = Math.min(deadline ?? own, own)
    const path = this.shape.statusPath.replace('{id}', encodeURIComponent(transactionId))
    for (;;) {
      const json = await this.call(path, {}, signal)
      const data = typeof json['data'] === 'object' && json['data'] !== null ? (json['data'] as Json) : {}
      if (Array.isArray(data['signatures'])) return objectsOf(data, 'signatures')
      const said = data['status'] ?? json['message']
      const state = typeof said === 'string' ? said.toUpperCase() : ''
      if (this.shape.refused.includes(state)) throw rejected('SIGNER_REJECTED', 'the signer refused on the phone')
      if (this.shape.expired.includes(state)) throw rejected('TIMEOUT', 'the signer did not confirm in time', true)
      if (!this.shape.waiting.includes(state))
        throw new CountersignError('REMOTE_REPLY_INVALID', 'the signing service is in a state that we do not know')
      if (Date.now() >= end) throw rejected('TIMEOUT', 'the signer did not confirm in time', true)
      await pause(this.options.pollMilliseconds ?? 3_000, signal)
    }
  }
}

/**
 * Signer at a service where the person confirms on the phone: VNPT SmartCA and its like (default shape), or the national gateway.
 * Only hashes leave; the values are checked against the certificate before they are used.
 *
 * @throws CountersignError from `info` and `sign`: SIGNER_REJECTED, TIMEOUT (retryable: nothing was signed), AUTH_EXPIRED,
 * KEY_NOT_FOUND, UNSUPPORTED_ALGORITHM, SIGNATURE_MISMATCH, REMOTE_UNREACHABLE, REMOTE_REPLY_INVALID, ABORTED
 * @example
 * ```ts
 * const signer = phoneSigner({ url: 'https://gwsca.vnpt.vn/sca/sp769/', spId, spPassword, userId: '001082012345' })
 * ```
 */
export function phoneSigner(options: PhoneOptions): Signer {
  return new PhoneSigner(options)
}
