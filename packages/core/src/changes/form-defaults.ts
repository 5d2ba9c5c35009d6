import type { PdfObject } from '../pdf/objects.ts'
import type { Comparison } from './comparison.ts'
import { hasValue } from './field-tree.ts'
import type { FieldNode, FieldTree } from './field-tree.ts'
import { showsItsValue } from './shown-value.ts'
import { widgetsOf } from './widget.ts'

/** Names of the fields that a reader shows otherwise once an entry of the form, `before` until now, is another one. */
export function fieldsDrawnBy(comparison: Comparison, key: string, before: PdfObject | undefined): readonly string[] {
  if (key === 'DA' || key === 'Q') return fieldsWithDefault(comparison, key)
  return key === 'NeedAppearances' && before === true ? fieldsWithOtherLook(comparison) : []
}

/** Fields that readers drew anew, from their values: now they show the looks that stand in the file. */
function fieldsWithOtherLook({ old, oldFields }: Comparison): readonly string[] {
  const nodes = [...oldFields.nodes.values()].filter((node) => !node.isWidget && !showsItsValue(old, oldFields, node))
  return [...new Set(nodes.map(({ name }) => name))]
}

/** Fields that readers draw themselves with a default of the form: they show something, and have no look of their own. */
function fieldsWithDefault(comparison: Comparison, key: 'DA' | 'Q'): readonly string[] {
  const { old, oldFields } = comparison
  const redrawn = old.dict(old.root?.get('AcroForm'))?.get('NeedAppearances') === true
  const names = new Set<string>()
  for (const node of oldFields.nodes.values()) {
    const isDrawn = node.type === 'Btn' || ((node.type === 'Tx' || node.type === 'Ch') && hasValue(old, node))
    if (node.isWidget || !isDrawn) continue
    const bare = widgetsOf(oldFields, node).filter(({ dict }) => redrawn || !hasLook(comparison, dict))
    if (bare.some((widget) => !hasOwn(oldFields, widget, key))) names.add(node.name)
  }
  return [...names]
}

function hasLook({ old }: Comparison, widget: FieldNode['dict']): boolean {
  return old.resolve(old.dict(widget.get('AP'))?.get('N')) !== null
}

/** True where the widget, its field or a group above has the entry, so that the form's does not count. */
function hasOwn({ nodes }: FieldTree, widget: FieldNode, key: string): boolean {
  for (let at: FieldNode | undefined = widget; at !== undefined; at = nodes.get(at.parent ?? Number.NaN)) {
    if (at.dict.has(key)) return true
  }
  return false
}
