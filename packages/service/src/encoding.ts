const PEM = /-----BEGIN ([A-Z0-9 ]{1,40})-----([A-Za-z0-9+/=\s]+)-----END \1-----/gu
const BASE64 = /^[A-Za-z0-9+/]+={0,2}$/u

/** The DER blocks of a file that is DER or PEM. Some CAs publish CRLs as PEM (PKI-08). Undefined when it is neither. */
export function readBlocks(file: Uint8Array): readonly Uint8Array[] | undefined {
  if (file[0] === 0x30) return [file]
  const blocks = [...Buffer.from(file).toString('latin1').matchAll(PEM)].map((match) => decodeBase64(match[2] ?? ''))
  return blocks.length === 0 || blocks.includes(undefined) ? undefined : (blocks as Uint8Array[])
}

/** One object as PEM or base64 text. Undefined when it is neither. */
export function decodeObject(text: string): Uint8Array | undefined {
  if (!text.includes('-----BEGIN')) return decodeBase64(text)
  const blocks = readBlocks(new TextEncoder().encode(text))
  return blocks?.length === 1 ? blocks[0] : undefined
}

function decodeBase64(text: string): Uint8Array | undefined {
  const base64 = text.replaceAll(/\s/gu, '')
  if (!BASE64.test(base64) || base64.length % 4 !== 0) return undefined
  return new Uint8Array(Buffer.from(base64, 'base64'))
}
