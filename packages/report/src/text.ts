// Breaking text into lines. Vietnamese is written with spaces between syllables and is never hyphenated.
import { textWidth } from './fonts.ts'
import type { Face } from './fonts.ts'

export interface Line {
  readonly text: string
  readonly width: number
  /** True for the last line of a paragraph, which is not stretched. */
  readonly last: boolean
}

/** NFC, tabs and repeated blanks as one space; line feeds stay. */
export function cleanText(text: string): string {
  return text
    .normalize('NFC')
    .replace(/\r\n?/g, '\n')
    .replace(/[ \t]+/g, ' ')
    .replace(/ ?\n ?/g, '\n')
    .trim()
}

/** Breaks text at spaces into lines no wider than `width` points; the first line may be indented. */
export function breakLines(text: string, face: Face, size: number, width: number, indent = 0): readonly Line[] {
  const lines: Line[] = []
  for (const paragraph of cleanText(text).split('\n')) breakParagraph(paragraph, lines)
  return lines

  function breakParagraph(paragraph: string, into: Line[]): void {
    const space = textWidth(' ', face, size)
    let room = width - (into.length === 0 ? indent : 0)
    let words: string[] = []
    let used = 0
    const close = (last: boolean): void => {
      into.push({ text: words.join(' '), width: used, last })
      words = []
      used = 0
      room = width
    }
    for (const piece of paragraph.split(' ').flatMap((word) => splitWord(word, face, size, width - indent))) {
      const wide = textWidth(piece, face, size)
      if (words.length > 0 && used + space + wide > room) close(false)
      used += (words.length > 0 ? space : 0) + wide
      words.push(piece)
    }
    close(true)
  }
}

/** A word wider than a line (an address, a code) is cut between characters. */
function splitWord(word: string, face: Face, size: number, width: number): readonly string[] {
  if (textWidth(word, face, size) <= width) return [word]
  const pieces: string[] = []
  let piece = ''
  for (const character of word) {
    if (piece !== '' && textWidth(piece + character, face, size) > width) {
      pieces.push(piece)
      piece = ''
    }
    piece += character
  }
  return piece === '' ? pieces : [...pieces, piece]
}

/** Centred lines of about equal length: as many as needed, none much shorter than the others. */
export function breakEvenly(text: string, face: Face, size: number, width: number): readonly Line[] {
  const count = breakLines(text, face, size, width).length
  let narrow = 0
  let wide = width
  while (wide - narrow > 1) {
    const middle = (narrow + wide) / 2
    const fits = longestWord(text, face, size) <= middle && breakLines(text, face, size, middle).length === count
    if (fits) wide = middle
    else narrow = middle
  }
  return breakLines(text, face, size, wide)
}

function longestWord(text: string, face: Face, size: number): number {
  return Math.max(
    ...cleanText(text)
      .split(/[ \n]/)
      .map((word) => textWidth(word, face, size)),
  )
}
