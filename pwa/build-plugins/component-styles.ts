/**
 * Brings the styles of exactly those Element Plus components that a source file
 * imports by name, so nobody has to write a style import and nobody ships all of them.
 */
import { existsSync } from 'node:fs'
import { resolve } from 'node:path'

import type { Plugin } from 'vite'

const NAMED_IMPORT = /import\s+(?!type\b)\{([^}]*)\}\s+from\s+['"]element-plus['"]/gu

/** The folder name of a component: `ElTableColumn` gives `table-column`. */
function folderOf(name: string): string {
  const bare = name.replace(/^El(?=[A-Z])/u, '')
  return bare.replace(/(?<=[a-z0-9])[A-Z]/gu, (letter) => `-${letter}`).toLowerCase()
}

/** The module with the component's style, or nothing where it has none. */
function styleModule(root: string, name: string): string | undefined {
  const path = `element-plus/es/components/${folderOf(name)}/style/css.mjs`
  return existsSync(resolve(root, 'node_modules', path)) ? path : undefined
}

/** Vite plugin: adds the style imports behind each named component import. */
export function componentStyles(): Plugin {
  let root = ''
  return {
    name: 'roundsman:component-styles',
    configResolved(config) {
      root = config.root
    },
    transform(code, id) {
      if (id.includes('/node_modules/') || !/\.(?:ts|vue)(?:$|\?)/u.test(id)) return null
      const styles = new Set<string>()
      for (const [, names = ''] of code.matchAll(NAMED_IMPORT)) {
        for (const entry of names.split(',')) {
          const name = entry.trim().split(/\s+as\s+/u)[0] ?? ''
          if (name === '' || name.startsWith('type ')) continue
          const style = styleModule(root, name)
          if (style !== undefined) styles.add(style)
        }
      }
      if (styles.size === 0) return null
      const imports = [...styles].map((path) => `import ${JSON.stringify(path)};`).join('')
      // Behind the code: the source map of the lines above stays right.
      return { code: `${code}\n${imports}\n`, map: null }
    },
  }
}
