// What a policy may ask of signers beside the rules: purposes and certificate policies.
import { expect, test } from '@jest/globals'
import type { Policy } from '../src/validation/policy.ts'
import { Archive, of } from './support/archive.ts'

const DOCUMENTS = '1.3.6.1.5.5.7.3.36'
const MAIL = '1.3.6.1.5.5.7.3.4'

function signed(): Archive {
  const oids = ['2.999.1', '2.999.2']
  return new Archive({
    root: of('root', undefined, -1, 30),
    ca: of('ca', 'root', -1, 20, { extensions: { policies: { oids } } }),
    signer: of('signer', 'ca', -0.5, 1, {
      extensions: { extendedKeyUsage: { purposes: [DOCUMENTS] }, policies: { oids: ['2.999.1'] } },
    }),
    tsa: of('tsa', 'root', -0.5, 1),
  }).sign('signer', { stamp: 'tsa' })
}

const file = signed()

async function verdict(policy: Policy): Promise<string> {
  const [own] = (await file.verify({ policy, sources: file.materialOf('signer', 'tsa') })).signatures
  expect(own!.timestamps[0]!.indication).toBe('TOTAL-PASSED')
  return own!.subIndication ?? own!.indication
}

test.each<readonly [Policy, string]>([
  [{}, 'TOTAL-PASSED'],
  [{ purposes: { required: [MAIL, DOCUMENTS] } }, 'TOTAL-PASSED'],
  [{ purposes: { required: [MAIL] } }, 'CHAIN_CONSTRAINTS_FAILURE'],
  [{ purposes: { excluded: [MAIL] } }, 'TOTAL-PASSED'],
  [{ purposes: { excluded: [DOCUMENTS] } }, 'CHAIN_CONSTRAINTS_FAILURE'],
  [{ certificatePolicies: { acceptable: ['2.999.1'], requireExplicit: true } }, 'TOTAL-PASSED'],
  [{ certificatePolicies: { acceptable: ['2.999.2'], requireExplicit: true } }, 'CERTIFICATE_CHAIN_GENERAL_FAILURE'],
])('%j gives %s', async (policy, expected) => {
  expect(await verdict(policy)).toBe(expected)
})
