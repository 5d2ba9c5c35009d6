// A document finished elsewhere is taken in only if it is the served one plus the assigned person's signature.
import { describe, expect, test } from '@jest/globals'
import { acceptFinished } from '../src/pades/accept-finished.ts'
import type { AcceptFinishedOptions } from '../src/pades/accept-finished.ts'
import { sign } from '../src/pades/sign.ts'
import type { SignOptions } from '../src/pades/signing-types.ts'
import { createTrustStore } from '../src/validation/trust.ts'
import { Certificate } from '../src/x509/certificate.ts'
import { preparedReport, twoPages } from './support/make-pdf.ts'
import { testFile, testSigner } from './support/signers.ts'

const at = new Date('2026-01-14T08:00:00Z')
const [officer, clerk] = [await testSigner('officer'), await testSigner('officer-ec')]
const leaf = Certificate.parse((await officer.info()).certificate)
const served = preparedReport()
const policy = { revocation: 'none' } as const
const options: AcceptFinishedOptions = {
  assigned: { certificateSha256: await leaf.sha256() },
  field: 'officer',
  trust: createTrustStore([await testFile('root.pem')]),
  at,
  policy,
}
/** One more revision: the text of object 13 changed, by hand. */
function appendRevision(input: Uint8Array): Uint8Array {
  const text = Buffer.from(input).toString('latin1')
  const start = Number(/startxref\s+(\d+)\s+%%EOF\s*$/u.exec(text)![1])
  const size = /\/Size (\d+)/gu
  const [, last] = [...text.matchAll(size)].at(-1)!
  const body = `13 0 obj\n<< /Type /Annot /Subtype /Widget /FT /Tx /T (number) /V (99) /F 4 /P 3 0 R /Rect [72 780 172 800] >>\nendobj\n`
  const table = `xref\n13 1\n${String(input.length).padStart(10, '0')} 00000 n \n`
  const trailer = `trailer\n<< /Size ${last} /Root 1 0 R /Prev ${start} >>\nstartxref\n${input.length + body.length}\n%%EOF\n`
  return new Uint8Array(Buffer.concat([input, Buffer.from(body + table + trailer, 'latin1')]))
}
const signed = async (input: Uint8Array, more: Partial<SignOptions> = {}): Promise<Uint8Array> =>
  (await sign(input, { signer: officer, field: 'officer', at, ...more })).bytes

async function codeOf(returned: Uint8Array, more: Partial<AcceptFinishedOptions> = {}, base = served): Promise<string> {
  return acceptFinished(base, returned, { ...options, ...more }).then(
    () => 'accepted',
    (error: unknown) => (error as { code?: string }).code ?? String(error),
  )
}

describe('accepted', () => {
  test('the served bytes and the assigned signature, by fingerprint and by UID', async () => {
    const returned = await signed(served)
    const accepted = await acceptFinished(served, returned, options)
    expect(accepted).toMatchObject({ signature: { field: 'officer' }, addedBytes: returned.length - served.length })
    const uid = /UID=([^,+]+)/u.exec(accepted.signer.subject)![1]!
    expect(await codeOf(returned, { assigned: { uid } })).toBe('accepted')
    expect(await codeOf(returned, { assigned: { uid: uid.slice(0, -1) } })).toBe('SIGNER_MISMATCH')
    expect(await codeOf(returned, { assigned: { uid: uid.toLowerCase() } })).toBe('SIGNER_MISMATCH')
  })

  test('a new field, over a file signed before, over one without any form', async () => {
    const first = await signed(served)
    const second = await signed(first, { signer: clerk, field: 'seal' })
    const assigned = { certificateSha256: await Certificate.parse((await clerk.info()).certificate).sha256() }
    expect(await codeOf(second, { assigned, field: 'seal' }, first)).toBe('accepted')
    const { field: _, ...anyField } = options
    const plain = twoPages()
    const { bytes } = await sign(plain, { signer: officer, at, newField: 'Signature1' })
    await expect(acceptFinished(plain, bytes, anyField)).resolves.toMatchObject({ signature: { field: 'Signature1' } })
  })
})

describe('refused', () => {
  test('nothing added, something removed, another document', async () => {
    expect(await codeOf(served)).toBe('FINISHED_NOT_SIGNED')
    expect(await codeOf(served.subarray(0, served.length - 1))).toBe('FINISHED_NOT_SERVED')
    const other = served.slice()
    other[Buffer.from(served).indexOf('Inspection')]! ^= 0x20
    expect(await codeOf(await signed(other))).toBe('FINISHED_NOT_SERVED')
  })

  test('another person, another field, a second signature with it', async () => {
    expect(await codeOf(await signed(served, { signer: clerk }))).toBe('SIGNER_MISMATCH')
    expect(await codeOf(await signed(served, { field: 'seal' }))).toBe('FINISHED_CHANGED')
    expect(await codeOf(await signed(await signed(served), { signer: clerk, field: 'seal' }))).toBe('FINISHED_CHANGED')
    expect(await codeOf(await signed(served), { assigned: {} })).toBe('ARGUMENT_INVALID')
  })

  test('a signature that is not valid: a changed byte, no trust', async () => {
    const returned = await signed(served)
    const changed = returned.slice()
    changed[served.length + 40]! ^= 1
    expect(await codeOf(changed)).not.toBe('accepted')
    expect(await codeOf(returned, { trust: createTrustStore([]) })).toBe('FINISHED_NOT_VALID')
  })

  test('bytes behind the signed revision', async () => {
    const returned = await signed(served)
    for (const tail of ['more', ' more\n%comment\n', '%PDF-1.7\n%%EOF\n'])
      expect(await codeOf(Buffer.concat([returned, Buffer.from(tail)]))).toBe('FINISHED_CHANGED')
  })

  test('fields filled, allowed only by name; changes before and after the signature', async () => {
    const filled = await signed(served, { fill: { number: { value: '12/BC-TTR' } } })
    expect(await codeOf(filled)).toBe('FINISHED_CHANGED')
    expect(await codeOf(filled, { fillable: ['number'] })).toBe('accepted')
    const altered = appendRevision(served)
    expect(await codeOf(await signed(altered))).toBe('FINISHED_CHANGED')
    expect(await codeOf(appendRevision(await signed(served)))).not.toBe('accepted')
  })
})
