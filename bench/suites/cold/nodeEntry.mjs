// A process that loads one client, connects once, and exits. It is not bundled: its arguments are the client's module and a URL.

import '../../runners/wsGlobal.mjs'
import { firstConnect } from './firstConnect.mjs'

const [, , module = '', url = ''] = process.argv
process.once('disconnect', () => process.exit())
process.send?.(await firstConnect(module, url))
