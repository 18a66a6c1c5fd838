// Starts the page: the settings form and the faults are plain HTML, the panels are rendered by their frameworks.
import { createApp } from 'vue'
import { bindFaultPanel } from './faultPanel.ts'
import { createPlayground } from './playground.ts'
import { mountReactPanel } from './react/mountReactPanel.tsx'
import { bindSettingsForm } from './settingsForm.ts'
import './styles/index.css'
import VuePanel from './vue/VuePanel.vue'

const find = <T extends HTMLElement>(id: string): T => document.getElementById(id) as T

const playground = createPlayground()
bindSettingsForm(find<HTMLFormElement>('settings'), playground.settings)
bindFaultPanel(find('faults'))
createApp(VuePanel, { playground }).mount('#vue-panel')
mountReactPanel(find('react-panel'), playground)

// On a narrow page the settings are collapsed, so that the panels are visible first.
const wide = matchMedia('(min-width: 800px)')
const updateSettingsBox = (): void => {
  find<HTMLDetailsElement>('settings-box').open = wide.matches
}
wide.addEventListener('change', updateSettingsBox)
updateSettingsBox()
