import type { ProfileAnchor, TrustProfile, TrustProfileFile } from '@countersign/core/node'
import {
  addAnchor,
  EMPTY_PROFILE,
  encodeTrustProfile,
  loadTrustProfile,
  parseSha256,
  pinnedCertificate,
  readTrustProfile,
  removeAnchor,
  selectAnchors,
  trustProfilePath,
} from '@countersign/core/node'
import { existsSync } from 'node:fs'
import { mkdir, rm } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { CommandLine } from '../command-line.ts'
import { readInput, usageErrors, writeOutput } from '../files.ts'
import { languageOf } from '../terminal.ts'
import type { Terminal } from '../terminal.ts'
import { profileError, SELECTIONS } from '../trust-options.ts'
import { TRUST_WORDS } from '../trust-words.ts'
import { EXIT, UsageError } from '../usage.ts'

/** `countersign trust list|add|remove`: the anchors of a profile on disk (VN-15). */
export async function trustCommand(words: readonly string[], terminal: Terminal): Promise<number> {
  const [action, ...rest] = words
  if (action === 'list') return await list(rest, terminal)
  if (action === 'add') return await add(rest, terminal)
  if (action === 'remove') return await remove(rest, terminal)
  throw new UsageError('the trust commands are: trust list, trust add, trust remove')
}

function oneProfile(line: CommandLine, also: number): readonly string[] {
  if (line.files.length !== also + 1) throw new UsageError('trust needs PROFILE and what belongs to it')
  return line.files
}

async function open(path: string): Promise<TrustProfileFile> {
  try {
    return await readTrustProfile(path)
  } catch (error) {
    throw profileError(path, error)
  }
}

async function list(words: readonly string[], terminal: Terminal): Promise<number> {
  const line = new CommandLine(words, { anchors: 'once', json: 'flag' })
  const [path = ''] = oneProfile(line, 0)
  const selection = line.choice('anchors', SELECTIONS, 'both')
  const { profile } = await usageErrors(open(path))
  const anchors = selectAnchors(profile, selection)
  const say = TRUST_WORDS[languageOf(line.value('lang'), terminal.environment)]
  if (line.flag('json')) terminal.stdout.write(`${JSON.stringify({ ...profile, anchors })}\n`)
  else terminal.stdout.write(anchors.map((anchor) => describe(anchor, say)).join('\n') || `${say.none}\n`)
  // Listing says too whether the certificates are still the pinned ones.
  try {
    await loadTrustProfile(path, selection)
  } catch (error) {
    throw profileError(path, error)
  }
  return EXIT.valid
}

function describe(anchor: ProfileAnchor, say: (typeof TRUST_WORDS)['en']): string {
  const { subject, sha256, profiles, purposes, provenance, from, until, file } = anchor
  const { pathLength, permitted = [], excluded = [] } = anchor
  const lines = [
    printable(subject),
    `  SHA-256      ${sha256}`,
    `  ${say.profiles}${profiles.join(', ')}`,
    `  ${say.purposes}${purposes.join(', ')}`,
    `  ${say.provenance}${printable(provenance)}`,
    ...(from === undefined ? [] : [`  ${say.from}${from}`]),
    ...(until === undefined ? [] : [`  ${say.until}${until}`]),
    ...(pathLength === undefined ? [] : [`  ${say.pathLength}${pathLength}`]),
    ...permitted.map((name) => `  ${say.permitted}${printable(name)}`),
    ...excluded.map((name) => `  ${say.excluded}${printable(name)}`),
    `  ${say.file}${file}`,
  ]
  return `${lines.join('\n')}\n`
}

/** Names from a certificate must not command the terminal. */
function printable(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}\u2028\u2029]/gu, '\u{FFFD}')
}

/** PIN: the hash the user already knows. Without one the certificate is shown, and nothing is trusted unless --yes is given. */
async function add(words: readonly string[], terminal: Terminal): Promise<number> {
  const line = new CommandLine(words, {
    anchors: 'once',
    purpose: 'many',
    provenance: 'once',
    from: 'once',
    until: 'once',
    'path-length': 'once',
    permit: 'many',
    exclude: 'many',
    sha256: 'once',
    yes: 'flag',
  })
  const [path = '', file = ''] = oneProfile(line, 1)
  line.required('provenance')
  line.required('anchors')
  const say = TRUST_WORDS[languageOf(line.value('lang'), terminal.environment)]
  const pin = pinOf(line.value('sha256'))
  const { certificate, sha256 } = await pinnedCertificate(await usageErrors(readInput(file)), pin)
  const subject = certificate.subject.toString()
  const validity = `${certificate.notBefore.toISOString()} - ${certificate.notAfter.toISOString()}`
  terminal.stdout.write(`${printable(subject)}\n  SHA-256      ${sha256}\n  ${say.validity}${validity}\n`)
  if (pin === undefined && !line.flag('yes')) throw new UsageError(say.confirm, 'PIN_NEEDED')
  const target = await trustProfilePath(path)
  const profile = existsSync(target) ? (await usageErrors(open(target))).profile : EMPTY_PROFILE
  const anchor = anchorOf(line, sha256, subject)
  const changed = addAnchor(profile, anchor)
  await mkdir(dirname(target), { recursive: true })
  // The certificate first: a profile never names a file that is not there.
  await writeOutput(join(dirname(target), anchor.file), certificate.der)
  await save(target, changed)
  terminal.stdout.write(`${say.added}\n`)
  return EXIT.valid
}

function pinOf(text: string | undefined): string | undefined {
  if (text === undefined) return undefined
  const pin = parseSha256(text)
  if (pin === undefined) throw new UsageError('--sha256 must be a SHA-256 value in hex')
  return pin
}

function anchorOf(line: CommandLine, sha256: string, subject: string): ProfileAnchor {
  const chosen = line.choice('anchors', SELECTIONS, 'both')
  const purposes = line.values('purpose').map((word) => {
    if (word !== 'signer' && word !== 'tsa') throw new UsageError(`--purpose must be signer or tsa, not "${word}"`)
    return word
  })
  return {
    file: `${sha256}.crt`,
    sha256,
    subject: subject === '' ? '-' : subject,
    profiles: chosen === 'both' ? ['gov', 'public'] : [chosen],
    purposes: purposes.length === 0 ? ['signer', 'tsa'] : [...new Set(purposes)],
    provenance: line.required('provenance'),
    ...limitsOf(line),
  }
}

function limitsOf(line: CommandLine): Partial<ProfileAnchor> {
  const [from, until, length] = [line.time('from'), line.time('until'), line.value('path-length')]
  if (length !== undefined && !/^\d{1,3}$/.test(length))
    throw new UsageError(`--path-length must be a whole number, not "${length}"`)
  const [permitted, excluded] = [line.values('permit'), line.values('exclude')]
  return {
    ...(from === undefined ? {} : { from: from.toISOString() }),
    ...(until === undefined ? {} : { until: until.toISOString() }),
    ...(length === undefined ? {} : { pathLength: Number(length) }),
    ...(permitted.length === 0 ? {} : { permitted }),
    ...(excluded.length === 0 ? {} : { excluded }),
  }
}

async function save(path: string, profile: TrustProfile): Promise<void> {
  await writeOutput(path, new TextEncoder().encode(encodeTrustProfile(profile)))
}

async function remove(words: readonly string[], terminal: Terminal): Promise<number> {
  const line = new CommandLine(words, {})
  const [path = '', hash = ''] = oneProfile(line, 1)
  const say = TRUST_WORDS[languageOf(line.value('lang'), terminal.environment)]
  const pin = parseSha256(hash)
  if (pin === undefined) throw new UsageError('trust remove needs the SHA-256 of the anchor')
  const { profile, path: target, folder } = await usageErrors(open(path))
  const { profile: changed, removed } = removeAnchor(profile, pin)
  await save(target, changed)
  // Only a file that `trust add` wrote; others may hold more than this one certificate.
  if (removed.file === `${pin}.crt`) await rm(join(folder, removed.file), { force: true })
  terminal.stdout.write(`${printable(removed.subject)}\n${say.removed}\n`)
  return EXIT.valid
}
