export { CountersignError, LimitError } from './error.ts'
export type { ErrorCode, ErrorDetails } from './error.ts'
