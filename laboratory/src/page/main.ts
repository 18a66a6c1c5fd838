import './styles/index.css'
import { builtIns } from '../scenario/builtIn.ts'
import { startApp } from './app.ts'
import { startPage } from './startPage.ts'

startPage((root, language) => startApp(root, builtIns, language))
