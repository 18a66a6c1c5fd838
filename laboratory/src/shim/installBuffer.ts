/** The first import of the arena: the modules of the hub use the global `Buffer`. */

import { ShimBuffer } from './buffer.ts'

Object.assign(globalThis, { Buffer: ShimBuffer })
