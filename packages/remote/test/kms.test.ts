// Cloud keys through client objects of the providers' shapes.
import { describe, expect, test } from '@jest/globals'
import { signHash } from '@countersign/test-pki'
import type { RemoteScheme } from '@countersign/test-pki'
import { encodeEcdsaValue, sign, type Signer } from '@countersign/core'
import { twoPages } from '../../core/test/support/make-pdf.ts'
import { signerSuite } from '../../../test/support/signer-suite.ts'
import { awsKmsSigner, azureKeySigner, gcpKmsSigner } from '../src/index.ts'
import { at, certificateOf, chain, keyOf, request, rootPem } from './services.ts'

const options = (name: string): { certificate: Uint8Array; chain: readonly Uint8Array[] } => ({
  certificate: certificateOf(name),
  chain,
})

const AWS = /^(RSASSA_PKCS1_V1_5|RSASSA_PSS|ECDSA)_SHA_(256|384|512)$/
const AZURE = /^(RS|PS|ES)(256|384|512)$/
const SCHEMES: Readonly<Record<string, RemoteScheme>> = {
  RSASSA_PKCS1_V1_5: 'rsa-pkcs1',
  RSASSA_PSS: 'rsa-pss',
  ECDSA: 'ecdsa',
  RS: 'rsa-pkcs1',
  PS: 'rsa-pss',
  ES: 'ecdsa',
}

/** As AWS answers: ECDSA in DER. */
function aws(name: string): Signer {
  const client = {
    sign: ({ Message, MessageType, SigningAlgorithm, KeyId }: Record<string, unknown>) => {
      expect({ MessageType, KeyId }).toEqual({ MessageType: 'DIGEST', KeyId: 'alias/seal' })
      const [, scheme, bits] = AWS.exec(String(SigningAlgorithm))!
      const value = signHash(keyOf(name), SCHEMES[scheme!]!, `sha${bits}`, Message as Uint8Array)
      return Promise.resolve({ Signature: scheme === 'ECDSA' ? encodeEcdsaValue(value) : value })
    },
  }
  return awsKmsSigner(client, 'alias/seal', options(name))
}

function azure(name: string): Signer {
  const client = {
    sign: (algorithm: string, digest: Uint8Array) => {
      const [, scheme, bits] = AZURE.exec(algorithm)!
      return Promise.resolve({ result: signHash(keyOf(name), SCHEMES[scheme!]!, `sha${bits}`, digest) })
    },
  }
  return azureKeySigner(client, options(name))
}

function gcp(): Signer {
  const client = {
    asymmetricSign: ({ digest }: { digest: Readonly<Record<string, Uint8Array>> }) => {
      const value = signHash(keyOf('officer-ec'), 'ecdsa', 'sha256', digest['sha256']!)
      return Promise.resolve([{ signature: Buffer.from(encodeEcdsaValue(value)).toString('base64') }] as const)
    },
  }
  const scheme = { name: 'ecdsa', digest: 'sha256', curve: 'P-256' } as const
  return gcpKmsSigner(client, 'projects/p/locations/l/keyRings/r/cryptoKeys/k/cryptoKeyVersions/1', {
    ...options('officer-ec'),
    scheme,
  })
}

for (const name of ['officer', 'officer-ec']) {
  signerSuite({ name: `AWS KMS shape, ${name}`, make: () => aws(name), root: rootPem, at })
  signerSuite({ name: `Azure Key Vault shape, ${name}`, make: () => azure(name), root: rootPem, at })
}
signerSuite({ name: 'Google Cloud KMS shape', make: gcp, root: rootPem, at })

async function fails(error: Error): Promise<never> {
  await new Promise((resolve) => setTimeout(resolve, 1))
  throw error
}

describe('faults of a key service', () => {
  const failing = (error: Error): Signer => awsKmsSigner({ sign: async () => fails(error) }, 'k', options('officer'))
  const named = (name: string): Error => Object.assign(new Error('arn:aws:kms:SECRET'), { name })

  test.each([
    ['ThrottlingException', 'SIGNER_REJECTED', true],
    ['DisabledException', 'KEY_DISABLED', false],
    ['KMSInvalidStateException', 'KEY_DISABLED', false],
    ['AccessDeniedException', 'KEY_DISABLED', false],
    ['ValidationException', 'SIGNER_REJECTED', false],
  ])('%s is %s', async (name, code, retryable) => {
    const error = await sign(twoPages(), { signer: failing(named(name)), at }).catch((thrown: unknown) => thrown)
    expect(error).toMatchObject({ code, retryable })
    expect(String(error)).not.toContain('SECRET')
  })

  test('no value, or the value of another key, signs nothing', async () => {
    const empty = awsKmsSigner({ sign: () => Promise.resolve({}) }, 'k', options('officer'))
    await expect(sign(twoPages(), { signer: empty, at })).rejects.toMatchObject({ code: 'REMOTE_REPLY_INVALID' })
    const other = awsKmsSigner(
      {
        sign: ({ Message }) =>
          Promise.resolve({ Signature: signHash(keyOf('officer2'), 'rsa-pkcs1', 'sha256', Message) }),
      },
      'k',
      options('officer'),
    )
    await expect(sign(twoPages(), { signer: other, at })).rejects.toMatchObject({ code: 'SIGNATURE_MISMATCH' })
  })

  test('one failure fails the batch, and no more calls are made than are allowed at once', async () => {
    let running = 0
    let most = 0
    const signer = awsKmsSigner(
      {
        sign: async ({ Message }) => {
          most = Math.max(most, ++running)
          await new Promise((resolve) => setTimeout(resolve, 2))
          running--
          if (Message[0] === 9) throw named('ValidationException')
          return { Signature: new Uint8Array(256) }
        },
      },
      'k',
      { ...options('officer'), parallel: 3 },
    )
    const scheme = (await signer.info()).schemes[0]!
    const batch = Array.from({ length: 20 }, (_, index) => request(index))
    await expect(signer.sign(batch, { scheme, idempotencyKey: 'k' })).rejects.toMatchObject({ code: 'SIGNER_REJECTED' })
    expect(most).toBeLessThanOrEqual(3)
  })
})
