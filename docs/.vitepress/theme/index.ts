// Without the web fonts: the fonts of the system load nothing, and have Chinese characters.
import type { Theme } from 'vitepress'
import DefaultTheme from 'vitepress/theme-without-fonts'
import Lab from './Lab.vue'
import StateDiagram from './StateDiagram.vue'
import './style.css'

const theme: Theme = {
  extends: DefaultTheme,
  enhanceApp: ({ app }) => void app.component('Lab', Lab).component('StateDiagram', StateDiagram),
}
export default theme
