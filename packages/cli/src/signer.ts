// --p12 or --key with --cert: whose key signs.
import type { SignOptions } from '@countersign/core'
import { p12Signer, pemSigner } from '@countersign/core/node'
import type { CommandLine, OptionKind } from './command-line.ts'
import { readOption, readPassword } from './files.ts'
import { UsageError } from './usage.ts'

export const SIGNER_OPTIONS: Readonly<Record<'p12' | 'key' | 'cert' | 'chain' | 'password-file', OptionKind>> = {
  p12: 'once',
  key: 'once',
  cert: 'once',
  chain: 'many',
  'password-file': 'once',
}

/** @throws UsageError, FileError, CountersignError of the key file */
export async function signerOf(line: CommandLine): Promise<SignOptions['signer']> {
  const p12 = line.value('p12')
  const key = line.value('key')
  if ((p12 === undefined) === (key === undefined)) throw new UsageError('give either --p12 or --key with --cert')
  const passwordFile = line.value('password-file')
  const password = passwordFile === undefined ? undefined : await readPassword(passwordFile, 'password-file')
  if (p12 !== undefined) {
    if (password === undefined) throw new UsageError('--password-file is missing')
    return await p12Signer(await readOption(p12, 'p12'), { password })
  }
  const files = [line.required('cert'), ...line.values('chain')]
  const texts = await Promise.all(files.map(async (file) => new TextDecoder().decode(await readOption(file, 'cert'))))
  return await pemSigner({
    key: await readOption(key ?? '', 'key'),
    certificates: texts.join('\n'),
    ...(password === undefined ? {} : { password }),
  })
}
