// The operator's egress proxy (SEC-03): a tunnel to the address that was checked. The proxy never resolves a name for us.
import { request as httpRequest } from 'node:http'
import { CountersignError } from '../error.ts'
import { isAddress } from './address.ts'
import type { Connect, Tunnel } from './exchange.ts'

interface Proxy {
  readonly host: string
  readonly port: number
  readonly authorization: string | undefined
}

/** @throws CountersignError ARGUMENT_INVALID */
function parseProxy(text: string): Proxy {
  const wrong = new CountersignError(
    'ARGUMENT_INVALID',
    'a proxy is http://HOST:PORT, with USER:PASSWORD@ where it asks for them',
  )
  if (!URL.canParse(text)) throw wrong
  const { protocol, hostname, port, pathname, search, hash, username, password } = new URL(text)
  if (protocol !== 'http:' || hostname === '' || pathname !== '/' || search !== '' || hash !== '') throw wrong
  const pair = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`
  return {
    host: hostname.startsWith('[') ? hostname.slice(1, -1) : hostname,
    port: port === '' ? 80 : Number(port),
    authorization: pair === ':' ? undefined : `Basic ${Buffer.from(pair, 'utf8').toString('base64')}`,
  }
}

function refused(reason: string): Error {
  return Object.assign(new Error('the proxy opened no way'), { code: `proxy: ${reason}` })
}

/**
 * A tunnel through an HTTP proxy by CONNECT. What it is asked for is always an address, the one that was checked.
 *
 * @param url `http://HOST:PORT`, of the operator and so of any address
 * @throws CountersignError ARGUMENT_INVALID
 */
export function createTunnel(
  url: string,
  network: { readonly resolve: (host: string) => Promise<readonly string[]>; readonly connect: Connect },
): Tunnel {
  const { resolve, connect } = network
  const { host, port: proxyPort, authorization } = parseProxy(url)
  return async (address, port, signal) => {
    const [proxyAddress] = isAddress(host) ? [host] : await resolve(host)
    if (proxyAddress === undefined) throw refused('its name has no address')
    const authority = `${address.includes(':') ? `[${address}]` : address}:${port}`
    return new Promise((done, fail) => {
      const request = httpRequest({
        method: 'CONNECT',
        path: authority,
        headers: { host: authority, ...(authorization === undefined ? {} : { 'proxy-authorization': authorization }) },
        createConnection: () => connect(proxyAddress, proxyPort),
        signal,
      })
      request.once('connect', ({ statusCode = 0 }, socket, head) => {
        // Nobody speaks before we do: octets that come at once are none of the host's.
        if (statusCode === 200 && head.length === 0) {
          done(socket)
          return
        }
        socket.destroy()
        fail(refused(`status ${statusCode}`))
      })
      request.once('response', ({ statusCode = 0 }) => {
        request.destroy()
        fail(refused(`status ${statusCode}`))
      })
      request.once('error', fail)
      request.end()
    })
  }
}
