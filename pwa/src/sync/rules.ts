/**
 * The rules by which this app folds, as one mark.
 *
 * The server's copies are kept whole, with fields that this app does not know, so nothing need be
 * fetched again when it learns one. What an older app folded on top by its own rules is folded anew.
 */

import { canonicalJson } from '../kernel/canonical.ts'
import { sha256 } from '../kernel/ids.ts'
import { KINDS, LIFECYCLES } from '../schemas.gen.ts'

/** Gives a mark that differs when any kind of operation or any table of states does. */
export async function rulesMark(): Promise<string> {
  return await sha256(canonicalJson({ KINDS, LIFECYCLES }))
}
