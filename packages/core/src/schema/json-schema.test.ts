import { expect, test } from '@jest/globals'
import { count, list, nullable, object, oneOf, optional, text } from './json-schema.ts'

interface Sample {
  readonly a: string
  readonly b?: number
  readonly c: 'x' | 'y'
  readonly d: string | null
  readonly e: readonly string[]
}

const c = oneOf<Sample['c']>({ x: true, y: true })
const rest = { c, d: nullable(text), e: list(text) }

test('an object has the keys of its type and no others', () => {
  expect(object<Sample>({ a: text, b: optional(count), ...rest }, 'A sample').json).toEqual({
    type: 'object',
    description: 'A sample',
    properties: {
      a: { type: 'string' },
      b: { type: 'integer', minimum: 0 },
      c: { enum: ['x', 'y'] },
      d: { anyOf: [{ type: 'string' }, { type: 'null' }] },
      e: { type: 'array', items: { type: 'string' } },
    },
    required: ['a', 'c', 'd', 'e'],
    additionalProperties: false,
  })
})

test('what differs from the type does not compile', () => {
  // @ts-expect-error a key is missing
  object<Sample>({ a: text, b: optional(count), c, d: nullable(text) })
  // @ts-expect-error a key too many
  object<Sample>({ a: text, b: optional(count), ...rest, f: text })
  // @ts-expect-error required, though the type may leave it out
  object<Sample>({ a: text, b: count, ...rest })
  // @ts-expect-error optional, though the type requires it
  object<Sample>({ a: optional(text), b: optional(count), ...rest })
  // @ts-expect-error null is missing
  object<Sample>({ a: text, b: optional(count), ...rest, d: text })
  // @ts-expect-error null is not in the type
  object<Sample>({ a: nullable(text), b: optional(count), ...rest })
  // @ts-expect-error wider than the union
  object<Sample>({ a: text, b: optional(count), ...rest, c: text })
  // @ts-expect-error a member of the union is missing
  oneOf<Sample['c']>({ x: true })
  // @ts-expect-error a member that the union does not have
  oneOf<Sample['c']>({ x: true, y: true, z: true })
  expect.assertions(0)
})
