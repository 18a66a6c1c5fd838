import { version as domVersion } from 'react-dom'
import { version as domServerVersion } from 'react-dom/server'
import { renderHook } from '@testing-library/react'
import { useMemo, version } from 'react'
import { expect, inject, test } from 'vitest'
import { useMessage } from '../src/index.ts'

declare module 'vitest' {
  export interface ProvidedContext {
    /** The major version of React that the project must run on. */
    reactMajor: '18' | '19'
    /** Whether the project compiles components and hooks with the React Compiler. */
    isCompiled: boolean
  }
}

const major = new RegExp(`^${inject('reactMajor')}\\.`)

test('these tests run on the React that the project names', () => {
  expect(version).toMatch(major)
  expect(domVersion).toMatch(major)
  expect(domServerVersion).toMatch(major)
})

test('the testing library renders with that same React', () => {
  // Hooks work only when the renderer and the caller share one copy.
  expect(renderHook(() => useMemo(() => version, [])).result.current).toMatch(major)
})

test('hooks are compiled by the React Compiler exactly in the project that is named after it', () => {
  // Compiled code begins with a call of the compiler's runtime, which Vite writes as `(0, imported.c)(3)`.
  expect(/\.c\)\(\d+\)/.test(useMessage.toString())).toBe(inject('isCompiled'))
})
