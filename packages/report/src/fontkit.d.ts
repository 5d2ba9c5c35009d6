// fontkit 2 ships no types; only what this package uses is declared.
declare module 'fontkit' {
  interface FontkitGlyph {
    readonly id: number
    readonly codePoints: number[]
    readonly advanceWidth: number
  }
  interface FontkitFont {
    readonly unitsPerEm: number
    readonly ascent: number
    readonly descent: number
    glyphForCodePoint(codePoint: number): FontkitGlyph
  }
  export function create(data: Uint8Array, postscriptName?: string): FontkitFont
}
