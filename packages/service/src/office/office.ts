import type { EnrolledKey } from '../approval/jws.ts'
import type { Actor } from '../workflow/flow.ts'
import type { FileStore } from '../store/files.ts'
import type { IdempotencyClaim } from '../store/idempotency.ts'
import type { Database, Scope } from '../store/store.ts'
import type { KeySide } from '../signer/key-side.ts'
import type { Extender } from './extender.ts'
import type { Validator } from './validator.ts'

/** `test`: throw-away CA, unsigned approvals allowed. `production` refuses both. */
export type Mode = 'test' | 'production'

/** What the acts work with. */
export interface Office {
  readonly db: Database
  readonly files: FileStore
  readonly keys: KeySide
  readonly validator: Validator
  readonly extender: Extender
  /** A TSA is configured (REL-05). */
  readonly hasTsa: boolean
  /** Keys with which officers sign approvals; the key side has its own copy and decides. */
  readonly enrolled: readonly EnrolledKey[]
  /** Roots of the configuration, for the list that people see (T15-05). */
  readonly configuredAnchors: readonly { readonly sha256: string; readonly subject: string }[]
  readonly mode: Mode
  readonly now: () => Date
}

/** Who asks, and under which conditions. */
export interface Call {
  readonly tenant: string
  readonly actor: Actor & { readonly name: string; readonly keyId: string }
  /** Id of the HTTP request, for audit and problems. */
  readonly request: string
  /** The version of the document the caller saw (API-09). */
  readonly version?: number | undefined
  readonly idempotency?: IdempotencyClaim | undefined
}

/** An answer before it is written to the wire. */
export interface Reply {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: unknown
}

export function scopeOf(office: Office, call: Call): Scope {
  return { db: office.db, tenant: call.tenant }
}
