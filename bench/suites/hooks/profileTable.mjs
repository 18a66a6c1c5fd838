// Whose code the time goes to, as a table.

import { markdown } from '../../markdown.mjs'

const OWNERS = ['the browser', 'called in the browser', 'ours', 'the framework', 'the component', 'garbage collection']

const percent = (/** @type {number} */ share) => `${(share * 100).toFixed(1)} %`

/** @param {readonly import('./profile.mjs').ProfileRow[]} rows */
export function profileTable(rows) {
  if (rows.length === 0) return ''
  const head = [/** @type {[string]} */ (['candidate']), ...OWNERS.map(owner => /** @type {[string, 'right']} */ ([owner, 'right'])), /** @type {[string]} */ (['most in'])]
  const body = rows.map(({ candidate, shares, ours }) => [
    candidate,
    ...OWNERS.map(owner => percent(shares[owner] ?? 0)),
    ours.map(({ name, share }) => `\`${name}\` ${percent(share)}`).join(', '),
  ])
  return markdown(head, body)
}
