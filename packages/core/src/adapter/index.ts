/**
 * `@holdfast/core/adapter`: the parts that the Vue and React packages share. It is internal: it may change in any release, so import it
 * only from those packages.
 */

export { callbackNames, listen, withoutStreamCallbacks } from './callbacks.ts'
export { identityOf, isClient } from './identity.ts'
export { type Latest, withLatest } from './latest.ts'
export { createOwnedClient } from './ownedClient.ts'
export { type Rendering, renderingOf } from './rendering.ts'
export { isServer } from './serverSide.ts'
export { type SharedClientOptions, warnOfIgnoredOptions } from './sharedClient.ts'
export { type TrackedSnapshot, createTrackedSnapshot } from './trackedSnapshot.ts'
