import { CountersignError } from '@countersign/core'

/**
 * Loads an optional peer on demand.
 *
 * @throws CountersignError NOT_AVAILABLE when it is not installed
 */
export async function loadPackage<T>(name: string): Promise<T> {
  try {
    return (await import(name)) as T
  } catch (error) {
    if ((error as { code?: unknown }).code !== 'ERR_MODULE_NOT_FOUND') throw error
    throw new CountersignError('NOT_AVAILABLE', `${name} is not installed; add it with: npm install ${name}`)
  }
}
