// The components of a React candidate: one for each kind, the same for all candidates.

import { Fragment, StrictMode, createElement, useEffect } from 'react'
import { flushSync } from 'react-dom'
import { createRoot } from 'react-dom/client'
import { keyOf } from './screen.mjs'

/**
 * @typedef {object} Used
 * @property {boolean} isOpen
 * @property {string | undefined} last
 * @property {readonly string[]} list
 * @property {(message: string) => void} send
 */

/** @type {Record<import('./candidates/index.mjs').Kind, (used: Used) => import('react').ReactElement>} */
const views = {
  last: ({ last }) => createElement('p', null, last),
  list: ({ list }) =>
    createElement(
      'ul',
      null,
      list.map((message) => createElement('li', { key: keyOf(message) }, message)),
    ),
  status: ({ isOpen }) => createElement('button', { disabled: !isOpen }, 'send'),
}

/**
 * @param {import('./candidates/index.mjs').HookCandidate<'react', Used>} candidate
 * @param {import('./candidates/index.mjs').Kind} kind
 */
const createComponent = ({ use }, kind) =>
  /** @param {{ source: unknown, settings: import('./candidates/index.mjs').Settings }} props */
  function Component({ source, settings }) {
    const { probe, withMessageHook } = settings
    const used = use(source, settings)
    const { isOpen, send } = used
    // Not read where it is not shown.
    const last = kind === 'status' ? undefined : used.last
    probe.renders++
    useEffect(() => {
      probe.effects++
    }, [probe, last])
    useEffect(() => {
      if (withMessageHook) probe.send = send
    }, [probe, withMessageHook, send])
    useEffect(() => probe.statusIs(isOpen), [probe, isOpen])
    return views[kind](used)
  }

/**
 * @param {Element} element
 * @param {import('./candidates/index.mjs').HookCandidate<'react', Used>} candidate
 * @param {boolean} strict
 * @returns {import('./stage.mjs').Stage}
 */
export function createReactStage(element, candidate, strict) {
  const components = {
    last: createComponent(candidate, 'last'),
    list: createComponent(candidate, 'list'),
    status: createComponent(candidate, 'status'),
  }
  const root = createRoot(element)
  return {
    show: async (shown) => {
      const parts = shown.map(({ kind, source, settings }, key) =>
        createElement(components[kind], { key, source, settings }),
      )
      flushSync(() => root.render(createElement(strict ? StrictMode : Fragment, null, parts)))
    },
    end: () => root.unmount(),
  }
}
