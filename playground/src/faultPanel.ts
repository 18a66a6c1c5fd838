// Binds the forms of 'Make the server misbehave': each posts its fields to the control channel of the server this page came
// from. Shows what that server says about itself.
import type { ServerStats } from '../server/playgroundServer.ts'

/** How often the server is asked while the page is looked at, in ms. */
const interval = 500

/** Binds every `form[data-command]` in `root`, and `[data-stat]` anywhere in the page. */
export function bindFaultPanel(root: HTMLElement): void {
  const outcome = root.querySelector('output')

  for (const form of root.querySelectorAll<HTMLFormElement>('form[data-command]')) {
    form.addEventListener('submit', async (event) => {
      event.preventDefault()
      // A form may have two buttons: freeze and unfreeze.
      const command = (event.submitter as HTMLButtonElement | null)?.value || form.dataset['command'] || ''
      const label = event.submitter?.textContent.trim() ?? command
      const answer = await ask(command, command === form.dataset['command'] ? fields(form) : {})
      if (outcome) outcome.value = typeof answer === 'string' ? answer : `${label}: done`
      if (typeof answer !== 'string') showStats(answer)
    })
  }

  const refresh = async (): Promise<void> => {
    if (document.visibilityState === 'hidden') return
    const answer = await ask('stats')
    document.body.classList.toggle('serverless', typeof answer === 'string')
    if (typeof answer !== 'string') showStats(answer)
  }
  setInterval(refresh, interval)
  document.addEventListener('visibilitychange', refresh)
  void refresh()
}

/** Gets the server's state, or what went wrong in words. */
async function ask(command: string, body?: object): Promise<ServerStats | string> {
  try {
    const response = await fetch(
      `/control/${command}`,
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
  // Left empty, a number is for the server to refuse: 0 would be a guess.
  if (input.type === 'number') return input.value === '' ? null : Number(input.value)
  return input.value
}

function showStats({ connections, people, frozen, delay, refusingFor }: ServerStats): void {
  const faults = [
    frozen === 'everything' && 'frozen',
    frozen === 'connections' && 'old connections frozen',
    refusingFor > 0 && `refusing for ${Math.ceil(refusingFor / 1000)} s`,
    delay > 0 && `${delay} ms late`,
  ].filter(Boolean)
  const shown: Record<string, string> = {
    connections: String(connections),
    people: String(people),
    state: faults.join(', ') || 'behaving',
  }
  document.body.classList.toggle('misbehaving', faults.length > 0)
  for (const element of document.querySelectorAll<HTMLElement>('[data-stat]')) {
    const text = shown[element.dataset['stat'] ?? ''] ?? ''
    // Written only when it changes: a live region must not repeat itself every second.
    if (element.textContent !== text) element.textContent = text
  }
}
