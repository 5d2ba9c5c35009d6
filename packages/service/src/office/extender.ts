import type { ExtensionReport } from '@countersign/core'
import type { TrustedAnchors } from './validator.ts'

export type ExtensionLevel = 'B-T' | 'B-LT' | 'B-LTA'

/** A TSA of the configuration: asked in order, the next one when one fails (REL-04). */
export interface TsaSetting {
  readonly url: string
  /** For one answer; default 30, at most 180 (PKI-07). */
  readonly timeoutSeconds?: number
  readonly policy?: string
  /** Header fields such as an authorization; never logged. */
  readonly headers?: Readonly<Record<string, string>>
}

/** What stamps and extensions work with, beside the anchors of the service. */
export interface ExtensionSettings {
  readonly tsa: readonly TsaSetting[]
  /** Whether the places named in certificates are asked, and hosts that may be internal (SEC-04). */
  readonly online: { readonly allowHosts: readonly string[] } | false
}

/** A file that was made, or why it was not: what is missing is told, never less delivered (REL-05). */
export type ExtensionAnswer =
  | { readonly bytes: Uint8Array; readonly report: ExtensionReport }
  | {
      readonly notReached: {
        readonly reached: string | null
        readonly gaps: readonly { readonly sha256: string; readonly reason: string }[]
        readonly retryAfter: string | null
      }
    }

/** Core, as far as stamps and extensions go. Files come from strangers: it runs where they can do no harm (SEC-08). */
export interface Extender {
  /** @throws CountersignError TSA_FAILED and what a file can be refused for */
  timestamp(bytes: Uint8Array, digest: 'sha256' | 'sha384' | 'sha512'): Promise<ExtensionAnswer>
  extend(bytes: Uint8Array, to: ExtensionLevel, trusted: TrustedAnchors): Promise<ExtensionAnswer>
}
