import './styles/index.css'
import { BUILT_IN } from '../scenario/builtIn.ts'
import { startApp } from './app.ts'
import { startPage } from './startPage.ts'

startPage((root, language) => startApp(root, BUILT_IN, language))
