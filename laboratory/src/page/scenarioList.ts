import type { BuiltIn } from '../scenario/schema.ts'
import { h } from './dom.ts'
import type { Texts } from './texts/index.ts'

/** What is chosen in the list: a built-in scenario, an empty one, or one from a link. */
export type Choice = BuiltIn | 'own' | 'shared'

/** The site's pages are beside the laboratory only if it was built for the site. */
const SITE = import.meta.env.MODE === 'docs' ? '../' : null

const titleOf = (choice: Choice, texts: Texts): string =>
  choice === 'own' ? texts.ownScenario : choice === 'shared' ? texts.sharedScenario : choice.title[texts.language]

const summaryOf = (choice: Choice, texts: Texts): string =>
  choice === 'own' ? texts.ownSummary : choice === 'shared' ? texts.sharedSummary : choice.summary[texts.language]

/** The title of a scenario, what it shows, and the guide that explains it. */
export function createIntro(choice: Choice, texts: Texts): HTMLElement {
  const folder = `${SITE}${texts.language === 'zh' ? 'zh/' : ''}`
  const guide =
    SITE && typeof choice !== 'string'
      ? h('a', { attributes: { href: `${folder}${choice.guide}.html` } }, texts.guide)
      : null
  const summary = h('p', {}, summaryOf(choice, texts), guide && ' ', guide)
  return h('div', { class: 'intro' }, h('h2', {}, titleOf(choice, texts)), summary)
}

/** The scenarios as a list of buttons. */
export function createScenarioList(
  builtIns: readonly BuiltIn[],
  current: Choice,
  texts: Texts,
  choose: (choice: Choice) => void,
): HTMLElement {
  const choices: Choice[] = [...(current === 'shared' ? ['shared' as const] : []), ...builtIns, 'own']
  return h(
    'nav',
    { class: 'scenarios', attributes: { 'aria-labelledby': 'scenarios-title' } },
    h('h2', { attributes: { id: 'scenarios-title' } }, texts.scenarios),
    h(
      'ul',
      {},
      ...choices.map((choice) =>
        h(
          'li',
          {},
          h(
            'button',
            {
              attributes: {
                'type': 'button',
                'data-scenario': typeof choice === 'string' ? choice : choice.id,
                'aria-current': choice === current ? 'true' : null,
              },
              on: { click: () => choose(choice) },
            },
            titleOf(choice, texts),
          ),
        ),
      ),
    ),
  )
}
