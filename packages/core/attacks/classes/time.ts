// time stamps copied or over other data. A-23: backdating, a genuine document timestamp around another document.
import { OID } from '../../src/der/oids.ts'
import { attribute, craftToken, hash } from '../../test/support/craft-cms.ts'
import { attacker, expiring, intermediates, officer, tsa, tsaWrongPurpose } from '../identities.ts'
import type { Dimensions } from '../dimensions.ts'
import { N, addEvidence, addField, addTimestamp, signedNotice, widget, type Preparation } from '../notice.ts'
import type { PdfFile } from '../pdf-file.ts'
import { STAMPED_AT, TIMESTAMP, cmsOver, tokenOver } from '../signing.ts'
import type { Random } from '../random.ts'
import type { Identity } from '../../test/support/craft-certificate.ts'
import { GOOD, type Expectation, type Made, type Trick } from '../trick.ts'

/** A bad time stamp proves nothing; the signature itself is judged without it. */
const UNPROVEN: Expectation = {
  overall: { mustNotBe: ['valid'] },
  signatures: [{ field: 'officer', integrity: ['intact'] }],
  proven: false,
}
const PROVEN: Expectation = {
  overall: { mustBe: ['valid', 'valid-with-notes'] },
  signatures: [{ field: 'officer', integrity: ['intact'], permitted: [true] }],
  proven: true,
}

/** The same where nothing but the stamp lets the signature stand. */
const EXPIRED: Expectation = {
  overall: { mustNotBe: GOOD },
  signatures: [{ field: 'officer', integrity: ['intact'] }],
  proven: false,
}

/** Of four files three are signed with a certificate that has expired when they are verified. */
function drawSigner(random: Random): Identity {
  return random() < 0.75 ? expiring() : officer()
}

/** What a bad stamp has to come to, by who signed. */
function unproven(signer: Identity, otherwise: Expectation): Expectation {
  return signer === expiring() ? { ...EXPIRED, signatures: otherwise.signatures } : otherwise
}

/** The notice, signed by that officer. */
function noticeBy(signer: Identity, dimensions: Dimensions, preparation: Preparation = {}): PdfFile {
  const officerSlot = { room: 6000, sign: (covered: Uint8Array) => cmsOver(covered, signer), ...preparation.officer }
  return signedNotice(dimensions, { ...preparation, officer: officerSlot })
}

const plain = ({ evidence, after }: Dimensions): boolean => evidence !== 'timestamp' && after === 'nothing'

const stamped = (signer: Identity, make: (value: Uint8Array) => readonly Uint8Array[]): Preparation => ({
  officer: {
    room: 11_000,
    sign: (covered) =>
      cmsOver(covered, signer, { unsigned: (value) => [attribute(OID.signatureTimeStampToken, ...make(value))] }),
  },
})

/** Signature time stamps: an attribute of the officer's signature. */
function attributeTrick(
  name: string,
  make: (value: Uint8Array) => readonly Uint8Array[],
  expect: Expectation = UNPROVEN,
): Trick {
  return {
    name,
    suits: plain,
    make: (dimensions, random) => {
      const signer = drawSigner(random)
      const time = someTime(random)
      const attack = stamped(signer, make)
      const twin = stamped(signer, (value) => [tokenOver(value, tsa(), time)])
      return {
        attack: { bytes: noticeBy(signer, dimensions, attack).bytes, expect: unproven(signer, expect) },
        twin: { bytes: noticeBy(signer, dimensions, twin).bytes, expect: PROVEN },
      }
    },
  }
}

/** Some second of the hour after the signature. */
const someTime = (random: Random): Date => new Date(STAMPED_AT.getTime() + 1000 * Math.floor(3600 * random()))

const token = (stampedBytes: Uint8Array, changes: Partial<Parameters<typeof craftToken>[0]> = {}): Uint8Array =>
  craftToken({
    tsa: tsa(),
    imprint: hash('sha256', stampedBytes),
    genTime: STAMPED_AT,
    chain: intermediates().slice(1),
    ...changes,
  })

/** Document timestamps: a revision of their own. */
function documentTrick(
  name: string,
  attack: (file: PdfFile, dimensions: Dimensions) => unknown,
  expect: Expectation = UNPROVEN,
): Trick {
  return {
    name,
    suits: plain,
    make: (dimensions, random) => {
      const signer = drawSigner(random)
      const file = noticeBy(signer, dimensions)
      const attacked = file.fork()
      attack(attacked, dimensions)
      const twin = addTimestamp(file.fork(), N.after, someTime(random)).commit()
      return {
        attack: { bytes: attacked.bytes, expect: unproven(signer, expect) },
        twin: { bytes: twin.bytes, expect: PROVEN },
      }
    },
  }
}

/** A document timestamp with a token of the attacker's choice. */
function stampWith(file: PdfFile, sign: (covered: Uint8Array) => Uint8Array, entries = TIMESTAMP): void {
  file.set(N.after, widget('Sig', `stamp${N.after}`, '0 0 0 0', `/V ${N.after + 1} 0 R`).replace('/F 4', '/F 132'))
  file.sign(N.after + 1, entries, { sign, room: 4200 })
  addField(file, N.after).commit()
}

/** The token of another document, which is this one with another content. */
function foreignToken(dimensions: Dimensions): Uint8Array {
  let held: Uint8Array = new Uint8Array()
  const other = signedNotice(dimensions, { prepare: (file) => void file.stream(N.contents2, 'BT ET') })
  stampWith(other, (covered) => (held = tokenOver(covered)))
  return held
}

export const A22: readonly Trick[] = [
  attributeTrick('a token over another signature', (value) => [tokenOver(value.subarray(1))]),
  attributeTrick('a token over nothing', () => [tokenOver(new Uint8Array())]),
  attributeTrick('a token over the certificate', () => [tokenOver(officer().certificate)]),
  attributeTrick('a token by the attacker', (value) => [token(value, { tsa: { ...attacker() } })]),
  attributeTrick('a token by a certificate of another purpose', (value) => [token(value, { tsa: tsaWrongPurpose() })]),
  attributeTrick('a token by the signer', (value) => [token(value, { tsa: officer() })]),
  attributeTrick('a token of another version', (value) => [token(value, { version: 2 })]),
  attributeTrick('a token with a short imprint', (value) => [
    token(value, { imprint: hash('sha256', value).subarray(0, 20) }),
  ]),
  attributeTrick('a token with a digest that nobody knows', (value) => [
    token(value, { imprintAlgorithm: '1.2.3.4.5' }),
  ]),
  attributeTrick('a token that names another digest', (value) => [token(value, { imprintAlgorithm: OID.sha512 })]),
  attributeTrick('a token that was changed', (value) => [flipped(tokenOver(value))]),
  attributeTrick('a token that is none', () => [Uint8Array.of(0x30, 3, 2, 1, 1)]),
  attributeTrick('a signature instead of a token', (value) => [cmsOver(value, tsa())]),
  documentTrick('a document timestamp of another document', (file, dimensions) => {
    const held = foreignToken(dimensions)
    stampWith(file, () => held)
  }),
  documentTrick('a document timestamp over one part', (file) =>
    stampWith(file, (covered) => tokenOver(covered.subarray(0, 4000))),
  ),
  documentTrick('a document timestamp by the attacker', (file) =>
    stampWith(file, (covered) => token(covered, { tsa: attacker() })),
  ),
  documentTrick('a document timestamp by a certificate of another purpose', (file) =>
    stampWith(file, (covered) => token(covered, { tsa: tsaWrongPurpose() })),
  ),
  documentTrick('a document timestamp that was changed', (file) =>
    stampWith(file, (covered) => flipped(tokenOver(covered))),
  ),
  documentTrick('a document timestamp of zeros', (file) => stampWith(file, () => new Uint8Array(10))),
  documentTrick('a document timestamp of a signer', (file) =>
    stampWith(file, (covered) => cmsOver(covered, officer(), { certificates: [officer().certificate] })),
  ),
  documentTrick('a document timestamp that says it is a signature', (file) =>
    stampWith(file, (covered) => tokenOver(covered), TIMESTAMP.replace('/DocTimeStamp', '/Sig')),
  ),
]

/** One byte of the token's end: its signature value. */
function flipped(value: Uint8Array): Uint8Array {
  const copy = value.slice()
  copy[copy.length - 5]! ^= 1
  return copy
}

type Sign = (dimensions: Dimensions, preparation?: Preparation) => PdfFile

/** The bytes of a genuine timestamp revision put where it does not belong. */
function rewrapped(name: string, build: (dimensions: Dimensions, sign: Sign) => PdfFile | string): Trick {
  return {
    name,
    suits: plain,
    make: (dimensions, random) => {
      const signer = drawSigner(random)
      const sign: Sign = (own, preparation) => noticeBy(signer, own, preparation)
      const built = build(dimensions, sign)
      const bytes = typeof built === 'string' ? new Uint8Array(Buffer.from(built, 'latin1')) : built.bytes
      const twin: Made = {
        bytes: addTimestamp(sign(dimensions), N.after, someTime(random)).commit().bytes,
        expect: PROVEN,
      }
      return { attack: { bytes, expect: unproven(signer, { ...UNPROVEN, signatures: [] }) }, twin }
    },
  }
}

/** The token of the document before something was added to it. */
function earlierToken(file: PdfFile): Uint8Array {
  let held: Uint8Array = new Uint8Array()
  stampWith(file.fork(), (covered) => (held = tokenOver(covered, tsa(), new Date('2025-06-01T00:00:00Z'))))
  return held
}

export const A23: readonly Trick[] = [
  rewrapped('an old token around a new security store', (dimensions, sign) => {
    const file = sign(dimensions)
    const held = earlierToken(file)
    addEvidence(file, N.after + 10).commit()
    stampWith(file, () => held)
    return file
  }),
  rewrapped('an old token around new metadata', (dimensions, sign) => {
    const file = sign(dimensions)
    const held = earlierToken(file)
    file.edit(N.info, (body) => body.replace('>>', '/Subject(new)>>')).commit()
    stampWith(file, () => held)
    return file
  }),
  rewrapped('an old token around a new signature', (dimensions, sign) => {
    let held: Uint8Array = new Uint8Array()
    const early = sign(dimensions, { officer: { sign: (covered) => cmsOver(covered.subarray(1), officer()) } })
    stampWith(early, (covered) => (held = tokenOver(covered, tsa(), new Date('2025-06-01T00:00:00Z'))))
    const file = sign(dimensions)
    stampWith(file, () => held)
    return file
  }),
  rewrapped('a token in a field that was there before', (dimensions, sign) => {
    const file = sign(dimensions)
    const held = earlierToken(file)
    file.edit(N.groupSignature, (body) => body.replace(/>>$/, `/V ${N.after + 1} 0 R>>`))
    file.sign(N.after + 1, TIMESTAMP, { sign: () => held, room: 4200 })
    return file.commit()
  }),
  rewrapped('a timestamp whose range leaves out the signature', (dimensions, sign) => {
    const file = sign(dimensions)
    const before = file.text.indexOf('/ByteRange')
    file.set(N.after, widget('Sig', `stamp${N.after}`, '0 0 0 0', `/V ${N.after + 1} 0 R`).replace('/F 4', '/F 132'))
    file.sign(N.after + 1, TIMESTAMP, {
      room: 4200,
      sign: (covered) => tokenOver(covered),
      byteRange: ([, , c, d]) => `[0 ${before} ${c} ${d}]`,
      covered: (text, [, , c, d]) => text.slice(0, before) + text.slice(c, c + d),
    })
    return addField(file, N.after).commit()
  }),
  rewrapped('a timestamp of the first bytes alone', (dimensions, sign) => {
    const file = sign(dimensions)
    file.set(N.after, widget('Sig', `stamp${N.after}`, '0 0 0 0', `/V ${N.after + 1} 0 R`).replace('/F 4', '/F 132'))
    file.sign(N.after + 1, TIMESTAMP, {
      room: 4200,
      sign: (covered) => tokenOver(covered),
      byteRange: () => '[0 100 200 300]',
      covered: (text) => text.slice(0, 100) + text.slice(200, 500),
    })
    return addField(file, N.after).commit()
  }),
  rewrapped('a timestamp dictionary copied as it is', (dimensions, sign) => {
    const file = sign(dimensions)
    const stamped2 = addTimestamp(file.fork(), N.after).commit()
    const text = stamped2.textOf(N.after + 1)
    file.edit(N.info, (body) => body.replace('>>', '/Subject(new)>>'))
    file.set(N.after, widget('Sig', `stamp${N.after}`, '0 0 0 0', `/V ${N.after + 1} 0 R`).replace('/F 4', '/F 132'))
    file.set(N.after + 1, text.slice(text.indexOf('<<'), text.lastIndexOf('>>') + 2))
    return addField(file, N.after).commit()
  }),
  rewrapped('bytes put in before the timestamp revision', (dimensions, sign) => {
    const file = sign(dimensions)
    const stamped2 = addTimestamp(file.fork(), N.after).commit()
    return `${file.text}% put in later\n${stamped2.text.slice(file.text.length)}`
  }),
]
