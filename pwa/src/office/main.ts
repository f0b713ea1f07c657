/** Starts the office page. */
import { createApp } from 'vue'

import '../ui/tokens.css'
import './office.css'
// In this order: each leans on what stands above it.
import './lists.css'
import './board.css'
import './desk.css'
import './conflicts.css'
import './held.css'
import './patrols.css'
import './report.css'
import './shifts.css'

import { applyLook } from '../ui/theme.ts'
import OfficePage from './office-page.vue'

applyLook()
createApp(OfficePage).mount('#app')
