/** All cases, by section of the standards. */

import { attributeCases, constantCases, interfaceCases } from './attributes.ts'
import type { Case } from './cases.ts'
import { closeCases } from './close.ts'
import { protocolCases, relativeUrlCases, urlCases } from './constructor.ts'
import { eventHandlerCases, listenerCases, throwingListenerCases } from './eventHandlers.ts'
import { eventCases } from './events.ts'
import { sendCases } from './send.ts'

export const sections: Record<string, Case[]> = {
  'constructor: url': urlCases,
  'constructor: protocols': protocolCases,
  'constants': constantCases,
  'interface': interfaceCases,
  'attributes': attributeCases,
  'send': sendCases,
  'close': closeCases,
  'events': eventCases,
  'event handlers': eventHandlerCases,
  'listeners': listenerCases,
}

/** For pages only. */
export const pageSections: Record<string, Case[]> = {
  'constructor: relative url': relativeUrlCases,
  'listeners that throw': throwingListenerCases,
}
