// Every sub-indication of 5.4 (E-09): a PKI and a file that give it, and a near miss that does not, under a fixed clock.
import { describe, expect, test } from '@jest/globals'
import { OID } from '../src/der/oids.ts'
import { encodeOctetString, encodeOid, encodeSequence } from '../src/der/writer.ts'
import type { VerifyOptions } from '../src/pades/options.ts'
import type { SignatureReport, SubIndication } from '../src/report.ts'
import { TS_119_312 } from '../src/validation/algorithms.ts'
import { algorithm } from './support/craft-certificate.ts'
import { attribute, hash } from './support/craft-cms.ts'
import { Archive, of, type Cast } from './support/archive.ts'

const CAST: Cast = {
  root: of('root', undefined, -1, 30),
  ca: of('ca', 'root', -1, 20),
  signer: of('signer', 'ca', -0.5, 1),
  tsa: of('tsa', 'root', -0.5, 10),
}

type Options = Partial<VerifyOptions> & { readonly anchors?: readonly string[] }
type Made = readonly [file: Archive, options?: Options]

interface Row {
  readonly what: string
  readonly gives: `${'INDETERMINATE' | 'TOTAL-FAILED'} ${SubIndication}`
  readonly file: () => Made
  readonly miss: string
  readonly nearMiss: () => Made
  /** What the near miss gives; TOTAL-PASSED unless told. */
  readonly missGives?: string
}

/** The cast with some actors replaced or added. */
function cast(changes: Cast = {}): Archive {
  return new Archive({ ...CAST, ...changes })
}

/** Lists of now from every CA above the signer and the TSA. */
function fresh(file: Archive, more: Options = {}): [file: Archive, options: Options] {
  const { crls = [] } = file.materialOf('signer', 'tsa')
  return [file, { ...more, sources: { crls } }]
}

/** Only the signer's own key is on a curve. */
const RSA_ABOVE: Cast = {
  root: of('root', undefined, -1, 30, { key: 'root' }),
  ca: of('ca', 'root', -1, 20, { key: 'ca' }),
  tsa: of('tsa', 'root', -0.5, 10, { key: 'tsa' }),
}

const revokedAt = (days: number, reason = 'keyCompromise' as const): Cast => ({
  signer: of('signer', 'ca', -0.5, 1, { revoked: { at: days, reason } }),
})
const heldAt = (days: number): Cast => ({
  signer: of('signer', 'ca', -0.5, 1, { revoked: { at: days, reason: 'certificateHold' } }),
})
const caRevokedAt = (days: number): Cast => ({
  ca: of('ca', 'root', -1, 20, { revoked: { at: days, reason: 'cACompromise' } }),
})

/** Signed on day 0, stamped then or not, checked on a later day with lists of that day. */
function checked(file: Archive, day: number, stamped: boolean, more: Options = {}): [file: Archive, options: Options] {
  file.sign('signer', stamped ? { stamp: 'tsa' } : {}).travel(file.day(day))
  return fresh(file, more)
}

/** Lists that keep certificates after their end, as expiredCertsOnCRL says, are not made by test-pki: OCSP with archiveCutoff is. */
function withArchive(file: Archive, stamped: boolean, years: number): Made {
  file.sign('signer', stamped ? { stamp: 'tsa' } : {}).travel(file.year(years))
  const ocsps = [file.pki.ocspResponse('signer', { archiveCutoff: file.year(-1) })]
  return [file, { sources: { crls: file.materialOf('signer', 'tsa').crls!, ocsps } }]
}

/** SHA-256 ends half a year after the start. */
const sunset = (file: Archive, item: 'sha256' | 'ecdsa'): Options => {
  const until = file.day(180).toISOString().slice(0, 10)
  const catalogue = {
    ...TS_119_312,
    id: 'test',
    digests: item === 'sha256' ? { ...TS_119_312.digests, sha256: until } : TS_119_312.digests,
    ecdsa: item === 'ecdsa' ? [{ bits: 256, until }] : TS_119_312.ecdsa,
  }
  return { policy: { catalogue } }
}

function policyAttribute(document: Uint8Array): Uint8Array {
  const hashed = encodeSequence(algorithm(OID.sha256), encodeOctetString(hash('sha256', document)))
  return attribute(OID.signaturePolicyIdentifier, encodeSequence(encodeOid('2.999.77'), hashed))
}
const DOCUMENT = new TextEncoder().encode('the policy')

function signedUnder(document: Uint8Array, policy: VerifyOptions['policy']): Made {
  const file = cast().sign('signer', { signed: [policyAttribute(document)] })
  return fresh(file, policy === undefined ? {} : { policy })
}

/** A response signed by a delegate whose certificate ends on day 30; checked while the response still holds. */
function delegated(day: number, sealedOn?: number): Made {
  const file = cast({ responder: of('ocsp', 'ca', -0.5, 30 / 365.25) })
  file.sign('signer', { stamp: 'tsa' }).travel(file.day(1))
  const ocsps = [file.pki.ocspResponse('signer', { responder: 'responder', nextUpdate: file.day(400) })]
  const root = file.crl('root', { nextUpdate: file.day(400) })
  file.store({ certificates: [file.actor('ca').certificate], ocsps, crls: [root] })
  if (sealedOn !== undefined) file.travel(file.day(sealedOn)).seal('tsa')
  file.travel(file.day(day))
  return [file, { sources: { crls: [file.crl('root')] } }]
}

/** The signer expires after a year; what of its data the document timestamp covers, and whether the CA's later state is known. */
function sealed(covered: boolean, caKnown: boolean): Made {
  const file = cast({ ca: of('ca', 'root', -1, 2) })
    .sign('signer', { stamp: 'tsa' })
    .travel(inDays(0.5))
  const data = file.materialOf('signer', 'tsa')
  if (covered) file.store(data).travel(inDays(1)).seal('tsa')
  else file.travel(inDays(1)).seal('tsa').store(data)
  file.travel(file.year(caKnown ? 1.5 : 5))
  return [file, { sources: { crls: [file.crl('root')] } }]
}
const inDays = (days: number): Date => new Date(Date.parse('2026-03-01T08:00:00Z') + days * 86_400_000)

const ROWS: readonly Row[] = [
  {
    what: 'the page was drawn anew after signing',
    gives: 'TOTAL-FAILED FORMAT_FAILURE',
    file: () => fresh(repainted('9 9 m S')),
    miss: 'the same page written again',
    nearMiss: () => fresh(repainted('0 0 m S')),
  },
  {
    what: 'the signature value is another',
    gives: 'TOTAL-FAILED SIG_CRYPTO_FAILURE',
    file: () => fresh(cast().sign('signer', { value: (value) => value.with(value.length - 1, value.at(-1)! ^ 1) })),
    miss: 'the value as it was made',
    nearMiss: () => fresh(cast().sign('signer', { value: (value) => value })),
  },
  {
    what: 'the certificate of the signer is nowhere',
    gives: 'INDETERMINATE NO_SIGNING_CERTIFICATE_FOUND',
    file: () => fresh(cast().sign('signer', { bare: true })),
    miss: 'it is in the store',
    nearMiss: () => {
      const file = cast().sign('signer', { bare: true })
      return fresh(file.store({ certificates: [file.actor('signer').certificate, file.actor('ca').certificate] }))
    },
  },
  {
    what: 'somebody added a note, which the signer neither allowed nor forbade',
    gives: 'INDETERMINATE GENERIC',
    file: () => fresh(cast().sign('signer').annotate()),
    miss: 'the caller allows notes',
    nearMiss: () => fresh(cast().sign('signer').annotate(), { policy: { allowedChanges: 'annotation' } }),
  },
  {
    what: 'a byte of the signed document changed',
    gives: 'TOTAL-FAILED HASH_FAILURE',
    file: () => {
      const file = cast().sign('signer')
      file.bytes[12]! ^= 1
      return fresh(file)
    },
    miss: 'nothing changed',
    nearMiss: () => fresh(cast().sign('signer')),
  },
  {
    what: 'the content time stamp is younger than the revocation',
    gives: 'TOTAL-FAILED REVOKED',
    file: () => {
      const file = cast(revokedAt(1))
      file.travel(file.day(2)).sign('signer', { content: 'tsa' })
      return fresh(file)
    },
    miss: 'the content time stamp is older than it',
    nearMiss: () => {
      const file = cast(revokedAt(1)).sign('signer', { content: 'tsa' })
      return fresh(file.travel(file.day(2)))
    },
    missGives: 'INDETERMINATE REVOKED_NO_POE',
  },
  {
    what: 'the content time stamp is younger than the certificate',
    gives: 'TOTAL-FAILED EXPIRED',
    file: () => {
      const file = cast()
      file.travel(file.day(370)).sign('signer', { content: 'tsa' })
      return fresh(file)
    },
    miss: 'it is older than its end',
    nearMiss: () => {
      const file = cast()
      file.travel(file.day(360)).sign('signer', { content: 'tsa' })
      return fresh(file.travel(file.day(370)))
    },
    missGives: 'INDETERMINATE OUT_OF_BOUNDS_NO_POE',
  },
  {
    what: 'the signature is proven older than its certificate',
    gives: 'TOTAL-FAILED NOT_YET_VALID',
    file: () => checked(cast({ signer: of('signer', 'ca', 1 / 365, 1) }), 2, true),
    miss: 'it is as old as its certificate',
    nearMiss: () => checked(cast({ signer: of('signer', 'ca', 0, 1) }), 2, true),
  },
  {
    what: 'nobody trusted leads to the signer',
    gives: 'INDETERMINATE NO_CERTIFICATE_CHAIN_FOUND',
    file: () => checked(cast({ other: of('root', undefined, -1, 30) }), 1, true, { anchors: ['other'] }),
    miss: 'the issuing CA itself is trusted',
    nearMiss: () => checked(cast(), 1, true, { anchors: ['ca', 'root'] }),
  },
  {
    what: 'the anchor is past its sunset and nothing proves the signature older',
    gives: 'INDETERMINATE NO_CERTIFICATE_CHAIN_FOUND_NO_POE',
    file: () => {
      const [file, options] = checked(cast(), 3, false)
      return [file, { ...options, trust: { anchors: [{ ...file.anchors('root')[0]!, sunset: file.day(2) }] } }]
    },
    miss: 'a document timestamp proves it older',
    nearMiss: () => {
      const file = cast({ stampRoot: of('root', undefined, -1, 30), tsa: of('tsa', 'stampRoot', -0.5, 10) })
      file.sign('signer').store(file.materialOf('signer')).travel(file.day(0.1)).seal('tsa').travel(file.day(3))
      const [root, stampRoot] = file.anchors('root', 'stampRoot')
      return [
        file,
        { sources: file.materialOf('tsa'), trust: { anchors: [{ ...root!, sunset: file.day(2) }, stampRoot!] } },
      ]
    },
  },
  {
    what: 'no revocation data',
    gives: 'INDETERMINATE CERTIFICATE_CHAIN_GENERAL_FAILURE',
    file: () => [cast().sign('signer')],
    miss: 'the lists of its CAs',
    nearMiss: () => fresh(cast().sign('signer')),
  },
  {
    what: 'the certificate is for web servers only',
    gives: 'INDETERMINATE CHAIN_CONSTRAINTS_FAILURE',
    file: () => fresh(cast({ signer: of('server', 'ca', -0.5, 1) }).sign('signer')),
    miss: 'the same under a Vietnamese profile (E-15)',
    nearMiss: () =>
      fresh(cast({ signer: of('server', 'ca', -0.5, 1) }).sign('signer'), { policy: { profile: 'vietnam-gov' } }),
  },
  {
    what: 'revoked before the time stamp',
    gives: 'INDETERMINATE REVOKED_NO_POE',
    file: () => {
      const file = cast(revokedAt(1))
      return checked(file.travel(file.day(1)), 3, true)
    },
    miss: 'revoked a second after it',
    nearMiss: () => {
      const file = cast(revokedAt(1))
      return checked(file.travel(new Date(file.day(1).getTime() - 1000)), 3, true)
    },
  },
  {
    what: 'the CA was revoked before the time stamp',
    gives: 'INDETERMINATE REVOKED_CA_NO_POE',
    file: () => {
      const file = cast(caRevokedAt(1))
      return checked(file.travel(file.day(1)), 3, true)
    },
    miss: 'revoked after it',
    nearMiss: () => checked(cast(caRevokedAt(1)), 3, true),
  },
  {
    what: 'expired, with no proof of an earlier time',
    gives: 'INDETERMINATE OUT_OF_BOUNDS_NO_POE',
    file: () => checked(cast(), 400, false),
    miss: 'on its last day',
    nearMiss: () => checked(cast(), 365, false),
  },
  {
    what: 'expired, stamped in time, but only lists of after its end',
    gives: 'INDETERMINATE OUT_OF_BOUNDS_NO_POE',
    file: () => checked(cast(), 400, true),
    miss: 'the store holds lists of before',
    nearMiss: () => {
      const file = cast().sign('signer', { stamp: 'tsa' }).travel(inDays(300))
      return fresh(file.store(file.materialOf('signer')).travel(file.day(400)))
    },
  },
  {
    what: 'expired and known not to be revoked, stamped after its end',
    gives: 'INDETERMINATE OUT_OF_BOUNDS_NOT_REVOKED',
    file: () => {
      const file = cast()
      return withArchive(file.travel(file.day(400)), true, 1.5)
    },
    miss: 'stamped before its end',
    nearMiss: () => withArchive(cast(), true, 1.5),
  },
  {
    what: 'who signed the revocation data has expired',
    gives: 'INDETERMINATE REVOCATION_OUT_OF_BOUNDS_NO_POE',
    file: () => delegated(40),
    miss: 'a document timestamp proves the data older',
    nearMiss: () => delegated(40, 20),
  },
  {
    what: 'suspended before the time stamp',
    gives: 'INDETERMINATE TRY_LATER',
    file: () => {
      const file = cast(heldAt(1))
      return checked(file.travel(file.day(2)), 3, true)
    },
    miss: 'suspended after it',
    nearMiss: () => checked(cast(heldAt(1)), 3, true),
  },
  {
    what: 'the revocation data are too old',
    gives: 'INDETERMINATE TRY_LATER',
    file: () => {
      const file = cast().sign('signer')
      const [, options] = fresh(file)
      return [file.travel(file.day(8)), options]
    },
    miss: 'in force until the last minute',
    nearMiss: () => {
      const file = cast().sign('signer')
      const [, options] = fresh(file)
      return [file.travel(file.day(7)), options]
    },
  },
  {
    what: 'a key that was never long enough',
    gives: 'INDETERMINATE CRYPTO_CONSTRAINTS_FAILURE',
    file: () => {
      const file = cast()
      const catalogue = { ...TS_119_312, id: 'test', ecdsa: [{ bits: 384, until: 'always' }] }
      return checked(file, 1, true, { policy: { catalogue } })
    },
    miss: 'the default catalogue',
    nearMiss: () => checked(cast(), 1, true),
  },
  {
    what: 'the algorithm has ended, and the content time stamp is younger than that',
    gives: 'INDETERMINATE CRYPTO_CONSTRAINTS_FAILURE',
    file: () => {
      const file = cast(RSA_ABOVE)
      file.travel(file.day(200)).sign('signer', { content: 'tsa', claimed: file.day(0) })
      return fresh(file, sunset(file, 'ecdsa'))
    },
    miss: 'without a content time stamp it may be older',
    nearMiss: () => {
      const file = cast(RSA_ABOVE)
      file.travel(file.day(200)).sign('signer', { claimed: file.day(0) })
      return fresh(file, sunset(file, 'ecdsa'))
    },
    missGives: 'INDETERMINATE CRYPTO_CONSTRAINTS_FAILURE_NO_POE',
  },
  {
    what: 'the signature’s digest has ended with no proof of an earlier time',
    gives: 'INDETERMINATE CRYPTO_CONSTRAINTS_FAILURE_NO_POE',
    file: () => {
      const file = cast()
      return checked(file, 200, false, sunset(file, 'sha256'))
    },
    miss: 'the day before the end',
    nearMiss: () => {
      const file = cast()
      return checked(file, 178, false, sunset(file, 'sha256'))
    },
  },
  {
    what: 'proven too long after the claim',
    gives: 'INDETERMINATE SIG_CONSTRAINTS_FAILURE',
    file: () => {
      const file = cast()
      return checked2(file, 3601)
    },
    miss: 'within the hour that the policy allows',
    nearMiss: () => checked2(cast(), 3600),
  },
  {
    what: 'the time stamp over the content is younger than the one over the signature',
    gives: 'INDETERMINATE TIMESTAMP_ORDER_FAILURE',
    file: () => ordered(3),
    miss: 'within the accuracies of both',
    nearMiss: () => ordered(2),
  },
  {
    what: 'the data on the expired signer are not proven',
    gives: 'INDETERMINATE NO_POE',
    file: () => sealed(false, false),
    miss: 'the document timestamp covers them',
    nearMiss: () => sealed(true, false),
  },
  {
    what: 'the policy demands a signature policy that it does not know',
    gives: 'INDETERMINATE SIGNATURE_POLICY_NOT_AVAILABLE',
    file: () => signedUnder(DOCUMENT, { signaturePolicy: 'require' }),
    miss: 'by default it is only said',
    nearMiss: () => signedUnder(DOCUMENT, undefined),
  },
  {
    what: 'the signature policy is another document than the one agreed to',
    gives: 'INDETERMINATE POLICY_PROCESSING_ERROR',
    file: () =>
      signedUnder(DOCUMENT, {
        signaturePolicies: [{ oid: '2.999.77', bytes: new TextEncoder().encode('another policy') }],
      }),
    miss: 'it is that document',
    nearMiss: () =>
      signedUnder(DOCUMENT, {
        signaturePolicy: 'require',
        signaturePolicies: [{ oid: '2.999.77', bytes: DOCUMENT }],
      }),
  },
]

function repainted(drawing: string): Archive {
  return cast()
    .sign('signer')
    .append({ 6: `<< /Length 8 >>\nstream\n${drawing} \nendstream` })
}

/** Stamped that many seconds after the claim; the policy allows an hour. */
function checked2(file: Archive, seconds: number): Made {
  const claimed = file.start
  file.travel(new Date(claimed.getTime() + seconds * 1000)).sign('signer', { stamp: 'tsa', claimed })
  return fresh(file, { policy: { timestampDelay: 3600 } })
}

/** A content time stamp so many seconds younger than the one over the signature, each with an accuracy of a second. */
function ordered(seconds: number): Made {
  const file = cast()
  const genTime = new Date(file.now.getTime() + seconds * 1000)
  file.sign('signer', { stamp: 'tsa', content: 'tsa', contentOptions: { genTime } })
  return fresh(file.travel(file.day(1)))
}

async function judged([file, options]: Made): Promise<SignatureReport> {
  return (await file.verify(options)).signatures[0]!
}

async function verdict(made: Made): Promise<string> {
  const { indication, subIndication } = await judged(made)
  return subIndication === null ? indication : `${indication} ${subIndication}`
}

describe.each(ROWS)('$gives', ({ what, gives, file, miss, nearMiss, missGives = 'TOTAL-PASSED' }) => {
  test(what, async () => {
    expect(await verdict(file())).toBe(gives)
  })

  test(`but not: ${miss}`, async () => {
    expect(await verdict(nearMiss())).toBe(missGives)
  })
})

/** 5.4; SIGNED_DATA_NOT_FOUND cannot come of a PDF, whose ByteRange beyond the file is a format failure (P-05). */
const ALL: readonly SubIndication[] = [
  'FORMAT_FAILURE',
  'HASH_FAILURE',
  'SIG_CRYPTO_FAILURE',
  'REVOKED',
  'EXPIRED',
  'NOT_YET_VALID',
  'NO_SIGNING_CERTIFICATE_FOUND',
  'NO_CERTIFICATE_CHAIN_FOUND',
  'NO_CERTIFICATE_CHAIN_FOUND_NO_POE',
  'CERTIFICATE_CHAIN_GENERAL_FAILURE',
  'CHAIN_CONSTRAINTS_FAILURE',
  'REVOKED_NO_POE',
  'REVOKED_CA_NO_POE',
  'OUT_OF_BOUNDS_NO_POE',
  'OUT_OF_BOUNDS_NOT_REVOKED',
  'REVOCATION_OUT_OF_BOUNDS_NO_POE',
  'TRY_LATER',
  'CRYPTO_CONSTRAINTS_FAILURE',
  'CRYPTO_CONSTRAINTS_FAILURE_NO_POE',
  'SIG_CONSTRAINTS_FAILURE',
  'TIMESTAMP_ORDER_FAILURE',
  'NO_POE',
  'SIGNATURE_POLICY_NOT_AVAILABLE',
  'POLICY_PROCESSING_ERROR',
  'GENERIC',
]

test('the table is whole', () => {
  const named = new Set(ROWS.map(({ gives }) => gives.split(' ')[1]!))
  expect([...named].toSorted()).toEqual([...ALL].toSorted())
})
