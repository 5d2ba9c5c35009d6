import { describe, expect, test } from '@jest/globals'
import { cn, issue, newKey } from '../../test/support/issue.ts'
import { OID } from '../der/oids.ts'
import {
  concat,
  encodeExplicit,
  encodeInteger,
  encodeOid,
  encodeSequence,
  encodeSet,
  encodeTlv,
} from '../der/writer.ts'
import { createTrustStore, decodePem, parsePem, readCertificates } from './trust.ts'

const a = issue({ subject: cn('A'), ca: true, key: newKey() })
const b = issue({ subject: cn('B'), ca: true, key: newKey() }, a)
const ascii = (text: string): Uint8Array => new TextEncoder().encode(text)
const pem = (label: string, der: Uint8Array): string =>
  `-----BEGIN ${label}-----\n${Buffer.from(der).toString('base64').replaceAll(/.{64}/gu, '$&\n')}\n-----END ${label}-----\n`

function p7b(certificates: readonly Uint8Array[]): Uint8Array {
  const data = encodeSequence(
    encodeInteger(1),
    encodeSet(),
    encodeSequence(encodeOid(OID.data)),
    encodeTlv(2, true, 0, ...certificates),
    encodeSet(),
  )
  return encodeSequence(encodeOid(OID.signedData), encodeExplicit(0, data))
}

/** The same with indefinite lengths outside, as some CAs write it. */
function ber(der: Uint8Array): Uint8Array {
  const header = der[1]! < 0x80 ? 2 : 2 + (der[1]! & 0x7f)
  return concat(Uint8Array.of(0x30, 0x80), der.subarray(header), Uint8Array.of(0, 0))
}

describe('createTrustStore (PKI-03)', () => {
  const names = (...files: readonly Uint8Array[]): readonly string[] =>
    createTrustStore(files).anchors.map(({ certificate }) => certificate.subject.toString())

  test.each([
    ['DER', a.der, ['CN=A,C=VN']],
    [
      'PEM with text around and CRLF',
      ascii(`Root of trust\r\n${pem('CERTIFICATE', a.der).replaceAll('\n', '\r\n')}\r\n`),
      ['CN=A,C=VN'],
    ],
    [
      'PEM after text that begins with a digit 0',
      ascii(`0 s:C = VN, CN = A\n${pem('CERTIFICATE', a.der)}`),
      ['CN=A,C=VN'],
    ],
    [
      'PEM beside an encrypted key',
      ascii(
        `-----BEGIN RSA PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\n\nAAAA\n-----END RSA PRIVATE KEY-----\n${pem('CERTIFICATE', a.der)}`,
      ),
      ['CN=A,C=VN'],
    ],
    ['PEM bundle', ascii(pem('CERTIFICATE', a.der) + pem('X509 CERTIFICATE', b.der)), ['CN=A,C=VN', 'CN=B,C=VN']],
    ['PKCS#7 in DER', p7b([a.der, b.der]), ['CN=A,C=VN', 'CN=B,C=VN']],
    ['PKCS#7 in BER', ber(p7b([b.der])), ['CN=B,C=VN']],
    ['PKCS#7 in PEM', ascii(pem('PKCS7', p7b([a.der]))), ['CN=A,C=VN']],
  ])('%s', (_name, file, expected) => {
    expect(names(file)).toEqual(expected)
  })

  test('one certificate in two files counts once', () => {
    expect(names(a.der, ascii(pem('CERTIFICATE', a.der)), b.der)).toEqual(['CN=A,C=VN', 'CN=B,C=VN'])
  })

  test.each([
    ['nothing', new Uint8Array(0)],
    ['a text', ascii('hello')],
    ['a key', ascii(pem('PRIVATE KEY', a.der))],
    ['a block without end', ascii(pem('CERTIFICATE', a.der).slice(0, 200))],
    ['letters that are not base64', ascii('-----BEGIN CERTIFICATE-----\nM?==\n-----END CERTIFICATE-----')],
    ['half a certificate', a.der.subarray(0, 100)],
    ['an empty PKCS#7', p7b([])],
  ])('%s is CERT_INVALID', (_name, file) => {
    expect(() => createTrustStore([file])).toThrow(expect.objectContaining({ code: 'CERT_INVALID' }))
  })
})

test('readCertificates and PEM blocks', () => {
  expect(readCertificates(ascii(pem('CERTIFICATE', a.der)))).toEqual([a.der])
  expect(parsePem(ascii('no blocks'))).toEqual([])
  expect(decodePem(ascii(pem('X509 CRL', a.der) + pem('CERTIFICATE', b.der)), 'X509 CRL')).toEqual([a.der])
  expect(decodePem(a.der, 'X509 CRL')).toEqual([a.der])
})

test('SignedData without content is no certificate, with a code', () => {
  for (const file of [
    encodeSequence(encodeOid(OID.signedData)),
    encodeSequence(encodeOid(OID.signedData), encodeTlv(2, true, 0)),
  ])
    expect(() => readCertificates(file)).toThrow(expect.objectContaining({ code: 'CERT_INVALID' }))
})
