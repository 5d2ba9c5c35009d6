import type { Certificate } from '../x509/certificate.ts'
import type { Evidence } from '../x509/revocation.ts'

/** Which data on a certificate a policy demands (E-01): a list, a response, either, both; `none` asks for nothing. */
export type RevocationRule = 'either' | 'crl' | 'ocsp' | 'both' | 'none'

/** One rule for certificates of signers and time-stamping authorities, one for those of CAs; default `either`. */
export interface RevocationRules {
  readonly signer?: RevocationRule
  readonly ca?: RevocationRule
}

export function ruleFor({ basicConstraints }: Certificate, rules: RevocationRules | undefined): RevocationRule {
  return (basicConstraints?.ca === true ? rules?.ca : rules?.signer) ?? 'either'
}

/** True where the data show what the rule demands: data of the other kind never weaken what these say. */
export function satisfies(rule: RevocationRule, evidence: readonly Pick<Evidence, 'type'>[]): boolean {
  const has = (type: Evidence['type']): boolean => evidence.some((one) => one.type === type)
  switch (rule) {
    case 'crl':
      return has('crl')
    case 'ocsp':
      return has('ocsp')
    case 'both':
      return has('crl') && has('ocsp')
    case 'either':
      return evidence.length > 0
    case 'none':
      break
  }
  return true
}
