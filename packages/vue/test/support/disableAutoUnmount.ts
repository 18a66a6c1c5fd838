/** A setup file: `enableAutoUnmount` of Vue Test Utils may be called once per process, and a process runs many test files. */

import { disableAutoUnmount } from '@vue/test-utils'
import { afterAll } from 'vitest'

afterAll(disableAutoUnmount)
