// Turns TypeScript into JavaScript for jest. TypeScript 7 has no compiler API in JavaScript, hence no ts-jest;
// types are checked by `npm run types`.
import { createHash } from 'node:crypto'
import { transform, transformSync, version } from 'esbuild'

const settings = (file) => ({
  loader: 'ts',
  format: 'esm',
  target: 'node20',
  sourcemap: 'inline',
  sourcefile: file,
})

export default {
  canInstrument: false,
  getCacheKey(source, file, options) {
    return createHash('sha256')
      .update(`${version}\0${file}\0${options.instrument}\0${options.configString}\0`)
      .update(source)
      .digest('hex')
      .slice(0, 32)
  },
  process(source, file) {
    return { code: transformSync(source, settings(file)).code }
  },
  async processAsync(source, file) {
    return { code: (await transform(source, settings(file))).code }
  },
}
