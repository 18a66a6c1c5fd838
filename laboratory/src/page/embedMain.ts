import './styles/index.css'
import { BUILT_IN } from '../scenario/builtIn.ts'
import { startEmbed } from './embed.ts'
import { startPage } from './startPage.ts'

startPage((root, language) => startEmbed(root, BUILT_IN, language))
