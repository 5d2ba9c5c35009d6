import type { Validator } from './validator.ts'

/** What each child that parses files is told once. */
export interface ParseSetup {
  readonly trust: readonly Uint8Array[]
  readonly certificates: readonly Uint8Array[]
  readonly crls: readonly Uint8Array[]
}

/** One question to it. */
export interface ParseCall {
  readonly name: keyof Validator
  readonly args: readonly unknown[]
}
