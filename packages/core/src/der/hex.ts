const OCTETS: readonly string[] = Array.from({ length: 256 }, (_, octet) => octet.toString(16).padStart(2, '0'))

/** Lower-case hex of bytes. */
export function hexOf(bytes: Uint8Array): string {
  let text = ''
  for (let index = 0; index < bytes.length; index++) text += OCTETS[bytes[index]!]!
  return text
}
