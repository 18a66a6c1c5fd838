// A Vite plugin that compiles the React package and its tests with the React Compiler.

import { transformAsync } from '@babel/core'
import compiler from 'babel-plugin-react-compiler'

/**
 * @param {RegExp} files the paths of the modules to compile
 * @returns {import('vite').Plugin}
 */
export const reactCompiler = (files) => ({
  name: 'react-compiler',
  enforce: 'pre',
  async transform(code, id) {
    if (!files.test(id)) return
    const compiled = await transformAsync(code, {
      filename: id,
      babelrc: false,
      configFile: false,
      sourceMaps: true,
      // TypeScript and JSX stay as they are: Vite transforms them afterwards.
      parserOpts: { plugins: ['typescript', 'jsx'] },
      plugins: [compiler],
    })
    return compiled && { code: compiled.code ?? code, map: compiled.map ?? null }
  },
})
