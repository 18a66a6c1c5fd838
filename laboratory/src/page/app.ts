// The page of the laboratory: one scenario, its run, and everything around it.

import type { Result, Speed } from '../arena/protocol.ts'
import type { BuiltIn, Scenario } from '../scenario/schema.ts'
import { type AddressProblem, readAddress, writeAddress } from './address.ts'
import { openArena } from './arenaFrame.ts'
import { createCodeDialog } from './codeDialog.ts'
import { type Computed, computedResult, loadComputed } from './computed.ts'
import { h } from './dom.ts'
import { copyText, createScheduler, watchVisibility } from './environment.ts'
import { createEventLog } from './eventLog.ts'
import { createFairness } from './fairness.ts'
import { createFaultDesk } from './faultDesk.ts'
import { createHeader } from './header.ts'
import { createLaneChoice } from './laneChoice.ts'
import type { View } from './laneRow.ts'
import { createResultTable } from './resultTable.ts'
import { createRunner, isActive } from './runner.ts'
import { type Choice, createIntro, createScenarioList } from './scenarioList.ts'
import { createStage } from './stage.ts'
import { createStatus } from './status.ts'
import { type Language, TEXTS } from './texts/index.ts'
import { createToolbar } from './toolbar.ts'

/** A scenario without faults, for those that are injected by hand. */
export const ownScenario = (from: Scenario): Scenario => {
  const { id: _id, title: _title, clients: _clients, ...rest } = from
  return { ...rest, length: 120_000, steps: [] }
}

/** Faults by hand need time. */
const speedOf = (choice: Choice): Speed => (choice === 'own' ? 4 : 20)

/** Starts the page in an element. */
export async function startApp(root: HTMLElement, builtIns: readonly BuiltIn[], first: Language): Promise<void> {
  const [firstBuiltIn] = builtIns
  if (!firstBuiltIn) throw new Error('builtIns: expected at least one scenario')
  let language = first
  let choice: Choice = firstBuiltIn
  /** Chosen by the user or by the link. */
  let speed: Speed | null = null
  let problem: AddressProblem | null = null
  let computed: Computed | null = null
  let views: View[] = []
  let hashTurn = 0

  const arenaHost = h('div', { class: 'arena-host' })
  const page = h('div', { class: 'page' })
  root.replaceChildren(page, arenaHost)

  const scheduler = createScheduler(() => views.forEach((view) => view.update(runner.state)))
  let phase = ''
  const runner = createRunner(
    firstBuiltIn.scenario,
    (receive) => openArena(arenaHost, receive),
    (state) => {
      if (state.phase === phase) return scheduler.schedule()
      phase = state.phase
      showTitle()
      scheduler.flush()
    },
  )

  const builtInOf = (): BuiltIn | null => (typeof choice === 'string' ? null : choice)

  /** Shows the chosen scenario. `scenario` differs from the built-in one if the link names lanes or a seed. */
  function show(next: Choice, scenario: Scenario): void {
    choice = next
    runner.show(scenario, exampleOf(next, scenario))
    render()
  }

  const exampleOf = (next: Choice, scenario: Scenario): Result | null =>
    typeof next === 'string' ? null : computedResult(computed, next, scenario)

  /** The chosen lanes stay, whatever scenario follows. */
  function choose(next: Choice): void {
    problem = null
    const { scenario } = runner.state
    const chosen = next === 'shared' ? scenario : next === 'own' ? ownScenario(firstBuiltIn!.scenario) : next.scenario
    show(next, { ...chosen, lanes: scenario.lanes })
    void writeHash()
    page.querySelector<HTMLElement>('[aria-current]')?.focus()
  }

  /** Shows the scenario with another seed or other lanes. */
  function vary(changes: Partial<Pick<Scenario, 'seed' | 'lanes'>>): void {
    const scenario = { ...runner.state.scenario, ...changes }
    runner.show(scenario, exampleOf(choice, scenario))
    void writeHash()
  }

  /** Puts what is shown into the address bar. Encoding takes time, in which another call may follow: the last one counts. */
  async function writeHash(): Promise<void> {
    const turn = ++hashTurn
    const { scenario } = runner.state
    const hash = await writeAddress({ scenario, builtIn: builtInOf(), speed })
    if (turn === hashTurn) history.replaceState(null, '', hash)
  }

  async function share(): Promise<boolean> {
    await writeHash()
    return copyText(location.href)
  }

  /** The title is what is seen of a hidden tab. */
  function showTitle(): void {
    const { title } = TEXTS[language]
    document.title = phase === 'hidden' ? `⏸ ${title}` : title
  }

  /** Builds the page again: after a change of language or scenario. */
  function render(): void {
    const texts = TEXTS[language]
    document.documentElement.lang = language === 'zh' ? 'zh-CN' : 'en'
    showTitle()
    const dialog = createCodeDialog(texts, copyText)
    const status = createStatus(texts, () => computed?.date.slice(0, 10) ?? null)
    const toolbar = createToolbar(
      {
        runner,
        speed: () => speed ?? speedOf(choice),
        setSpeed: (value) => (speed = value),
        setSeed: (seed) => vary({ seed }),
        share,
      },
      texts,
    )
    const lanes = createLaneChoice(texts, (chosen) => vary({ lanes: chosen }))
    const stage = createStage(builtInOf(), texts, (id) => void dialog.show(id))
    const desk = createFaultDesk(runner, texts)
    const table = createResultTable(texts, copyText)
    const log = createEventLog(texts)
    views = [status, toolbar, lanes, stage, desk, table, log]
    page.replaceChildren(
      createHeader(texts, () => {
        language = language === 'en' ? 'zh' : 'en'
        render()
        page.querySelector<HTMLElement>('.language')?.focus()
      }),
      h(
        'div',
        { class: 'columns' },
        h('div', { class: 'side' }, createScenarioList(builtIns, choice, texts, choose), desk.element),
        h(
          'main',
          {},
          problem && h('p', { class: 'problem', attributes: { role: 'alert' } }, problemText(problem, language)),
          createIntro(choice, texts),
          toolbar.element,
          status.element,
          lanes.element,
          stage.element,
          table.element,
          log.element,
          createFairness(texts),
        ),
      ),
      dialog.element,
    )
    scheduler.flush()
  }

  async function readHash(): Promise<void> {
    const result = await readAddress(location.hash, builtIns)
    problem = 'problem' in result ? result.problem : null
    if ('problem' in result) return show(firstBuiltIn!, firstBuiltIn!.scenario)
    const { address } = result
    speed = address.speed ?? speed
    show(address.builtIn ?? 'shared', address.scenario)
  }

  addEventListener('hashchange', () => void readHash())
  watchVisibility(runner.setHidden)
  await readHash()
  computed = await loadComputed()
  if (!isActive(runner.state) && runner.state.phase === 'idle') {
    runner.show(runner.state.scenario, exampleOf(choice, runner.state.scenario))
  }
}

const problemText = (problem: AddressProblem, language: Language): string => {
  const texts = TEXTS[language].problem
  return problem.kind === 'invalid' ? texts.invalid(problem.message) : texts[problem.kind]
}
