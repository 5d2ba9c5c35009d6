// X.501 names and GeneralNames from their declared text.
import { explicit, implicit, oid, sequence, setOf, text, tlv } from './asn1.ts'
import type { StringKind } from './asn1.ts'
import type { GeneralNameDeclaration, NameDeclaration } from './declaration.ts'

const ATTRIBUTES: Readonly<Record<string, { readonly oid: string; readonly kind: StringKind }>> = {
  C: { oid: '2.5.4.6', kind: 'printable' },
  ST: { oid: '2.5.4.8', kind: 'utf8' },
  L: { oid: '2.5.4.7', kind: 'utf8' },
  O: { oid: '2.5.4.10', kind: 'utf8' },
  OU: { oid: '2.5.4.11', kind: 'utf8' },
  CN: { oid: '2.5.4.3', kind: 'utf8' },
  SN: { oid: '2.5.4.4', kind: 'utf8' },
  GN: { oid: '2.5.4.42', kind: 'utf8' },
  T: { oid: '2.5.4.12', kind: 'utf8' },
  serialNumber: { oid: '2.5.4.5', kind: 'printable' },
  organizationIdentifier: { oid: '2.5.4.97', kind: 'utf8' },
  UID: { oid: '0.9.2342.19200300.100.1.1', kind: 'utf8' },
  DC: { oid: '0.9.2342.19200300.100.1.25', kind: 'ia5' },
  E: { oid: '1.2.840.113549.1.9.1', kind: 'ia5' },
}

function encodeAttribute(declared: string): Uint8Array {
  const equals = declared.indexOf('=')
  const [label, kind] = declared.slice(0, equals).split(':')
  const attribute = ATTRIBUTES[label ?? '']
  if (equals < 0 || attribute === undefined) throw new Error(`unknown attribute in the declaration: ${declared}`)
  const value = text(declared.slice(equals + 1), (kind as StringKind | undefined) ?? attribute.kind)
  return sequence(oid(attribute.oid), value)
}

export function encodeName(name: NameDeclaration): Uint8Array {
  return sequence(
    ...name.map((rdn) => setOf(...(typeof rdn === 'string' ? [rdn] : rdn).map((one) => encodeAttribute(one)))),
  )
}

const ascii = (value: string): Uint8Array => Buffer.from(value, 'latin1')

export function encodeGeneralName(name: GeneralNameDeclaration): Uint8Array {
  if (typeof name !== 'string') return explicit(4, encodeName(name.directory))
  const colon = name.indexOf(':')
  const value = name.slice(colon + 1)
  switch (name.slice(0, colon)) {
    case 'email':
      return implicit(1, ascii(value))
    case 'dns':
      return implicit(2, ascii(value))
    case 'uri':
      return implicit(6, ascii(value))
    case 'ip':
      return implicit(7, Buffer.from(value, 'hex'))
    case 'rid':
      return tlv(0x88, oid(value).subarray(2))
    default:
      throw new Error(`unknown general name in the declaration: ${name}`)
  }
}
