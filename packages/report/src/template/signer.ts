// What a template may say of the signer, read from the certificate.
import type { Signer } from '@countersign/core'
import { X509Certificate } from 'node:crypto'

type Subject = Readonly<Record<string, string | readonly string[] | undefined>>

function last(subject: Subject, name: string): string | undefined {
  const value = subject[name]
  return typeof value === 'string' ? value : value?.at(-1)
}

/**
 * Values for a template from a certificate: `name` (CN), `agency` (O), `unit` (the last OU), `title`, `serial` (hexadecimal) and
 * `issuer` (CN of the issuer); what the certificate lacks is missing.
 *
 * @example
 * ```ts
 * const variables = await signerVariables(signer)
 * const drawn = await drawTemplate(card, { variables, time })
 * ```
 */
export async function signerVariables(signer: Signer): Promise<Readonly<Record<string, string>>> {
  const { certificate } = await signer.info()
  const parsed = new X509Certificate(certificate).toLegacyObject()
  const subject = parsed.subject as unknown as Subject
  const issuer = parsed.issuer as unknown as Subject
  const found = {
    name: last(subject, 'CN'),
    agency: last(subject, 'O'),
    unit: last(subject, 'OU'),
    title: last(subject, 'title'),
    serial: parsed.serialNumber.toLowerCase(),
    issuer: last(issuer, 'CN'),
  }
  const given = Object.entries(found).flatMap(([name, value]) => (value === undefined ? [] : [[name, value] as const]))
  return Object.fromEntries(given.map(([name, value]) => [name, value.normalize('NFC')]))
}
