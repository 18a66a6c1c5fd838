import { KeepAlive, Suspense, type Component, h } from 'vue'
import { adapterContract } from '../../core/test/adapterContract/contract.ts'
import { vueHarness } from './support/vueHarness.ts'

const within =
  (Wrapper: typeof KeepAlive | typeof Suspense) =>
  (inner: Component): Component =>
  () =>
    h(Wrapper as Component, null, () => h(inner))

adapterContract(vueHarness('in a component'))
adapterContract(vueHarness('under KeepAlive', within(KeepAlive)))
adapterContract(vueHarness('under Suspense', within(Suspense)))
