// Without the web fonts: the fonts of the system load nothing, and have Chinese characters.
export { default } from 'vitepress/theme-without-fonts'
import './style.css'
