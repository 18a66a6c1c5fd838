import './styles/index.css'
import { builtIns } from '../scenario/builtIn.ts'
import { startEmbed } from './embed.ts'
import { startPage } from './startPage.ts'

startPage((root, language) => startEmbed(root, builtIns, language))
