// E-01: which revocation data a policy demands, from policy to verdict.
import { expect, test } from '@jest/globals'
import { Archive, of, type Cast } from '../../test/support/archive.ts'
import type { RevocationRule, RevocationRules } from './revocation-rule.ts'

const CAST: Cast = {
  root: of('root', undefined, -1, 30),
  ca: of('ca', 'root', -1, 20),
  signer: of('signer', 'ca', -0.5, 1),
}
const file = new Archive(CAST).sign('signer')
const crls = file.materialOf('signer').crls!
const ocsps = [file.pki.ocspResponse('signer')]
const [ofCa, ofRoot] = crls

type Data = 'list' | 'response' | 'both' | 'nothing'

async function verdict(revocationData: RevocationRules, data: Data): Promise<string> {
  const lists = data === 'list' || data === 'both' ? [ofCa!, ofRoot!] : [ofRoot!]
  const sources = { crls: lists, ocsps: data === 'response' || data === 'both' ? ocsps : [] }
  const [own] = (await file.verify({ sources, policy: { revocationData } })).signatures
  return own!.subIndication ?? own!.indication
}

test.each([
  ['either', ['list', 'response', 'both']],
  ['crl', ['list', 'both']],
  ['ocsp', ['response', 'both']],
  ['both', ['both']],
  ['none', ['nothing', 'list', 'response', 'both']],
] as const)('%s of the signer passes with %s only', async (rule: RevocationRule, good: readonly Data[]) => {
  for (const data of ['nothing', 'list', 'response', 'both'] as const) {
    const expected = good.includes(data) ? 'TOTAL-PASSED' : 'CERTIFICATE_CHAIN_GENERAL_FAILURE'
    expect([data, await verdict({ signer: rule }, data)]).toEqual([data, expected])
  }
})

test('CAs have a rule of their own', async () => {
  expect(await verdict({ ca: 'crl' }, 'response')).toBe('TOTAL-PASSED')
  expect(await verdict({ ca: 'ocsp' }, 'both')).toBe('CERTIFICATE_CHAIN_GENERAL_FAILURE')
})
