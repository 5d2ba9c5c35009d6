import { parseSignedData, type SignedData } from '../cms/signed-data.ts'
import { OID } from '../der/oids.ts'
import { equalBytes } from '../der/writer.ts'
import type { Problem } from '../problem.ts'
import { Certificate } from '../x509/certificate.ts'
import { parseTimestampReply } from './reply.ts'
import type { ImprintRequest } from './authority.ts'
import type { TimestampQuery } from './request.ts'
import { checkToken, imprintDigestOf, openTstInfo } from './token.ts'
import { tsaError, type TsaCode } from './tsa-error.ts'
import type { TstInfo } from './tst-info.ts'

/** A token that passed every check of T3 and T4; whether its TSA is trusted is asked where paths are built. */
export interface CheckedToken {
  /** DER of the TimeStampToken, as received. */
  readonly der: Uint8Array
  readonly info: TstInfo
  readonly certificate: Certificate
  /** DER of the certificates in the token. */
  readonly certificates: readonly Uint8Array[]
}

/** When the question went out and the reply came in, by the caller's clock (SEC-13). */
export interface ReplyTimes {
  readonly sent: Date
  readonly received: Date
  /** How far genTime may lie outside, beyond its own accuracy: T4, default five minutes. */
  readonly toleranceMilliseconds?: number
}

const TOLERANCE = 300_000

/** What a problem of the token's CMS means for the one who asked for it; the first that applies is named. */
const BY_CODE: ReadonlyMap<string, TsaCode> = new Map([
  ['UNSUPPORTED_ALGORITHM', 'TSA_ALGORITHM'],
  ['SIGNER_CERTIFICATE_MISSING', 'TSA_CERT_MISSING'],
  ['ESS_MISSING', 'TSA_CERT_MISMATCH'],
  ['ESS_MISMATCH', 'TSA_CERT_MISMATCH'],
  ['ESS_ISSUER_SERIAL', 'TSA_CERT_MISMATCH'],
  ['ESS_MALFORMED', 'TSA_CERT_MISMATCH'],
  ['SIGNATURE_VALUE_INVALID', 'TSA_SIGNATURE_INVALID'],
  ['MESSAGE_DIGEST_MISMATCH', 'TSA_SIGNATURE_INVALID'],
  ['TSA_PURPOSE', 'TSA_CERT_PURPOSE'],
  ['TSA_NAME', 'TSA_NAME_MISMATCH'],
  ['TSA_TIME_OUTSIDE_VALIDITY', 'TSA_CERT_EXPIRED'],
])

const REASONS: Readonly<Record<string, string>> = {
  TSA_ALGORITHM: 'it is signed with an algorithm that is not supported',
  TSA_CERT_MISSING: 'the certificate of the authority is not in it',
  TSA_CERT_MISMATCH: 'its signing-certificate attribute does not name the certificate of the signer',
  TSA_SIGNATURE_INVALID: 'its signature is not genuine',
  TSA_CERT_PURPOSE: 'the certificate is not for time stamping alone, marked critical',
  TSA_NAME_MISMATCH: 'it names another authority than its certificate',
  TSA_CERT_EXPIRED: 'its certificate was not valid at the time it states',
  TSA_TOKEN_INVALID: 'the token is not well-formed',
}

function open(der: Uint8Array): { readonly data: SignedData; readonly info: TstInfo } {
  let data: SignedData
  try {
    data = parseSignedData(der)
  } catch (error) {
    throw tsaError('TSA_TOKEN_INVALID', 'the token is no SignedData', error)
  }
  // W12: what goes into a PDF is DER.
  if (data.ber || data.length !== der.length) throw tsaError('TSA_TOKEN_INVALID', 'the token is not DER')
  if (data.signerInfos.length !== 1)
    throw tsaError('TSA_TOKEN_INVALID', `the token has ${data.signerInfos.length} signers`)
  if (data.contentType !== OID.tstInfo) throw tsaError('TSA_TOKEN_INVALID', 'the token holds no TSTInfo')
  const info = openTstInfo(data)
  if ('rule' in info) throw tsaError('TSA_TOKEN_INVALID', 'its TSTInfo cannot be read')
  if (info.version !== 1) throw tsaError('TSA_TOKEN_INVALID', `its TSTInfo has version ${info.version}`)
  return { data, info }
}

function requireImprint(info: TstInfo, request: ImprintRequest): void {
  if (imprintDigestOf(info) !== request.digest || !equalBytes(info.imprint.value, request.imprint))
    throw tsaError('TSA_IMPRINT_MISMATCH', 'it stamps something else')
}

/** T4: the token answers this question and no other. */
function requireAnswer(info: TstInfo, query: TimestampQuery): void {
  requireImprint(info, query)
  if (info.nonce !== query.nonce)
    throw tsaError('TSA_NONCE_MISMATCH', info.nonce === undefined ? 'it has no nonce' : 'it has another nonce')
  if (query.policy !== undefined && info.policy !== query.policy)
    throw tsaError('TSA_POLICY_MISMATCH', `it was made under policy ${info.policy}`)
}

function requireTime(info: TstInfo, times: ReplyTimes): void {
  const slack = (times.toleranceMilliseconds ?? TOLERANCE) + (info.accuracySeconds ?? 0) * 1000
  const time = info.genTime.getTime()
  if (time >= times.sent.getTime() - slack && time <= times.received.getTime() + slack) return
  const [genTime, clock] = [info.genTime.toISOString(), times.received.toISOString()]
  throw tsaError('TSA_TIME_OFF', `its time is ${genTime}, our clock says ${clock}`, undefined, { genTime, clock })
}

function candidatesOf(data: SignedData): readonly Certificate[] {
  return data.certificates.flatMap((der) => {
    try {
      return [Certificate.parse(der)]
    } catch {
      return []
    }
  })
}

/** What C-15 only warns of in a token of others, and T4 refuses. */
const REFUSED: ReadonlySet<string> = new Set(['TSA_NAME', 'TSA_TIME_OUTSIDE_VALIDITY'])

/** W and notes may be: they would be the same in a token of others. */
function faultOf(problems: readonly Problem[]): TsaCode | undefined {
  const faults = problems.filter(({ outcome, code }) => !['W', 'note'].includes(outcome) || REFUSED.has(code))
  for (const [code, meaning] of BY_CODE) if (faults.some((one) => one.code === code)) return meaning
  return faults.length > 0 ? 'TSA_TOKEN_INVALID' : undefined
}

/** CMS, ESS binding, purpose and validity of the TSA's certificate (T4, C-15). */
async function checkedToken(
  der: Uint8Array,
  { data, info }: ReturnType<typeof open>,
  { imprint }: ImprintRequest,
): Promise<CheckedToken> {
  const { problems, cms } = await checkToken(data, {
    stamped: () => Promise.resolve(imprint),
    candidates: candidatesOf(data),
  })
  const fault = faultOf(problems)
  if (fault !== undefined) {
    const codes = problems.map(({ code }) => code)
    throw tsaError(fault, REASONS[fault] ?? codes.join(', '), undefined, { problems: codes })
  }
  const certificate = cms.signer?.certificate
  if (certificate === undefined || cms.integrity !== 'intact')
    throw tsaError('TSA_SIGNATURE_INVALID', 'its signature could not be checked')
  return { der, info, certificate, certificates: data.certificates }
}

/**
 * Checks a token by itself, wherever it comes from: it stamps this imprint and passes C-15 strictly. Question and clock are not asked.
 *
 * @throws CountersignError TSA_* as `acceptTimestampReply`
 */
export async function acceptToken(der: Uint8Array, request: ImprintRequest): Promise<CheckedToken> {
  const opened = open(der)
  requireImprint(opened.info, request)
  return checkedToken(der, opened, request)
}

/**
 * Reads the reply of a TSA and checks it against the question (T3, T4).
 *
 * @throws CountersignError TSA_REPLY_INVALID, TSA_REJECTED, TSA_TOKEN_INVALID, TSA_IMPRINT_MISMATCH, TSA_NONCE_MISMATCH,
 * TSA_POLICY_MISMATCH, TSA_TIME_OFF, TSA_NAME_MISMATCH, TSA_CERT_MISSING, TSA_CERT_MISMATCH, TSA_CERT_PURPOSE, TSA_CERT_EXPIRED,
 * TSA_SIGNATURE_INVALID, TSA_ALGORITHM
 */
export async function acceptTimestampReply(
  reply: Uint8Array,
  query: TimestampQuery,
  times: ReplyTimes,
): Promise<CheckedToken> {
  const der = parseTimestampReply(reply)
  const opened = open(der)
  requireAnswer(opened.info, query)
  requireTime(opened.info, times)
  return checkedToken(der, opened, query)
}
