/** Character classes of PDF syntax (ISO 32000-2, 7.2.3). */
const REGULAR = 0
const SPACE = 1
const DELIMITER = 2

const CLASSES: Uint8Array = new Uint8Array(256)
for (const code of [0, 9, 10, 12, 13, 32]) CLASSES[code] = SPACE
for (const char of '()<>[]{}/%') CLASSES[char.charCodeAt(0)] = DELIMITER

/** True for NUL, TAB, LF, FF, CR and SP. The end of the file (-1) is no white space. */
export function isSpace(code: number): boolean {
  return code >= 0 && CLASSES[code] === SPACE
}

/** Neither white space nor delimiter; false at the end of the file (-1). */
export function isRegular(code: number): boolean {
  return code >= 0 && CLASSES[code] === REGULAR
}

export function isDigit(code: number): boolean {
  return code >= 0x30 && code <= 0x39
}

/** Value of a hex digit, -1 for anything else. */
export function hexValue(code: number): number {
  if (code >= 0x30 && code <= 0x39) return code - 0x30
  if (code >= 0x41 && code <= 0x46) return code - 0x37
  if (code >= 0x61 && code <= 0x66) return code - 0x57
  return -1
}

/** One char per byte; for short tokens only. */
export function latin1(bytes: Uint8Array): string {
  let text = ''
  for (const byte of bytes) text += String.fromCharCode(byte)
  return text
}

/** The bytes of a latin1 string. */
export function bytesOf(text: string): Uint8Array {
  const bytes = new Uint8Array(text.length)
  for (let i = 0; i < text.length; i++) bytes[i] = text.charCodeAt(i)
  return bytes
}
