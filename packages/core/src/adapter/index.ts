/** `@holdfast/core/adapter`: shared by the Vue and React packages. It is internal and may change in any release. */

export { type Rendering, renderingOf } from './rendering.ts'
