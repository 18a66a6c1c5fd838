// A process that loads one client, connects once, and ends. Not bundled: its arguments are the client's module and an address.

import '../../places/wsGlobal.mjs'
import { firstConnect } from './firstConnect.mjs'

const [, , module = '', url = ''] = process.argv
process.once('disconnect', () => process.exit())
process.send?.(await firstConnect(module, url))
