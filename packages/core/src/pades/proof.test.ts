import { expect, test } from '@jest/globals'
import { boundBy } from './proof.ts'

type Signer = NonNullable<Parameters<typeof boundBy>[0]>

// Found by review: a stamp over octets that were no signature proved the certificate named beside them.
test('a stamp over a signature value proves the signer’s certificate only where the value is genuine and names it', () => {
  const der = Uint8Array.of(1, 2, 3)
  const signer = (change: Partial<Signer>): Signer => ({
    binding: 'ess',
    certificate: { der } as unknown as NonNullable<Signer['certificate']>,
    signatureValue: 'valid',
    ...change,
  })
  expect(boundBy(signer({}))).toEqual([der])
  expect(boundBy(signer({ signatureValue: 'invalid' }))).toEqual([])
  expect(boundBy(signer({ signatureValue: 'unknown' }))).toEqual([])
  expect(boundBy(signer({ binding: 'sid-only' }))).toEqual([])
  expect(boundBy(signer({ certificate: undefined }))).toEqual([])
  expect(boundBy(undefined)).toEqual([])
})
