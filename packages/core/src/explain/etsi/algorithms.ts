import type { Algorithms } from '../../report.ts'

const MORE = 'http://www.w3.org/2001/04/xmldsig-more#'
const MORE_2007 = 'http://www.w3.org/2007/05/xmldsig-more#'

/** Identifiers of RFC 9231, by signature and digest. */
const URIS: ReadonlyMap<string, string> = new Map([
  ['rsa-pkcs1 sha1', 'http://www.w3.org/2000/09/xmldsig#rsa-sha1'],
  ['rsa-pkcs1 sha256', `${MORE}rsa-sha256`],
  ['rsa-pkcs1 sha384', `${MORE}rsa-sha384`],
  ['rsa-pkcs1 sha512', `${MORE}rsa-sha512`],
  ['rsa-pss sha256', `${MORE_2007}sha256-rsa-MGF1`],
  ['rsa-pss sha384', `${MORE_2007}sha384-rsa-MGF1`],
  ['rsa-pss sha512', `${MORE_2007}sha512-rsa-MGF1`],
  ['ecdsa sha256', `${MORE}ecdsa-sha256`],
  ['ecdsa sha384', `${MORE}ecdsa-sha384`],
  ['ecdsa sha512', `${MORE}ecdsa-sha512`],
])

/** The URI of an algorithm, one of ours where there is none; undefined where the algorithm is not known. */
export function algorithmUri({ signature, digest }: Algorithms): string | undefined {
  if (signature === null) return undefined
  const name = digest === null ? signature : `${signature} ${digest}`
  return URIS.get(name) ?? `urn:countersign:algorithm:${encodeURIComponent(name.replace(' ', ':'))}`
}
