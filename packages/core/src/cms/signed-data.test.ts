import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { CountersignError } from '../error.ts'
import { OID } from '../der/oids.ts'
import { craftIdentity } from '../../test/support/craft-certificate.ts'
import { craftCms, craftToken, hash } from '../../test/support/craft-cms.ts'
import { attributesOf } from './attributes.ts'
import { openEnvelope } from './envelope.ts'
import { parseSignedData } from './signed-data.ts'

const signer = craftIdentity({ kind: 'ec' })
const content = Uint8Array.of(1, 2, 3)
const cms = craftCms({ signer, digest: hash('sha256', content) })

/** The same value with an indefinite length on the outermost element of each constructed level, `levels` deep. */
function indefinite(der: Uint8Array, levels: number): Uint8Array {
  if (levels === 0) return der
  const header = der[1]! < 0x80 ? 2 : 2 + (der[1]! & 0x7f)
  const inner = der.subarray(header)
  return Uint8Array.of(der[0]!, 0x80, ...inner, 0, 0)
}

describe('parseSignedData', () => {
  test('reads what stands there, received bytes kept', () => {
    const data = parseSignedData(cms)
    expect(data).toMatchObject({
      version: 1,
      contentType: OID.data,
      content: undefined,
      length: cms.length,
      ber: false,
    })
    expect(data.certificates).toEqual([signer.certificate])
    expect(data.signerInfos).toHaveLength(1)
    expect(attributesOf(data.signerInfos[0]!.signedAttributes, OID.messageDigest)).toHaveLength(1)
    expect(data.signerInfos[0]!.signedAttributes!.der).toBe(true)
  })

  test('leaves what follows to the caller', () => {
    const data = parseSignedData(Uint8Array.of(...cms, 9, 9))
    expect(data.length).toBe(cms.length)
  })

  test('understands BER, its end found through the nesting', () => {
    const ber = indefinite(cms, 1)
    const data = parseSignedData(Uint8Array.of(...ber, 0, 0, 0, 0))
    expect([data.ber, data.length]).toEqual([true, ber.length])
  })

  test('counts certificates (L-14)', () => {
    const many = craftCms({
      signer,
      digest: content,
      certificates: Array.from({ length: 65 }, () => signer.certificate),
    })
    expect(() => parseSignedData(many)).toThrow(expect.objectContaining({ code: 'LIMIT_CMS_CERTS' }))
    expect(openEnvelope(many).problems).toMatchObject([{ code: 'LIMIT_CMS_CERTS', outcome: 'I' }])
  })

  test('any byte changed gives a value or a coded error, nothing else', () => {
    const tsa = craftIdentity({ kind: 'ec', extendedKeyUsage: [OID.timeStamping] })
    for (const bytes of [cms, craftToken({ tsa, imprint: hash('sha256', content) })]) {
      fc.assert(
        fc.property(fc.nat(bytes.length - 1), fc.integer({ min: 0, max: 255 }), (position, value) => {
          try {
            parseSignedData(bytes.with(position, value))
          } catch (error) {
            expect(error).toBeInstanceOf(CountersignError)
          }
        }),
        { seed: 4, numRuns: 2000 },
      )
    }
  })

  test('noise gives a coded error', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 64 }), (bytes) => {
        expect(() => parseSignedData(bytes)).toThrow(CountersignError)
      }),
      { seed: 5 },
    )
  })
})
