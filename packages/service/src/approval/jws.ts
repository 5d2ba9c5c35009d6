import { createPublicKey, verify } from 'node:crypto'
import type { JsonWebKey, KeyObject } from 'node:crypto'
import { z } from 'zod'

/** A public key with which one person of one tenant signs approvals. The HTTP process must not be able to write these. */
export interface EnrolledKey {
  readonly keyId: string
  readonly tenant: string
  readonly person: string
  readonly algorithm: 'EdDSA' | 'ES256'
  readonly key: KeyObject
}

const header = z.strictObject({
  alg: z.enum(['EdDSA', 'ES256']),
  kid: z.string().min(1).max(100),
  typ: z.literal('countersign-approval+jws').optional(),
})

const MAX_JWS_LENGTH = 8192
const BASE64URL = /^[A-Za-z0-9_-]+$/u

/**
 * Makes an enrolled key of a public JWK: Ed25519 or P-256.
 *
 * @throws TypeError when it is another kind of key or a private one.
 */
export function enrolKey(jwk: JsonWebKey, owner: Pick<EnrolledKey, 'keyId' | 'tenant' | 'person'>): EnrolledKey {
  if (jwk.d !== undefined) throw new TypeError(`approval key ${owner.keyId}: a private key has no place here`)
  const key = createPublicKey({ key: jwk, format: 'jwk' })
  if (key.asymmetricKeyType === 'ed25519') return { ...owner, algorithm: 'EdDSA', key }
  if (key.asymmetricKeyDetails?.namedCurve === 'prime256v1') return { ...owner, algorithm: 'ES256', key }
  throw new TypeError(`approval key ${owner.keyId}: only Ed25519 and P-256 are accepted`)
}

/** The key id a JWS names, unchecked: only to look the key up. */
export function readKeyId(jws: string): string | undefined {
  return parseHeader(jws)?.kid
}

/**
 * The payload of a compact JWS (RFC 7515) if `enrolled` signed it, else undefined. The algorithm is the enrolled key's;
 * a header that names another one, or any header but alg, kid and typ, is refused.
 */
export function verifyJws(jws: string, enrolled: EnrolledKey): string | undefined {
  const [protectedPart = '', payload = '', signature = ''] = jws.split('.')
  const parsed = parseHeader(jws)
  if (parsed?.kid !== enrolled.keyId || parsed.alg !== enrolled.algorithm) return undefined
  const signed = Buffer.from(`${protectedPart}.${payload}`, 'ascii')
  const key = { key: enrolled.key, dsaEncoding: 'ieee-p1363' as const }
  const good = verify(
    enrolled.algorithm === 'EdDSA' ? null : 'sha256',
    signed,
    key,
    Buffer.from(signature, 'base64url'),
  )
  return good ? Buffer.from(payload, 'base64url').toString('utf8') : undefined
}

function parseHeader(jws: string): z.infer<typeof header> | undefined {
  if (jws.length > MAX_JWS_LENGTH) return undefined
  const parts = jws.split('.')
  if (parts.length !== 3 || !parts.every((part) => BASE64URL.test(part))) return undefined
  try {
    const parsed = header.safeParse(JSON.parse(Buffer.from(parts[0]!, 'base64url').toString('utf8')))
    return parsed.success ? parsed.data : undefined
  } catch {
    return undefined
  }
}
