import type { ErrorCode } from '@countersign/core'
import type { Validator } from './validator.ts'

/** What the parent tells the child. */
export type ChildMessage =
  | {
      readonly type: 'setup'
      readonly trust: readonly Uint8Array[]
      readonly certificates: readonly Uint8Array[]
      readonly crls: readonly Uint8Array[]
    }
  | {
      readonly type: 'call'
      readonly id: number
      readonly name: keyof Validator
      readonly args: readonly unknown[]
    }

/** What the child answers: a result, or a failure with core's code if it was core's. */
export type ChildAnswer =
  | { readonly id: number; readonly result: unknown }
  | { readonly id: number; readonly failure: { readonly code?: ErrorCode } }
