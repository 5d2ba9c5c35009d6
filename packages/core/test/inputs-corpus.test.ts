import { expect } from '@jest/globals'
import { root, suiteTest } from '../../../test/support/witnesses.ts'
import { checkInput, inputSigner, readInputs } from '../conformance/inputs.ts'

// A bounded part of `npm run conformance`: every ninth file of corpus/inputs.json.
suiteTest(
  'corpus',
  'N6: readable inputs are signed without damage, the rest refused with a named reason',
  async (folder) => {
    const signer = await inputSigner(root)
    const chosen = readInputs(folder).filter((_, index) => index % 9 === 0)
    for (const item of chosen) {
      const { outcome, differences, explained } = await checkInput(folder, item, signer)
      if (explained === undefined) expect({ file: item.file, outcome, differences }).toMatchObject({ differences: [] })
    }
  },
  120_000,
)
