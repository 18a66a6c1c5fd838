/** Mounts components of each framework into an element. */

import { render } from '@testing-library/react'
import { type ComponentType, createElement } from 'react'
import { type Component, createApp } from 'vue'
import type { Mount } from './page.ts'

interface Props {
  url: string
}

export const vue =
  (component: Component<Props>): Mount =>
  (url, element) => {
    const app = createApp(component, { url })
    app.mount(element)
    return () => app.unmount()
  }

export const react =
  (component: ComponentType<Props>): Mount =>
  (url, container) =>
    render(createElement(component, { url }), { container }).unmount

/** A page without a framework: a function that fills the element. */
export const script = (start: Mount): Mount => start
