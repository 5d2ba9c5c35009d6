// OAuth2 for signing services, by oauth4webapi: a service's own access token, and the code flow that gives a SAD (CSC-04, oauth2code).
import { CountersignError } from '@countersign/core'
import * as oauth from 'oauth4webapi'
import type { Fetch } from './transport.ts'

export interface OauthClient {
  readonly tokenUrl: string
  readonly clientId: string
  /** None for a public client, which the code flow with PKCE allows. */
  readonly clientSecret?: string
  /** How the secret goes out. Default `basic`. */
  readonly clientAuthentication?: 'basic' | 'post'
  readonly scope?: string
  readonly fetch?: Fetch
}

/** Seconds before its end in which an access token is not used any more. */
const MARGIN = 30

function parts({ tokenUrl, clientId, clientSecret, clientAuthentication, fetch: own }: OauthClient): {
  server: oauth.AuthorizationServer
  client: oauth.Client
  authentication: oauth.ClientAuth
  options: { [oauth.allowInsecureRequests]?: boolean; [oauth.customFetch]?: Fetch }
} {
  const { origin, protocol, hostname } = new URL(tokenUrl)
  const loopback = protocol === 'http:' && ['localhost', '127.0.0.1', '[::1]'].includes(hostname)
  const secret = clientAuthentication === 'post' ? oauth.ClientSecretPost : oauth.ClientSecretBasic
  return {
    server: { issuer: origin, token_endpoint: tokenUrl },
    client: { client_id: clientId },
    authentication: clientSecret === undefined ? oauth.None() : secret(clientSecret),
    options: {
      ...(loopback ? { [oauth.allowInsecureRequests]: true } : {}),
      ...(own === undefined ? {} : { [oauth.customFetch]: own }),
    },
  }
}

/** Status of the reply behind an error, where there was one. */
function statusOf(error: unknown): number | undefined {
  const { status, cause } = (error ?? {}) as { status?: unknown; cause?: unknown }
  if (typeof status === 'number') return status
  const response = cause instanceof Response ? cause : (cause as { body?: unknown } | undefined)?.body
  return response instanceof Response ? response.status : undefined
}

/** Neither secrets nor the server's own words are in it. */
function refused(cause: unknown): CountersignError {
  if (cause instanceof CountersignError) return cause
  const status = statusOf(cause)
  if (status !== undefined && (status >= 500 || status === 429))
    return new CountersignError('REMOTE_UNREACHABLE', `the token service answered ${status}`, { retryable: true })
  if (cause instanceof oauth.ResponseBodyError || cause instanceof oauth.WWWAuthenticateChallengeError)
    return new CountersignError('AUTH_EXPIRED', 'the service gave no access token', {
      details: { status: cause.status },
    })
  if (cause instanceof oauth.OperationProcessingError)
    return new CountersignError('REMOTE_REPLY_INVALID', 'the token reply of the service cannot be read')
  return new CountersignError('REMOTE_UNREACHABLE', 'the token service cannot be reached', { retryable: true, cause })
}

/**
 * Access tokens by the client credentials grant, for `token` of a signer; kept until shortly before they end.
 *
 * @throws CountersignError from the function it returns: AUTH_EXPIRED, REMOTE_UNREACHABLE, REMOTE_REPLY_INVALID
 * @example
 * ```ts
 * const token = clientCredentials({ tokenUrl: 'https://sign.example/oauth2/token', clientId, clientSecret, scope: 'service' })
 * ```
 */
export function clientCredentials(
  options: OauthClient,
): (request: { readonly renew: boolean; readonly signal?: AbortSignal }) => Promise<string> {
  let kept: { readonly token: string; readonly until: number } | undefined
  return async ({ renew, signal }) => {
    if (!renew && kept !== undefined && Date.now() < kept.until) return kept.token
    const { server, client, authentication, options: own } = parts(options)
    const asked = options.scope === undefined ? {} : { scope: options.scope }
    try {
      const response = await oauth.clientCredentialsGrantRequest(server, client, authentication, asked, {
        ...own,
        ...(signal === undefined ? {} : { signal }),
      })
      const { access_token, expires_in } = await oauth.processClientCredentialsResponse(server, client, response)
      kept = { token: access_token, until: Date.now() + ((expires_in ?? 3600) - MARGIN) * 1000 }
      return access_token
    } catch (cause) {
      throw refused(cause)
    }
  }
}

/** What the code flow needs beside the client. */
export interface CodeFlow extends OauthClient {
  readonly authorizeUrl: string
  readonly redirectUrl: string
}

/** JSON-safe: keep it, with the document, until the signer's browser comes back. */
export interface PendingAuthorisation {
  readonly url: string
  readonly state: string
  readonly verifier: string
}

/**
 * Starts the code flow for one batch of hashes: send the signer's browser to `url`. The authorisation is bound to these hashes.
 *
 * @param request - as `authorise` of the CSC signer gets it
 */
export async function startCodeFlow(
  flow: CodeFlow,
  request: {
    readonly credentialId: string
    readonly hashes: readonly string[]
    readonly hashAlgorithmOID: string
  },
): Promise<PendingAuthorisation> {
  const state = oauth.generateRandomState()
  const verifier = oauth.generateRandomCodeVerifier()
  const url = new URL(flow.authorizeUrl)
  const wanted = {
    response_type: 'code',
    client_id: flow.clientId,
    redirect_uri: flow.redirectUrl,
    scope: flow.scope ?? 'credential',
    state,
    code_challenge: await oauth.calculatePKCECodeChallenge(verifier),
    code_challenge_method: 'S256',
    credentialID: request.credentialId,
    numSignatures: String(request.hashes.length),
    // base64url, as the specification has hashes in an address
    hashes: request.hashes.map((one) => Buffer.from(one, 'base64').toString('base64url')).join(','),
    hashAlgorithmOID: request.hashAlgorithmOID,
  }
  for (const [name, value] of Object.entries(wanted)) url.searchParams.set(name, value)
  return { url: url.href, state, verifier }
}

/**
 * Ends the code flow: the authorisation for `authorise`, or for `authorisation` in the context of `sign`.
 *
 * @param callback - the whole address at which the browser came back
 * @throws CountersignError SIGNER_REJECTED when the signer refused or the state is another, AUTH_EXPIRED, REMOTE_*
 */
export async function finishCodeFlow(
  flow: CodeFlow,
  pending: PendingAuthorisation,
  callback: string,
): Promise<{ readonly sad: string }> {
  const { server, client, authentication, options } = parts(flow)
  let answer: URLSearchParams
  try {
    answer = oauth.validateAuthResponse(server, client, new URL(callback), pending.state)
  } catch {
    throw new CountersignError('SIGNER_REJECTED', 'the signer did not authorise this batch')
  }
  try {
    const response = await oauth.authorizationCodeGrantRequest(
      server,
      client,
      authentication,
      answer,
      flow.redirectUrl,
      pending.verifier,
      options,
    )
    const { access_token } = await oauth.processAuthorizationCodeResponse(server, client, response)
    return { sad: access_token }
  } catch (cause) {
    throw refused(cause)
  }
}
