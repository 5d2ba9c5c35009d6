// Reading unchecked JSON: what is missing or of another type is an error with the name of the field, never `undefined` further on.
import { CountersignError } from '@countersign/core'

export type Json = Readonly<Record<string, unknown>>

function wrong(field: string): CountersignError {
  return new CountersignError('REMOTE_REPLY_INVALID', `the reply of the signing service lacks ${field}`, {
    details: { field },
  })
}

export function objectOf(json: Json, field: string): Json {
  const value = json[field]
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw wrong(field)
  return value as Json
}

export function stringOf(json: Json, field: string): string {
  const value = json[field]
  if (typeof value !== 'string' || value === '') throw wrong(field)
  return value
}

export function stringsOf(json: Json, field: string): readonly string[] {
  const value = json[field]
  if (!Array.isArray(value) || !value.every((one): one is string => typeof one === 'string')) throw wrong(field)
  return value
}

export function objectsOf(json: Json, field: string): readonly Json[] {
  const value = json[field]
  if (!Array.isArray(value) || !value.every((one): one is Json => typeof one === 'object' && one !== null))
    throw wrong(field)
  return value
}

/** Strict: a truncated or foreign encoding must not become other bytes. */
export function base64Of(text: string, field: string): Uint8Array {
  const compact = text.replaceAll(/\s/g, '')
  const bytes = Buffer.from(compact, 'base64')
  if (bytes.length === 0 || bytes.toString('base64').replace(/=+$/, '') !== compact.replace(/=+$/, ''))
    throw wrong(field)
  return new Uint8Array(bytes)
}

export function hexOf(text: string, field: string): Uint8Array {
  const bytes = Buffer.from(text, 'hex')
  if (bytes.length === 0 || bytes.length * 2 !== text.length) throw wrong(field)
  return new Uint8Array(bytes)
}
