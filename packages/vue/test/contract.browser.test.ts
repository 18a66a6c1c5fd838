import { KeepAlive, Suspense, type Component, h } from 'vue'
import { browserContract } from '../../core/test/adapterContract/browserContract.ts'
import { vueHarness } from './support/vueHarness.ts'

const within =
  (Wrapper: typeof KeepAlive | typeof Suspense) =>
  (inner: Component): Component =>
  () =>
    h(Wrapper as Component, null, () => h(inner))

browserContract(vueHarness('in a component'))
browserContract(vueHarness('under KeepAlive', within(KeepAlive)))
browserContract(vueHarness('under Suspense', within(Suspense)))
