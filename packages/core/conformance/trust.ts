// Every certificate that a file brings along as an anchor: the strongest trust a caller could give.
import { parseSignedData } from '../src/cms/signed-data.ts'
import { attributesOf } from '../src/cms/attributes.ts'
import { OID } from '../src/der/oids.ts'
import { openDocument } from '../src/pdf/document.ts'
import { findSignatures } from '../src/pdf/signatures.ts'
import { readDss } from '../src/pades/dss.ts'
import { Certificate } from '../src/x509/certificate.ts'
import type { TrustStore } from '../src/validation/trust.ts'

function certificatesOf(contents: Uint8Array): readonly Uint8Array[] {
  try {
    const data = parseSignedData(contents)
    const tokens = data.signerInfos.flatMap((info) =>
      attributesOf(info.unsignedAttributes, OID.signatureTimeStampToken),
    )
    const inner = tokens.flatMap((token) => token.values.flatMap((value) => certificatesOf(value.bytes)))
    return [...data.certificates, ...inner]
  } catch {
    return []
  }
}

/** Anchors for one file; none where it cannot be read. */
export async function trustEverything(bytes: Uint8Array, password: string | undefined): Promise<TrustStore> {
  try {
    const document = await openDocument(bytes, password === undefined ? { encrypted: 'allow' } : { password })
    const signed = findSignatures(document).signatures.flatMap(({ contents }) =>
      certificatesOf(contents ?? new Uint8Array()),
    )
    const stored = document.revisions.flatMap(({ index }) => readDss(document, document.view(index)).certificates)
    const anchors = [...signed, ...stored].flatMap((der) => {
      try {
        return [{ certificate: Certificate.parse(der) }]
      } catch {
        return []
      }
    })
    return { anchors }
  } catch {
    return { anchors: [] }
  }
}
