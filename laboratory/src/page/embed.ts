// Bars and counters of one scenario, for an iframe in another page. Nothing of the arena is loaded before the run.

import type { Speed } from '../arena/protocol.ts'
import type { BuiltIn } from '../scenario/schema.ts'
import { readAddress, readParameters, writeAddress } from './address.ts'
import { openArena } from './arenaFrame.ts'
import { h } from './dom.ts'
import { createScheduler, watchVisibility } from './environment.ts'
import type { View } from './laneRow.ts'
import { createRunner } from './runner.ts'
import { createStage } from './stage.ts'
import { createStatus } from './status.ts'
import { type Language, TEXTS } from './texts/index.ts'
import { createToolbar } from './toolbar.ts'

/** The message to the embedding page, which sets the height of the iframe. */
export interface HeightMessage {
  type: 'holdfast-laboratory'
  height: number
}

const SPEED: Speed = 20

/** Shows the scenario of a hash, and runs it at once if the hash contains `run`. */
export async function startEmbed(root: HTMLElement, builtIns: readonly BuiltIn[], language: Language): Promise<void> {
  const texts = TEXTS[language]
  document.documentElement.lang = language === 'zh' ? 'zh-CN' : 'en'
  const result = await readAddress(location.hash, builtIns)
  if ('problem' in result) {
    const { problem } = result
    const text = problem.kind === 'invalid' ? texts.problem.invalid(problem.message) : texts.problem[problem.kind]
    root.replaceChildren(h('p', { class: 'problem', attributes: { role: 'alert' } }, text))
    return
  }
  const { scenario, builtIn } = result.address
  let speed = result.address.speed ?? SPEED
  let views: View[] = []
  const host = h('div')
  const scheduler = createScheduler(() => views.forEach((view) => view.update(runner.state)))
  const runner = createRunner(scenario, (receive) => openArena(host, receive), scheduler.schedule)
  const status = createStatus(texts, () => null)
  const toolbar = createToolbar({ runner, speed: () => speed, setSpeed: (value) => (speed = value) }, texts)
  const stage = createStage(builtIn, texts, null)
  views = [toolbar, status, stage]
  const link = h('a', { attributes: { href: `index.html${await writeAddress(result.address)}`, target: '_blank' } })
  link.textContent = texts.embed.open
  const title = h('h1', {}, builtIn?.title[language] ?? texts.sharedScenario)
  const content = h('main', { class: 'embed' }, title, toolbar.element, status.element, stage.element, link)
  root.replaceChildren(content, host)
  scheduler.flush()

  const postHeight = (): void => {
    const message: HeightMessage = { type: 'holdfast-laboratory', height: Math.ceil(content.offsetHeight) }
    // The height is no secret, and the embedding page may be of any origin.
    if (parent !== window) parent.postMessage(message, '*')
  }
  new ResizeObserver(postHeight).observe(content)
  watchVisibility(runner.setHidden)
  if (readParameters(location.hash).has('run')) runner.run(speed)
}
