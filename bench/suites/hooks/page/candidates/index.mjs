// The candidates, in the order of the table.

import { ahooks } from './ahooks.mjs'
import { bare } from './bare.mjs'
import { handReact } from './handReact.mjs'
import { handVue } from './handVue.mjs'
import { holdfast } from './holdfast.mjs'
import { holdfastReact } from './holdfastReact.mjs'
import { holdfastVue } from './holdfastVue.mjs'
import { reactUseWebSocket } from './reactUseWebSocket.mjs'
import { vueuse } from './vueuse.mjs'

/** @typedef {'last' | 'list' | 'status'} Kind what a component shows: the last message, the last hundred, or only the status */

/**
 * Of one component; the same for as long as it is mounted.
 * @typedef {object} Settings
 * @property {import('../probe.mjs').Probe} probe
 * @property {boolean} keeps a history of the last hundred messages is wanted
 * @property {boolean} withMessageHook use a hook for messages, if there is one; if components share a connection, only the first uses it
 * @property {boolean} shares the source is shared with other components
 * @property {boolean} withHeartbeat use a heartbeat: 1 s of silence, 1 s for the answer
 */

/**
 * What runs without a framework.
 * @typedef {object} PlainCandidate
 * @property {string} name
 * @property {undefined} [framework]
 * @property {(url: string, kind: Kind, root: Element, copies: number, probe: import('../probe.mjs').Probe) => () => void} start
 *   renders `kind`, `copies` times, and returns a function that unmounts it
 */

/**
 * A hook or composable: `use` is called in a component, once.
 * @template {'vue' | 'react'} [Framework='vue' | 'react']
 * @template [Used=any]
 * @typedef {object} HookCandidate
 * @property {string} name
 * @property {Framework} framework
 * @property {(source: any, settings: Settings) => Used}  use
 * @property {boolean} [withHeartbeat] whether it has a heartbeat
 * @property {(url: string) => { source: unknown, end: () => void }} [share] what several components are given to share one connection
 */

/** @type {readonly (PlainCandidate | HookCandidate)[]} */
export const candidates = [
  bare,
  holdfast,
  holdfastVue,
  handVue,
  vueuse,
  holdfastReact,
  handReact,
  reactUseWebSocket,
  ahooks,
]
