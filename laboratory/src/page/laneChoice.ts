import { LANE_IDS, type LaneId } from '../scenario/schema.ts'
import { h, setAttribute, setText } from './dom.ts'
import type { View } from './laneRow.ts'
import { isActive } from './runner.ts'
import type { Texts } from './texts/index.ts'

/** A checkbox for each client: those that are checked run. At least one stays checked. */
export function createLaneChoice(texts: Texts, setLanes: (lanes: LaneId[]) => void): View {
  const boxes = LANE_IDS.map((id) => {
    const box = h('input', {
      attributes: { type: 'checkbox', name: 'lane', value: id },
      on: { change: () => choose(box) },
    })
    return { id, box }
  })
  const all = h(
    'button',
    { attributes: { type: 'button' }, on: { click: () => setLanes([...LANE_IDS]) } },
    texts.allClients,
  )
  const hint = h('p', { attributes: { role: 'status' } })
  const summary = h('summary')
  const fields = h(
    'fieldset',
    {},
    h('legend', { class: 'visually-hidden' }, texts.client),
    ...boxes.map(({ id, box }) => h('label', {}, box, texts.lanes[id])),
    all,
  )

  function choose(changed: HTMLInputElement): void {
    const chosen = boxes.filter(({ box }) => box.checked).map(({ id }) => id)
    setText(hint, chosen.length === 0 ? texts.lastClient : '')
    if (chosen.length === 0) changed.checked = true
    else setLanes(chosen)
  }

  return {
    element: h('details', { class: 'lane-choice' }, summary, fields, hint),
    update(state) {
      const { lanes } = state.scenario
      setText(summary, texts.clientsShown(lanes.length, LANE_IDS.length))
      for (const { id, box } of boxes) box.checked = lanes.includes(id)
      fields.disabled = isActive(state)
      setAttribute(all, 'disabled', lanes.length === LANE_IDS.length)
    },
  }
}
