import { expect, test } from '@jest/globals'
import { cn, crl, issue, someKey } from '../../test/support/issue.ts'
import { Certificate } from '../x509/certificate.ts'
import { checkPastChain } from './past.ts'
import { PoeStore } from './poe.ts'

// Found by review: no verification was counted for what is known, so that a file of two megabytes kept the verifier for minutes.
test('looking at the same lists again and again ends at a limit (L-24)', async () => {
  const key = someKey()
  const root = issue({ subject: cn('Root'), ca: true })
  const ca = issue({ subject: cn('CA'), ca: true, notAfter: '2025-06-01T00:00:00Z' }, root)
  const leaf = issue({ subject: cn('Leaf'), key, notAfter: '2025-03-01T00:00:00Z' }, ca)
  const crls = Array.from({ length: 20 }, (_, i) =>
    crl(ca, { thisUpdate: `2025-01-${String(i + 1).padStart(2, '0')}T00:00:00Z`, nextUpdate: '2025-03-01T00:00:00Z' }),
  )
  const now = new Date('2026-06-01T00:00:00Z')
  const budget = { verifications: 0, looks: 100 }
  const codes = async (): Promise<readonly string[]> => {
    const chain = await checkPastChain(Certificate.parse(leaf.der), {
      anchors: [{ certificate: Certificate.parse(root.der) }],
      candidates: [{ certificate: Certificate.parse(ca.der), source: 'caller' }],
      crls: [...crls, crl(root)],
      ocsps: [],
      purpose: 'signing',
      now,
      poe: new PoeStore(now),
      best: new Date('2025-02-01T00:00:00Z'),
      budget,
    })
    return chain.problems.map(({ code }) => code)
  }
  expect(await codes()).not.toContain('LIMIT_CPU')
  for (let times = 0; times < 5; times++) await codes()
  expect(await codes()).toEqual(['LIMIT_CPU'])
})
