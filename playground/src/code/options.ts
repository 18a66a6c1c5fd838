// The components of this folder take their options from here. The dialog shows the present settings in place of the import.
import { defaultSettings, toOptions } from '../settings.ts'

export const { url } = defaultSettings()
export const options = toOptions(defaultSettings())
