/** The first import of the arena: the modules of the hub use the global `Buffer`. */

import { ShimBuffer, bufferMethods } from './buffer.ts'

Object.assign(globalThis, { Buffer: Object.assign(ShimBuffer, bufferMethods) })
