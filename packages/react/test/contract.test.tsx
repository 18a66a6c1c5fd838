import { StrictMode } from 'react'
import { adapterContract } from '../../core/test/adapterContract/contract.ts'
import { reactHarness } from './support/reactHarness.tsx'

adapterContract(reactHarness('in a component'))
adapterContract(reactHarness('under StrictMode', StrictMode, true))
