import { CountersignError } from '@countersign/core'

/** Commands whose work this version cannot do yet; never a silent success. */
export function notAvailable(command: string): never {
  throw new CountersignError('NOT_AVAILABLE', `${command} is not available in this version`)
}
