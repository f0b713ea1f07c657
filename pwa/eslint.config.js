// How strictly TypeScript is looked at, and the picture of who may import whom:
//
//   field | office  →  features (never each other)  →  sync | ui  →  store  →  kernel  →  schemas.gen
//
// `ui` sees only `kernel`; only `store` touches IndexedDB; only `sync` talks to the network.
import { existsSync, readdirSync } from 'node:fs'

import js from '@eslint/js'
import vue from 'eslint-plugin-vue'
import tseslint from 'typescript-eslint'
import vueParser from 'vue-eslint-parser'

const SOURCES = ['src/**/*.ts', 'src/**/*.vue']
const TESTS = ['src/**/*.test.ts', 'src/**/testing/**/*.ts']

const features = existsSync(new URL('src/features', import.meta.url))
  ? readdirSync(new URL('src/features', import.meta.url), { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .map((entry) => entry.name)
  : []

/** Forbids importing anything that lies in these folders. */
const closed = (folders, message) => ({ regex: `/(?:${folders.join('|')})/`, message })

const DEXIE = { regex: '^dexie$', message: 'Only store/ touches IndexedDB.' }
const UPSTAIRS = 'Imports go downstairs only: see the picture in eslint.config.js.'

/** One floor of the picture: what its files may not import. */
const zone = (files, ...patterns) => ({
  files: files.flatMap((folder) => [`src/${folder}/**/*.ts`, `src/${folder}/**/*.vue`]),
  ignores: TESTS,
  rules: { 'no-restricted-imports': ['error', { patterns }] },
})

const zones = [
  zone(
    ['kernel'],
    DEXIE,
    closed(['store', 'sync', 'ui', 'features', 'field', 'office'], UPSTAIRS),
  ),
  zone(['store'], closed(['sync', 'ui', 'features', 'field', 'office'], UPSTAIRS)),
  zone(['sync'], DEXIE, closed(['ui', 'features', 'field', 'office'], UPSTAIRS)),
  zone(
    ['ui'],
    DEXIE,
    closed(['store', 'sync', 'features', 'field', 'office'], 'ui/ sees only kernel/.'),
  ),
  zone(['field'], DEXIE, closed(['office'], 'The phone never sees the office.')),
  zone(['office'], DEXIE, closed(['field'], 'The office never sees the phone.')),
  ...features.flatMap((feature) => {
    const others = features.filter((other) => other !== feature)
    const sideways =
      others.length > 0 ? [closed(others, 'Features never import each other.')] : []
    const shells = {
      regex: '^(?:\\.\\./){2,}(?:field|office)/',
      message: UPSTAIRS,
    }
    const inside = (half, other) =>
      zone(
        [`features/${feature}/${half}`],
        DEXIE,
        ...sideways,
        { ...shells, regex: '^(?:\\.\\./){3,}(?:field|office)/' },
        closed([other], `A feature's ${half} part never sees its ${other} part.`),
      )
    return [
      zone([`features/${feature}`], DEXIE, ...sideways, shells),
      inside('field', 'office'),
      inside('office', 'field'),
    ]
  }),
]

const NETWORK = ['fetch', 'XMLHttpRequest', 'EventSource', 'WebSocket'].map((name) => ({
  name,
  message: 'Only sync/ talks to the network.',
}))
const STORAGE = [
  { name: 'indexedDB', message: 'Only store/ touches IndexedDB.' },
  { name: 'IDBKeyRange', message: 'Only store/ touches IndexedDB.' },
]
const NO_BARREL =
  'No barrel files: import a thing from the file that holds it, so that one search finds it.'

export default tseslint.config(
  { ignores: ['dist/', 'node_modules/', 'src/**/*.gen.ts', 'eslint.config.js', '.npmrc'] },
  js.configs.recommended,
  ...tseslint.configs.strictTypeChecked,
  ...tseslint.configs.stylisticTypeChecked,
  ...vue.configs['flat/recommended'],
  {
    languageOptions: {
      parser: vueParser,
      parserOptions: {
        parser: tseslint.parser,
        projectService: true,
        tsconfigRootDir: import.meta.dirname,
        extraFileExtensions: ['.vue'],
      },
    },
    linterOptions: { reportUnusedDisableDirectives: 'error' },
    rules: {
      // TypeScript itself knows every name.
      'no-undef': 'off',
      eqeqeq: 'error',
      'no-console': 'error',
      'no-restricted-syntax': [
        'error',
        { selector: 'ExportAllDeclaration', message: NO_BARREL },
        { selector: 'ExportNamedDeclaration[source]', message: NO_BARREL },
      ],
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/no-misused-promises': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': [
        'error',
        { considerDefaultExhaustiveForUnions: true },
      ],
      '@typescript-eslint/consistent-type-imports': 'error',
      // Numbers in sentences are what most sentences here are made of.
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      // `type` and `interface` are both plain to read.
      '@typescript-eslint/consistent-type-definitions': 'off',
      // A handler that ignores an async answer says `void`, in an arrow function too.
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
      // The oldest phones lack what the type library promises: asking twice is right.
      '@typescript-eslint/no-unnecessary-condition': 'off',
      // A reader of stored or sent text names the shape it expects.
      '@typescript-eslint/no-unnecessary-type-parameters': 'off',
      // A leading underscore says: seen, and left out on purpose.
      '@typescript-eslint/no-unused-vars': [
        'error',
        { argsIgnorePattern: '^_', varsIgnorePattern: '^_', ignoreRestSiblings: true },
      ],
      // Looks of a template are the author's; what it means is checked.
      'vue/max-attributes-per-line': 'off',
      'vue/singleline-html-element-content-newline': 'off',
      'vue/html-self-closing': 'off',
      'vue/html-indent': 'off',
      'vue/html-closing-bracket-newline': 'off',
      'vue/multiline-html-element-content-newline': 'off',
      'vue/first-attribute-linebreak': 'off',
      'vue/attributes-order': 'off',
      'vue/attribute-hyphenation': 'off',
      // TypeScript says which properties may be missing.
      'vue/require-default-prop': 'off',
      'vue/multi-word-component-names': 'off',
      // Wire fields keep their snake_case name everywhere.
      'vue/prop-name-casing': 'off',
    },
  },
  {
    // Plain scripts that browsers load as they are.
    files: ['public/**/*.js'],
    ...tseslint.configs.disableTypeChecked,
    languageOptions: { parserOptions: { projectService: false, project: null } },
    rules: {
      ...tseslint.configs.disableTypeChecked.rules,
      // They must read on browsers that know no catch without a name.
      '@typescript-eslint/no-unused-vars': ['error', { caughtErrors: 'none' }],
      'no-useless-assignment': 'off',
    },
  },
  {
    // What a template's own elements and other components are, vue-tsc knows and this does not.
    files: ['**/*.vue'],
    rules: Object.fromEntries(
      ['argument', 'assignment', 'call', 'member-access', 'return'].map((what) => [
        `@typescript-eslint/no-unsafe-${what}`,
        'off',
      ]),
    ),
  },
  {
    files: SOURCES,
    ignores: ['src/sync/**', 'src/store/**', 'src/service-worker.ts', ...TESTS],
    rules: { 'no-restricted-globals': ['error', ...NETWORK, ...STORAGE] },
  },
  {
    files: ['src/sync/**'],
    ignores: TESTS,
    rules: { 'no-restricted-globals': ['error', ...STORAGE] },
  },
  {
    files: ['src/store/**'],
    ignores: TESTS,
    rules: { 'no-restricted-globals': ['error', ...NETWORK] },
  },
  ...zones,
  {
    files: TESTS,
    rules: {
      // `test('…', async () => …)` of node:test gives a promise that the runner awaits.
      '@typescript-eslint/no-floating-promises': [
        'error',
        { allowForKnownSafeCalls: [{ from: 'package', name: ['it', 'test', 'describe', 'suite', 'before', 'after', 'beforeEach', 'afterEach'], package: 'node:test' }] },
      ],
      '@typescript-eslint/no-non-null-assertion': 'off',
    },
  },
)
