import { checkSignedData, encapsulated, type CmsCheck } from '../cms/check.ts'
import { problemOf } from '../cms/envelope.ts'
import type { SignedData } from '../cms/signed-data.ts'
import { supportsDigest, type DigestName } from '../crypto/index.ts'
import { OID } from '../der/oids.ts'
import { equalBytes } from '../der/writer.ts'
import { problem, type Problem } from '../problem.ts'
import { digestOfOid } from '../x509/algorithm.ts'
import type { Certificate } from '../x509/certificate.ts'
import { Name } from '../x509/name.ts'
import { parseTstInfo, type TstInfo } from './tst-info.ts'

/** What a time-stamp token says and whether it fits what it stands on; trust in the TSA is not part of it. */
export interface TokenCheck {
  readonly info: TstInfo | undefined
  readonly imprint: 'match' | 'mismatch' | 'unknown'
  readonly imprintDigest: DigestName | undefined
  readonly cms: CmsCheck
  readonly problems: readonly Problem[]
}

export interface TokenOptions {
  /** Digest over the stamped octets. */
  readonly stamped: (name: DigestName) => Promise<Uint8Array>
  readonly candidates: readonly Certificate[]
  readonly compat?: boolean
}

/** Reads the TSTInfo inside a token; a problem where it cannot be read. */
export function openTstInfo(data: SignedData): TstInfo | Problem {
  if (data.content === undefined) return problem('C-15', 'TSTINFO_UNREADABLE', 'F', { detail: 'no content' })
  try {
    return parseTstInfo(data.content)
  } catch (error) {
    return problemOf(error, 'C-15', 'TSTINFO_UNREADABLE')
  }
}

/** The imprint's digest by name, undefined where it is not known here (C-15). */
export function imprintDigestOf(info: TstInfo): DigestName | undefined {
  return digestOfOid(info.imprint.algorithm.oid)
}

async function checkImprint(info: TstInfo, options: TokenOptions): Promise<Pick<TokenCheck, 'imprint' | 'problems'>> {
  const name = imprintDigestOf(info)
  if (name === undefined || !supportsDigest(name)) {
    const algorithm = info.imprint.algorithm.oid
    return { imprint: 'unknown', problems: [problem('C-15', 'UNSUPPORTED_ALGORITHM', 'I', { algorithm })] }
  }
  if (equalBytes(await options.stamped(name), info.imprint.value)) return { imprint: 'match', problems: [] }
  return { imprint: 'mismatch', problems: [problem('C-15', 'IMPRINT_MISMATCH', 'H', { digest: name })] }
}

/**
 * C-15: extended key usage critical and only timeStamping; TSTInfo.tsa names the certificate's subject. That the certificate was not valid at
 * the stated time (T4) is told and decides nothing: the rules judge a time stamp by its proof of existence.
 */
function checkTsaCertificate(info: TstInfo, certificate: Certificate | undefined): readonly Problem[] {
  if (certificate === undefined) return []
  const problems: Problem[] = []
  const usages = certificate.extendedKeyUsage
  const extension = certificate.extensions.get(OID.extendedKeyUsage)
  if (usages === undefined || usages.length !== 1 || usages[0] !== OID.timeStamping || extension?.critical !== true) {
    problems.push(problem('C-15', 'TSA_PURPOSE', 'I', {}, 'CHAIN_CONSTRAINTS_FAILURE'))
  }
  if (!certificate.isValidAt(info.genTime)) {
    const args = { genTime: info.genTime.toISOString() }
    problems.push(problem('C-15', 'TSA_TIME_OUTSIDE_VALIDITY', 'W', args))
  }
  if (info.tsa !== undefined && !namesSubject(info, certificate)) problems.push(problem('C-15', 'TSA_NAME', 'W'))
  return problems
}

function namesSubject(info: TstInfo, certificate: Certificate): boolean {
  if (info.tsaName === undefined) return false
  try {
    return certificate.subject.equals(Name.parse(info.tsaName))
  } catch {
    return false
  }
}

/** Checks a time-stamp token by C-02 to C-11 and C-15. Never throws for bad data. */
export async function checkToken(data: SignedData, options: TokenOptions): Promise<TokenCheck> {
  const cms = await checkSignedData(data, {
    rules: 'timestamp',
    content: encapsulated(data.content ?? new Uint8Array()),
    candidates: options.candidates,
    compat: options.compat === true,
  })
  const info = openTstInfo(data)
  if ('rule' in info) {
    return { info: undefined, imprint: 'unknown', imprintDigest: undefined, cms, problems: [...cms.problems, info] }
  }
  const imprint = await checkImprint(info, options)
  const version = info.version === 1 ? [] : [problem('C-15', 'TSTINFO_VERSION', 'F', { version: info.version })]
  return {
    info,
    imprint: imprint.imprint,
    imprintDigest: imprintDigestOf(info),
    cms,
    problems: [...cms.problems, ...version, ...imprint.problems, ...checkTsaCertificate(info, cms.signer?.certificate)],
  }
}
