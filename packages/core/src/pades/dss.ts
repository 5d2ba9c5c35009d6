import { attributeValue } from '../cms/attributes.ts'
import type { SignedData } from '../cms/signed-data.ts'
import { OID } from '../der/oids.ts'
import type { DerNode } from '../der/reader.ts'
import type { PdfDict, PdfStream } from '../pdf/objects.ts'
import type { PdfDocument, View } from '../pdf/types.ts'
import { problem, type Problem } from '../problem.ts'

/** Validation data embedded in a file: candidates only, nothing in it is trusted. */
export interface EmbeddedData {
  readonly certificates: readonly Uint8Array[]
  readonly crls: readonly Uint8Array[]
  readonly ocsps: readonly Uint8Array[]
  readonly problems: readonly Problem[]
}

/** L-14. */
const MAX_ITEMS = 1_000
/** L-18. */
const MAX_BYTES = { Certs: 256 * 1024, CRLs: 32 * 1024 * 1024, OCSPs: 256 * 1024 } as const

type Key = keyof typeof MAX_BYTES

/** Streams that several revisions share are unpacked once. */
export type DecodedStreams = WeakMap<PdfStream, Uint8Array>

function decoded(document: PdfDocument, stream: PdfStream, known: DecodedStreams | undefined): Uint8Array {
  let bytes = known?.get(stream)
  if (bytes === undefined) {
    bytes = document.decode(stream)
    known?.set(stream, bytes)
  }
  return bytes
}

interface Reading {
  readonly document: PdfDocument
  readonly view: View
  readonly problems: Problem[]
  readonly known: DecodedStreams | undefined
}

function readStreams({ document, view, problems, known }: Reading, dss: PdfDict, key: Key): Uint8Array[] {
  const items = view.array(dss.get(key))?.items ?? []
  if (items.length > MAX_ITEMS) problems.push(problem('M-02', 'LIMIT_DSS_CERTS', 'W', { key, count: items.length }))
  const found: Uint8Array[] = []
  for (const item of items.slice(0, MAX_ITEMS)) {
    const stream = view.stream(item)
    if (stream === undefined) continue
    try {
      const bytes = decoded(document, stream, known)
      if (bytes.length <= MAX_BYTES[key]) found.push(bytes)
      else problems.push(problem('M-02', 'DSS_ITEM_TOO_LARGE', 'W', { key, bytes: bytes.length }))
    } catch {
      problems.push(problem('M-02', 'DSS_ITEM_UNREADABLE', 'W', { key }))
    }
  }
  return found
}

/** The DSS dictionary of a view, undefined where it has none. */
export function dssOf(view: View): PdfDict | undefined {
  return view.dict(view.root?.get('DSS'))
}

/** Certificates, CRLs and OCSP responses of the DSS as that view shows it. */
export function readDss(document: PdfDocument, view: View, known?: DecodedStreams): EmbeddedData {
  const dss = dssOf(view)
  if (dss === undefined) return { certificates: [], crls: [], ocsps: [], problems: [] }
  const problems: Problem[] = []
  const read = (key: Key): Uint8Array[] => readStreams({ document, view, problems, known }, dss, key)
  return { certificates: read('Certs'), crls: read('CRLs'), ocsps: read('OCSPs'), problems }
}

function members(node: DerNode | undefined): readonly Uint8Array[] {
  return (node?.children[0]?.children ?? []).map((child) => child.bytes)
}

/** Revocation data inside one CMS: its crls field, RFC 5940 entries and adbe-revocationInfoArchival (C-13). */
export function readCmsRevocation(data: SignedData): {
  readonly crls: readonly Uint8Array[]
  readonly ocsps: readonly Uint8Array[]
} {
  const crls = [...data.crls]
  const ocsps = [...data.ocsps]
  for (const info of data.signerInfos) {
    const archival = attributeValue(info.signedAttributes, OID.adbeRevocationInfoArchival)
    for (const part of archival?.children ?? []) {
      if (part.isContext(0)) crls.push(...members(part))
      else if (part.isContext(1)) ocsps.push(...members(part))
    }
  }
  return { crls, ocsps }
}
