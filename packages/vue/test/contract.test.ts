import { KeepAlive, Suspense, type Component, h } from 'vue'
import { nodeContract } from '../../core/test/adapterContract/nodeContract.ts'
import { vueHarness } from './support/vueHarness.ts'

const within =
  (Wrapper: typeof KeepAlive | typeof Suspense) =>
  (inner: Component): Component =>
  () =>
    h(Wrapper as Component, null, () => h(inner))

nodeContract(vueHarness('in a component'))
nodeContract(vueHarness('under KeepAlive', within(KeepAlive)))
nodeContract(vueHarness('under Suspense', within(Suspense)))
