// A CSC API v2 service for tests, with its OAuth2 token endpoint and faults on request. One credential, one-time code 246810.
import type { KeyObject } from 'node:crypto'
import { signHash } from './hash-signing.ts'
import type { RemoteScheme } from './hash-signing.ts'
import { serveJson } from './json-server.ts'
import type { JsonAnswer, JsonObject, JsonRequest, JsonServer } from './json-server.ts'

export type CscFault =
  | 'token-expired'
  | 'token-refused'
  | 'sad-expired'
  | 'wrong-hash'
  | 'truncated'
  | 'reordered'
  | 'other-key'
  | 'disabled'
  | 'certificate-expired'
  | 'several-credentials'
  | 'no-credential'
  | 'never-confirmed'
  | 'refused'
  | 'locked'
  | 'server-error'
  | 'html'
  | 'silence'
  | 'huge'
  | 'no-sad'
  | 'bad-base64'
  | 'too-many-requests'

export interface MockCscOptions {
  readonly key: KeyObject
  readonly certificate: Uint8Array
  readonly chain: readonly Uint8Array[]
  /** Signs for the fault `other-key`. */
  readonly otherKey?: KeyObject
  readonly multisign?: number
  readonly mode?: 'explicit' | 'implicit' | 'oauth2code'
  /** Replies of "not yet" before an authorisation or a signature is there. */
  readonly pending?: number
}

export interface MockCsc extends JsonServer {
  /** Read anew at each request: change it while the server runs. */
  fault: CscFault | undefined
  /** How many hashes were signed. */
  readonly signed: number
}

export const MOCK_OTP = '246810'
const CREDENTIAL = 'credential-1'
const ALGORITHMS: Readonly<Record<string, readonly string[]>> = {
  rsa: ['1.2.840.113549.1.1.1', '1.2.840.113549.1.1.10'],
  ec: ['1.2.840.10045.4.3.2'],
}
const HASHES: Readonly<Record<string, string>> = {
  '2.16.840.1.101.3.4.2.1': 'sha256',
  '2.16.840.1.101.3.4.2.2': 'sha384',
  '2.16.840.1.101.3.4.2.3': 'sha512',
}
const SCHEMES: Readonly<Record<string, RemoteScheme>> = {
  '1.2.840.113549.1.1.1': 'rsa-pkcs1',
  '1.2.840.113549.1.1.10': 'rsa-pss',
  '1.2.840.10045.4.3.2': 'ecdsa',
}

const ok = (body: JsonObject): JsonAnswer => ({ status: 200, body })
const error = (status: number, code: string): JsonAnswer => ({
  status,
  // the description is never to be shown: it holds what the tests look for
  body: { error: code, error_description: 'SECRET-DESCRIPTION' },
})

/** The service's memory: tokens, authorisations by their hashes, orders. */
class State {
  readonly options: MockCscOptions
  fault: CscFault | undefined
  signed = 0
  private tokens = 0
  private readonly authorised = new Map<string, string>()
  private readonly pending = new Map<string, { left: number; result: JsonObject }>()

  constructor(options: MockCscOptions) {
    this.options = options
  }

  answer(request: JsonRequest): JsonAnswer {
    if (this.fault === 'server-error') return { status: 503, body: '<h1>down</h1>' }
    if (this.fault === 'html') return { status: 200, body: '<html>login</html>' }
    if (this.fault === 'silence') return { status: 200, body: '', silent: true }
    if (this.fault === 'huge') return ok({ filling: 'x'.repeat(5_000_000) })
    if (this.fault === 'too-many-requests') return error(429, 'slow_down')
    if (request.path === 'oauth2/token') return this.token(request)
    if (this.fault === 'token-refused' || request.authorization !== `Bearer token-${this.tokens}`)
      return error(401, 'invalid_token')
    if (this.fault === 'token-expired') {
      this.fault = undefined
      return error(401, 'invalid_token')
    }
    return this.api(request.path.replace(/^csc\/v2\//, ''), request.body)
  }

  private token({ form }: JsonRequest): JsonAnswer {
    this.tokens++
    const isCode = form.get('grant_type') === 'authorization_code'
    if (isCode && form.get('code') !== 'code-1') return error(400, 'invalid_grant')
    const token = isCode ? 'sad-by-code' : `token-${this.tokens}`
    if (isCode) {
      this.tokens--
      this.authorised.set(token, '*')
    }
    return ok({ access_token: token, token_type: 'Bearer', expires_in: 3600 })
  }

  private api(path: string, body: JsonObject): JsonAnswer {
    switch (path) {
      case 'credentials/list':
        return ok({ credentialIDs: this.credentials() })
      case 'credentials/info':
        return body['credentialID'] === CREDENTIAL ? ok(this.info()) : error(400, 'invalid_request')
      case 'credentials/authorize':
        return this.authorize(body)
      case 'credentials/authorizeCheck':
        return this.later(String(body['handle']), 'handle')
      case 'signatures/signHash':
        return this.sign(body)
      case 'signatures/signPolling':
        return this.later(String(body['responseID']), 'responseID')
      default:
        return error(404, 'invalid_request')
    }
  }

  private credentials(): readonly string[] {
    if (this.fault === 'no-credential') return []
    return this.fault === 'several-credentials' ? [CREDENTIAL, 'credential-2'] : [CREDENTIAL]
  }

  private info(): JsonObject {
    const { certificate, chain, multisign = 10, mode = 'explicit', key } = this.options
    return {
      key: {
        status: this.fault === 'disabled' ? 'disabled' : 'enabled',
        algo: ALGORITHMS[key.asymmetricKeyType ?? ''],
      },
      cert: {
        status: this.fault === 'certificate-expired' ? 'expired' : 'valid',
        certificates: [certificate, ...chain].map((one) => Buffer.from(one).toString('base64')),
      },
      auth: { mode, expression: 'OTP', objects: [{ type: 'Password', id: 'OTP', format: 'N', label: 'Mã OTP' }] },
      SCAL: '2',
      multisign,
    }
  }

  private authorize(body: JsonObject): JsonAnswer {
    const given = body['authData'] as readonly { id: string; value: string }[] | undefined
    if (this.fault === 'locked') return error(400, 'locked')
    if (this.fault === 'refused') return error(400, 'access_denied')
    if (given?.find(({ id }) => id === 'OTP')?.value !== MOCK_OTP) return error(400, 'invalid_otp')
    const hashes = body['hashes'] as readonly string[]
    if (body['numSignatures'] !== hashes.length) return error(400, 'invalid_request')
    const sad = `sad-${this.authorised.size + 1}`
    this.authorised.set(sad, this.fault === 'wrong-hash' ? 'other' : hashes.join(','))
    return this.fault === 'no-sad' ? ok({}) : this.deliver({ SAD: sad, expiresIn: 3600 }, 'handle')
  }

  private sign(body: JsonObject): JsonAnswer {
    const hashes = body['hashes'] as readonly string[]
    const granted = this.authorised.get(String(body['SAD']))
    if (this.fault === 'sad-expired') return error(400, 'expired_sad')
    if (this.options.mode !== 'implicit' && granted !== '*' && granted !== hashes.join(','))
      return error(403, 'invalid_hash')
    // an authorisation is good for one batch
    this.authorised.delete(String(body['SAD']))
    const hash = HASHES[String(body['hashAlgorithmOID'])] ?? 'sha256'
    const scheme = SCHEMES[String(body['signAlgo'])]
    if (scheme === undefined) return error(400, 'invalid_algorithm')
    const key = this.fault === 'other-key' ? (this.options.otherKey ?? this.options.key) : this.options.key
    this.signed += hashes.length
    let signatures = hashes.map((one) =>
      Buffer.from(signHash(key, scheme, hash, Buffer.from(one, 'base64'))).toString('base64'),
    )
    if (this.fault === 'truncated') signatures = signatures.slice(1)
    if (this.fault === 'reordered') signatures.reverse()
    if (this.fault === 'bad-base64') signatures = signatures.map((one) => `${one.slice(0, 20)}!!${one.slice(22)}`)
    return body['operationMode'] === 'A' ? this.deliver({ signatures }, 'responseID') : ok({ signatures })
  }

  /** At once, or after some questions. */
  private deliver(result: JsonObject, name: string): JsonAnswer {
    const left = this.fault === 'never-confirmed' ? Infinity : (this.options.pending ?? 0)
    if (left === 0 && name === 'handle') return ok(result)
    const id = `order-${this.pending.size + 1}`
    this.pending.set(id, { left, result })
    return { status: 202, body: { [name]: id } }
  }

  private later(id: string, name: string): JsonAnswer {
    const order = this.pending.get(id)
    if (order === undefined) return error(400, 'invalid_request')
    if (order.left-- > 0) return { status: 202, body: { [name]: id } }
    return ok(order.result)
  }
}

/** Starts the service on loopback; the API is below `csc/v2/`, tokens at `oauth2/token`. */
export async function serveMockCsc(options: MockCscOptions): Promise<MockCsc> {
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
    get signed() {
      return state.signed
    },
  }
}
