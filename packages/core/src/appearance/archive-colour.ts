import type { ArchiveClaim } from '../pdf/archive-claim.ts'
import { PdfArray, PdfDict, PdfName } from '../pdf/objects.ts'
import type { PdfObject } from '../pdf/objects.ts'
import type { Update } from '../pdf/update.ts'
import type { DeviceSpace } from './used-names.ts'

const DEFAULTS: Readonly<Record<DeviceSpace, string>> = {
  DeviceGray: 'DefaultGray',
  DeviceRGB: 'DefaultRGB',
  DeviceCMYK: 'DefaultCMYK',
}
const MAX_DEPTH = 4

function isDevice(name: string): name is DeviceSpace {
  return Object.hasOwn(DEFAULTS, name)
}

/** Whether colours mean the same on every device: by a profile, a calibration, or the output intent (V11). */
export class ColourCheck {
  readonly #update: Update
  readonly #claim: ArchiveClaim

  constructor(update: Update, claim: ArchiveClaim) {
    this.#update = update
    this.#claim = claim
  }

  /** ISO 19005-1 6.2.3.3, ISO 19005-2 6.2.4.3. */
  device(space: DeviceSpace, resources: PdfDict | undefined): string | undefined {
    const { intent } = this.#claim
    if (space === 'DeviceGray' && intent !== undefined) return undefined
    if (space === 'DeviceRGB' && intent === 'RGB') return undefined
    if (space === 'DeviceCMYK' && intent === 'CMYK') return undefined
    const meant = this.#update.dict(resources?.get('ColorSpace'))?.get(DEFAULTS[space])
    return meant === undefined ? `${space} without an output intent for it` : undefined
  }

  /** A colour space by its name in content. */
  named(name: string, resources: PdfDict | undefined): string | undefined {
    if (isDevice(name)) return this.device(name, resources)
    return this.space(this.#update.dict(resources?.get('ColorSpace'))?.get(name), resources)
  }

  /** A colour space as a value: a name, or an array with others inside. */
  space(value: PdfObject | undefined, resources: PdfDict | undefined, depth = 0): string | undefined {
    const space = this.#update.resolve(value)
    if (space instanceof PdfName) return isDevice(space.name) ? this.device(space.name, resources) : undefined
    if (!(space instanceof PdfArray) || depth > MAX_DEPTH) return undefined
    const kind = this.#update.resolve(space.items[0])
    const name = kind instanceof PdfName ? kind.name : ''
    if (isDevice(name)) return this.device(name, resources)
    // 8.6.6: what these are drawn with stands in another space.
    const base = name === 'Indexed' || name === 'Pattern' ? 1 : name === 'Separation' || name === 'DeviceN' ? 2 : 0
    return base === 0 ? undefined : this.space(space.items[base], resources, depth + 1)
  }
}
