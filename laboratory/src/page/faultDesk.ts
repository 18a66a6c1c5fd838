import type { Fault } from '../scenario/faults.ts'
import { h, setAttribute } from './dom.ts'
import type { View } from './laneRow.ts'
import { type Runner, isActive } from './runner.ts'
import { FAULT_BUTTONS, type FaultButton, type Texts } from './texts/index.ts'

const LATENCIES = [20, 200, 1000, 3000]

/** The buttons that inject a fault into the present run. */
export function createFaultDesk(runner: Runner, texts: Texts): View {
  const inject = (fault: Fault): void => runner.inject(fault)
  const isButton = (name: string): name is FaultButton => Object.hasOwn(FAULT_BUTTONS, name)
  const buttons = Object.keys(FAULT_BUTTONS)
    .filter(isButton)
    .map((name) =>
      h(
        'button',
        { attributes: { 'type': 'button', 'data-fault': name }, on: { click: () => inject(FAULT_BUTTONS[name]) } },
        texts.faultLabels[name],
      ),
    )
  const latency = h(
    'select',
    { on: { change: () => inject(['latency', Number(latency.value), 0]) } },
    ...LATENCIES.map((ms) => h('option', { attributes: { value: ms } }, `${ms} ms`)),
  )
  return {
    element: h(
      'section',
      { class: 'faults', attributes: { 'aria-labelledby': 'faults-title' } },
      h('h2', { attributes: { id: 'faults-title' } }, texts.faultsByHand),
      h('p', {}, texts.faultsHint),
      h('div', { class: 'buttons' }, ...buttons, h('label', {}, texts.latency, latency)),
    ),
    update(state) {
      const isUsable = isActive(state) && state.phase !== 'loading' && state.history.now < state.scenario.length
      for (const control of [...buttons, latency]) setAttribute(control, 'disabled', !isUsable)
    },
  }
}
