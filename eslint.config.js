import js from '@eslint/js';
import regexp from 'eslint-plugin-regexp';
import tseslint from 'typescript-eslint';

/** No shell anywhere: processes are started with argument arrays, by the one module that may start them. */
const noShell = [
  { name: 'child_process', message: 'Start processes through src/process.ts.' },
  { name: 'node:child_process', message: 'Start processes through src/process.ts.' },
];

export default tseslint.config(
  { ignores: ['node_modules', 'dist', 'coverage', 'examples', 'src/entry/plimsoll.js'] },
  js.configs.recommended,
  ...tseslint.configs.strictTypeChecked,
  ...tseslint.configs.stylisticTypeChecked,
  {
    languageOptions: {
      parserOptions: { projectService: { allowDefaultProject: ['*.js'] }, tsconfigRootDir: import.meta.dirname },
    },
    plugins: { regexp },
    rules: {
      // Repositories choose the texts: an expression takes time in proportion to their length, whatever they say.
      'regexp/no-super-linear-backtracking': 'error',
      'regexp/no-super-linear-move': 'error',
      'no-empty': ['error', { allowEmptyCatch: false }],
      'no-restricted-imports': ['error', { paths: noShell }],
      'no-restricted-syntax': [
        'error',
        { selector: "Property[key.name='shell'][value.value!=false]", message: 'No shell: pass an argument array.' },
      ],
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
      '@typescript-eslint/consistent-type-definitions': 'off',
      '@typescript-eslint/no-non-null-assertion': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
      '@typescript-eslint/prefer-nullish-coalescing': ['error', { ignorePrimitives: true }],
    },
  },
  {
    files: ['checks/*.ts'],
    rules: { 'sort-imports': ['error', { ignoreCase: true, ignoreDeclarationSort: true }] },
  },
  { files: ['src/process.ts'], rules: { 'no-restricted-imports': 'off' } },
  {
    files: ['test/**/*.ts', 'scripts/**/*.ts'],
    rules: {
      'no-restricted-imports': 'off',
      '@typescript-eslint/no-non-null-assertion': 'off',
      'regexp/no-super-linear-backtracking': 'off',
      'regexp/no-super-linear-move': 'off',
    },
  },
  { files: ['*.js'], ...tseslint.configs.disableTypeChecked },
);
