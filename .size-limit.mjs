// Size budgets, minified and gzipped, for two targets: ES2022, which the packages are published at, and ES2020, to which a bundler lowers
// them for older browsers. The default target of Vite 3 to 6 is close to ES2020.

/** @typedef {'es2022' | 'es2020'} Target */

/** @type {readonly (import('size-limit').Check & { limits: Record<Target, string> })[]} */
const entries = [
  {
    name: 'core: createWebSocket',
    path: 'packages/core/dist/index.js',
    import: '{ createWebSocket }',
    limits: { es2022: '12.51 kB', es2020: '12.54 kB' },
  },
  {
    name: 'core: createWebSocket with a session, from /recovery',
    path: ['packages/core/dist/recovery.js', 'packages/core/dist/index.js'],
    import: {
      'packages/core/dist/index.js': '{ createWebSocket }',
      'packages/core/dist/recovery.js': '{ session }',
    },
    limits: { es2022: '16.87 kB', es2020: '16.91 kB' },
  },
  {
    name: 'core: ReconnectingWebSocket with the core, from /reconnecting-websocket',
    path: ['packages/core/dist/reconnecting-websocket.js', 'packages/core/dist/index.js'],
    import: {
      'packages/core/dist/index.js': '{ createWebSocket }',
      'packages/core/dist/reconnecting-websocket.js': '{ ReconnectingWebSocket }',
    },
    limits: { es2022: '16.39 kB', es2020: '16.43 kB' },
  },
  {
    name: 'core: createWebSocket with an event source, from /event-source',
    path: ['packages/core/dist/event-source.js', 'packages/core/dist/index.js'],
    import: {
      'packages/core/dist/index.js': '{ createWebSocket }',
      'packages/core/dist/event-source.js': '{ eventSource }',
    },
    limits: { es2022: '13.8 kB', es2020: '13.83 kB' },
  },
  {
    name: 'core: the file for script tags, with all of the main entry',
    path: 'packages/core/dist/index.global.js',
    limits: { es2022: '14.04 kB', es2020: '14.07 kB' },
  },
  {
    name: 'vue: useWebSocket with the core, without vue',
    path: 'packages/vue/dist/index.js',
    import: '{ useWebSocket }',
    ignore: ['vue'],
    limits: { es2022: '14.09 kB', es2020: '14.12 kB' },
  },
  {
    name: 'react: useWebSocket with the core, without react',
    path: 'packages/react/dist/index.js',
    import: '{ useWebSocket }',
    ignore: ['react'],
    limits: { es2022: '13.56 kB', es2020: '13.59 kB' },
  },
]

/** @param {Target} target */
const checksAt = (target) =>
  entries.map(({ name, limits, ...check }) => ({
    ...check,
    name: target === 'es2022' ? name : `${name}, at ES2020`,
    limit: limits[target],
    gzip: true,
    modifyEsbuildConfig: (/** @type {object} */ config) => ({ ...config, target }),
  }))

export default [...checksAt('es2022'), ...checksAt('es2020')]
