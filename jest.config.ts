import type { Config } from 'jest'

const config: Config = {
  testMatch: [
    '<rootDir>/packages/*/src/**/*.test.ts',
    '<rootDir>/packages/*/test/**/*.test.ts',
    '<rootDir>/test/**/*.test.ts',
  ],
  extensionsToTreatAsEsm: ['.ts'],
  transform: { '\\.ts$': '<rootDir>/scripts/jest-esbuild.js' },
  testEnvironmentOptions: { customExportConditions: ['node', 'node-addons', '@countersign/source'] },
  modulePathIgnorePatterns: ['<rootDir>/packages/.*/dist/', '<rootDir>/.cache/'],
  coverageProvider: 'babel',
  collectCoverageFrom: ['packages/*/src/**/*.ts', '!**/*.test.ts', '!**/*.d.ts'],
  coverageDirectory: 'coverage',
  cacheDirectory: '<rootDir>/.cache/jest',
  // jest's own choice leaves one core idle, which on two cores is half of them
  maxWorkers: '100%',
  testTimeout: 30_000,
}

export default config
