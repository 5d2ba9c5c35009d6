// Keys in the cloud, through the client object that the caller has already: no SDK is a dependency (G6).
import { CountersignError, encodeEcdsaValue } from '@countersign/core'
import type { KeyInfo, Scheme, SignContext, Signer, ToBeSigned } from '@countersign/core'
import { keyFacts } from '@countersign/core/node'

export interface CloudKeyOptions {
  /** DER; the services hold keys only. */
  readonly certificate: Uint8Array
  readonly chain?: readonly Uint8Array[]
  /** For audit, never secrets. */
  readonly label?: string
  /** Signatures at the same time. Default 8. */
  readonly parallel?: number
}

type SignOne = (scheme: Scheme, digest: Uint8Array, signal: AbortSignal | undefined) => Promise<Uint8Array>

/** Names of services for retryable states, by the `name` or `code` of their errors. */
const RETRYABLE = /throttl|timeout|unavailable|limitexceeded|toomanyrequests|econnreset|internal/i
const DISABLED = /disabled|invalidstate|pendingdeletion|failed_precondition|forbidden|accessdenied|permission_denied/i

function failure(error: unknown): CountersignError {
  if (error instanceof CountersignError) return error
  const { name, code } = (error ?? {}) as { name?: unknown; code?: unknown }
  const kind = [name, code].filter((one) => typeof one === 'string' || typeof one === 'number').join(' ')
  if (DISABLED.test(kind))
    return new CountersignError('KEY_DISABLED', 'the service does not let this key sign', { cause: error })
  return new CountersignError('SIGNER_REJECTED', 'the key service did not sign', {
    retryable: RETRYABLE.test(kind),
    cause: error,
  })
}

/** All or nothing, in order, a few at a time. */
async function inParallel(
  batch: readonly ToBeSigned[],
  most: number,
  signal: AbortSignal | undefined,
  work: (one: ToBeSigned) => Promise<Uint8Array>,
): Promise<readonly Uint8Array[]> {
  const values: Uint8Array[] = Array.from({ length: batch.length })
  let next = 0
  const lane = async (): Promise<void> => {
    while (next < batch.length) {
      if (signal?.aborted === true) throw new CountersignError('ABORTED', 'signing was cancelled')
      const index = next++
      values[index] = await work(batch[index]!)
    }
  }
  await Promise.all(Array.from({ length: Math.min(most, batch.length) }, lane))
  return values
}

function cloudSigner(options: CloudKeyOptions, offered: (scheme: Scheme) => boolean, signOne: SignOne): Signer {
  const facts = keyFacts(options.certificate)
  if (facts.kind === 'ed25519')
    throw new CountersignError('UNSUPPORTED_ALGORITHM', 'key services sign digests, which Ed25519 does not')
  const info: KeyInfo = {
    certificate: options.certificate,
    chain: options.chain ?? [],
    schemes: facts.schemes.filter(offered),
    accepts: 'digest',
    // nobody is asked
    mayRepeat: true,
    maxSignatureSize: () => facts.maxSignatureSize,
    ...(options.label === undefined ? {} : { label: options.label }),
  }
  return {
    info: () => Promise.resolve(info),
    sign: async (batch: readonly ToBeSigned[], { scheme, signal }: SignContext) => {
      if (signal?.aborted === true) throw new CountersignError('ABORTED', 'signing was cancelled')
      if (!facts.schemes.some(({ name }) => name === scheme.name) || !offered(scheme))
        throw new CountersignError('UNSUPPORTED_ALGORITHM', `the key service cannot do ${scheme.name}`)
      try {
        return await inParallel(batch, options.parallel ?? 8, signal, ({ input }) => signOne(scheme, input, signal))
      } catch (error) {
        throw failure(error)
      }
    },
  }
}

const digestOf = (scheme: Scheme): string => ('digest' in scheme ? scheme.digest : '')
const isSha2 = (scheme: Scheme): boolean => ['sha256', 'sha384', 'sha512'].includes(digestOf(scheme))
const bits = (scheme: Scheme): string => digestOf(scheme).slice('sha'.length)

function bytesOf(value: unknown): Uint8Array {
  if (value instanceof Uint8Array && value.length > 0) return new Uint8Array(value)
  // the REST forms of the clients give base64
  if (typeof value === 'string' && value !== '') return new Uint8Array(Buffer.from(value, 'base64'))
  throw new CountersignError('REMOTE_REPLY_INVALID', 'the key service returned no signature')
}

/** The part of an AWS KMS client that is used; `new KMS({})` of @aws-sdk/client-kms is one. */
export interface AwsKmsClient {
  sign(
    input: { KeyId: string; Message: Uint8Array; MessageType: 'DIGEST'; SigningAlgorithm: string },
    options?: { abortSignal?: AbortSignal },
  ): Promise<{ Signature?: unknown }>
}

const AWS_NAMES: Readonly<Record<string, string>> = {
  'rsa-pkcs1': 'RSASSA_PKCS1_V1_5_SHA_',
  'rsa-pss': 'RSASSA_PSS_SHA_',
  ecdsa: 'ECDSA_SHA_',
}

/**
 * Signer on a key in AWS KMS.
 *
 * @throws CountersignError CERT_INVALID, UNSUPPORTED_ALGORITHM; from `sign`: SIGNER_REJECTED, KEY_DISABLED, ABORTED
 * @example
 * ```ts
 * const signer = awsKmsSigner(new KMS({ region: 'ap-southeast-1' }), 'alias/seal', { certificate, chain })
 * ```
 */
export function awsKmsSigner(client: AwsKmsClient, keyId: string, options: CloudKeyOptions): Signer {
  return cloudSigner(options, isSha2, async (scheme, digest, signal) => {
    const SigningAlgorithm = `${AWS_NAMES[scheme.name]}${bits(scheme)}`
    const input = { KeyId: keyId, Message: digest, MessageType: 'DIGEST', SigningAlgorithm } as const
    // its ECDSA values are DER already
    return bytesOf((await client.sign(input, signal === undefined ? {} : { abortSignal: signal })).Signature)
  })
}

/** The part of a Google Cloud KMS client that is used; `new KeyManagementServiceClient()` of @google-cloud/kms is one. */
export interface GcpKmsClient {
  asymmetricSign(request: {
    name: string
    digest: Readonly<Record<string, Uint8Array>>
  }): Promise<readonly [{ signature?: unknown }, ...unknown[]]>
}

/**
 * Signer on a key version in Google Cloud KMS. There a key version has one algorithm: name it in `scheme`, as the console shows it.
 *
 * @throws CountersignError as {@link awsKmsSigner}
 * @example
 * ```ts
 * const signer = gcpKmsSigner(client, versionName, { certificate, scheme: { name: 'ecdsa', digest: 'sha256', curve: 'P-256' } })
 * ```
 */
export function gcpKmsSigner(
  client: GcpKmsClient,
  versionName: string,
  options: CloudKeyOptions & { readonly scheme: Scheme },
): Signer {
  const { scheme: only } = options
  const same = (scheme: Scheme): boolean => scheme.name === only.name && digestOf(scheme) === digestOf(only)
  return cloudSigner(options, same, async (scheme, digest) => {
    const [reply] = await client.asymmetricSign({ name: versionName, digest: { [digestOf(scheme)]: digest } })
    return bytesOf(reply.signature)
  })
}

/** The part of an Azure Key Vault client that is used; `CryptographyClient` of @azure/keyvault-keys is one. */
export interface AzureKeyClient {
  sign(algorithm: string, digest: Uint8Array, options?: { abortSignal?: AbortSignal }): Promise<{ result?: unknown }>
}

const AZURE_NAMES: Readonly<Record<string, string>> = { 'rsa-pkcs1': 'RS', 'rsa-pss': 'PS', ecdsa: 'ES' }

/**
 * Signer on a key in Azure Key Vault or Managed HSM.
 *
 * @throws CountersignError as {@link awsKmsSigner}
 * @example
 * ```ts
 * const signer = azureKeySigner(new CryptographyClient(keyId, credential), { certificate, chain })
 * ```
 */
export function azureKeySigner(client: AzureKeyClient, options: CloudKeyOptions): Signer {
  return cloudSigner(options, isSha2, async (scheme, digest, signal) => {
    const algorithm = `${AZURE_NAMES[scheme.name]}${bits(scheme)}`
    const value = bytesOf(
      (await client.sign(algorithm, digest, signal === undefined ? {} : { abortSignal: signal })).result,
    )
    // r || s, as JSON Web Algorithms have it (RFC 7518 3.4)
    return scheme.name === 'ecdsa' ? encodeEcdsaValue(value) : value
  })
}
