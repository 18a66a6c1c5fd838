// Binds the form in `index.html` to the settings. `createWebSocket` validates the values; the form shows its error messages.
import { type Settings, checkSettings, defaultSettings, saveSettings } from './settings.ts'
import { describeSettings } from './describeSettings.ts'
import type { Store } from './store.ts'

/** Shows the settings in the form and in `summary`, and replaces them when the form is submitted. */
export function bindSettingsForm(form: HTMLFormElement, summary: HTMLElement, store: Store<Settings>): void {
  const errorOutput = form.querySelector('output')

  function show(settings: Settings): void {
    for (const input of inputs(form)) {
      const value = settings[input.name as keyof Settings]
      if (input instanceof HTMLInputElement && input.type === 'checkbox') input.checked = value === true
      else input.value = value === null ? '' : String(value)
    }
    markDisabled(form)
  }

  function apply(settings: Settings): void {
    try {
      checkSettings(settings)
    } catch (error) {
      if (errorOutput) errorOutput.value = error instanceof Error ? error.message : String(error)
      return
    }
    if (errorOutput) errorOutput.value = ''
    saveSettings(settings)
    show(settings)
    store.set(settings)
    summary.textContent = describeSettings(settings)
  }

  show(store.get())
  summary.textContent = describeSettings(store.get())
  form.addEventListener('change', () => markDisabled(form))
  form.addEventListener('submit', (event) => {
    event.preventDefault()
    apply(read(form))
  })
  form.addEventListener('reset', (event) => {
    event.preventDefault()
    if (errorOutput) errorOutput.value = ''
    show(defaultSettings())
  })
}

function inputs(form: HTMLFormElement): (HTMLInputElement | HTMLSelectElement)[] {
  return [...form.elements].filter(
    (element) => element instanceof HTMLInputElement || element instanceof HTMLSelectElement,
  )
}

function read(form: HTMLFormElement): Settings {
  const data = new FormData(form)
  const number = (name: keyof Settings): number => Number(data.get(name))
  return {
    url: String(data.get('url')).trim(),
    shared: data.get('shared') === 'true',
    session: data.get('session') === 'true',
    heartbeat: data.has('heartbeat'),
    heartbeatInterval: number('heartbeatInterval'),
    heartbeatTimeout: number('heartbeatTimeout'),
    reconnect: data.has('reconnect'),
    maxAttempts: data.get('maxAttempts') === '' ? null : number('maxAttempts'),
    queue: data.has('queue'),
    queueLimit: number('queueLimit'),
  }
}

/** Marks fields that have no effect while their checkbox is off. They stay editable and keep their values. */
function markDisabled(form: HTMLFormElement): void {
  for (const group of form.querySelectorAll('fieldset')) {
    const toggle = group.querySelector<HTMLInputElement>('legend input[type=checkbox]')
    group.classList.toggle('off', toggle?.checked === false)
  }
}
