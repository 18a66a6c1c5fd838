// Binds the form in `index.html` to the settings. Whether a value is good is for `createWebSocket` to say; its words are shown.
import { type Settings, checkSettings, defaultSettings, saveSettings } from './settings.ts'
import type { Store } from './store.ts'

/** Shows the settings in the form and replaces them when it is submitted. */
export function bindSettingsForm(form: HTMLFormElement, store: Store<Settings>): void {
  const complaint = form.querySelector('output')

  function show(settings: Settings): void {
    for (const input of inputs(form)) {
      const value = settings[input.name as keyof Settings]
      if (input instanceof HTMLInputElement && input.type === 'checkbox') input.checked = value === true
      else input.value = value === null ? '' : String(value)
    }
    dim(form)
  }

  function apply(settings: Settings): void {
    try {
      checkSettings(settings)
    } catch (error) {
      if (complaint) complaint.value = error instanceof Error ? error.message : String(error)
      return
    }
    if (complaint) complaint.value = ''
    saveSettings(settings)
    show(settings)
    store.set(settings)
  }

  show(store.get())
  form.addEventListener('change', () => dim(form))
  form.addEventListener('submit', (event) => {
    event.preventDefault()
    apply(read(form))
  })
  form.addEventListener('reset', (event) => {
    event.preventDefault()
    apply(defaultSettings())
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

/** Marks what has no meaning while its switch is off; it stays editable, and keeps its value. */
function dim(form: HTMLFormElement): void {
  for (const group of form.querySelectorAll('fieldset')) {
    const toggle = group.querySelector<HTMLInputElement>('legend input[type=checkbox]')
    group.classList.toggle('off', toggle?.checked === false)
  }
}
