// Schemes at the edge of the CSC API: algorithms are OIDs there (CSC-09).
import { CountersignError } from '@countersign/core'
import type { Scheme } from '@countersign/core'
import { keyFacts } from '@countersign/core/node'
import type { KeyFacts } from '@countersign/core/node'

export const HASH_OIDS: Readonly<Record<string, string>> = {
  sha256: '2.16.840.1.101.3.4.2.1',
  sha384: '2.16.840.1.101.3.4.2.2',
  sha512: '2.16.840.1.101.3.4.2.3',
}
const RSA_ENCRYPTION = '1.2.840.113549.1.1.1'
const RSA_PSS = '1.2.840.113549.1.1.10'
const EC_PUBLIC_KEY = '1.2.840.10045.2.1'
const RSA_WITH: Readonly<Record<string, string>> = {
  sha256: '1.2.840.113549.1.1.11',
  sha384: '1.2.840.113549.1.1.12',
  sha512: '1.2.840.113549.1.1.13',
}
const ECDSA_WITH: Readonly<Record<string, string>> = {
  sha256: '1.2.840.10045.4.3.2',
  sha384: '1.2.840.10045.4.3.3',
  sha512: '1.2.840.10045.4.3.4',
}
/** RSASSA-PSS-params (RFC 4055 3.1) with one digest throughout and a salt of its size. */
const PSS_PARAMETERS: Readonly<Record<string, string>> = {
  sha256:
    '3034a00f300d06096086480165030402010500a11c301a06092a864886f70d010108300d06096086480165030402010500a203020120',
  sha384:
    '3034a00f300d06096086480165030402020500a11c301a06092a864886f70d010108300d06096086480165030402020500a203020130',
  sha512:
    '3034a00f300d06096086480165030402030500a11c301a06092a864886f70d010108300d06096086480165030402030500a203020140',
}

const digestOf = (scheme: Scheme): string => ('digest' in scheme ? scheme.digest : '')

/** The service's OID for a scheme, undefined where the credential does not offer it. */
function oidFor(scheme: Scheme, offered: ReadonlySet<string>): string | undefined {
  if (scheme.name === 'rsa-pss') return offered.has(RSA_PSS) ? RSA_PSS : undefined
  const exact = (scheme.name === 'ecdsa' ? ECDSA_WITH : RSA_WITH)[digestOf(scheme)]
  if (exact !== undefined && offered.has(exact)) return exact
  if (scheme.name === 'ecdsa') return offered.has(EC_PUBLIC_KEY) ? exact : undefined
  return offered.has(RSA_ENCRYPTION) ? RSA_ENCRYPTION : undefined
}

export interface CscKey extends KeyFacts {
  readonly offered: ReadonlySet<string>
}

/** What a credential can do, by its certificate and its list of algorithms. */
export function cscKey(certificate: Uint8Array, algorithms: readonly string[]): CscKey {
  const facts = keyFacts(certificate)
  const offered = new Set(algorithms)
  const schemes = facts.schemes.filter((scheme) => oidFor(scheme, offered) !== undefined)
  if (schemes.length === 0)
    throw new CountersignError('UNSUPPORTED_ALGORITHM', 'the credential offers no scheme that we know', {
      details: { algorithms },
    })
  return { ...facts, schemes, offered }
}

export interface SignAlgorithm {
  readonly hashAlgorithmOID: string
  readonly signAlgo: string
  /** Base64 of the parameters' DER. */
  readonly signAlgoParams?: string
}

/** @throws CountersignError UNSUPPORTED_ALGORITHM */
export function signAlgorithm(scheme: Scheme, { offered }: CscKey): SignAlgorithm {
  const signAlgo = oidFor(scheme, offered)
  const hashAlgorithmOID = HASH_OIDS[digestOf(scheme)]
  if (signAlgo === undefined || hashAlgorithmOID === undefined)
    throw new CountersignError('UNSUPPORTED_ALGORITHM', `the credential does not offer ${scheme.name}`)
  const parameters = scheme.name === 'rsa-pss' ? PSS_PARAMETERS[scheme.digest] : undefined
  return {
    hashAlgorithmOID,
    signAlgo,
    ...(parameters === undefined ? {} : { signAlgoParams: Buffer.from(parameters, 'hex').toString('base64') }),
  }
}
