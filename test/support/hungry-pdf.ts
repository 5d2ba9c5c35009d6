// A small file that wants much memory: object streams that inflate to tens of megabytes each, within every limit of section 8.
import { deflateSync } from 'node:zlib'

const KIB = 1024

/** Filler that deflates to about 1:500, below the limit on the ratio: spaces with a changing mark in each half kibibyte. */
function filler(bytes: number, seed: number): Buffer {
  const made = Buffer.alloc(bytes, 0x20)
  let state = seed
  for (let at = 0; at < bytes; at += KIB) {
    state = (state * 1103515245 + 12345) % 2147483648
    made[at] = 0x30 + (state % 10)
    made[at + 1] = 0x20
  }
  return made
}

/** `streams` object streams of `megabytes` each, one object in each; the page refers to all of them. */
export function hungryPdf(streams: number, megabytes: number): Uint8Array {
  const parts: Buffer[] = [Buffer.from('%PDF-1.7\n%\xe2\xe3\xcf\xd3\n', 'latin1')]
  let length = parts[0]!.length
  const offsets = new Map<number, number>()
  const put = (number: number, head: string, data?: Buffer): void => {
    const body = data === undefined ? head : `${head}\nstream\n`
    const tail = data === undefined ? '' : '\nendstream'
    const whole = Buffer.concat([
      Buffer.from(`${number} 0 obj\n${body}`, 'latin1'),
      data ?? Buffer.alloc(0),
      Buffer.from(`${tail}\nendobj\n`, 'latin1'),
    ])
    offsets.set(number, length)
    parts.push(whole)
    length += whole.length
  }
  const inner = Array.from({ length: streams }, (_, index) => 10 + index)
  const packed = Array.from({ length: streams }, (_, index) => 10 + streams + index)
  put(1, '<</Type/Catalog/Pages 2 0 R>>')
  put(2, '<</Type/Pages/Kids[3 0 R]/Count 1>>')
  put(3, `<</Type/Page/Parent 2 0 R/MediaBox[0 0 100 100]/PieceInfo[${inner.map((n) => `${n} 0 R`).join(' ')}]>>`)
  for (const [index, number] of packed.entries()) {
    const header = `${inner[index]} 0 `
    const data = Buffer.concat([Buffer.from(`${header}[`), filler(megabytes * KIB * KIB, index + 1), Buffer.from(']')])
    const deflated = deflateSync(data, { level: 1 })
    const dict = `/Type/ObjStm/N 1/First ${header.length}/Filter/FlateDecode/Length ${deflated.length}`
    put(number, `<<${dict}>>`, deflated)
  }
  return finish(parts, length, offsets, { inner, packed })
}

function finish(
  parts: readonly Buffer[],
  length: number,
  offsets: ReadonlyMap<number, number>,
  { inner, packed }: { readonly inner: readonly number[]; readonly packed: readonly number[] },
): Uint8Array {
  const self = 10 + inner.length + packed.length
  const rows = Buffer.alloc((self + 1) * 7)
  for (let number = 0; number <= self; number++) {
    const index = inner.indexOf(number)
    const at = number === self ? length : offsets.get(number)
    rows[number * 7] = index >= 0 ? 2 : at === undefined ? 0 : 1
    rows.writeUInt32BE(index >= 0 ? packed[index]! : (at ?? 0), number * 7 + 1)
    rows.writeUInt16BE(index >= 0 || at !== undefined ? 0 : 65535, number * 7 + 5)
  }
  const dict = `/Type/XRef/Size ${self + 1}/W[1 4 2]/Root 1 0 R/Length ${rows.length}`
  return Buffer.concat([
    ...parts,
    Buffer.from(`${self} 0 obj\n<<${dict}>>\nstream\n`, 'latin1'),
    rows,
    Buffer.from(`\nendstream\nendobj\nstartxref\n${length}\n%%EOF\n`, 'latin1'),
  ])
}
