import type { DerNode } from '../der/reader.ts'
import { readOid, readString } from '../der/values.ts'
import { CountersignError } from '../error.ts'
import { Name } from './name.ts'

/** GeneralName (RFC 5280 4.2.1.6). */
export type GeneralName =
  | { readonly kind: 'other'; readonly type: string; readonly value: Uint8Array }
  | { readonly kind: 'email' | 'dns' | 'uri'; readonly value: string }
  | { readonly kind: 'x400' | 'edi'; readonly value: Uint8Array }
  | { readonly kind: 'directory'; readonly value: Name }
  | { readonly kind: 'ip'; readonly value: Uint8Array }
  | { readonly kind: 'rid'; readonly value: string }

const TEXT_KINDS = ['', 'email', 'dns', '', '', '', 'uri'] as const

/** Reads a GeneralName. @throws CountersignError DER_INVALID */
export function parseGeneralName(node: DerNode): GeneralName {
  if (node.cls !== 2) throw new CountersignError('DER_INVALID', 'not a GeneralName')
  switch (node.tag) {
    case 0: {
      const [type, value] = node.children
      if (type === undefined || value === undefined) throw new CountersignError('DER_INVALID', 'bad otherName')
      return { kind: 'other', type: readOid(type), value: value.content }
    }
    case 1:
    case 2:
    case 6:
      return { kind: TEXT_KINDS[node.tag], value: readString(node, 22) }
    case 3:
    case 5:
      return { kind: node.tag === 3 ? 'x400' : 'edi', value: node.content }
    case 4: {
      const [name] = node.children
      if (name === undefined) throw new CountersignError('DER_INVALID', 'bad directoryName')
      return { kind: 'directory', value: Name.fromNode(name) }
    }
    case 7:
      return { kind: 'ip', value: node.content }
    case 8:
      return { kind: 'rid', value: readOid(node) }
    default:
      throw new CountersignError('DER_INVALID', 'unknown GeneralName')
  }
}

/** Reads GeneralNames; the tag of the list itself is the caller's matter. */
export function parseGeneralNames(node: DerNode): readonly GeneralName[] {
  return node.children.map(parseGeneralName)
}

function canonical(name: GeneralName): string {
  if (name.kind === 'directory') return name.value.key
  if (typeof name.value !== 'string') return [...name.value].join('.')
  return name.kind === 'uri' ? name.value : name.value.toLowerCase()
}

/** True when both are the same name of the same kind. */
export function sameGeneralName(a: GeneralName, b: GeneralName): boolean {
  if (a.kind !== b.kind || (a.kind === 'other' && b.kind === 'other' && a.type !== b.type)) return false
  return canonical(a) === canonical(b)
}
