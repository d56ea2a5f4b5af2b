/** @type {import('jest').Config} */
export default {
  testEnvironment: 'node',
  roots: ['<rootDir>/test'],
  setupFiles: ['<rootDir>/test/support/one-realm.ts'],
  testMatch: ['**/*.test.ts'],
  extensionsToTreatAsEsm: ['.ts'],
  transform: {
    '\\.ts$': ['@swc/jest', { jsc: { parser: { syntax: 'typescript' }, target: 'es2024' }, module: { type: 'es6' } }],
  },
  // By default one core is left over, which on a machine with two runs the suites one after another.
  maxWorkers: '100%',
  // A limit against hanging, not a judgement of speed: a busy machine takes a multiple of its usual time.
  testTimeout: 180_000,
};
