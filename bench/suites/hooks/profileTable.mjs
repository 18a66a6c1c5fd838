// Whose code the time goes to, as a table.

import { markdown } from '../../markdown.mjs'

const OWNERS = ['the browser', 'called in the browser', 'ours', 'the framework', 'the component', 'garbage collection']

const percent = (/** @type {number} */ share) => `${(share * 100).toFixed(1)} %`

/** @param {readonly import('./profile.mjs').ProfileRow[]} rows */
export function profileTable(rows) {
  if (rows.length === 0) return ''
  const right = (/** @type {string} */ title) => /** @type {[string, 'right']} */ ([title, 'right'])
  const head = [
    /** @type {[string]} */ (['candidate']),
    ...['µs a message', 'script', 'style and layout'].map(right),
    ...OWNERS.map(right),
    /** @type {[string]} */ (['most in']),
  ]
  const body = rows.map(({ candidate, micros, shares, ours }) => [
    candidate,
    ...[micros.total, micros.script, micros.layout].map((value) => value.toFixed(1)),
    ...OWNERS.map((owner) => percent(shares[owner] ?? 0)),
    ours.map(({ name, share }) => `\`${name}\` ${percent(share)}`).join(', '),
  ])
  return markdown(head, body)
}
