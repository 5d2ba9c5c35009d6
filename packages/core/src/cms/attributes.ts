import type { DerNode } from '../der/reader.ts'
import { readOid } from '../der/values.ts'
import { encodeSet } from '../der/writer.ts'
import { CountersignError } from '../error.ts'

export interface Attribute {
  readonly type: string
  readonly values: readonly DerNode[]
}

/** Signed or unsigned attributes as received (RFC 5652, 5.3). */
export interface AttributeSet {
  /** The whole field as received, with its `[0]` or `[1]` tag. */
  readonly bytes: Uint8Array
  readonly attributes: readonly Attribute[]
  /** TLV of each attribute as received, in the order received. */
  readonly members: readonly Uint8Array[]
  /** True when the field stands as DER demands of a SET OF: sorted, minimal definite length (C-06). */
  readonly der: boolean
}

function parseAttribute(node: DerNode): Attribute {
  const [type, values] = node.children
  if (!node.constructed || type === undefined || values === undefined || !values.is(0x11) || node.children.length > 2) {
    throw new CountersignError('CMS_INVALID', 'The signature data holds an attribute that is not well-formed.')
  }
  return { type: readOid(type), values: values.children }
}

/** Reads `[0]` signedAttrs or `[1]` unsignedAttrs. */
export function parseAttributes(node: DerNode): AttributeSet {
  const members = node.children.map((child) => child.bytes)
  const attributes = node.children.map((child) => parseAttribute(child))
  const expected = encodeSet(...members)
  const der = expected.length === node.bytes.length && expected.every((octet, i) => i === 0 || octet === node.bytes[i])
  return { bytes: node.bytes, attributes, members, der }
}

/** Attributes of one type, in the order received. */
export function attributesOf(set: AttributeSet | undefined, type: string): readonly Attribute[] {
  return set === undefined ? [] : set.attributes.filter((attribute) => attribute.type === type)
}

/** First value of the first attribute of that type. */
export function attributeValue(set: AttributeSet | undefined, type: string): DerNode | undefined {
  return attributesOf(set, type)[0]?.values[0]
}

/** The attributes as they are signed: the received bytes with the tag changed to SET (RFC 5652, 5.4; C-06). */
export function signedAttributesInput(set: AttributeSet): Uint8Array {
  const input = set.bytes.slice()
  input[0] = 0x31
  return input
}

/** The attributes as a DER SET OF: members sorted, definite lengths. The one retry of C-06. */
export function sortedAttributesInput(set: AttributeSet): Uint8Array {
  return encodeSet(...set.members)
}
