import { StrictMode } from 'react'
import { nodeContract } from '../../core/test/adapterContract/nodeContract.ts'
import { reactHarness } from './support/reactHarness.tsx'

nodeContract(reactHarness('in a component'))
nodeContract(reactHarness('under StrictMode', StrictMode, true))
