export { createFaultProxy, type FaultProxy, type FaultProxyOptions } from './faultProxy.ts'
export type { Direction, FaultEvent, FaultRule, Frame } from './faultRule.ts'
