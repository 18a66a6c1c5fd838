// Starts the page: the settings form and the faults are plain HTML, the panels are rendered by their frameworks.
import { createApp } from 'vue'
import { bindFaultPanel } from './faultPanel.ts'
import { createPlayground } from './playground.ts'
import { bindCodeDialog } from './code/codeDialog.ts'
import { bindPhoneBar } from './phoneBar.ts'
import { mountReactPanel } from './react/mountReactPanel.tsx'
import { bindSettingsForm } from './settingsForm.ts'
import './styles/index.css'
import VuePanel from './vue/VuePanel.vue'

const find = <T extends HTMLElement>(id: string): T => document.getElementById(id) as T

const playground = createPlayground()
bindSettingsForm(find<HTMLFormElement>('settings'), find('settings-summary'), playground.settings)
bindFaultPanel(find('faults'))
createApp(VuePanel, { playground }).mount('#vue-panel')
mountReactPanel(find('react-panel'), playground)
bindPhoneBar(find('phone-bar'), playground)
bindCodeDialog(find<HTMLDialogElement>('code'), playground.settings)
