import { Lexer, TOKEN } from '../pdf/lexer.ts'
import { PdfString } from '../pdf/objects.ts'
import type { PdfDict, PdfObject, PdfStream } from '../pdf/objects.ts'
import { memoryBytes } from '../pdf/source.ts'
import { decodeText } from '../pdf/text.ts'
import type { View } from '../pdf/types.ts'
import { DEFAULT_LIMITS } from '../pdf/types.ts'
import { drawnText, lettersOf } from './drawn-text.ts'
import { equalBytes } from './equal.ts'
import { hasValue } from './field-tree.ts'
import type { FieldNode, FieldTree } from './field-tree.ts'
import { widgetsOf } from './widget.ts'

/** Field flags of text fields: password; file select. */
const NOT_SHOWN = (1 << 13) | (1 << 20)

function valueText(view: View, value: PdfObject | undefined): string | undefined {
  const direct = view.resolve(value)
  return direct instanceof PdfString ? decodeText(direct.bytes) : undefined
}

/**
 * M-12: whether a text field shows its value. True where it does or where that cannot be told: a font that does not say what its codes
 * mean, an appearance with an image, a field that no widget shows.
 */
export function showsItsValue(view: View, tree: FieldTree, node: FieldNode, flags: number = node.flags): boolean {
  if (node.type !== 'Tx' || (flags & NOT_SHOWN) !== 0 || !hasValue(view, node)) return true
  const value = valueText(view, node.value)
  if (value === undefined) return true
  return widgetsOf(tree, node).every(({ dict }) => looksOf(view, dict).every((look) => showsText(view, look, value)))
}

/** The normal appearance of a widget; where a state chooses it, the one chosen, or all that could be. */
function looksOf(view: View, widget: PdfDict): readonly (PdfObject | undefined)[] {
  const normal = view.dict(widget.get('AP'))?.get('N')
  const states = view.dict(normal)
  if (states === undefined) return [normal]
  const state = view.name(widget.get('AS'))?.name
  const chosen = state === undefined ? undefined : states.get(state)
  return chosen === undefined ? [...states.map.values()] : [chosen]
}

function showsText(view: View, appearance: PdfObject | undefined, value: string): boolean {
  const stream = view.stream(appearance)
  if (stream === undefined) return true
  const drawn = drawnText(view, stream)
  if (!drawn.known) return true
  const letters = lettersOf(drawn.text)
  // A picture may be of the value; beside a text it is not what people read.
  if (drawn.images && letters === '') return true
  const wanted = lettersOf(value)
  // Text written from right to left may be drawn in another order.
  return letters === wanted || (/[\u0590-\u08ff]/u.test(wanted) && sorted(letters) === sorted(wanted))
}

function sorted(text: string): string {
  return Array.from(text).sort().join('')
}

/** Operators that leave something on the page. */
const PAINTING = new Set(['f', 'F', 'f*', 'B', 'B*', 'b', 'b*', 'S', 's', 'Tj', 'TJ', "'", '"', 'Do', 'sh', 'BI'])

export function paints(view: View, look: PdfStream): boolean {
  const lexer = new Lexer(memoryBytes(view.document.decode(look)), 0, DEFAULT_LIMITS)
  for (let token = lexer.next(); token !== TOKEN.eof; token = lexer.next()) {
    if (token === TOKEN.keyword && PAINTING.has(lexer.text)) return true
  }
  return false
}

/**
 * M-12 for check boxes and radio buttons: whether the state that is chosen still looks as it did before. Drawn anew it may be; it does not
 * where it shows something now and nothing before, or the reverse, or just what another state showed. Never throws.
 */
export function keepsStateLook(old: View, before: PdfDict, now: View, after: PdfDict): boolean {
  const state = now.name(after.get('AS'))?.name ?? 'Off'
  const states = old.dict(old.dict(before.get('AP'))?.get('N'))
  const was = old.stream(states?.get(state))
  const is = now.stream(now.dict(now.dict(after.get('AP'))?.get('N'))?.get(state))
  if (was === undefined || is === undefined || was === is) return true
  try {
    if (paints(old, was) !== paints(now, is)) return false
    const drawn = now.document.decode(is)
    const others = [...states!.map].filter(([name]) => name !== state).map(([, value]) => old.stream(value))
    return !others.some((other) => other !== undefined && equalBytes(old.document.decode(other), drawn))
  } catch {
    return true
  }
}

/** M-12 where there is no value to compare with: whether a look writes what it wrote before, or nothing. Never throws. */
export function keepsText(old: View, before: PdfDict, now: View, after: PdfDict): boolean {
  const textsOf = (view: View, widget: PdfDict): readonly (string | undefined)[] =>
    looksOf(view, widget).map((look) => {
      const stream = view.stream(look)
      const drawn = stream === undefined ? undefined : drawnText(view, stream)
      return drawn?.known === true ? lettersOf(drawn.text) : undefined
    })
  const known = textsOf(old, before)
  return textsOf(now, after).every((text) => text === undefined || text === '' || known.includes(text))
}
