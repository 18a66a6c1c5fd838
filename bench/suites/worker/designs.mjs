// The designs that are compared: each turns a frame into an object on the main thread. Each function is sent to the page as text, so it
// must be self-contained.

/**
 * @typedef {object} Outcome
 * @property {number} count messages that reached the main thread as objects
 */

/**
 * @param {string} url
 * @returns {Promise<Outcome>}
 */
export function onMain(url) {
  return new Promise((resolve) => {
    const socket = new WebSocket(url)
    let count = 0
    socket.onopen = () => socket.send('go')
    socket.onmessage = ({ data }) => {
      const message = JSON.parse(data)
      if (message === 'end') {
        socket.close()
        resolve({ count })
      } else if (message.id >= 0) {
        count++
      }
    }
  })
}

/**
 * The socket and the codec run in the worker, which posts each object, or all objects of `every` ms together.
 * @param {string} url
 * @param {number} every ms; 0 posts each
 * @returns {Promise<Outcome>}
 */
export function inWorker(url, every) {
  const work = (/** @type {string} */ address, /** @type {number} */ ms) => {
    const socket = new WebSocket(address)
    /** @type {unknown[]} */
    let batch = []
    const post = () => {
      if (batch.length > 0) postMessage(batch)
      batch = []
    }
    if (ms) setInterval(post, ms)
    socket.onopen = () => socket.send('go')
    socket.onmessage = ({ data }) => {
      batch.push(JSON.parse(data))
      if (!ms) post()
    }
  }
  return new Promise((resolve) => {
    const source = URL.createObjectURL(
      new Blob([`(${work})(${JSON.stringify(url)}, ${every})`], { type: 'text/javascript' }),
    )
    const worker = new Worker(source)
    let count = 0
    worker.onmessage = ({ data }) => {
      for (const message of data) {
        if (message === 'end') {
          worker.terminate()
          URL.revokeObjectURL(source)
          resolve({ count })
        } else if (message.id >= 0) {
          count++
        }
      }
    }
  })
}

/**
 * The socket runs on the main thread. Its text is posted to the worker and comes back decoded, in batches, as with a `codec` in a worker.
 * @param {string} url
 * @param {number} every ms
 * @returns {Promise<Outcome>}
 */
export function thereAndBack(url, every) {
  return new Promise((resolve) => {
    const work = 'onmessage = ({ data }) => postMessage(data.map(text => JSON.parse(text)))'
    const source = URL.createObjectURL(new Blob([work], { type: 'text/javascript' }))
    const worker = new Worker(source)
    const socket = new WebSocket(url)
    /** @type {string[]} */
    let batch = []
    let count = 0
    const timer = setInterval(() => {
      // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a worker's takes none
      if (batch.length > 0) worker.postMessage(batch)
      batch = []
    }, every)
    socket.onopen = () => socket.send('go')
    socket.onmessage = ({ data }) => batch.push(data)
    worker.onmessage = ({ data }) => {
      for (const message of data) {
        if (message === 'end') {
          clearInterval(timer)
          worker.terminate()
          socket.close()
          URL.revokeObjectURL(source)
          resolve({ count })
        } else if (message.id >= 0) {
          count++
        }
      }
    }
  })
}
