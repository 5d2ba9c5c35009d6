import { createHash, timingSafeEqual } from 'node:crypto'
import type { Request } from 'express'
import { FileTooLarge } from '../store/files.ts'
import type { FileStore, IncomingFile } from '../store/files.ts'
import { HttpProblem } from '../problems/problem.ts'

/**
 * Takes a PDF body in as a stream to a temporary file (API-01). The caller keeps or discards the file.
 *
 * @throws HttpProblem mediaType.unsupported, request.tooLarge, request.malformed, request.invalid (Repr-Digest), pdf.malformed
 */
export async function receivePdf(request: Request, files: FileStore, limit: number): Promise<IncomingFile> {
  if (request.is('application/pdf') !== 'application/pdf') throw new HttpProblem('mediaType.unsupported')
  // A body that is compressed on the way would need its own bound, and PDF compresses itself.
  if ((request.headers['content-encoding'] ?? 'identity') !== 'identity') throw new HttpProblem('mediaType.unsupported')
  if (Number(request.headers['content-length'] ?? 0) > limit) throw new HttpProblem('request.tooLarge')
  const expected = parseReprDigest(request.headers['repr-digest'])
  const file = await receive(request, files, limit)
  if (file.length === 0) return refuse(files, file, new HttpProblem('pdf.malformed'))
  if (expected !== undefined && !timingSafeEqual(expected, Buffer.from(file.sha256, 'hex'))) {
    const errors = [{ pointer: '/headers/repr-digest', code: 'digest.mismatch' }]
    return refuse(files, file, new HttpProblem('request.invalid', { errors }))
  }
  return file
}

async function receive(request: Request, files: FileStore, limit: number): Promise<IncomingFile> {
  try {
    // The socket must survive a refused upload, or the client never reads why.
    return await files.receive(request.iterator({ destroyOnReturn: false }), limit)
  } catch (error) {
    if (error instanceof FileTooLarge) throw new HttpProblem('request.tooLarge')
    if (request.readableAborted || !request.complete) throw new HttpProblem('request.malformed', { cause: error })
    throw error
  }
}

async function refuse(files: FileStore, file: IncomingFile, problem: HttpProblem): Promise<never> {
  await files.discard(file)
  throw problem
}

/** `Repr-Digest: sha-256=:base64:` (RFC 9530); other algorithms are ignored as the RFC says, a broken sha-256 is refused. */
export function parseReprDigest(header: string | string[] | undefined): Buffer | undefined {
  const text = Array.isArray(header) ? header.join(',') : header
  if (text === undefined) return undefined
  for (const member of text.split(',')) {
    const [name, value] = splitOnce(member.trim(), '=')
    if (name.toLowerCase() !== 'sha-256') continue
    const encoded = /^:([A-Za-z0-9+/]{43}=):$/u.exec(value)?.[1]
    if (encoded === undefined) {
      throw new HttpProblem('request.invalid', {
        errors: [{ pointer: '/headers/repr-digest', code: 'digest.malformed' }],
      })
    }
    return Buffer.from(encoded, 'base64')
  }
  return undefined
}

function splitOnce(text: string, separator: string): readonly [string, string] {
  const at = text.indexOf(separator)
  return at === -1 ? [text, ''] : [text.slice(0, at), text.slice(at + 1)]
}

/** The header for a body with this SHA-256 (hex). */
export function reprDigest(sha256: string): string {
  return `sha-256=:${Buffer.from(sha256, 'hex').toString('base64')}:`
}

/** What stands for the request in an idempotency check: method, target and body. */
export function requestHash(parts: readonly string[]): string {
  const hash = createHash('sha256')
  for (const part of parts) hash.update(`${part.length}:${part}`)
  return hash.digest('hex')
}

/** `attachment` with the name in UTF-8 and an ASCII stand-in (RFC 6266, RFC 8187); control characters and separators are dropped (SEC-09). */
export function contentDisposition(name: string): string {
  const clean = name
    .normalize('NFC')
    .replaceAll(/[\p{Cc}\p{Cf}\p{Surrogate}"\\/:*?<>|]/gu, '')
    .slice(0, 200)
  const ascii = clean
    .replaceAll(/[đĐ]/gu, (letter) => (letter === 'đ' ? 'd' : 'D'))
    .normalize('NFD')
    .replaceAll(/[^\x20-\x7e]/gu, '')
    .replaceAll('%', '')
  const encoded = encodeURIComponent(clean).replaceAll(
    /['()*]/gu,
    (letter) => `%${letter.charCodeAt(0).toString(16).toUpperCase()}`,
  )
  return `attachment; filename="${ascii}"; filename*=UTF-8''${encoded}`
}
