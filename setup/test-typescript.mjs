// Runs the TypeScript tests that lie beside their sources, straight from source; says so where
// there are none yet. Run in the folder pwa.
import { spawnSync } from 'node:child_process'
import { globSync } from 'node:fs'

const files = globSync('src/**/*.test.ts').sort()
if (files.length === 0) {
  console.log('TypeScript: no tests yet')
} else {
  const reporter = process.stdout.isTTY ? 'spec' : 'dot'
  const run = spawnSync(
    process.execPath,
    [
      '--disable-warning=ExperimentalWarning',
      '--test',
      `--test-reporter=${reporter}`,
      '--test-timeout=120000',
      ...process.argv.slice(2),
      ...files,
    ],
    { stdio: 'inherit' },
  )
  console.log(`TypeScript: ${files.length} test files, ${run.status === 0 ? 'all passed' : 'FAILED'}`)
  process.exitCode = run.status ?? 1
}
