export { createFaultProxy, type FaultProxy, type FaultProxyOptions } from './faultProxy.ts'
export type { FaultEvent, FaultRule, Frame, Way } from './faultRule.ts'
