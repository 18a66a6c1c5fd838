// Binds the forms of 'Server faults': each posts its fields to the control channel of the server that served this page.
// Shows the statistics of that server.
import type { ServerStats } from '../server/playgroundServer.ts'
import { type AffectedClients, clientsOf, ownClients } from './clientName.ts'
import { type Store, createStore } from './store.ts'

/** A fault that this page has requested. */
export interface FaultMark {
  /** Epoch ms by the clock of this page, when the server has confirmed it. */
  at: number
  /** The command: `drop`, `close`, `freeze`, `unfreeze`, `refuse`, `restart`, `burst`, `slow` or `reset`. */
  name: string
  clients: AffectedClients
}

/** The newest faults that this page has requested, oldest first. */
export const faults: Store<readonly FaultMark[]> = createStore<readonly FaultMark[]>([])

const maxMarks = 100

/** How often the statistics are fetched while the page is visible, in ms. */
const interval = 500

const affectedTexts: Record<AffectedClients, string> = {
  page: 'this page',
  vue: 'the Vue panel',
  react: 'the React panel',
  everyone: 'everyone',
}

/** Binds every `form[data-command]` in `root`, and `[data-stat]` anywhere in the page. */
export function bindFaultPanel(root: HTMLElement): void {
  const outcome = root.querySelector('output')
  const select = root.querySelector<HTMLSelectElement>('#fault-clients')

  for (const form of root.querySelectorAll<HTMLFormElement>('form[data-command]')) {
    // The server checks every field. A field that is hidden on a phone could not show the browser's message.
    form.noValidate = true
    form.addEventListener('submit', async (event) => {
      event.preventDefault()
      // A form may have two buttons, such as freeze and unfreeze.
      const command = (event.submitter as HTMLButtonElement | null)?.value || form.dataset['command'] || ''
      const label = event.submitter?.textContent.trim() ?? command
      // Faults without this scope affect the server itself.
      const affected = form.dataset['scope'] === 'clients' ? (select?.value as AffectedClients) : 'everyone'
      const answer = await request(command, {
        ...(command === form.dataset['command'] && fields(form)),
        clients: clientsOf(affected),
      })
      if (outcome) outcome.value = typeof answer === 'string' ? answer : `${label}: done for ${affectedTexts[affected]}`
      if (typeof answer === 'string') return
      faults.set([...faults.get(), { at: Date.now(), name: command, clients: affected }].slice(-maxMarks))
      showStats(answer)
    })
  }
  bindDetails(root)

  const refresh = async (): Promise<void> => {
    if (document.visibilityState === 'hidden') return
    const answer = await request('stats')
    document.body.classList.toggle('serverless', typeof answer === 'string')
    if (typeof answer !== 'string') showStats(answer)
  }
  setInterval(refresh, interval)
  document.addEventListener('visibilitychange', refresh)
  void refresh()
}

/** On a phone only the buttons are in view. The details of all faults open above them, at the fault that was used last. */
function bindDetails(root: HTMLElement): void {
  const toggle = root.querySelector<HTMLButtonElement>('#fault-toggle')
  let used: Element | null = null
  root.addEventListener('submit', ({ target }) => {
    used = target as Element
  })
  toggle?.addEventListener('click', () => {
    const isOpen = root.classList.toggle('expanded')
    toggle.setAttribute('aria-expanded', String(isOpen))
    toggle.textContent = isOpen ? 'Hide' : 'Details'
    if (isOpen) used?.scrollIntoView({ block: 'nearest' })
  })
}

const ownQuery = `?${new URLSearchParams(ownClients.map((name) => ['client', name]))}`

/** Runs a command. Returns the server's statistics, or an error message. */
async function request(command: string, body?: object): Promise<ServerStats | string> {
  try {
    const response = await fetch(
      `/control/${command}${ownQuery}`,
      body && {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(body),
      },
    )
    const answer = (await response.json()) as ServerStats | { error: { message: string } }
    return 'error' in answer ? answer.error.message : answer
  } catch {
    return 'The playground’s server does not answer.'
  }
}

function fields(form: HTMLFormElement): object {
  const named = [...form.elements].filter(
    (element): element is HTMLInputElement | HTMLSelectElement =>
      (element instanceof HTMLInputElement || element instanceof HTMLSelectElement) && element.name !== '',
  )
  return Object.fromEntries(named.map((input) => [input.name, valueOf(input)]))
}

function valueOf(input: HTMLInputElement | HTMLSelectElement): unknown {
  if (input.type === 'checkbox') return (input as HTMLInputElement).checked
  // An empty number is sent as null, so that the server rejects it; 0 would be a guess.
  if (input.type === 'number') return input.value === '' ? null : Number(input.value)
  return input.value
}

function showStats({ connections, people, frozen, delay, refusingFor }: ServerStats): void {
  const faults = [
    frozen === 'everything' && 'frozen',
    frozen === 'connections' && 'existing connections frozen',
    refusingFor > 0 && `refusing for ${Math.ceil(refusingFor / 1000)} s`,
    delay > 0 && `${delay} ms delay`,
  ].filter(Boolean)
  const shown: Record<string, string> = {
    connections: String(connections),
    people: String(people),
    state: faults.join(', ') || 'no faults',
  }
  document.body.classList.toggle('misbehaving', faults.length > 0)
  for (const element of document.querySelectorAll<HTMLElement>('[data-stat]')) {
    const text = shown[element.dataset['stat'] ?? ''] ?? ''
    // Written only when it changes: a screen reader announces each write to a live region.
    if (element.textContent !== text) element.textContent = text
  }
}
