// `npm run schemas`: writes the published JSON Schemas from the source, which TypeScript holds equal to the report types.
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { format } from 'prettier'
import { SCHEMAS } from './support/schemas.ts'

for (const [name, schema] of SCHEMAS) {
  const file = join(import.meta.dirname, '..', 'schema', `${name}.json`)
  writeFileSync(file, await format(JSON.stringify(schema), { parser: 'json', printWidth: 120 }))
  console.log(file)
}
