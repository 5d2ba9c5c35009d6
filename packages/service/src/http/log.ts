import { pino } from 'pino'
import type { DestinationStream, Logger } from 'pino'

/**
 * The log: one line of JSON per event (REL-15). What is logged is chosen field by field; the redaction list is the second net
 * for what a library or a careless line might add (SEC-14).
 */
export function createLog(destination?: DestinationStream): Logger {
  const options = {
    base: { service: 'countersign' },
    timestamp: () => `,"time":"${new Date().toISOString()}"`,
    redact: {
      paths: SECRET_NAMES.flatMap((name) => [name, `*.${name}`, `*.*.${name}`]),
      censor: '[redacted]',
    },
  }
  return destination === undefined ? pino(options) : pino(options, destination)
}

const SECRET_NAMES = [
  'authorization',
  'cookie',
  'key',
  'apiKey',
  'password',
  'passphrase',
  'pin',
  'secret',
  'token',
  'jws',
  'p12',
] as const

/** What may be told of an error: never its message, which may quote a document, a path or a password. */
export function describeError(error: unknown): Readonly<Record<string, unknown>> {
  if (!(typeof error === 'object' && error !== null)) return { error: typeof error }
  const { name, code, stack } = error as { name?: unknown; code?: unknown; stack?: unknown }
  // Of the stack only the frames: its first lines repeat the message.
  const frames = typeof stack === 'string' ? stack.split('\n').filter((text) => /^\s+at /u.test(text)) : []
  return { error: name, code, frames: frames.slice(0, 12) }
}
