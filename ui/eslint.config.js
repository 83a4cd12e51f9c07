import js from '@eslint/js';
import svelte from 'eslint-plugin-svelte';
import globals from 'globals';
import ts from 'typescript-eslint';

import svelteConfig from './svelte.config.js';

export default ts.config(
  { ignores: ['dist', 'src/backend/generated.ts'] },
  js.configs.recommended,
  ts.configs.strict,
  svelte.configs.recommended,
  {
    languageOptions: { globals: globals.browser },
    rules: {
      // TypeScript itself checks this, and knows more names.
      'no-undef': 'off',
      'no-console': 'error',
      eqeqeq: 'error',
      '@typescript-eslint/consistent-type-imports': 'error',
    },
  },
  {
    files: ['**/*.svelte', '**/*.svelte.ts'],
    languageOptions: {
      parserOptions: { parser: ts.parser, extraFileExtensions: ['.svelte'], svelteConfig },
    },
    rules: {
      // What Svelte itself warns about, accessibility included, is an error here.
      'svelte/valid-compile': ['error', { ignoreWarnings: false }],
      'svelte/no-at-html-tags': 'error',
      // The content security policy refuses style attributes; style directives go through the object model.
      'no-restricted-syntax': ['error', { selector: 'SvelteAttribute[key.name="style"]', message: 'No style attributes.' }],
      'svelte/require-each-key': 'error',
      'svelte/button-has-type': 'error',
    },
  },
  {
    // The shared parts know no step, and the backend knows neither.
    files: ['src/shared/**'],
    rules: { 'no-restricted-imports': ['error', { patterns: ['**/steps/**'] }] },
  },
  {
    files: ['src/backend/**'],
    rules: { 'no-restricted-imports': ['error', { patterns: ['**/steps/**', '**/shared/**'] }] },
  },
);
