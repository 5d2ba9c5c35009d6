// A service with confirmation on the phone, in the shape of SmartCA (hex digests) or of the national gateway (base64), for tests.
import type { KeyObject } from 'node:crypto'
import { signHash } from './hash-signing.ts'
import { serveJson } from './json-server.ts'
import type { JsonAnswer, JsonObject, JsonRequest, JsonServer } from './json-server.ts'

export type PhoneFault =
  | 'refused'
  | 'expired'
  | 'never-confirmed'
  | 'truncated'
  | 'doubled'
  | 'other-document'
  | 'other-key'
  | 'unknown-state'
  | 'no-certificate'
  | 'several-certificates'
  | 'server-error'

export interface MockPhoneOptions {
  readonly key: KeyObject
  readonly certificate: Uint8Array
  readonly serialNumber: string
  readonly chain: readonly Uint8Array[]
  readonly otherKey?: KeyObject
  readonly shape?: 'smartca' | 'gateway'
  /** Questions before the person confirms. Default 1. */
  readonly pending?: number
}

export interface MockPhone extends JsonServer {
  fault: PhoneFault | undefined
  /** Orders that the person was asked about; the same order again is not asked again. */
  readonly asked: number
}

export const MOCK_SP = { spId: 'sp-1', spPassword: 'sp-secret' } as const

interface Order {
  left: number
  readonly signatures: readonly JsonObject[]
}

const ok = (data: JsonObject, message = 'SUCCESS'): JsonAnswer => ({
  status: 200,
  body: { status_code: 200, message, data },
})
const no = (code: number): JsonAnswer => ({
  status: code,
  body: { status_code: code, message: 'SECRET-DESCRIPTION', data: null },
})

class State {
  readonly options: MockPhoneOptions
  fault: PhoneFault | undefined
  readonly orders = new Map<string, Order>()

  constructor(options: MockPhoneOptions) {
    this.options = options
  }

  answer({ path, body }: JsonRequest): JsonAnswer {
    if (this.fault === 'server-error') return { status: 502, body: '<h1>down</h1>' }
    if (body['sp_id'] !== MOCK_SP.spId || body['sp_password'] !== MOCK_SP.spPassword) return no(401)
    const base = this.options.shape === 'gateway' ? 'sign_v2' : 'v1/signatures'
    if (path.endsWith('/get_certificate')) return this.certificates()
    if (path === `${base}/sign`) return this.order(body)
    const status = /\/sign\/([^/]+)\/status$/.exec(path)
    return status === null ? no(404) : this.status(decodeURIComponent(status[1]!))
  }

  private certificates(): JsonAnswer {
    const { certificate, chain, serialNumber } = this.options
    const one = {
      serial_number: serialNumber,
      cert_status: 'VALID',
      cert_data: Buffer.from(certificate).toString('base64'),
      chain_data: { ca_cert: Buffer.from(chain[0] ?? []).toString('base64'), root_cert: null },
    }
    if (this.fault === 'no-certificate') return ok({ user_certificates: [] })
    const more = this.fault === 'several-certificates' ? [{ ...one, serial_number: '77' }] : []
    return ok({ user_certificates: [one, ...more] })
  }

  private order(body: JsonObject): JsonAnswer {
    const id = String(body['transaction_id'])
    const files = body['sign_files'] as readonly { doc_id: string; data_to_be_signed: string }[]
    if (!this.orders.has(id)) {
      const signatures = files.map(({ doc_id, data_to_be_signed }) => this.signature(doc_id, data_to_be_signed))
      this.orders.set(id, { left: this.options.pending ?? 1, signatures })
    }
    return ok({ transaction_id: id, tran_code: '123456' })
  }

  private signature(document: string, data: string): JsonObject {
    const { key, otherKey = key, shape } = this.options
    const digest = Buffer.from(data, shape === 'gateway' ? 'base64' : 'hex')
    const scheme = key.asymmetricKeyType === 'ec' ? 'ecdsa' : 'rsa-pkcs1'
    const value = signHash(this.fault === 'other-key' ? otherKey : key, scheme, 'sha256', digest)
    return { doc_id: document, signature_value: Buffer.from(value).toString('base64'), timestamp_signature: null }
  }

  private status(id: string): JsonAnswer {
    const order = this.orders.get(id)
    if (order === undefined) return no(404)
    if (this.fault === 'refused') return ok({ transaction_id: id, signatures: null }, 'REJECTED')
    if (this.fault === 'expired') return ok({ transaction_id: id }, 'EXPIRED')
    if (this.fault === 'unknown-state') return ok({ transaction_id: id }, 'SOMETHING')
    if (this.fault === 'never-confirmed' || order.left-- > 0) return ok({ transaction_id: id }, 'PENDING')
    // in no order at all
    let signatures = order.signatures.toReversed()
    if (this.fault === 'truncated') signatures = signatures.slice(1)
    if (this.fault === 'doubled') signatures = [...signatures.slice(1), signatures[1] ?? signatures[0]!]
    if (this.fault === 'other-document') signatures = signatures.map((one) => ({ ...one, doc_id: 'other' }))
    return ok({ transaction_id: id, signatures })
  }
}

/** Starts the service on loopback. */
export async function serveMockPhone(options: MockPhoneOptions): Promise<MockPhone> {
  const state = new State(options)
  const server = await serveJson((request) => state.answer(request))
  return {
    ...server,
    get fault() {
      return state.fault
    },
    set fault(value) {
      state.fault = value
    },
    get asked() {
      return state.orders.size
    },
  }
}
