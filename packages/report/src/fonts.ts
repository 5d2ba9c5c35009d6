// Tinos has the metrics of Times New Roman, every Vietnamese letter and an open licence (V14, D30-20, D30-21).
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import * as fontkit from 'fontkit'
import { CountersignError } from '@countersign/core'

export type Face = 'regular' | 'bold' | 'italic' | 'boldItalic'

const FILES: Readonly<Record<Face, string>> = {
  regular: '@expo-google-fonts/tinos/400Regular/Tinos_400Regular.ttf',
  bold: '@expo-google-fonts/tinos/700Bold/Tinos_700Bold.ttf',
  italic: '@expo-google-fonts/tinos/400Regular_Italic/Tinos_400Regular_Italic.ttf',
  boldItalic: '@expo-google-fonts/tinos/700Bold_Italic/Tinos_700Bold_Italic.ttf',
}

/** Ascent and descent of all four faces, in parts of the size. */
export const ASCENT = 0.891
export const DESCENT = 0.216

interface LoadedFace {
  readonly bytes: Uint8Array
  /** Advance width in parts of the size, undefined where the face has no glyph. */
  advance(codePoint: number): number | undefined
}

const loaded = new Map<Face, LoadedFace>()

function load(face: Face): LoadedFace {
  let found = loaded.get(face)
  if (found === undefined) {
    const bytes = new Uint8Array(readFileSync(createRequire(import.meta.url).resolve(FILES[face])))
    const font = fontkit.create(bytes)
    const widths = new Map<number, number | undefined>()
    found = {
      bytes,
      advance(codePoint) {
        if (!widths.has(codePoint)) {
          const glyph = font.glyphForCodePoint(codePoint)
          widths.set(codePoint, glyph.id === 0 ? undefined : glyph.advanceWidth / font.unitsPerEm)
        }
        return widths.get(codePoint)
      },
    }
    loaded.set(face, found)
  }
  return found
}

/** The TrueType file of a face. */
export function fontBytes(face: Face): Uint8Array {
  return load(face).bytes
}

/**
 * Width of a line of text in points. Text must be NFC.
 *
 * @throws CountersignError GLYPH_MISSING when the font cannot show a character: nothing is ever drawn as an empty box (V8).
 */
export function textWidth(text: string, face: Face, size: number): number {
  const font = load(face)
  let width = 0
  for (const character of text) {
    const advance = font.advance(character.codePointAt(0) ?? 0)
    if (advance === undefined) throw missingGlyph(character, text)
    width += advance
  }
  return width * size
}

/** True when the face can show a character. */
export function hasGlyph(character: string, face: Face): boolean {
  return load(face).advance(character.codePointAt(0) ?? 0) !== undefined
}

function missingGlyph(character: string, text: string): CountersignError {
  const code = (character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')
  return new CountersignError('GLYPH_MISSING', `the font has no glyph for U+${code}, used in "${text.slice(0, 60)}"`, {
    details: { character, codePoint: `U+${code}` },
  })
}
