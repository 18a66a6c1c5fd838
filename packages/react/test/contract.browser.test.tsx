import './support/fastMessageChannel.ts'
import { StrictMode } from 'react'
import { browserContract } from '../../core/test/adapterContract/browserContract.ts'
import { reactHarness } from './support/reactHarness.tsx'

browserContract(reactHarness('in a component'))
browserContract(reactHarness('under StrictMode', StrictMode, true))
