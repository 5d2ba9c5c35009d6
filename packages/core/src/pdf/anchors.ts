/** Page of an anchor: 1-based; negative counts from the end, -1 the last page. Default 1. */
interface OnPage {
  readonly page?: number
}

/** The top left corner of the box, from the top left corner of the page as the viewer shows it. */
export interface AbsoluteAnchor extends OnPage {
  readonly left: number
  readonly top: number
}

/** A corner of the page, with the same margin both ways, or [sideways, up or down]. */
export interface CornerAnchor extends OnPage {
  readonly corner: 'top-left' | 'top-right' | 'bottom-left' | 'bottom-right'
  readonly margin?: number | readonly [number, number]
}

/**
 * Relative to the rectangle of another field: the point `own` of the box comes to lie on the point `at` of the field, both as parts of
 * width and height from the top left. Default both [0.5, 0.5], centred; without a size the box is the field's rectangle.
 */
export interface FieldAnchor {
  readonly field: string
  readonly at?: readonly [number, number]
  readonly own?: readonly [number, number]
}

/**
 * The agency's seal over the officer's image (V3): right edge at left + width x `overlap` of what that field shows, default 1/3; same
 * middle. A field without a drawing counts as a whole.
 */
export interface SealAnchor {
  readonly sealOf: string
  readonly overlap?: number
}

/**
 * Beside a text that the page shows on one line, letters' case as given. With `until`, half way between the two texts and centred under
 * them: `{ text: 'GIÁM ĐỐC', until: 'Nguyễn Văn A' }` is the place of an officer's signature.
 */
export interface TextAnchor {
  readonly text: string
  readonly until?: string
  readonly side?: 'below' | 'above' | 'left' | 'right' | 'over'
  /** Space between the text and the box. */
  readonly gap?: number
  /** Page to search; default: every page. */
  readonly page?: number
  /** Which match, from 1, or from -1 at the end. Default -1: signatures stand at the end. */
  readonly occurrence?: number
}

/** What a visible field is placed by (V2). */
export type Anchor = AbsoluteAnchor | CornerAnchor | FieldAnchor | SealAnchor | TextAnchor

/**
 * Where a new field stands, resolved before signing (V2). Coordinates are those of the page as a viewer shows it, cropped and turned:
 * from the top left corner, in `unit` on paper.
 */
export interface Place {
  readonly anchor: Anchor
  /** Size; where one is missing it follows from the drawing's shape, where both are, from its true size (V1). */
  readonly width?: number
  readonly height?: number
  /** Default `mm`. */
  readonly unit?: 'mm' | 'pt'
}

/** Size in points of 1/72 inch on paper. */
export interface Size {
  readonly width: number
  readonly height: number
}
