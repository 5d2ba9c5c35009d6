// A trick is one way to attack; with each of its variants comes a harmless twin, made by the same tool in the same way.
import type { ChangeLevel, Integrity, Overall } from '../src/report.ts'
import { officer2 } from './identities.ts'
import { permits, type Dimensions, type Level } from './dimensions.ts'
import { N, addTimestamp, countersign, signedNotice, type Preparation } from './notice.ts'
import type { CommitOptions, PdfFile } from './pdf-file.ts'
import type { Random } from './random.ts'

/** What a verifier has to say of one signature; what is not named is open. */
export interface ExpectedSignature {
  readonly field: string
  readonly integrity?: readonly Integrity[]
  readonly level?: readonly ChangeLevel[]
  readonly permitted?: readonly (boolean | null)[]
}

export interface Expectation {
  readonly overall: { readonly mustBe: readonly Overall[] } | { readonly mustNotBe: readonly Overall[] }
  readonly signatures: readonly ExpectedSignature[]
  /** The rules let it pass, but not in silence: one of these codes has to be told, as a warning or worse. */
  readonly notes?: readonly string[]
  /** Whether the signatures are proven to have existed before some time. */
  readonly proven?: boolean
}

/** A file with what is to be said of it. */
export interface Made {
  readonly bytes: Uint8Array
  readonly expect: Expectation
  /** SHA-256 of the document that the verifier is to expect. */
  readonly expectedDigest?: Uint8Array
}

export interface Pair {
  readonly attack: Made
  readonly twin: Made
}

export interface Trick {
  readonly name: string
  /** Dimensions in which it is an attack. */
  readonly suits: (dimensions: Dimensions) => boolean
  readonly make: (dimensions: Dimensions, random: Random) => Pair
}

export const GOOD: readonly Overall[] = ['valid', 'valid-with-notes']

/** What a harmless file has to get. */
export function harmless(level: readonly ChangeLevel[] = []): Expectation {
  const own = level.length === 0 ? {} : { level }
  return {
    overall: { mustBe: GOOD },
    signatures: [{ field: 'officer', integrity: ['intact'], permitted: [true], ...own }],
  }
}

/** What an attack on later revisions has to get: the officer's signature is intact, what came after is not permitted. */
export const REFUSED: Expectation = {
  overall: { mustNotBe: GOOD },
  signatures: [{ field: 'officer', integrity: ['intact'], permitted: [false] }],
}

/** What a file has to get whose signatures cannot be believed for one reason or another. */
export const NOT_GOOD: Expectation = { overall: { mustNotBe: GOOD }, signatures: [] }

/** What a file has to get whose officer's signature is broken or cannot be read. */
export const BROKEN: Expectation = {
  overall: { mustNotBe: [...GOOD, 'unsigned'] },
  signatures: [{ field: 'officer', integrity: ['broken', 'unknown'] }],
}

/** What the rules let pass with a warning. */
export function noted(...codes: readonly string[]): Expectation {
  return { overall: { mustNotBe: ['valid'] }, signatures: [], notes: codes }
}

export interface Stage {
  readonly file: PdfFile
  readonly dimensions: Dimensions
  readonly random: Random
}

type Change = (stage: Stage) => CommitOptions | void

export interface UpdateTrick {
  readonly name: string
  readonly suits?: (dimensions: Dimensions) => boolean
  /** Before the notice is signed. */
  readonly before?: Preparation | ((dimensions: Dimensions) => Preparation)
  readonly attack: Change
  /** Bytes of the whole file, changed once more. */
  readonly finish?: (bytes: string, stage: Stage) => string
  readonly twin?: Change
  /** Level of the twin's update, `ltv` unless told otherwise. */
  readonly level?: Level
  readonly expect?: Expectation | ((dimensions: Dimensions) => Expectation)
  /** Nothing may stand behind it. */
  readonly last?: boolean
}

/** What follows the update under test; where the attack left no ground for it, nothing follows. */
function follow(file: PdfFile, dimensions: Dimensions, harmlessOne = false): PdfFile {
  const copy = file.fork()
  try {
    // Nothing to take back: the page is written once more as it was.
    if (harmlessOne && dimensions.after === 'revert') copy.again(N.page2).commit()
    if (dimensions.after === 'timestamp') addTimestamp(copy, N.after).commit()
    if (dimensions.after === 'signature') countersign(copy, N.after, 'later', officer2()).commit()
    return copy
  } catch {
    return file
  }
}

/** Takes back what an update did. */
function revert(file: PdfFile, base: PdfFile, touched: readonly number[]): void {
  for (const num of touched) {
    const known = base.bodies.get(num)
    if (known?.body === undefined) continue
    if (known.data === undefined) file.set(num, known.body, known.gen)
    else file.stream(num, known.data, known.body, known.gen)
  }
  file.commit()
}

/** The objects that the attack touches, written again as they are: the same tool with nothing to say. */
function writeAgain(file: PdfFile, touched: readonly number[]): void {
  // A signature's dictionary is filled in behind the writer's back: only the file knows it.
  const known = touched.filter((num) => file.has(num) && num !== N.signature)
  for (const num of known) file.again(num)
  if (known.length === 0) file.edit(N.info, (body) => body.replace('>>', '/Keywords(again)>>'))
}

/** A trick that adds a revision to the signed notice. */
export function update(trick: UpdateTrick): Trick {
  const { name, suits = () => true, last = false } = trick
  return {
    name,
    suits: (dimensions) => suits(dimensions) && (!last || dimensions.after === 'nothing'),
    make: (dimensions, random) => {
      const before = typeof trick.before === 'function' ? trick.before(dimensions) : trick.before
      const base = signedNotice(dimensions, before)
      const attacked = base.fork()
      const options = trick.attack({ file: attacked, dimensions, random }) ?? {}
      const { touched } = attacked
      attacked.commit(options)
      if (dimensions.after === 'revert') revert(attacked, base, touched)
      const done = follow(attacked, dimensions)
      const text = trick.finish?.(done.text, { file: done, dimensions, random }) ?? done.text
      const expect = typeof trick.expect === 'function' ? trick.expect(dimensions) : (trick.expect ?? REFUSED)
      return {
        attack: { bytes: new Uint8Array(Buffer.from(text, 'latin1')), expect },
        twin: makeTwin(trick, base.fork(), dimensions, random, touched),
      }
    },
  }
}

function makeTwin(
  { twin, level = 'ltv' }: UpdateTrick,
  file: PdfFile,
  dimensions: Dimensions,
  random: Random,
  touched: readonly number[],
): Made {
  let options: CommitOptions = {}
  if (twin !== undefined && permits(dimensions, level)) options = twin({ file, dimensions, random }) ?? {}
  else writeAgain(file, touched)
  file.commit(options)
  return { bytes: follow(file, dimensions, true).bytes, expect: harmless() }
}

/** A trick in the officer's signature itself: both files are the notice alone, signed in different ways. */
export function signing(trick: {
  readonly name: string
  readonly suits?: (dimensions: Dimensions) => boolean
  readonly attack: (dimensions: Dimensions, random: Random) => Preparation
  readonly twin: (dimensions: Dimensions, random: Random) => Preparation
  readonly expect?: Expectation
}): Trick {
  const { name, suits = () => true, expect = BROKEN } = trick
  const make = (dimensions: Dimensions, preparation: Preparation): Uint8Array =>
    follow(signedNotice(dimensions, preparation), dimensions).bytes
  return {
    name,
    suits: (dimensions) => suits(dimensions) && dimensions.after !== 'revert',
    make: (dimensions, random) => ({
      attack: { bytes: make(dimensions, trick.attack(dimensions, random)), expect },
      twin: { bytes: make(dimensions, trick.twin(dimensions, random)), expect: harmless() },
    }),
  }
}
