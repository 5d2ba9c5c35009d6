import { attributesOf } from '../cms/attributes.ts'
import { problemOf } from '../cms/envelope.ts'
import { parseSignedData } from '../cms/signed-data.ts'
import { digest } from '../crypto/index.ts'
import { OID } from '../der/oids.ts'
import type { Problem } from '../problem.ts'
import type { TimestampReport } from '../report.ts'
import { checkToken, type TokenCheck } from '../tsp/token.ts'
import { basicVerdict } from '../validation/verdict.ts'
import { algorithmsOf } from './algorithms.ts'
import type { EvaluatedSignature } from './evaluation.ts'
import { findingsOf } from './findings.ts'
import { checkAcceptance, checkTrust, identityOf, type TrustContext } from './trust-check.ts'

/** L-04: more tokens on one signature than any writer makes. */
const MAX_TOKENS = 32

function unreadable(id: string, found: Problem): TimestampReport {
  const { indication, subIndication } = basicVerdict({
    format: [found],
    changesPermitted: true,
    chain: null,
    acceptance: [],
  })
  return {
    id,
    genTime: '',
    imprint: 'unknown',
    indication,
    subIndication,
    tsa: null,
    algorithms: { digest: null, signature: null },
    certificatePath: [],
    revocation: [],
    findings: findingsOf([found]),
  }
}

async function reportToken(
  id: string,
  token: TokenCheck,
  data: ReturnType<typeof parseSignedData>,
  context: TrustContext,
): Promise<TimestampReport> {
  const certificate = token.cms.signer?.certificate
  const trust = await checkTrust(certificate, data, 'timestamping', context)
  const acceptance = checkAcceptance(token.cms.signer, context.at, context.policy)
  const verdict = basicVerdict({
    format: token.problems,
    changesPermitted: true,
    chain: trust.verdict,
    acceptance,
  })
  const accuracy = token.info?.accuracySeconds
  return {
    id,
    genTime: token.info?.genTime.toISOString() ?? '',
    ...(accuracy === undefined ? {} : { accuracySeconds: accuracy }),
    imprint: token.imprint,
    indication: verdict.indication,
    subIndication: verdict.subIndication,
    tsa: await identityOf(certificate, trust),
    algorithms: algorithmsOf(token.cms.signer),
    certificatePath: trust.path,
    revocation: trust.revocation,
    findings: findingsOf([...token.problems, ...trust.problems, ...acceptance]),
  }
}

/** C-13: every signature-time-stamp attribute, imprint over the signature octets. Never throws. */
export async function reportTimestamps(
  one: EvaluatedSignature,
  context: TrustContext,
): Promise<readonly TimestampReport[]> {
  const info = one.data?.signerInfos[0]
  if (info === undefined) return []
  const values = attributesOf(info.unsignedAttributes, OID.signatureTimeStampToken).flatMap((found) => found.values)
  const reports: TimestampReport[] = []
  for (const [i, value] of values.slice(0, MAX_TOKENS).entries()) {
    const id = `${one.id}-T${i + 1}`
    try {
      const data = parseSignedData(value.bytes)
      const token = await checkToken(data, {
        stamped: (name) => digest(name, info.signature),
        candidates: context.pool.candidates(data),
        compat: context.policy.profile === 'compat',
      })
      reports.push(await reportToken(id, token, data, context))
    } catch (error) {
      reports.push(unreadable(id, problemOf(error, 'C-13', 'TIMESTAMP_UNREADABLE')))
    }
  }
  return reports
}
