// Keys of certs-test behind the mock services of test-pki.
import { createPrivateKey, X509Certificate } from 'node:crypto'
import type { KeyObject } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { root } from '../../../test/support/witnesses.ts'

const read = (name: string): Buffer => readFileSync(join(root, 'certs-test', name))

export const at: Date = new Date('2026-06-01T00:00:00Z')
export const rootPem: Uint8Array = new Uint8Array(read('root.pem'))
export const keyOf = (name: string): KeyObject => createPrivateKey(read(`${name}.key`))
export const certificateOf = (name: string): Uint8Array => new Uint8Array(new X509Certificate(read(`${name}.pem`)).raw)
export const serialOf = (name: string): string => new X509Certificate(read(`${name}.pem`)).serialNumber

/** Issuers of both officers. */
export const chain: readonly Uint8Array[] = ['ca', 'ca-ec', 'ca-vn', 'root'].map(certificateOf)

/** One request to sign, over a digest of 32 bytes. */
export const request = (fill = 1): { ref: string; input: Uint8Array; documentDigest: Uint8Array } => ({
  ref: `document ${fill}`,
  input: new Uint8Array(32).fill(fill),
  documentDigest: new Uint8Array(32).fill(fill),
})
