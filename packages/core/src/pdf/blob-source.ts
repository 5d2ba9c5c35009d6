import type { ByteSource } from './types.ts'

/** What `blobSource` needs of a Blob or File. */
export interface BlobLike {
  readonly size: number
  slice(start: number, end: number): { arrayBuffer(): Promise<ArrayBuffer> }
}

/**
 * A Blob or File, such as one that a visitor chose in the browser, as a source of bytes. It is read in pieces but held in memory as a
 * whole (L-01 limits its size): WebCrypto hashes only what is in memory at once. In Node, `fileSource` reads files of any size.
 *
 * @example
 * ```ts
 * const report = await verify(blobSource(input.files[0]), { trust })
 * ```
 */
export function blobSource(blob: BlobLike): ByteSource {
  return {
    size: blob.size,
    read: async (offset, into) => {
      const piece = new Uint8Array(await blob.slice(offset, offset + into.length).arrayBuffer())
      into.set(piece)
      return piece.length
    },
  }
}
