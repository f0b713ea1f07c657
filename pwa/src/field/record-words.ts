/** What records of checks and findings are called, wherever the shell lists work done elsewhere. */
import { computed, type ComputedRef } from 'vue'

import type { InspectionRecords } from '../features/inspections/occurrences.ts'
import { answerWords } from '../features/inspections/texts.ts'
import { findItemPhotos, taskNames } from '../features/inspections/view.ts'
import { texts as correctionTexts } from '../features/nonconformities/texts.ts'
import type { CorrectionGroups, CorrectionRow } from '../features/nonconformities/view.ts'
import type { Checkpoint, Places } from '../schemas.gen.ts'
import type { OutboxEntry } from '../sync/engine.ts'
import { t } from '../ui/speech.ts'
import { texts } from './texts.ts'

/** Gives the words for the records that a screen follows. */
export function useRecordWords(
  inspections: ComputedRef<InspectionRecords>,
  corrections: ComputedRef<CorrectionGroups>,
) {
  const names = computed(() => taskNames(inspections.value))
  const places = computed(() =>
    inspections.value.places.flatMap(({ fields }) => {
      const published = fields['places']?.value as Places | undefined
      return published === undefined ? [] : [published]
    }),
  )
  const checkpoints = computed(
    () =>
      new Map<string, Checkpoint>(
        places.value.flatMap(({ checkpoints: all = [] }) => all.map((one) => [one.id, one] as const)),
      ),
  )

  function titleOf(record: string): string {
    const task = names.value.get(record)
    if (task !== undefined) {
      return [task.title, ...(task.checkpoint ? [task.checkpoint] : [])].map((name) => t(name)).join(' · ')
    }
    const rows = [...corrections.value.open, ...corrections.value.corrected, ...corrections.value.closed]
    const row = rows.find(({ id }) => id === record)
    return row === undefined
      ? ''
      : t(correctionTexts.finding, { verdict: verdictOf(row), title: t(row.title) })
  }

  /** Where it was found: by the check that found it, else by the checkpoint that was named. */
  function placeOf(row: CorrectionRow): string {
    if (row.task !== '') return titleOf(row.task)
    const found = checkpoints.value.get(row.checkpoint)
    return found === undefined ? '' : t(found.name)
  }

  function zoneOf(row: CorrectionRow): string {
    const zone = names.value.get(row.task)?.zone
    return zone ?? places.value.find(({ site }) => site === row.site)?.zone ?? ''
  }

  function photosOf(row: CorrectionRow): readonly string[] {
    if (row.task === '') return row.finding_photos
    return findItemPhotos(inspections.value.tasks, row.task, row.item)
  }

  /** The standard is a sentence about how it should be: a finding says first that it is not so. */
  function verdictOf(row: CorrectionRow): string {
    // What was seen freely is told by whoever saw it: their words say already what is wrong.
    if (row.task === '') return t(texts.seen_freely)
    return t(answerWords[names.value.get(row.task)?.words ?? 'assessment'].fail)
  }

  /** Which item an entry of the outbox is about, and what was found there. */
  function detailOf(entry: OutboxEntry): string {
    const task = names.value.get(entry.record)
    const item = task?.items.get(String(entry.body['item']))
    const { answer } = entry.body
    const found = answer === 'pass' || answer === 'fail' || answer === 'not_applicable' ? answer : null
    const words = found === null || task === undefined ? null : answerWords[task.words][found]
    return [words, item].flatMap((part) => (part ? [t(part)] : [])).join(' · ')
  }

  return { names, places, titleOf, placeOf, zoneOf, photosOf, verdictOf, detailOf }
}
