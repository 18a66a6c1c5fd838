import type { Speed } from '../arena/protocol.ts'
import { SPEEDS } from './address.ts'
import { clockTime } from './describe.ts'
import { h, setAttribute, setText } from './dom.ts'
import type { View } from './laneRow.ts'
import { type Runner, isActive } from './runner.ts'
import type { Texts } from './texts/index.ts'

export interface ToolbarActions {
  runner: Runner
  /** The chosen speed. */
  speed(): Speed
  setSpeed(speed: Speed): void
  /** Absent in the embedded form, as the next one. */
  setSeed?(seed: number): void
  /** Puts the link into the address bar and the clipboard. Returns whether it was copied. */
  share?(): Promise<boolean>
}

const button = (text: string, click: () => void, className = ''): HTMLButtonElement =>
  h('button', { class: className, attributes: { type: 'button' }, on: { click } }, text)

/** Run, pause, at once, speed, seed and share. */
export function createToolbar(actions: ToolbarActions, texts: Texts): View {
  const { runner } = actions
  const run = button(texts.run, () => (isActive(runner.state) ? runner.stop() : runner.run(actions.speed())), 'primary')
  const pause = button(texts.pause, () => (runner.state.phase === 'paused' ? runner.resume() : runner.pause()))
  const atOnce = button(texts.atOnce, () => {
    if (isActive(runner.state)) {
      runner.setSpeed('max')
      runner.resume()
    } else runner.run('max')
  })
  const time = h('p', { class: 'time' })
  const seed = h('input', {
    attributes: { type: 'number', min: 0, max: 2 ** 31 - 1, step: 1, required: true },
    on: { change: () => seed.checkValidity() && actions.setSeed?.(seed.valueAsNumber) },
  })
  const shared = h('span', { class: 'shared', attributes: { role: 'status' } })
  const share = button(texts.share, () => {
    void actions.share?.().then((isCopied) => setText(shared, isCopied ? texts.shared : texts.shareFailed))
  })
  const element = h(
    'div',
    { class: 'toolbar' },
    h('div', { class: 'buttons' }, run, pause, atOnce),
    createSpeeds(actions, texts),
    time,
    actions.setSeed ? h('label', { class: 'seed' }, texts.seed, seed) : null,
    actions.share ? h('div', { class: 'share' }, share, shared) : null,
  )
  return {
    element,
    update(state) {
      const { phase, history, scenario } = state
      const active = isActive(state)
      setText(run, active ? texts.stop : phase === 'done' || phase === 'stopped' ? texts.runAgain : texts.run)
      setText(pause, phase === 'paused' ? texts.resume : texts.pause)
      setAttribute(pause, 'disabled', phase !== 'running' && phase !== 'paused')
      setAttribute(atOnce, 'disabled', phase === 'loading')
      setText(time, `${clockTime(Math.min(history.now, history.end))} / ${clockTime(history.end)}`)
      setAttribute(seed, 'disabled', active)
      if (document.activeElement !== seed) seed.value = String(scenario.seed)
      if (active) setText(shared, '')
    },
  }
}

function createSpeeds({ speed, setSpeed, runner }: ToolbarActions, texts: Texts): HTMLElement {
  const choice = (value: Speed): HTMLElement => {
    const change = (): void => {
      setSpeed(value)
      runner.setSpeed(value)
    }
    const attributes = { type: 'radio', name: 'speed', value: String(value), checked: speed() === value }
    return h('label', {}, h('input', { attributes, on: { change } }), h('span', {}, `×${value}`))
  }
  return h('fieldset', { class: 'speeds' }, h('legend', {}, texts.speed), ...SPEEDS.map(choice))
}
