/** Parameters of a predictor (ISO 32000-2, table 8). */
export interface PredictorParameters {
  readonly predictor: number
  readonly colors: number
  readonly bitsPerComponent: number
  readonly columns: number
}

/** Undoes a PNG or TIFF predictor; undefined when the parameters or a row's tag make no sense. */
export function undoPredictor(data: Uint8Array, parameters: PredictorParameters): Uint8Array | undefined {
  const { predictor, colors, bitsPerComponent, columns } = parameters
  if (predictor === 1) return data
  const bits = [1, 2, 4, 8, 16].includes(bitsPerComponent)
  if (!bits || colors < 1 || colors > 256 || columns < 1 || columns > 0x7fffff) return undefined
  const rowBytes = Math.ceil((colors * bitsPerComponent * columns) / 8)
  if (predictor === 2) return undoTiff(data, colors, bitsPerComponent, rowBytes)
  if (predictor < 10 || predictor > 15) return undefined
  return undoPng(data, Math.max(1, (colors * bitsPerComponent) >> 3), rowBytes)
}

/** The tag byte before each row tells its filter, whatever /Predictor says (PNG 9). A short last row is kept. */
function undoPng(data: Uint8Array, pixelBytes: number, rowBytes: number): Uint8Array | undefined {
  const rows = Math.ceil(data.length / (rowBytes + 1))
  const out = new Uint8Array(Math.max(0, data.length - rows))
  let from = 0
  let to = 0
  for (let row = 0; row < rows; row++) {
    const filter = data[from++]!
    const length = Math.min(rowBytes, data.length - from)
    if (filter > 4) return undefined
    undoPngRow(filter, data.subarray(from, from + length), out, to, row === 0 ? -1 : to - rowBytes, pixelBytes)
    from += length
    to += length
  }
  return out
}

function undoPngRow(
  filter: number,
  row: Uint8Array,
  out: Uint8Array,
  to: number,
  above: number,
  pixelBytes: number,
): void {
  for (let i = 0; i < row.length; i++) {
    const left = i >= pixelBytes ? out[to + i - pixelBytes]! : 0
    const up = above >= 0 ? out[above + i]! : 0
    const corner = above >= 0 && i >= pixelBytes ? out[above + i - pixelBytes]! : 0
    out[to + i] = row[i]! + pngPrediction(filter, left, up, corner)
  }
}

function pngPrediction(filter: number, left: number, up: number, corner: number): number {
  switch (filter) {
    case 1:
      return left
    case 2:
      return up
    case 3:
      return (left + up) >> 1
    case 4: {
      const estimate = left + up - corner
      const toLeft = Math.abs(estimate - left)
      const toUp = Math.abs(estimate - up)
      const toCorner = Math.abs(estimate - corner)
      if (toLeft <= toUp && toLeft <= toCorner) return left
      return toUp <= toCorner ? up : corner
    }
    default:
      return 0
  }
}

function undoTiff(data: Uint8Array, colors: number, bits: number, rowBytes: number): Uint8Array {
  const out = data.slice()
  for (let start = 0; start < out.length; start += rowBytes) {
    const row = out.subarray(start, start + rowBytes)
    if (bits === 8) for (let i = colors; i < row.length; i++) row[i] = row[i]! + row[i - colors]!
    else if (bits === 16) undoTiff16(row, colors)
    else undoTiffBits(row, colors, bits)
  }
  return out
}

function undoTiff16(row: Uint8Array, colors: number): void {
  for (let i = 2 * colors; i + 1 < row.length; i += 2) {
    const before = (row[i - 2 * colors]! << 8) | row[i - 2 * colors + 1]!
    const value = ((row[i]! << 8) | row[i + 1]!) + before
    row[i] = value >> 8
    row[i + 1] = value
  }
}

function undoTiffBits(row: Uint8Array, colors: number, bits: number): void {
  const mask = (1 << bits) - 1
  const previous = new Uint8Array(colors)
  const samples = Math.floor((row.length * 8) / bits)
  for (let i = 0; i < samples; i++) {
    const bit = i * bits
    const shift = 8 - bits - (bit & 7)
    const value = (((row[bit >> 3]! >> shift) & mask) + previous[i % colors]!) & mask
    previous[i % colors] = value
    row[bit >> 3] = (row[bit >> 3]! & ~(mask << shift)) | (value << shift)
  }
}
