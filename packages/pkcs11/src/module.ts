import { CountersignError } from '@countersign/core'
import { CKF_OS_LOCKING_OK, CKR_CRYPTOKI_ALREADY_INITIALIZED } from './cryptoki.ts'
import type { Cryptoki, CryptokiModule } from './cryptoki.ts'
import { returnValue } from './errors.ts'

interface Loaded {
  readonly cryptoki: Cryptoki
  users: number
}

/** A module is initialised once per process (PKCS#11 5.4), however many signers use it. */
const loaded = new Map<string, Loaded>()

/** The native part is an optional package: it is compiled where it is installed. */
async function native(): Promise<CryptokiModule> {
  const name: string = 'pkcs11js'
  try {
    const found = (await import(name)) as { default?: CryptokiModule } & CryptokiModule
    return found.default ?? found
  } catch (cause) {
    throw new CountersignError('NOT_AVAILABLE', 'tokens need the package pkcs11js beside @countersign/pkcs11', {
      cause,
    })
  }
}

function initialise(cryptoki: Cryptoki): void {
  try {
    cryptoki.C_Initialize({ flags: CKF_OS_LOCKING_OK })
  } catch (error) {
    // somebody else in this process uses the same module
    if (returnValue(error) !== CKR_CRYPTOKI_ALREADY_INITIALIZED) throw error
  }
}

/**
 * Opens a PKCS#11 module such as `/usr/lib/softhsm/libsofthsm2.so` or the DLL that comes with a token.
 *
 * @throws CountersignError PKCS11_MODULE when it cannot be loaded, NOT_AVAILABLE without pkcs11js
 */
export async function openModule(path: string): Promise<Cryptoki> {
  const known = loaded.get(path)
  if (known !== undefined) {
    known.users++
    return known.cryptoki
  }
  const { PKCS11 } = await native()
  const raced = loaded.get(path)
  if (raced !== undefined) return openModule(path)
  const cryptoki = new PKCS11()
  try {
    cryptoki.load(path)
    initialise(cryptoki)
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : 'unknown error'
    throw new CountersignError('PKCS11_MODULE', `the PKCS#11 module cannot be loaded: ${why}`, {
      details: { module: path },
      cause,
    })
  }
  loaded.set(path, { cryptoki, users: 1 })
  return cryptoki
}

/** The last user finalises the module. */
export function closeModule(path: string): void {
  const known = loaded.get(path)
  if (known === undefined || --known.users > 0) return
  loaded.delete(path)
  try {
    known.cryptoki.C_Finalize()
    known.cryptoki.close()
  } catch {
    // the token may be gone; there is nothing left to release
  }
}
