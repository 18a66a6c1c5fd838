// Bundled for a page, which gets the text of a client's module.

import { answer } from '../../places/answer.mjs'
import { firstConnect } from './firstConnect.mjs'

answer(({ text, url }) => firstConnect(URL.createObjectURL(new Blob([text], { type: 'text/javascript' })), url))
