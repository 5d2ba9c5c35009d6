// JSON Schema (2020-12) made so that TypeScript proves it equal to a type: an object names exactly the keys of its type, each
// with a schema of exactly the key's type, required where the type requires it. Drift does not compile.

/** A schema of values of type `T`; the type exists for the compiler alone. */
export interface Schema<T> {
  readonly json: JsonSchema
  /** Makes `Schema` accept neither wider nor narrower types. */
  readonly type?: (value: T) => T
}

/** The part of JSON Schema used here. */
export type JsonSchema = { readonly [key: string]: JsonSchema | JsonValue }
type JsonValue = string | number | boolean | null | readonly (JsonValue | JsonSchema)[]

/** Keys that `T` may leave out. */
type Optional<T> = { [K in keyof T]-?: object extends Pick<T, K> ? K : never }[keyof T]

/** A schema per key of `T`, the optional ones wrapped in `optional`: no key more, none less. */
export type Properties<T> = {
  readonly [K in keyof T]-?: K extends Optional<T> ? OptionalSchema<Exclude<T[K], undefined>> : Schema<T[K]>
}

interface OptionalSchema<T> {
  readonly optional: Schema<T>
}

export function optional<T>(schema: Schema<T>): OptionalSchema<T> {
  return { optional: schema }
}

type Untyped = Readonly<Record<string, { json: JsonSchema } | { optional: { json: JsonSchema } }>>

/** An object with these keys and no others. */
export function object<T>(properties: Properties<T>, description?: string): Schema<T> {
  const json: Record<string, JsonSchema> = {}
  const required: string[] = []
  for (const [name, found] of Object.entries(properties as Untyped)) {
    if ('optional' in found) json[name] = found.optional.json
    else {
      json[name] = found.json
      required.push(name)
    }
  }
  return {
    json: { type: 'object', ...described(description), properties: json, required, additionalProperties: false },
  }
}

function described(description: string | undefined): { readonly description?: string } {
  return description === undefined ? {} : { description }
}

export function list<T>(items: Schema<T>, description?: string): Schema<readonly T[]> {
  return { json: { type: 'array', ...described(description), items: items.json } }
}

export function nullable<T>(schema: Schema<T>): Schema<T | null> {
  return { json: { anyOf: [schema.json, { type: 'null' }] } }
}

/** One of some words: every member of the union `T` is a key, so that none is missing and none is made up. */
export function oneOf<T extends string>(words: Readonly<Record<T, true>>): Schema<T> {
  return { json: { enum: Object.keys(words) } }
}

/** A schema that stands under `$defs` and is referred to. */
export function named<T>(name: string, schema: Schema<T>, definitions: Map<string, JsonSchema>): Schema<T> {
  definitions.set(name, schema.json)
  return { json: { $ref: `#/$defs/${name}` } }
}

export const text: Schema<string> = { json: { type: 'string' } }
export const flag: Schema<boolean> = { json: { type: 'boolean' } }
/** Whole numbers from 0: counts, places, indexes. */
export const count: Schema<number> = { json: { type: 'integer', minimum: 0 } }
export const number: Schema<number> = { json: { type: 'number' } }
/** ISO 8601 in UTC. */
export const time: Schema<string> = {
  json: { type: 'string', format: 'date-time', pattern: '^[0-9]{4,6}-[0-9]{2}-[0-9]{2}T[0-9:.]+Z$' },
}
/** SHA-256 in lower-case hex; empty where a file could not be read at all. */
export const sha256: Schema<string> = { json: { type: 'string', pattern: '^([0-9a-f]{64})?$' } }
/** Arguments of a message, by name. */
export const args: Schema<Readonly<Record<string, unknown>>> = { json: { type: 'object' } }
