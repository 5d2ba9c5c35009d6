import { readFile, stat } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { openTrustProfile, parseTrustProfile } from '../validation/trust-profile.ts'
import type { TrustProfile, TrustSelection } from '../validation/trust-profile.ts'
import type { TrustStore } from '../validation/trust.ts'

/** Name of the profile in a folder. */
const NAME = 'trust.json'

/** A profile on disk. */
export interface TrustProfileFile {
  readonly profile: TrustProfile
  /** The JSON file. */
  readonly path: string
  /** Where the certificates stand. */
  readonly folder: string
}

/** Path of the profile that a file name or a folder means. */
export async function trustProfilePath(path: string): Promise<string> {
  const isFolder = await stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  )
  return isFolder ? join(path, NAME) : path
}

/** Reads a profile from its JSON file, or `trust.json` of a folder. @throws CountersignError TRUST_PROFILE_INVALID */
export async function readTrustProfile(path: string): Promise<TrustProfileFile> {
  const file = await trustProfilePath(path)
  return { profile: parseTrustProfile(await readFile(file, 'utf8')), path: file, folder: dirname(file) }
}

/**
 * The trust store of a profile on disk: certificates stand beside it, each held against its SHA-256 (VN-15).
 *
 * @throws CountersignError TRUST_PROFILE_INVALID, TRUST_PIN_MISMATCH, CERT_INVALID; errors of the file system
 * @example
 * ```ts
 * const trust = await loadTrustProfile('/etc/countersign/trust', 'gov')
 * ```
 */
export async function loadTrustProfile(path: string, selection: TrustSelection = 'both'): Promise<TrustStore> {
  const { profile, folder } = await readTrustProfile(path)
  return openTrustProfile(profile, (name) => readFile(join(folder, basename(name))), selection)
}
