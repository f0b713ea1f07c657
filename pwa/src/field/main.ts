/** Starts the phone page. */
import { createEngine } from '../sync/engine.ts'
import { startPhonePage } from './start.ts'

const place = document.querySelector('#app')
if (place !== null) startPhonePage(createEngine(), place)
