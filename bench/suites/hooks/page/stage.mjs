// Where the components of one candidate are shown, in the framework that it is made for.

import { createReactStage } from './reactComponents.mjs'
import { createVueStage } from './vueComponents.mjs'

/**
 * A component, and what it connects to.
 * @typedef {object} Part
 * @property {import('./candidates/index.mjs').Kind} kind
 * @property {unknown} source
 * @property {import('./candidates/index.mjs').Settings} settings
 */

/**
 * @typedef {object} Stage
 * @property {(parts: readonly Part[]) => Promise<void>} show in the place of what was shown before
 * @property {() => void} end
 */

/**
 * @param {import('./candidates/index.mjs').HookCandidate} candidate
 * @param {boolean} strict React's StrictMode
 * @returns {Stage}
 */
export function createStage(candidate, strict = false) {
  const root = document.body.appendChild(document.createElement('main'))
  const { show, end } =
    candidate.framework === 'vue'
      ? createVueStage(root, asVue(candidate))
      : createReactStage(root, asReact(candidate), strict)
  return {
    show,
    end: () => {
      end()
      root.remove()
    },
  }
}

/** @typedef {import('./candidates/index.mjs').HookCandidate} HookCandidate */

const asVue = (/** @type {HookCandidate} */ candidate) =>
  /** @type {import('./candidates/index.mjs').HookCandidate<'vue'>} */ (/** @type {unknown} */ (candidate))

const asReact = (/** @type {HookCandidate} */ candidate) =>
  /** @type {import('./candidates/index.mjs').HookCandidate<'react'>} */ (/** @type {unknown} */ (candidate))
