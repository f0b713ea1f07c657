// Written by shared_schemas/export.py; never edited by hand.
/* eslint-disable */

export type Answer = "fail" | "not_applicable" | "pass" | "unanswered"

export type Cadence = "ad_hoc" | "annual" | "daily" | "dates" | "every_n_days" | "half_yearly" | "month_days" | "monthly" | "quarterly" | "weekdays" | "weekly"

export type CareStanding = "done" | "due" | "late" | "none" | "overdue" | "to_come"

export type CheckFlag = "assessed_missing" | "bulk_forbidden" | "disputed" | "estimated" | "photo_missing" | "returned" | "scan_missing" | "second_missing" | "value_missing" | "value_outside"

export type ChecklistDomain = "assessment" | "cleaning" | "equipment" | "fire" | "greening" | "lift" | "other" | "patrol" | "post" | "service"

export type DayVariant = "holiday" | "normal" | "rain" | "rush"

export type DeviceAlarm = "not_persisted" | "scope_differs" | "silent_long" | "storage_trouble" | "unsent_old" | "wiped" | "wire_old"

export type Disclosure = "open" | "when_begun" | "when_finished" | "when_released"

export type FactKind = "finding_confirmed" | "item_checked" | "item_failed"

export type FieldForm = "choice" | "long_text" | "number" | "text" | "yes_no"

export type HeldChoice = "apply" | "change" | "set_aside" | "take_up"

export type HeldStanding = "applied" | "changed" | "set_aside" | "waiting"

export type ItemInput = "check" | "choice" | "grade" | "meter" | "number" | "photo" | "scan" | "text"

export type MeasureKind = "deduct_per_failure"

export type OddityKind = "copied" | "far_away" | "forged" | "off_route" | "other_checkpoint" | "outside_window" | "replaced" | "revoked" | "too_fast" | "typed" | "unknown_text" | "weak_clock" | "wrong_order"

export type OfficeDeed = "confirm" | "judge" | "verify"

export type PeriodKind = "half_year" | "month" | "quarter" | "special" | "year"

export type PlanMode = "internal_audit" | "joint" | "mutual" | "night_post" | "routine" | "special" | "telephone" | "video"

export type PlanUse = "assessment" | "self_check"

export type Policy = "append" | "authority" | "first" | "latest" | "lifecycle" | "union" | "worst"

export type ReasonKind = "deduction" | "edge" | "floor" | "full" | "indicator" | "not_measured" | "repeat" | "rounding" | "score" | "source"

export type ReceiptVerdict = "differs" | "matches" | "not_arrived" | "signature_wrong" | "unsigned"

export type RoundVerdict = "early" | "late" | "make_up" | "missed" | "open" | "undecidable" | "unfinished" | "unplanned" | "within"

export type SameDay = "late" | "undecidable" | "within"

export type Severity = "general" | "minor" | "serious"

export type ShiftStanding = "disputed" | "made" | "missing" | "running" | "taken" | "to_come" | "unplanned"

export type Status = "accepted" | "deferred" | "duplicate" | "held" | "merged" | "set_aside"

export type SubjectKind = "contractor" | "department" | "organization" | "person" | "site" | "window"

export type Timeliness = "late" | "within"

export type Verdict = "due" | "early" | "late" | "make_up" | "missed" | "not_asked" | "undecidable" | "within"

export type WasteKind = "bulky" | "construction" | "grease" | "hazardous" | "household" | "kitchen" | "recyclable" | "septic"

/**
 * The windows of a plan in one calendar month were made; record `agenda`.
 *
 * Windows once given keep their ids, and those that have opened their times. What the plan no
 * longer asks for and nobody began is `cancelled`. `closed` says that the assessed must not know
 * of them, `checkers` who holds them nevertheless.
 */
export interface AgendaPlanned {
  kind: "agenda_planned"
  plan: string
  month: string
  windows: Window[]
  cancelled?: Window[]
  closed?: boolean
  checkers?: string[]
}

/**
 * The last time the server told the phone, with the phone's clocks at that moment.
 *
 * Units: all in milliseconds; `wall_ms`, `mono_ms`, `back_ms` were read when the answer arrived.
 * Source: sync design, section 7 (time evidence).
 */
export interface Anchor {
  server_ms: number
  round_trip_ms: number
  wall_ms: number
  mono_ms: number
  session: string
  token: string
  back_ms?: number
}

/**
 * One item of a check with the answer that stands and, where people differ, everyone's.
 *
 * `dispute` is `disputed`, `stands` or `fallen`, empty where nobody disputed it; `dispute_by` who
 * did, as named on the spot.
 */
export interface AnswerSeen {
  item: string
  text: Bilingual
  indicator: string
  answer: string
  contested: boolean
  note: string
  photos: string[]
  given: GivenAnswer[]
  value?: string
  unit?: string
  estimated?: boolean
  bulk?: boolean
  tag?: string
  dispute?: string
  dispute_by?: string
  dispute_words?: string
}

/**
 * Who let a check's findings be handled, or sent the check back, and with which words.
 */
export interface ApprovalSeen {
  approval: string
  person: Named
  words: string
}

/**
 * A part of a site, such as basement 2 or the east entrance.
 */
export interface Area {
  id: string
  name: Bilingual
}

/**
 * A grade: from `from_points` up to, but not including, the next band's.
 *
 * Source: decisions G05.
 */
export interface Band {
  code: string
  name: Bilingual
  from_points: string
}

/**
 * A name as people read it: Chinese first, English beside it.
 */
export interface Bilingual {
  zh: string
  en?: string
}

/**
 * How many of one person's answers of a day were given with one tap for all the rest.
 *
 * Units: `percent` of that person's answers, rounded down.
 */
export interface BulkShare {
  person: Named
  answers: number
  bulk: number
  percent: number
}

/**
 * What a bundle holds and whose it is, signed by that writer's key.
 *
 * `person` is the author as the phone knew them; the server goes by the writer's binding. `sent`
 * are the clocks when the bundle was made: nobody vouches for them, so they judge nothing.
 *
 * Source: `shared_schemas/SEALED.md`; sync design, section 6.
 */
export interface BundleHeader {
  kind: "operations" | "photo"
  organization: string
  writer: string
  made_ms: number
  sent: Capture
  parts: BundlePart[]
  person?: string
  version?: 1
}

/**
 * One operation's text or one photo's bytes, as they lie in the bundle.
 *
 * `id` is the operation's own, empty for a photo.
 *
 * Units: `size` in bytes.
 */
export interface BundlePart {
  sha256: string
  size: number
  id?: string
  media_type?: string
}

/**
 * The phone's clocks at the moment something was recorded.
 *
 * `mono_ms` counts from `origin_ms` and stops while the phone sleeps; `session` is one page load.
 * `back_ms` is by how much the page saw the wall clock set back since it was opened, all together.
 *
 * Units: milliseconds; `zone` is an IANA name such as Asia/Shanghai.
 * Source: sync design, section 7 (time evidence).
 */
export interface Capture {
  wall_ms: number
  mono_ms: number
  origin_ms: number
  session: string
  zone?: string
  anchor?: Anchor | null
  back_ms?: number
}

/**
 * What became of one operation, without a word of what it says: the carrier must not learn it.
 *
 * `problem` is told to its author and to those who see what is held, and to nobody else.
 */
export interface CarriedOutcome {
  id: string
  status: "accepted" | "deferred" | "duplicate" | "held" | "merged" | "set_aside"
  sha256: string
  missing?: string[]
  problem?: Problem | null
}

/**
 * The server's answer to one bundle: `bundle` is the hash of the very bytes received.
 *
 * `opened` gives an outcome per operation and the photos now stored for their author; `held` means
 * that the bundle is kept whole for the office.
 */
export interface CarriedReply {
  bundle: string
  status: "held" | "opened"
  outcomes?: CarriedOutcome[]
  photos?: string[]
  problem?: Problem | null
  receipt?: "roundsman"
}

/**
 * The office let the assessed know of a covert check; record `task`. Source: decisions G25.
 */
export interface CheckReleased {
  kind: "check_released"
  released_at: number
}

/**
 * One version of a checklist; an answer names the version it was given on.
 *
 * `bulk` lets the rest be passed at once (一键全部正常), never in `NEVER_IN_BULK` nor where a plan
 * uses it for an assessment.
 */
export interface Checklist {
  code: string
  version: number
  title: Bilingual
  words: "assessment" | "patrol"
  items: ChecklistItem[]
  source?: string
  domain?: "assessment" | "cleaning" | "equipment" | "fire" | "greening" | "lift" | "other" | "patrol" | "post" | "service"
  bulk?: boolean
}

/**
 * One line of a checklist.
 *
 * `indicator` names the score item it counts for, `source` the rule it comes from. `options` are
 * for a grade or a choice, `unit`, `low` and `high` for a number or a meter: outside of them the
 * phone warns, and a person judges. `group` is the heading it stands under, along which a large
 * check is split among several people.
 */
export interface ChecklistItem {
  id: string
  text: Bilingual
  standard?: Bilingual | null
  indicator?: string
  photo_on_fail?: boolean
  severity?: "general" | "minor" | "serious"
  source?: string
  not_in_source?: boolean
  input?: "check" | "choice" | "grade" | "meter" | "number" | "photo" | "scan" | "text"
  options?: ItemOption[]
  unit?: string
  low?: string | null
  high?: string | null
  photo_required?: boolean
  scan_required?: boolean
  group?: Bilingual | null
}

/**
 * A version of a checklist was made known; record `checklist`, one per version.
 */
export interface ChecklistPublished {
  kind: "checklist_published"
  checklist: Checklist
}

/**
 * A place to be visited, with the short code printed on its label.
 *
 * `latitude` and `longitude` in degrees (WGS 84), where somebody has said where it is.
 */
export interface Checkpoint {
  id: string
  code: string
  name: Bilingual
  area: string
  latitude?: string | null
  longitude?: string | null
}

/**
 * A checkpoint could not be reached, and why (漏巡原因); record `round`.
 */
export interface CheckpointMissed {
  kind: "checkpoint_missed"
  checkpoint: string
  missed_because: string
}

/**
 * A checkpoint was reached; record `round`. Every scan is kept, whatever is odd about it.
 */
export interface CheckpointScanned {
  kind: "checkpoint_scanned"
  checkpoint: string
  scan: Scan
}

/**
 * Somebody on a roster by name: a phone without a network knows nobody else's name.
 */
export interface Colleague {
  id: string
  name: Bilingual
}

/**
 * Whoever stood beside the checker says that it was so, or that it was not.
 *
 * `side` is the second inspector's or the assessed's, `person` known by a PIN or sign-in (empty:
 * a guest by name alone), `signature` the drawn one, `how` the way of confirming.
 */
export interface Confirmation {
  side: "assessed" | "second_inspector"
  name: string
  how: "own_phone" | "pin" | "signature" | "typed"
  stance: "agreed" | "disputed"
  person?: string
  words?: string
  signature?: string
}

/**
 * What somebody beside the checker said of a check, in the words of the record.
 */
export interface ConfirmationSeen {
  task: string
  side: string
  name: string
  how: string
  stance: string
  words: string
}

/**
 * One of the values given, by whose operations, and what choosing it would do to the scores.
 */
export interface ConflictChoice {
  value: unknown
  operations: string[]
  stands: boolean
  scores: ScoreChange[]
}

/**
 * Someone in the office said which of several values stands, and why; any record.
 *
 * `between` names the operation of every entry that counted when it was decided; as soon as
 * another one counts, the decision stands no more. `signed` is the author's own name, for the
 * phone that shows it; the author is the one who sent it.
 *
 * Source: sync design, section 3 (conflict); SPEC ME12 to ME16.
 */
export interface ConflictDecided {
  kind: "conflict_decided"
  field: string
  between: string[]
  value: unknown
  reason: string
  signed: Bilingual
}

/**
 * Conflicts, newest first; in each the provisional result stands until someone decides.
 *
 * `open_count` counts all that are open, also those not yet shown. `decided` are the latest
 * decisions that stand, with the same sides.
 */
export interface ConflictList {
  revision: number
  open_count: number
  conflicts: ConflictSeen[]
  decided: ConflictSeen[]
}

/**
 * A field on which people differ, with everyone's account in the order of time.
 *
 * A decision names the operations of all `sides` and one of the `choices`, or a text of its own
 * where the field `combines` words. `hindrance` is why the reader may not decide it. `scored` says
 * that a choice may move a score. `position` and `stamp` are those of the record shown.
 */
export interface ConflictSeen {
  id: string
  record: string
  record_kind: string
  field: string
  site: SiteNamed
  place: PlaceSeen | null
  item: string
  item_text: Bilingual | null
  words: string
  combines: boolean
  position: number
  stamp: number
  sides: GivenAnswer[]
  choices: ConflictChoice[]
  scored: boolean
  decision: DecisionSeen | null
  hindrance: Problem | null
}

/**
 * A photo shows the correction.
 */
export interface CorrectionEvidenced {
  kind: "correction_evidenced"
  photo: string
}

/**
 * Another person than the corrector saw that it is right (复查).
 */
export interface CorrectionVerified {
  kind: "correction_verified"
  verified_at: number
  words: string
}

/**
 * One thing counted at a handover: how many there should be and how many there are.
 */
export interface Counted {
  name: string
  expected: number
  found: number
  words?: string
}

/**
 * What one day of a site came to (质检日报): its checks, findings and confirmations.
 *
 * `report` is the id of the record by which it is issued. Source: rule S16 (the same day).
 */
export interface DailyReport {
  revision: number
  now_ms: number
  report: string
  site: SiteNamed
  on: string
  counts: SiteToday
  checks: TaskSeen[]
  findings: FindingSeen[]
  confirmations: ConfirmationSeen[]
  bulk: BulkShare[]
  issued: ReportIssued | null
  may_issue: boolean
}

/**
 * The day's quality report of a site was issued (质检日报); record `daily_report`.
 *
 * Source: rule S16 (the same day).
 */
export interface DailyReportIssued {
  kind: "daily_report_issued"
  site: string
  on: string
  issued_at: number
  words?: string
}

/**
 * How one calendar date's checks ended, all sites together; the rest has not come due.
 *
 * `within` counts the early ones, too.
 */
export interface DayRounds {
  on: string
  planned: number
  within: number
  late: number
  undecidable: number
  missed: number
  make_up?: number
}

/**
 * What someone in the office decided; `stands` is false once something new overtook it.
 *
 * Units: milliseconds UTC.
 */
export interface DecisionSeen {
  operation: string
  value: unknown
  person: Named
  role_name: Bilingual
  decided_ms: number
  reason: string
  stands: boolean
}

/**
 * Someone in the office took a decision back; the policy stands again; any record.
 *
 * `decision` is the operation that decided.
 *
 * Source: sync design, section 3 (conflict); SPEC ME14.
 */
export interface DecisionWithdrawn {
  kind: "decision_withdrawn"
  field: string
  decision: string
  reason: string
}

/**
 * The last report of a phone as the office keeps it, and the last wipe that it told of.
 */
export interface DeviceHealth {
  reported_ms: number
  report: DeviceReport
  wiped_ms?: number | null
  wiped_lost_count?: number | null
}

/**
 * The phone or browser that signs in: an id it made itself, and a label people recognise.
 */
export interface DeviceIntroduction {
  id: string
  label?: string
  app_version?: string
}

/**
 * Devices, the longest silent first.
 */
export interface DeviceList {
  revision: number
  devices: DeviceSeen[]
}

/**
 * Devices, the latest in contact first.
 */
export interface DeviceRegister {
  devices: DeviceView[]
}

/**
 * How one phone stands at the end of a round: what waits on it, and how safely it lies there.
 *
 * The counts are of the person who is working; `others_waiting_count` is the unsent work of
 * everybody else on the phone, sealed work carried for them included. `waiting_count` null: the
 * phone cannot read its own store. `wiped_lost_count`: the phone had cleared the store, and so
 * many unsent records were known before. `storage_problem` is a problem's code, empty when well.
 *
 * Units: `free_bytes`, `usage_bytes` as the browser tells them, null where it does not;
 * `clock_off_ms` how far the phone's clock is slow.
 */
export interface DeviceReport {
  waiting_count: number | null
  oldest_waiting_ms?: number | null
  photos_waiting_count?: number
  held_count?: number
  needs_attention_count?: number
  others_waiting_count?: number
  others_oldest_ms?: number | null
  persisted?: boolean | null
  free_bytes?: number | null
  usage_bytes?: number | null
  app_version?: string
  wire?: number
  clock_off_ms?: number | null
  wiped_lost_count?: number | null
  storage_problem?: string
}

/**
 * A phone or browser with whoever signed in on it last.
 *
 * `health` is what the phone last said about itself, null where it never did; `alarms` the reasons
 * why somebody should look after it. `scope_alarms` counts how often what it held was found to be
 * other than ours, and was sent anew.
 *
 * Units: `silent_ms` since the last contact.
 */
export interface DeviceSeen {
  device: string
  label: string
  person: Named
  first_seen_ms: number
  last_contact_ms: number
  silent_ms: number
  revoked: boolean
  silent: boolean
  writers: number
  operations: number
  missing: number
  alarms?: ("not_persisted" | "scope_differs" | "silent_long" | "storage_trouble" | "unsent_old" | "wiped" | "wire_old")[]
  health?: DeviceHealth | null
  scope_alarms?: number
}

/**
 * A device that someone signed in on, as its owner or the office sees it.
 *
 * `person` signed in last; `signed_in` says that a session on it still holds; `here` that the
 * reader is using it.
 */
export interface DeviceView {
  id: string
  label: string
  person: string
  person_name: Bilingual
  first_seen_ms: number
  last_contact_ms: number
  app_version: string
  signed_in: boolean
  here: boolean
  revoked_ms?: number | null
}

/**
 * The assessed does not agree with what was found on an item.
 */
export interface Dispute {
  name: string
  words?: string
}

/**
 * The office said whether a disputed finding stands; record `task`. Source: decisions G19.
 */
export interface DisputeDecided {
  kind: "dispute_decided"
  item: string
  finding_stands: boolean
  dispute_reason: string
}

/**
 * How often one person's checks could not be timed, and how often after a set-back.
 */
export interface DoubtCount {
  person: Named
  undecidable: number
  set_back: number
}

/**
 * A record that left what this phone may hold; unsent work on it stays.
 */
export interface Drop {
  record: string
}

/**
 * Kinds of record of a site ("" for all sites) that this phone may hold no more.
 *
 * With the site `own`, all that was held as the person's own; then no kinds are named.
 */
export interface DroppedScope {
  site: string
  kinds: string[]
}

/**
 * Who stands where on one shift of one day.
 */
export interface Duty {
  on: string
  shift: string
  post: string
  person: string
}

/**
 * Whom to call when it burns or somebody is stuck, as the card on the phone shows it.
 */
export interface EmergencyNumber {
  name: Bilingual
  number: string
}

/**
 * One operation as it travels; the body stays raw until its kind is known.
 *
 * `id` is writer and counter joined by a colon. `based_on` is the position of the record's copy
 * on the phone (0 without one), `saw_stamp` the greatest stamp in that copy. The author and the
 * organisation are never here: they come from the session or the writer's key.
 *
 * Units: `based_on` a position in the organisation's log, `saw_stamp` microseconds UTC.
 */
export interface Envelope {
  id: string
  writer: string
  counter: number
  record: string
  record_kind: string
  based_on: number
  saw_stamp: number
  captured: Capture
  body: unknown
  evidence?: EvidenceRef[]
  schema?: number
}

/**
 * A thing in the register (设备台账): its number, kind, area and since when it is in use.
 */
export interface Equipment {
  id: string
  number: string
  name: Bilingual
  equipment_kind: string
  area: string
  in_use_since?: string | null
}

/**
 * One line of the register with its care in a year; `plans` counts what it has coming back.
 */
export interface EquipmentSeen {
  id: string
  number: string
  name: Bilingual
  equipment_kind: string
  area: Bilingual
  in_use_since: string | null
  plans: number
  months: MonthOfCare[]
  parts: PartSeen[]
  readings: ReadingSeen[]
}

/**
 * A site's register of equipment with the care of one year.
 */
export interface EquipmentYear {
  revision: number
  now_ms: number
  site: SiteNamed
  year: number
  equipment: EquipmentSeen[]
}

/**
 * How many readings of a meter in a row were estimates (估抄).
 */
export interface Estimates {
  item: string
  in_a_row: number
}

/**
 * A photo was taken of an item; record `task`.
 */
export interface EvidenceAdded {
  kind: "evidence_added"
  item: string
  photo: string
}

/**
 * The bytes with this hash are stored for good.
 */
export interface EvidenceReceipt {
  sha256: string
  size: number
  receipt?: "roundsman"
}

/**
 * A photo or signature that an operation declares; the bytes travel apart by their hash.
 *
 * Units: `size` in bytes of the very bytes that are hashed.
 */
export interface EvidenceRef {
  sha256: string
  size: number
  media_type?: string
}

/**
 * A photo was taken out by its author before review; the bytes stay; record `task`.
 */
export interface EvidenceWithdrawn {
  kind: "evidence_withdrawn"
  item: string
  photo: string
}

/**
 * One thing that happened, as scoring sees it, with what proves it.
 *
 * `operation` leads to the log, `record` and `item` to the answer, `evidence` to the photos.
 */
export interface Fact {
  id: string
  fact_kind: "finding_confirmed" | "item_checked" | "item_failed"
  site: string
  indicator: string
  captured: Instant
  operation: string
  record: string
  item?: string
  title?: Bilingual | null
  person?: string | null
  evidence?: string[]
}

/**
 * A photo or voice note shows what was seen beside any check.
 */
export interface FindingEvidenced {
  kind: "finding_evidenced"
  photo: string
}

/**
 * Findings, newest first; `more` says that older ones exist.
 */
export interface FindingList {
  revision: number
  findings: FindingSeen[]
  more: boolean
}

/**
 * A nonconformity as the office meets it, with what the reader may do about it.
 *
 * `position` and `stamp` are those of the record shown; a deed on it carries them back, so that
 * the merge knows what its author had before them. `early` was put right before its handling was
 * approved.
 */
export interface FindingSeen {
  nonconformity: string
  title: Bilingual
  indicator: string
  item: string
  site: SiteNamed
  place: PlaceSeen | null
  found_ms: number
  person: Named
  photos: string[]
  note: string
  state: string
  use: string
  severity: string
  contested: boolean
  answer_operation: string
  confirmed_by: Named | null
  confirmed_operation: string
  corrected_by: Named | null
  corrected_ms: number | null
  correction: string
  correction_photos: string[]
  verified_by: Named | null
  deeds: ("confirm" | "judge" | "verify")[]
  position: number
  stamp: number
  workflow?: string
  approved_by?: Named | null
  assignee?: Named | null
  early?: boolean
  photos_lacking?: string[]
}

/**
 * What one person found on one item; `stands` says whether it is the one that counts.
 *
 * `set_back`: the phone's clock was proved to have been set back before it was recorded.
 */
export interface GivenAnswer {
  operation: string
  person: Named
  role: string
  role_name: Bilingual
  answer: string
  note: string
  photos: string[]
  recorded: Instant | null
  stands: boolean
  set_back?: boolean
}

/**
 * A person took one heading of a large check, so that the others take another; record `task`.
 *
 * `group` is the Chinese name of the heading.
 */
export interface GroupTaken {
  kind: "group_taken"
  group: string
  taken_by: string
}

/**
 * What one shift leaves to the next (交接班记录).
 *
 * `open_matters` are what the next shift must go on with, `instructions` what the office or the
 * foreman wants known.
 */
export interface Handover {
  on_duty: string[]
  counted?: Counted[]
  open_matters?: string[]
  instructions?: string
}

/**
 * A photo was put beside a handover; record `handover`.
 */
export interface HandoverEvidenced {
  kind: "handover_evidenced"
  photo: string
}

/**
 * The one who leaves wrote down what is handed over; record `handover`.
 *
 * One per site, post, date and shift that ends: whoever writes it, offline too, meets the others'
 * in one record.
 */
export interface HandoverMade {
  kind: "handover_made"
  site: string
  post: string
  on: string
  shift: string
  left_by: string
  left_at: number
  handover: Handover
}

/**
 * A handover as it stands: who left, who took over, what was counted and left open.
 *
 * `left` and `taken` are the intervals in which it truly happened.
 */
export interface HandoverSeen {
  id: string
  left_by: Named
  left: Instant | null
  on_duty: Named[]
  counted: Counted[]
  matters: MatterSeen[]
  instructions: string
  taken_by?: Named | null
  taken?: Instant | null
  how?: string
  stance?: string
  words?: string
  signature?: string
  photos?: string[]
}

/**
 * The one who comes confirmed the handover, or disputed it; record `handover`.
 */
export interface HandoverTaken {
  kind: "handover_taken"
  taking: Taking
  taken_at: number
}

/**
 * A held operation was let into the log as it is; record `held`.
 *
 * `author` is who recorded it, so that their phone hears of the decision.
 */
export interface HeldApplied {
  kind: "held_applied"
  author: string
  reason: string
}

/**
 * Another operation was written in the place of a held one, by whoever decided; record `held`.
 *
 * `record` is what the new operation is about, `body` what it says.
 */
export interface HeldChanged {
  kind: "held_changed"
  author: string
  reason: string
  record: string
  body: Record<string, unknown>
}

/**
 * The checklist of a check, so that an answer can be given its right item by hand.
 */
export interface HeldChecklist {
  checklist: string
  title: Bilingual
  items: HeldItem[]
}

/**
 * Who decided what on a held operation, why and when.
 *
 * Units: milliseconds UTC.
 */
export interface HeldDecision {
  operation: string
  choice: "apply" | "change" | "set_aside" | "take_up"
  person: Named
  reason: string
  at_ms: number
}

/**
 * One field of an operation as it is filled in by hand; `most` limits its length or number.
 */
export interface HeldField {
  name: string
  form: "choice" | "long_text" | "number" | "text" | "yes_no"
  choices?: string[]
  needed?: boolean
  most?: number | null
}

/**
 * A person of whom so much waits that nothing further is taken in: it stays on the phone.
 *
 * `count` operations wait and `bundles` lie unopened, against the limit that is reached.
 *
 * Units: `size` bytes of the waiting texts.
 */
export interface HeldFull {
  person: Named
  count: number
  bundles: number
  size: number
  problem: Problem
}

/**
 * One line of the checklist that a check is made on.
 */
export interface HeldItem {
  item: string
  text: Bilingual
}

/**
 * What waits for the office or for what it builds on, oldest first, and what was decided.
 *
 * `forms` says by kind how an operation is filled in by hand, `checklists` by check which items it
 * has. `waiting_count` and `overdue_count` count all that wait, shown or not; `more` is where the
 * next page begins, empty on the last one; `full` are people of whom no more is taken in.
 */
export interface HeldList {
  revision: number
  held: HeldSeen[]
  decided: HeldSeen[]
  forms: Record<string, HeldField[]>
  checklists: Record<string, HeldChecklist>
  waiting_count?: number
  overdue_count?: number
  more?: string
  full?: HeldFull[]
}

/**
 * A photo that a held operation declares, and whether its bytes have arrived.
 */
export interface HeldPhoto {
  sha256: string
  arrived: boolean
}

/**
 * An operation that could not be applied yet, whole, with its problem and next step.
 *
 * `recorded` is the interval in which it was truly recorded, as wide as what is known of it;
 * `never` why it cannot be applied as it is; `result` the operation that a decision led to;
 * `clashes_with` the operation that stands under its number; `position` and `stamp` those of the
 * record of its decisions.
 *
 * Units: `received_ms`, `phone_ms`, `decide_by_ms` milliseconds UTC.
 */
export interface HeldSeen {
  id: string
  operation: string
  writer: string
  counter: number
  person: Named
  device: Named
  site: SiteNamed | null
  record: string
  kind: string
  problem: Problem
  text: string
  sha256: string
  received_ms: number
  phone_ms: number | null
  waits_for: string
  state: "applied" | "changed" | "set_aside" | "waiting"
  place: PlaceSeen | null
  item: string
  item_text: Bilingual | null
  words: "assessment" | "patrol"
  body: Record<string, unknown> | null
  photos: HeldPhoto[]
  recorded: Instant
  decide_by_ms: number
  overdue: boolean
  choices: ("apply" | "change" | "set_aside" | "take_up")[]
  never: Bilingual | null
  decisions: HeldDecision[]
  result: string
  clashes_with: string
  position: number
  stamp: number
}

/**
 * A held operation is to change nothing; its text stays; record `held`.
 */
export interface HeldSetAside {
  kind: "held_set_aside"
  author: string
  reason: string
}

/**
 * What was set aside waits again for a decision; record `held`.
 */
export interface HeldTakenUp {
  kind: "held_taken_up"
  author: string
  reason: string
}

/**
 * One line of a scheme with its maximum and its rule.
 */
export interface Indicator {
  code: string
  name: Bilingual
  maximum_points: string
  measure: Measure
  source?: string
  not_in_source?: boolean
}

/**
 * When something was true, as an interval with its class and the best estimate.
 *
 * Units: milliseconds UTC. Classes: A bracketed by the server within 2 minutes, B corrected by a
 * stable offset, C weak.
 * Source: sync design, section 7.
 */
export interface Instant {
  best_ms: number
  earliest_ms: number
  latest_ms: number
  time_class: "A" | "B" | "C"
}

/**
 * One item was found pass, fail or not applicable; record `task`.
 *
 * `value` is what was read, chosen or typed, `estimated` that a meter could not be read, `tag`
 * the scanned tag of an item that asks for one, `bulk` that it was passed together with the rest.
 * A phone that says one of them once says it each time.
 */
export interface ItemAnswered {
  kind: "item_answered"
  item: string
  checklist: string
  answer: "fail" | "not_applicable" | "pass" | "unanswered"
  value?: string | null
  estimated?: boolean | null
  bulk?: boolean | null
  tag?: string | null
}

/**
 * A finding was disputed on the spot; it costs nothing before the office decides.
 *
 * Source: decisions G19; record `task`.
 */
export interface ItemDisputed {
  kind: "item_disputed"
  item: string
  dispute: Dispute
}

/**
 * Words were put beside an item; record `task`.
 */
export interface ItemNoted {
  kind: "item_noted"
  item: string
  note: string
}

/**
 * One grade or choice of an item, and what choosing it means for the verdict.
 */
export interface ItemOption {
  code: string
  text: Bilingual
  answer?: "fail" | "not_applicable" | "pass"
}

/**
 * The checkpoints of the sites that the person sees, with their labels.
 */
export interface LabelList {
  revision: number
  places: LabelPlace[]
}

/**
 * Ask for new labels: the older ones of the same form at these checkpoints are revoked.
 */
export interface LabelOrder {
  request: string
  site: string
  checkpoints: string[]
  form?: "nfc" | "qr"
}

/**
 * A checkpoint with all its labels, the newest first.
 */
export interface LabelPlace {
  checkpoint: string
  name: Bilingual
  code: string
  area: Bilingual
  site: SiteNamed
  labels?: LabelSeen[]
}

/**
 * One label as it was issued: its code, serial, text for the drawing, and whether it counts.
 *
 * Units: milliseconds UTC, 0 while it counts.
 */
export interface LabelSeen {
  tag: string
  code: string
  serial: number
  form: "nfc" | "qr"
  text: string
  issued: Instant | null
  revoked_ms?: number
  revoked_because?: string
}

/**
 * What was issued, by tag; `refused` names checkpoints that got no label, with the problem.
 */
export interface LabelsIssued {
  tags: string[]
  refused?: Record<string, Problem>
}

/**
 * The states a record may pass through, from the first.
 */
export interface Lifecycle {
  initial: string
  moves: Move[]
}

/**
 * One matter that a shift left open, and what was said when it was done.
 */
export interface MatterSeen {
  words: string
  settled: boolean
  settled_words?: string
}

/**
 * An open matter of an earlier shift is done; record `handover`.
 *
 * `matter` is its place in the list, from 0, as text.
 */
export interface MatterSettled {
  kind: "matter_settled"
  matter: string
  settled_words: string
}

/**
 * How facts become points: kind, the facts it counts, points per failure and the floor.
 *
 * Units: points as decimals.
 */
export interface Measure {
  measure_kind: "deduct_per_failure"
  counts: ("finding_confirmed" | "item_checked" | "item_failed")[]
  points_each?: string
  floor_points?: string
}

/**
 * One month of a thing's care: how many times it was due and done, the worst of them told.
 *
 * `task` is the latest of that month's that matters most, empty where there is none.
 */
export interface MonthOfCare {
  month: string
  standing: "done" | "due" | "late" | "none" | "overdue" | "to_come"
  planned: number
  done: number
  task?: string
}

/**
 * One step of a lifecycle: from which states, to which, and its rank against rivals.
 *
 * Between two moves that leave the same state and whose authors did not see each other, the
 * higher rank stands.
 */
export interface Move {
  name: string
  origins: string[]
  target: string
  rank?: number
}

/**
 * An id with the name that people read.
 */
export interface Named {
  id: string
  name: Bilingual
}

/**
 * Its handling was approved as its workflow asks (不合格服务处理表); made by a flow.
 *
 * Source: rule S13 (weekly by the department head, quarterly by the director).
 */
export interface NonconformityApproved {
  kind: "nonconformity_approved"
  approved_by: string
  approved_at: number
}

/**
 * It was given to the person who is to put it right.
 */
export interface NonconformityAssigned {
  kind: "nonconformity_assigned"
  assignee: string
}

/**
 * The finder saw it put right there and then (即行关闭).
 */
export interface NonconformityClosedOnSpot {
  kind: "nonconformity_closed_on_spot"
  corrected_at: number
  correction: string
}

/**
 * An assessor confirmed what a self-check found; only now may it cost a point.
 *
 * Source: rule S07 (floor management department), decisions "Who finds, who pays".
 */
export interface NonconformityConfirmed {
  kind: "nonconformity_confirmed"
  confirmed_at: number
}

/**
 * Someone put it right; another person has yet to verify.
 */
export interface NonconformityCorrected {
  kind: "nonconformity_corrected"
  corrected_at: number
  correction: string
}

/**
 * A failed item became a nonconformity; record `nonconformity`, made by a flow.
 */
export interface NonconformityRaised {
  kind: "nonconformity_raised"
  task: string
  item: string
  title: Bilingual
  indicator: string
  use: string
  severity: "general" | "minor" | "serious"
  found_by: string
  found_at: number
  workflow?: string | null
}

/**
 * Its cause came back: the answer is a fail again; made by a flow.
 */
export interface NonconformityReopened {
  kind: "nonconformity_reopened"
  reason: string
}

/**
 * Someone saw something wrong beside any check (随手拍); record `nonconformity`.
 *
 * `checkpoint` is where, known by a scan or chosen; empty: said in words.
 */
export interface NonconformityReported {
  kind: "nonconformity_reported"
  site: string
  title: Bilingual
  severity: "general" | "minor" | "serious"
  found_by: string
  found_at: number
  checkpoint?: string | null
}

/**
 * Its cause went away: the answer is no longer a fail; made by a flow.
 */
export interface NonconformityWithdrawn {
  kind: "nonconformity_withdrawn"
  reason: string
}

/**
 * One thing that is strange about a scan.
 *
 * `other` is the operation of the scan that it is strange beside. `by` says how much: seconds
 * that are missing for the way, or outside the window; metres too far.
 */
export interface Oddity {
  oddity: "copied" | "far_away" | "forged" | "off_route" | "other_checkpoint" | "outside_window" | "replaced" | "revoked" | "too_fast" | "typed" | "unknown_text" | "weak_clock" | "wrong_order"
  by?: number
  other?: string
}

/**
 * A matter that the latest handover of a post leaves open.
 */
export interface OpenMatterSeen {
  handover: string
  post: Named
  on: string
  words: string
}

/**
 * Words and photos of one operation were taken out for good; any record.
 *
 * The record names the operation, so that the phone that recorded it can forget its own copy.
 *
 * Source: sync design, section 1 (record); SPEC LO6.
 */
export interface OperationRedacted {
  kind: "operation_redacted"
  operation: string
  reason: string
}

/**
 * The last step of every reason: who recorded what, where, on which device and when.
 *
 * `recorded` is the interval in which it truly happened, `phone_ms` what the phone's own clock
 * said, `received_ms` when it reached us. `photos` are those it declares, else those of its item.
 */
export interface OperationSeen {
  id: string
  kind: string
  record: string
  record_kind: string
  site: SiteNamed | null
  place: PlaceSeen | null
  item: string
  item_text: Bilingual | null
  person: Named
  role: string
  role_name: Bilingual
  device: Named
  writer: string
  counter: number
  position: number
  recorded: Instant
  phone_ms: number | null
  phone_zone: string
  received_ms: number
  caused_by: string
  sha256: string
  body: Record<string, unknown>
  photos: string[]
  status: string
  met: string[]
  photos_lacking?: string[]
}

/**
 * The organisation that the person belongs to.
 */
export interface OrganizationView {
  id: string
  code: string
  name: Bilingual
}

/**
 * The server's answer to one operation, given only after the commit.
 *
 * `sha256` is the hash of the very text received: the phone forgets nothing before it reads its
 * own hash here. `met` lists the operations of others that this one had not seen. `missing` are
 * the declared photos that have not arrived. What is held carries the id of its held row, and by
 * when a person is to decide on it.
 */
export interface Outcome {
  id: string
  status: "accepted" | "deferred" | "duplicate" | "held" | "merged" | "set_aside"
  sha256: string
  position?: number
  stamp?: number
  met?: string[]
  time?: TimeVerdict | null
  problem?: Problem | null
  missing?: string[]
  held?: string
  decide_by_ms?: number
}

/**
 * A part or material was used (保养用料); record `task`.
 */
export interface PartRecorded {
  kind: "part_recorded"
  part: PartUsed
}

/**
 * A part or material that one piece of care took.
 */
export interface PartSeen {
  on: string
  task: string
  name: string
  quantity: string
  unit: string
}

/**
 * Material that the care of a thing took.
 */
export interface PartUsed {
  name: string
  quantity: string
  unit?: string
}

/**
 * A person gives the password that holds and the one that shall.
 */
export interface PasswordChange {
  old: string
  new: string
}

/**
 * The rounds of one date, all sites that the person sees together, by route and hour.
 */
export interface PatrolsToday {
  on: string
  revision: number
  now_ms: number
  rounds: RoundSeen[]
}

/**
 * Where and in which check something was found: plan, checkpoint with its code, area.
 */
export interface PlaceSeen {
  task: string
  plan: string
  title: Bilingual
  use: string
  checkpoint: Bilingual
  checkpoint_code: string
  area: Bilingual
  on: string
}

/**
 * Everything one site consists of; `zone` is its IANA time zone.
 */
export interface Places {
  site: string
  name: Bilingual
  zone?: string
  areas?: Area[]
  checkpoints?: Checkpoint[]
  equipment?: Equipment[]
  posts?: Post[]
  emergency?: EmergencyNumber[]
}

/**
 * A site's places were made known; record `places`, whose id is the site's.
 */
export interface PlacesPublished {
  kind: "places_published"
  places: Places
}

/**
 * The intention to check something again and again.
 *
 * `checkpoint` is where, `department` who answers for it, `roles` who may carry it out,
 * `opens` and `closes` the local hours of the window as HH:MM (closes before opens: next day).
 *
 * `every_days`, `weekdays`, `month_days` and `dates` belong to the cadences of those names (a
 * month day beyond the month's end is its last day). With `random_min` the window is that many
 * minutes long and lies at random between the hours. `people` is how many must take part;
 * `checkers` names those who carry it out, where not everybody of the roles does. `variants` are
 * the kinds of day on which it is to be done (none: every day). `workflow` names the pack's way
 * of handling what is found. `equipment` makes it the care of one thing in the register.
 */
export interface Plan {
  code: string
  title: Bilingual
  site: string
  checkpoint: string
  checklist: string
  cadence: "ad_hoc" | "annual" | "daily" | "dates" | "every_n_days" | "half_yearly" | "month_days" | "monthly" | "quarterly" | "weekdays" | "weekly"
  use: "assessment" | "self_check"
  opens: string
  closes: string
  roles: string[]
  department?: string | null
  from_on?: string
  active?: boolean
  every_days?: number
  weekdays?: number[]
  month_days?: number[]
  dates?: string[]
  mode?: "internal_audit" | "joint" | "mutual" | "night_post" | "routine" | "special" | "telephone" | "video"
  disclosure?: "open" | "when_begun" | "when_finished" | "when_released"
  random_min?: number
  people?: number
  checkers?: string[]
  variants?: ("holiday" | "normal" | "rain" | "rush")[]
  workflow?: string
  equipment?: string | null
}

/**
 * A plan was made known or changed; record `plan`.
 */
export interface PlanPublished {
  kind: "plan_published"
  plan: Plan
}

/**
 * Where a phone believed to be at one scan, never a trail.
 *
 * Units: `accuracy_m` in metres.
 */
export interface Position {
  latitude: string
  longitude: string
  accuracy_m: number
}

/**
 * Where someone stands on a shift, such as the east gate (岗位).
 */
export interface Post {
  id: string
  name: Bilingual
}

/**
 * What went wrong, as it travels: a code, both languages, and the next step.
 *
 * `details` are values named in the words (limits, ids); never a person's own words.
 */
export interface Problem {
  code: string
  status: number
  title_zh: string
  title_en: string
  next_zh: string
  next_en: string
  details?: Record<string, string | number>
}

/**
 * What changed since the cursor; the phone applies it whole or not at all.
 *
 * `full` says that everything held before from the server is to be replaced; `more` that another
 * page follows at once; `whole` that this page and those that follow are to be applied together.
 * `dropped` are applied before `records`. `scopes` are told when the phone has caught up. `total`
 * is how many records a refill has in all, told with its first page, 0 where nobody knows.
 */
export interface PullReply {
  cursor: string
  full: boolean
  more: boolean
  records: PulledRecord[]
  drops: Drop[]
  writers: WriterState[]
  anchor: ServerAnchor
  dropped?: DroppedScope[]
  scopes?: ScopeState[]
  whole?: boolean
  total?: number
  receipt?: "roundsman"
  wire?: number
}

/**
 * One record as stored: place in the log, site ("" for all), text, never re-encoded.
 *
 * `scope` is empty for the scope of that site, `own` for what only this very person may hold.
 */
export interface PulledRecord {
  position: number
  site: string
  record: unknown
  scope?: string
}

/**
 * One outcome per operation, in the order received, and a fresh time anchor.
 *
 * `receipt` is the word by which a phone knows this from a captive portal's page.
 */
export interface PushReply {
  outcomes: Outcome[]
  anchor: ServerAnchor
  receipt?: "roundsman"
  wire?: number
}

/**
 * A bounded batch of one writer's operations, in the order of their counters.
 *
 * Each operation is kept as the exact text that the phone wrote. `sent` are the phone's clocks at
 * the moment of sending: they bound the time of everything in the batch.
 */
export interface PushRequest {
  writer: string
  sent: Capture
  operations: unknown[]
  wire?: number
}

/**
 * The last reading of one item, and whether it was an estimate.
 */
export interface ReadingSeen {
  on: string
  task: string
  text: Bilingual
  value: string
  unit: string
  estimated?: boolean
}

/**
 * One node of the reason tree; the children's points sum exactly to the parent's.
 *
 * A leaf names its fact, operation and evidence, or says that nothing was measured or that the
 * full points stand. `note` says in words what the points alone do not.
 *
 * Units: `points` and `maximum_points` in points of the whole score, so a point lost in a source
 * of 30 % shows as what it costs the score; positive where given, negative where lost.
 * `own_points` is the source's result out of 100 before its weight, `weight_percent` the weight
 * that it had in the end.
 */
export interface Reason {
  kind: "deduction" | "edge" | "floor" | "full" | "indicator" | "not_measured" | "repeat" | "rounding" | "score" | "source"
  name: Bilingual
  points: string
  maximum_points?: string | null
  source?: string
  note?: Bilingual | null
  own_points?: string | null
  weight_percent?: string | null
  fact?: Fact | null
  children?: Reason[]
}

/**
 * What the office is told of a receipt; `kept` says that it stands in the round's record.
 */
export interface ReceiptAnswer {
  verdict: "differs" | "matches" | "not_arrived" | "signature_wrong" | "unsigned"
  content: ReceiptContent
  person: Named | null
  title: Bilingual
  kept: boolean
  differing?: number
  problem?: Problem | null
}

/**
 * What the receipt of a round says, as it stands in the code on the guard's phone.
 *
 * `missed` are places in the route, from 1. `marks` are six characters of each scan's hash.
 *
 * Units: milliseconds as the phone had them. Source: `backend/domains/patrols/RECEIPT.md`.
 */
export interface ReceiptContent {
  round: string
  route: string
  on: string
  ordinal: number
  writer: string
  last: number
  started_ms: number
  finished_ms: number
  scanned: number
  expected: number
  missed: number[]
  marks: string
  digest: string
}

/**
 * The office read the receipt of a round off a guard's phone (离线凭条); record `round`.
 *
 * Kept though the round itself may never arrive.
 */
export interface ReceiptEntered {
  kind: "receipt_entered"
  route: string
  receipt: string
}

/**
 * What somebody scanned or pasted off a guard's phone; `request` makes a retry the same act.
 */
export interface ReceiptEntry {
  request: string
  receipt: string
}

/**
 * A receipt that was entered for a round, and how it stands beside what has arrived.
 *
 * `differing` are scans that are here and not on the receipt, or on it and not here.
 */
export interface ReceiptSeen {
  verdict: "differs" | "matches" | "not_arrived" | "signature_wrong" | "unsigned"
  content: ReceiptContent
  person: Named
  entered: Named
  differing?: number
}

/**
 * Someone added a remark on the whole check; record `task`.
 */
export interface RemarkAdded {
  kind: "remark_added"
  remark: string
}

/**
 * What was last found on one item at a place, for whoever comes there next.
 */
export interface Remembered {
  item: string
  answer: "fail" | "not_applicable" | "pass" | "unanswered"
  value?: string
  estimated?: boolean
  note?: string
  photo?: string
}

/**
 * A photo shows the load or its slip; record `removal`.
 */
export interface RemovalEvidenced {
  kind: "removal_evidenced"
  photo: string
}

/**
 * A load of rubbish left the site; record `removal`.
 *
 * Source: catalogue 3.1 (rubbish removal frequency, 垃圾清运频率).
 */
export interface RemovalRegistered {
  kind: "removal_registered"
  site: string
  waste: "bulky" | "construction" | "grease" | "hazardous" | "household" | "kitchen" | "recyclable" | "septic"
  quantity: string
  unit: string
  removed_at: number
  hauler?: string
  vehicle?: string
  words?: string
}

/**
 * One load that left a site.
 *
 * Units: `removed_ms` in milliseconds UTC, as the person said.
 */
export interface RemovalSeen {
  id: string
  on: string
  waste: string
  quantity: string
  unit: string
  hauler: string
  vehicle: string
  words: string
  person: Named
  removed_ms: number
  recorded: Instant | null
  operation: string
  photos: string[]
  photos_lacking?: string[]
}

/**
 * How often and how much of one kind left in a month, each unit by itself; exact decimals.
 */
export interface RemovalSum {
  waste: string
  unit: string
  times: number
  quantity: string
}

/**
 * A site's removals of one month, the latest first, with the counts of each kind.
 *
 * `more` says that the list was cut; the counts are of all.
 */
export interface RemovalsOfMonth {
  revision: number
  site: SiteNamed
  month: string
  removals: RemovalSeen[]
  sums: RemovalSum[]
  more?: boolean
}

/**
 * Who issued a day's report and when; `same_day` is judged on the whole interval.
 */
export interface ReportIssued {
  person: Named
  operation: string
  recorded: Instant
  words: string
  same_day: "late" | "undecidable" | "within"
}

/**
 * A finished check left what it found for the next one of its plan; record `memory`.
 *
 * Made by a flow; the latest by capture stands. `estimates` counts, by item, how many readings in
 * a row were estimates.
 */
export interface ResultsRemembered {
  kind: "results_remembered"
  plan: string
  task: string
  finished_at: number
  finished_by: string
  results: Remembered[]
  estimates?: Estimates[]
}

/**
 * A role with its name, at a site or, without one, in the whole organisation.
 */
export interface RoleHeld {
  role: string
  name: Bilingual
  site?: string | null
}

/**
 * Who works when at a site in one month (排班表).
 *
 * `counted` names what is counted at each handover of a post: radios, keys, torches. `people` are
 * those on it and those who may stand in.
 */
export interface Roster {
  site: string
  month: string
  shifts: Shift[]
  duties: Duty[]
  counted?: Bilingual[]
  people?: Colleague[]
}

/**
 * A site's roster of a month was made known or changed; record `roster`.
 */
export interface RosterPublished {
  kind: "roster_published"
  roster: Roster
}

/**
 * A photo was taken at a checkpoint; record `round`.
 */
export interface RoundEvidenced {
  kind: "round_evidenced"
  checkpoint: string
  photo: string
}

/**
 * The round was declared finished; record `round`.
 */
export interface RoundFinished {
  kind: "round_finished"
  finished_at: number
}

/**
 * One round of a route's day; closes before opens: next day.
 */
export interface RoundHours {
  opens: string
  closes: string
}

/**
 * Words were put beside a checkpoint; record `round`.
 */
export interface RoundNoted {
  kind: "round_noted"
  checkpoint: string
  note: string
}

/**
 * One round with all its stops and receipts.
 */
export interface RoundOpened {
  revision: number
  line: RoundSeen
  ordered: boolean
  stops: StopSeen[]
  receipts?: ReceiptSeen[]
  photos_lacking?: string[]
}

/**
 * One round on the office's list: its window, who, how far, and how it stands.
 *
 * `oddities` count each kind over the whole round. `missed` are stops that nobody reached, known
 * once the round is over; `excused` those of them with a reason. `opens_ms` and `closes_ms` are 0
 * for a round that no route planned.
 *
 * Units: milliseconds UTC.
 */
export interface RoundSeen {
  id: string
  route: string
  title: Bilingual
  site: SiteNamed
  on: string
  ordinal: number
  opens_ms: number
  closes_ms: number
  state: string
  verdict: "early" | "late" | "make_up" | "missed" | "open" | "undecidable" | "unfinished" | "unplanned" | "within"
  person: Named | null
  started: Instant | null
  finished: Instant | null
  scanned: number
  expected: number
  missed: number
  excused: number
  oddities: Record<string, number>
  receipts?: number
}

/**
 * Someone began a round; record `round`, whose id the route's window carries.
 *
 * `on` and `ordinal` are said where the phone had no window for it; the id is the server's own.
 */
export interface RoundStarted {
  kind: "round_started"
  route: string
  started_at: number
  on?: string | null
  ordinal?: number | null
}

/**
 * A round was handed to another person; what was scanned stays; record `round`.
 */
export interface RoundTransferred {
  kind: "round_transferred"
  assignee: string
  transfer_reason?: string
}

/**
 * The windows of a route's rounds in one month were made; record `round_agenda`.
 *
 * `windows` carry the ids of the rounds; what the route no longer asks for is `cancelled`.
 */
export interface RoundsPlanned {
  kind: "rounds_planned"
  route: string
  month: string
  windows: Window[]
  cancelled?: Window[]
}

/**
 * A path that is walked again and again (巡更路线).
 *
 * The days follow from `cadence` as a plan's do, each with all of `rounds`. `within_m` is how far
 * from a checkpoint a position may lie. `post` names whose duty it is, by the roster.
 */
export interface Route {
  code: string
  title: Bilingual
  site: string
  stops: RouteStop[]
  rounds: RoundHours[]
  roles: string[]
  ordered?: boolean
  cadence?: "ad_hoc" | "annual" | "daily" | "dates" | "every_n_days" | "half_yearly" | "month_days" | "monthly" | "quarterly" | "weekdays" | "weekly"
  every_days?: number
  weekdays?: number[]
  month_days?: number[]
  dates?: string[]
  variants?: ("holiday" | "normal" | "rain" | "rush")[]
  within_m?: number
  post?: string | null
  from_on?: string
  active?: boolean
}

/**
 * A route was made known or changed; record `route`.
 */
export interface RoutePublished {
  kind: "route_published"
  route: Route
}

/**
 * One checkpoint of a route.
 *
 * `walk_s` is the least time in which one can have come from the stop before; `opens_s` and
 * `closes_s` are its own window, counted from the opening of the round (0 and 0: the whole round).
 */
export interface RouteStop {
  checkpoint: string
  walk_s?: number
  opens_s?: number
  closes_s?: number
}

/**
 * What will be sampled, how much of it and with which seed, before it is known what there is.
 *
 * `rate_percent` of the population, rounded up, is drawn once `closes_on` has passed. `again_of`
 * names the sample of which this is a re-sample. Record `sample`.
 *
 * Source: decisions G15 (5 %, 100 %, a re-sample of the sample).
 */
export interface SampleAnnounced {
  kind: "sample_announced"
  site: string
  title: Bilingual
  population: "closed_on_spot" | "finished_checks" | "meter_readings" | "sample"
  rate_percent: number
  seed: string
  from_on: string
  closes_on: string
  again_of?: string
}

/**
 * The sample was drawn from the whole population by its seed; record `sample`.
 */
export interface SampleDrawn {
  kind: "sample_drawn"
  whole: string[]
  drawn: string[]
}

/**
 * One thing that a sample drew: the check or finding, called by its title.
 *
 * `task` or `nonconformity` says what can be opened; both are empty for a single reading.
 */
export interface SampleLine {
  id: string
  title: Bilingual
  task?: string
  nonconformity?: string
}

/**
 * All samples of the sites that the reader may see, the newest first.
 */
export interface SampleList {
  revision: number
  samples: SampleSeen[]
}

/**
 * One sample. While it is due, `whole` and `drawn` are what drawing it now would give.
 */
export interface SampleSeen {
  id: string
  site: SiteNamed
  title: Bilingual
  population: string
  rate_percent: number
  seed: string
  from_on: string
  closes_on: string
  state: "announced" | "drawn" | "due"
  whole: string[]
  drawn: string[]
  lines: SampleLine[]
  again_of?: string
}

/**
 * One checkpoint reached: what was read off its tag and how.
 *
 * Units: milliseconds UTC as the phone had them; when it was is judged on the capture.
 */
export interface Scan {
  text: string
  how: "camera" | "nfc" | "typed"
  scanned_at: number
  position?: Position | null
}

/**
 * One scan as the office sees it: who, when as a span, how, and what is odd.
 *
 * `far_m` is how far from the checkpoint the phone believed to be, where both places are known.
 */
export interface ScanSeen {
  operation: string
  person: Named
  recorded: Instant
  how: "camera" | "nfc" | "typed"
  said: string
  code: string
  serial: number
  oddities?: Oddity[]
  far_m?: number | null
}

/**
 * One version of a scoring scheme.
 */
export interface Scheme {
  code: string
  version: number
  title: Bilingual
  subject: "contractor" | "department" | "organization" | "person" | "site" | "window"
  period: "half_year" | "month" | "quarter" | "special" | "year"
  sources: Source[]
  bands: Band[]
  pass_points: string
  publish_by_day: number
  assessor_roles: string[]
  assessed: Bilingual
  source: string
  from_on?: string
}

/**
 * A version of a scheme was made known for these sites; record `scheme`, one per version.
 */
export interface SchemePublished {
  kind: "scheme_published"
  scheme: Scheme
  sites?: string[]
}

/**
 * What the server counts in one scope of the phone, at the position of the reply's cursor.
 *
 * `scope` is a site's id, empty for what belongs to all sites, `own` for the person's own. `sum`
 * are 16 hexadecimal characters: the sum, modulo 2^64, of the first 64 bits of each record's
 * SHA-256 over id, position and stored text.
 *
 * Source: sync design, section 4; SPEC SC.
 */
export interface ScopeState {
  scope: string
  sum: string
  count: number
}

/**
 * A live scorecard's score as it is, and as it would be; null where nothing is measured.
 */
export interface ScoreChange {
  scheme: Bilingual
  period_from: string
  period_to: string
  score_now: string | null
  score_then: string | null
  grade_now: Bilingual | null
  grade_then: Bilingual | null
}

/**
 * An indicator that lost points, with its path in the reason tree.
 *
 * Units: `points` lost, a positive decimal in points of the whole score.
 */
export interface ScoreLoss {
  path: string
  code: string
  name: Bilingual
  points: string
  count: number
}

/**
 * The result of one scheme version for one subject and period.
 *
 * Not measured means neither a score nor a grade. `edge_facts` are the ids of facts whose time
 * cannot be placed on one side of the period's edge with certainty.
 *
 * Units: `period_from` and `period_to` are the first and the last day, both inside.
 */
export interface Scorecard {
  scheme: string
  scheme_version: number
  subject: string
  period_from: string
  period_to: string
  measured: boolean
  score: string | null
  grade: Band | null
  passed: boolean | null
  reasons: Reason
  edge_facts?: string[]
}

/**
 * The scorecards that touch one calendar month, by site.
 */
export interface ScorecardList {
  revision: number
  month: string
  scorecards: ScorecardSeen[]
}

/**
 * A whole scorecard: its reason tree, and the names of everyone and everywhere in it.
 *
 * `codes` gives the scheme's code of an indicator by its path in the tree ("0.3": fourth child of
 * the first source); `people` is keyed by person id, `places` by the record that a fact names.
 */
export interface ScorecardOpened {
  revision: number
  line: ScorecardSeen
  card: Scorecard
  bands: Band[]
  assessed: Bilingual
  publish_by_on: string | null
  codes: Record<string, string>
  people: Record<string, Bilingual>
  places: Record<string, PlaceSeen>
}

/**
 * A scorecard in one line, with the score of the period before for comparison.
 *
 * `losses` are the indicators that lost points, the heaviest first.
 */
export interface ScorecardSeen {
  id: string
  site: SiteNamed
  scheme: string
  scheme_version: number
  title: Bilingual
  period_from: string
  period_to: string
  state: string
  measured: boolean
  score: string
  maximum: string
  grade: Band | null
  passed: boolean | null
  previous_score: string | null
  previous_grade: Bilingual | null
  losses: ScoreLoss[]
  computed_ms: number
}

/**
 * The server's word on the time, signed so that a phone can carry it back.
 */
export interface ServerAnchor {
  server_ms: number
  token: string
}

/**
 * What a page needs to begin: who, where, what they may do, and the value for writes.
 *
 * `rights` are those held anywhere; a site's own stand beside it. With `must_change_password`
 * nothing but the password can be changed. The phone goes on recording after `expires_ms`;
 * only sending waits for a new sign-in. `seal_key` is the public half of the organisation's key,
 * raw in base64url: to it a shared phone seals what others will carry. `tag_key` is the public
 * half that proves labels on checkpoints without a network. `colleagues` are those with whom the
 * reader shares a site; a contractor's people know their own.
 */
export interface SessionReply {
  person: SignedInPerson
  organization: OrganizationView
  sites: SiteView[]
  rights: string[]
  csrf: string
  expires_ms: number
  anchor: ServerAnchor
  must_change_password?: boolean
  seal_key?: string
  tag_key?: string
  colleagues?: SiteColleague[]
}

/**
 * Someone with the right said how serious it is.
 */
export interface SeverityJudged {
  kind: "severity_judged"
  severity: "general" | "minor" | "serious"
}

/**
 * A part of the day that people work in turns (班次); closes before opens: next day.
 */
export interface Shift {
  code: string
  title: Bilingual
  opens: string
  closes: string
}

/**
 * One place on the roster: when, who, who stood in, and how its handover stands.
 *
 * `opens_ms` and `closes_ms` are 0 where the roster knows no such shift.
 *
 * Units: milliseconds UTC.
 */
export interface ShiftSeen {
  slot: string
  on: string
  shift: string
  title: Bilingual
  opens_ms: number
  closes_ms: number
  post: Named
  person: Named | null
  substitute: Named | null
  standing: "disputed" | "made" | "missing" | "running" | "taken" | "to_come" | "unplanned"
  handover?: HandoverSeen | null
}

/**
 * The shifts of one date at a site, with those of the night before that end on it.
 *
 * `roster` is the month's roster as published, `record` its id; `people` may be put on it.
 */
export interface ShiftsOfDay {
  revision: number
  now_ms: number
  site: SiteNamed
  on: string
  record: string
  roster: Roster | null
  posts: Named[]
  people: Named[]
  shifts: ShiftSeen[]
  missing: number
  disputed: number
  open_matters: OpenMatterSeen[]
  may_publish: boolean
  may_substitute: boolean
}

/**
 * A person signs in; the organisation's code is needed only where two know the user name.
 */
export interface SignIn {
  user_name: string
  password: string
  device: DeviceIntroduction
  organization?: string
}

/**
 * Who is signed in and the roles held.
 */
export interface SignedInPerson {
  id: string
  name: Bilingual
  roles: RoleHeld[]
}

/**
 * Somebody who works at a site of the reader, by name: work is handed to people, not to ids.
 */
export interface SiteColleague {
  id: string
  name: Bilingual
  sites: string[]
}

/**
 * A site with its name and IANA time zone; its times are read in that zone.
 */
export interface SiteNamed {
  id: string
  name: Bilingual
  zone: string
}

/**
 * How one site's rounds stand on one of its calendar dates.
 *
 * `planned` is the sum of finished, in_progress, overdue and to_come. `early`, `late`, `make_up`
 * and `undecidable` are among the finished. `overdue` windows have closed without a finish.
 */
export interface SiteToday {
  site: string
  name: Bilingual
  zone: string
  on: string
  planned: number
  finished: number
  in_progress: number
  overdue: number
  to_come: number
  late: number
  undecidable: number
  early?: number
  make_up?: number
}

/**
 * A site where the person holds a role, with the rights held there.
 */
export interface SiteView {
  id: string
  name: Bilingual
  zone: string
  rights: string[]
}

/**
 * Where points come from, with its weight in percent; weights of a scheme sum to 100.
 *
 * `not_in_source` marks a weight that the rule leaves open (decisions G02).
 */
export interface Source {
  code: string
  name: Bilingual
  weight_percent: string
  indicators: Indicator[]
  not_in_source?: boolean
}

/**
 * One stop of a round: where, its own window, what was scanned, why it was missed.
 *
 * `place` counts from 1; 0 is a checkpoint that the route does not name. `standing` is `open`
 * while the round may still reach it.
 *
 * Units: milliseconds UTC.
 */
export interface StopSeen {
  place: number
  checkpoint: string
  name: Bilingual
  code: string
  area: Bilingual
  standing: "missed" | "open" | "reached"
  opens_ms?: number
  closes_ms?: number
  scans?: ScanSeen[]
  missed_because?: string
  note?: string
  photos?: string[]
}

/**
 * Somebody else takes a place on the roster (替班); record `roster`.
 */
export interface SubstituteNamed {
  kind: "substitute_named"
  slot: string
  substitute: string
}

/**
 * The code on a checkpoint; printed again, it gets a new serial and the old one is revoked.
 *
 * `signature` is the organisation's over code, checkpoint and serial, as the tag carries it.
 */
export interface Tag {
  code: string
  checkpoint: string
  site: string
  serial: number
  form?: "nfc" | "qr"
  signature?: string
}

/**
 * A label was made for a checkpoint; record `tag`.
 */
export interface TagIssued {
  kind: "tag_issued"
  tag: Tag
}

/**
 * A label counts no longer: lost, copied or printed again; record `tag`.
 */
export interface TagRevoked {
  kind: "tag_revoked"
  revoked_at: number
  revoked_because: string
}

/**
 * The one who comes takes over, or says what is not as written.
 */
export interface Taking {
  person: string
  how: "own_phone" | "pin" | "signature" | "typed"
  stance: "agreed" | "disputed"
  words?: string
  signature?: string
}

/**
 * Whoever the workflow names approved what a check found, or sent it back; record `task`.
 *
 * Source: rule S13 (weekly by the department head, quarterly by the director).
 */
export interface TaskApproved {
  kind: "task_approved"
  approval: "approved" | "returned"
  approval_words?: string
}

/**
 * Both sides confirmed on the spot what was found; record `task`.
 *
 * Source: rule S16 (joint confirmation), S22 (two or more inspectors).
 */
export interface TaskConfirmed {
  kind: "task_confirmed"
  confirmation: Confirmation
}

/**
 * The check was declared finished; record `task`.
 */
export interface TaskFinished {
  kind: "task_finished"
  finished_at: number
}

/**
 * One check as a whole: its window, its verdict and every answer.
 */
export interface TaskOpened {
  revision: number
  line: TaskSeen
  place: PlaceSeen
  checklist: Bilingual
  checklist_version: number
  words: string
  answers: AnswerSeen[]
  remarks: string[]
  confirmations?: ConfirmationSeen[]
  approval?: ApprovalSeen | null
  photos_lacking?: string[]
}

/**
 * One due check with its window and the verdict on its time.
 *
 * `due_on` is the date on whose board it stands: its own, or for a window of several days the date
 * on which it closes.
 *
 * `judged` says that a person decided the verdict, `set_back` that the phone's clock was set back
 * before the finish. `assignee` is whom it was handed to; `stand_in` says that it was done by
 * somebody else than those whom the plan or the transfer names, which is shown and blames nobody.
 * `covert` says that the assessed do not know of it yet.
 *
 * Units: milliseconds UTC; `started` and `finished` are the intervals in which it was really
 * begun and finished.
 */
export interface TaskSeen {
  task: string
  plan: string
  title: Bilingual
  use: string
  site: SiteNamed
  checkpoint: Bilingual
  on: string
  due_on: string
  opens_ms: number
  closes_ms: number
  state: string
  verdict: "due" | "early" | "late" | "make_up" | "missed" | "not_asked" | "undecidable" | "within"
  answered: number
  failed: number
  person?: Named | null
  finished?: Instant | null
  judged?: boolean
  set_back?: boolean
  started?: Instant | null
  assignee?: Named | null
  stand_in?: boolean
  covert?: boolean
  flags?: ("assessed_missing" | "bulk_forbidden" | "disputed" | "estimated" | "photo_missing" | "returned" | "scan_missing" | "second_missing" | "value_missing" | "value_outside")[]
  approval?: string
}

/**
 * Someone began a check; record `task`, whose id the plan's window carries.
 *
 * `plan`, `on` and `ordinal` are said where the phone had no window for it: the id is the one
 * that the server would give, so both meet in one record.
 */
export interface TaskStarted {
  kind: "task_started"
  checklist: string
  started_at: number
  plan?: string | null
  on?: string | null
  ordinal?: number | null
}

/**
 * A check was handed to another person; what was answered before stays; record `task`.
 */
export interface TaskTransferred {
  kind: "task_transferred"
  assignee: string
  transfer_reason?: string
}

/**
 * A finished check whose time needs a person, or got one, with what a judgement carries back.
 *
 * `reason` are the words of whoever judged it.
 */
export interface TimeDoubt {
  line: TaskSeen
  operation: string
  position: number
  stamp: number
  reason?: string
}

/**
 * The checks of the last 31 days whose time is in doubt, open ones first, and whose.
 */
export interface TimeDoubts {
  revision: number
  now_ms: number
  people: DoubtCount[]
  doubts: TimeDoubt[]
}

/**
 * What the server knows about when an operation was recorded.
 *
 * Units: milliseconds UTC; `clock_off_ms` is how far the phone's clock stood from ours, when that
 * is known and worth saying.
 */
export interface TimeVerdict {
  best_ms: number
  earliest_ms: number
  latest_ms: number
  time_class: "A" | "B" | "C"
  clock_off_ms?: number | null
  set_back?: boolean
}

/**
 * A person decided whether a check of doubtful time was finished in time; record `task`.
 *
 * Source: sync design, section 7 (one after a set-back goes to a person).
 */
export interface TimelinessJudged {
  kind: "timeliness_judged"
  timeliness: "late" | "within"
  timeliness_reason: string
}

/**
 * The board: what needs a person now, today's rounds, findings, phones, the month's score.
 */
export interface Today {
  on: string
  revision: number
  now_ms: number
  sites: SiteToday[]
  days: DayRounds[]
  late_tasks: TaskSeen[]
  findings: FindingSeen[]
  silent_phones: DeviceSeen[]
  scorecards: ScorecardSeen[]
  held_count: number
  conflict_count: number
  to_confirm_count: number
  to_verify_count: number
  phone_alarm_count?: number
  held_overdue_count?: number
  flagged_tasks?: TaskSeen[]
  bulk?: BulkShare[]
  missing_handover_count?: number
}

/**
 * The foreman said what kind of day it is; record `day_variant`, one per site and date.
 *
 * Source: rule S08 (plans by holiday, customer flow and weather).
 */
export interface VariantSwitched {
  kind: "variant_switched"
  site: string
  on: string
  variant: "holiday" | "normal" | "rain" | "rush"
}

/**
 * One due occurrence, made by the server, with the id that its task or round will have.
 *
 * Units: `opens_ms`, `closes_ms` in milliseconds UTC; `on` is the site's calendar date.
 */
export interface Window {
  task: string
  on: string
  ordinal: number
  opens_ms: number
  closes_ms: number
}

/**
 * What one field of an operation does to its record.
 *
 * `source` is the field of the operation's body, `field` the field of the record, `key` the body
 * field whose value is appended to it (`answer/<item>`), `order` the declared order of values,
 * worst first, `remove` says that a union loses what is named, and `none` is the value by which a
 * person takes back what they said: it contradicts nobody. `quiet` says that different values of
 * different people are no contradiction: two read one gauge a little differently.
 */
export interface Write {
  source: string
  field: string
  policy: "append" | "authority" | "first" | "latest" | "lifecycle" | "union" | "worst"
  key?: string
  order?: string[]
  remove?: boolean
  none?: string
  quiet?: boolean
}

/**
 * A phone database asks to be bound to the person who is signed in.
 *
 * `public_key` is the raw P-256 public key in base64url, made on the phone; it may be empty where
 * the browser has no key store.
 */
export interface WriterBinding {
  writer: string
  public_key?: string
}

/**
 * The writer is bound; counting starts above what the server already has of it.
 */
export interface WriterBound {
  writer: string
  contiguous: number
  beyond: number[]
  anchor: ServerAnchor
}

/**
 * What the server has of one writer: everything up to `contiguous`, and `beyond` it.
 */
export interface WriterState {
  writer: string
  contiguous: number
  beyond?: number[]
}

/** The body of any operation; its `kind` tells which. */
export type OperationBody =
  | AgendaPlanned
  | CheckReleased
  | ChecklistPublished
  | CheckpointMissed
  | CheckpointScanned
  | ConflictDecided
  | CorrectionEvidenced
  | CorrectionVerified
  | DailyReportIssued
  | DecisionWithdrawn
  | DisputeDecided
  | EvidenceAdded
  | EvidenceWithdrawn
  | FindingEvidenced
  | GroupTaken
  | HandoverEvidenced
  | HandoverMade
  | HandoverTaken
  | HeldApplied
  | HeldChanged
  | HeldSetAside
  | HeldTakenUp
  | ItemAnswered
  | ItemDisputed
  | ItemNoted
  | MatterSettled
  | NonconformityApproved
  | NonconformityAssigned
  | NonconformityClosedOnSpot
  | NonconformityConfirmed
  | NonconformityCorrected
  | NonconformityRaised
  | NonconformityReopened
  | NonconformityReported
  | NonconformityWithdrawn
  | OperationRedacted
  | PartRecorded
  | PlacesPublished
  | PlanPublished
  | ReceiptEntered
  | RemarkAdded
  | RemovalEvidenced
  | RemovalRegistered
  | ResultsRemembered
  | RosterPublished
  | RoundEvidenced
  | RoundFinished
  | RoundNoted
  | RoundStarted
  | RoundTransferred
  | RoundsPlanned
  | RoutePublished
  | SampleAnnounced
  | SampleDrawn
  | SchemePublished
  | SeverityJudged
  | SubstituteNamed
  | TagIssued
  | TagRevoked
  | TaskApproved
  | TaskConfirmed
  | TaskFinished
  | TaskStarted
  | TaskTransferred
  | TimelinessJudged
  | VariantSwitched

/** What one kind of operation is: its record, whether it moves the state, its writes. */
export interface KindRule {
  record_kind: string
  move: boolean
  by_people: boolean
  writes: readonly Required<Write>[]
}

/** The states that records of one kind pass through. */
export interface LifecycleRule {
  initial: string
  moves: readonly Required<Move>[]
}

export const KINDS: Readonly<Record<string, KindRule>> = {
  "agenda_planned": {
    "record_kind": "agenda",
    "move": false,
    "by_people": false,
    "writes": [
      {
        "source": "plan",
        "field": "plan",
        "policy": "latest",
        "key": "",
        "order": [],
        "remove": false,
        "none": "",
        "quiet": false
      },
      {
        "source": "month",
        "field": "month",
        "policy": "latest",
        "key": "",
        "order": [],
        "remove": false,
        "none": "",
        "quiet": false
      },
      {
        "source": "windows",
        "field": "windows",
        "policy": "latest",
        "key": "",
        "order": [],
        "remove": false,
        "none": "",
        "quiet": false
      },
      {
        "source": "cancelled",
        "field": "cancelled",
        "policy": "latest",
        "key": "",
        "order": [],
        "remove": false,
        "none": "",
        "quiet": false
      },
      {
        "source": "closed",
        "field": "closed",
        "policy": "latest",
        "key": "",
        "order": [],
        "remove": false,
        "none": "",
        "quiet": false
      },
      {
        "source": "checkers",
        "field": "checkers",
        "policy": "latest",
        "key": "",
        "order": [],
        "remove": false,
        "none": "",
        "quiet": false
      }
    ]
  },
  "check_released": {
    "record_kind": "task",
    "move": false,
    "by_people": true,
    "writes": [
      {
        "source": "released_at",
        "field": "released_at",
        "policy": "first",
        "key": "",
        "order": [],
        "remove": false,
        "none": "",
        "quiet": false
      }
    ]
  },
  "checklist_published": {
    "record_kind": "checklist",
    "move": false,
    "by_people": true,
    "writes": [
      {
        "source": "checklist",
        "field": "checklist",
        "policy": "latest",
        "key": "",
        "order": [],
        "remove": false,
        "none": "",
        "quiet": false
      }
    ]
  },
  "checkpoint_missed": {
    "record_kind": "round",
    "move": false,
    "by_people": true,
    "writes": [
      {
        "source": "missed_because",
        "field": "missed_because",
        "policy": "latest",
        "key": "checkpoint",
        "order": [],
        "remove": false,
        "none": "",
        "quiet": false
      }
    ]
  },
  "checkpoint_scanned": {
    "record_kind": "round",
    "move": false,
    "by_people": true,
    "writes": [
      {
        "source": "scan",
        "field": "scans",
        "policy": "append",
        "key": "checkpoint",
        "order": [],
        "remove": false,
        "none": "",
        "quiet": false
      }
    ]
  },
  "conflict_decided": {
    "record_kind": "*",
    "move": false,
    "by_people": true,
    "writes": []
  },
  "correction_evidenced": {
    "record_kind": "nonconformity",
    "move": false,
    "by_people": true,
    "writes": [
      {
        "source": "photo",
        "field": "correction_evidence",
        "policy": "union",
        "key": "",
        "order": [],
        "remove": false,
        "none": "",
        "quiet": false
      }
    ]
  },
  "correction_verified": {
    "record_kind": "nonconformity",
    "move": true,
    "by_people": true,
    "writes": [
      {
        "source": "verified_at",
        "field": "verified_at",
        "policy": "first",
        "key": "",
        "order": [],
        "remove": false,
        "none": "",
        "quiet": false
      },
      {
        "source": "words",
        "field": "verification",
        "policy": "append",
        "key": "",
        "order": [],
        "remove": false,
        "none": "",
        "quiet": false
      }
    ]
  },
  "daily_report_issued": {
    "record_kind": "daily_report",
    "move": false,
    "by_people": true,
    "writes": [
      {
        "source": "site",
        "field": "site",
        "policy": "first",
        "key": "",
        "order": [],
        "remove": false,
        "none": "",
        "quiet": false
      },
      {
        "source": "on",
        "field": "on",
        "policy": "first",
        "key": "",
        "order": [],
        "remove": false,
        "none": "",
        "quiet": false
      },
      {
        "source": "issued_at",
        "field": "issued_at",
        "policy": "first",
        "key": "",
        "order": [],
        "remove": false,
        "none": "",
        "quiet": false
      },
      {
        "source": "words",
        "field": "words",
        "policy": "latest",
        "key": "",
        "order": [],
        "remove": false,
        "none": "",
        "quiet": false
      }
    ]
  },
  "decision_withdrawn": {
    "record_kind": "*",
    "move": false,
    "by_people": true,
    "writes": []
  },
  "dispute_decided": {
    "record_kind": "task",
    "move": false,
    "by_people": true,
    "writes": [
      {
        "source": "finding_stands",
        "field": "finding_stands",
        "policy": "latest",
        "key": "item",
        "order": [],
        "remove": false,
        "none": "",
        "quiet": false
      },
      {
        "source": "dispute_reason",
        "field": "dispute_reason",
        "policy": "latest",
        "key": "item",
        "order": [],
        "remove": false,
        "none": "",
        "quiet": false
      }
    ]
  },
  "evidence_added": {
    "record_kind": "task",
    "move": false,
    "by_people": true,
    "writes": [
      {
        "source": "photo",
        "field": "evidence",
        "policy": "union",
        "key": "item",
        "order": [],
        "remove": false,
        "none": "",
        "quiet": false
      }
    ]
  },
  "evidence_withdrawn": {
    "record_kind": "task",
    "move": false,
    "by_people": true,
    "writes": [
      {
        "source": "photo",
        "field": "evidence",
        "policy": "union",
        "key": "item",
        "order": [],
        "remove": true,
        "none": "",
        "quiet": false
      }
    ]
  },
  "finding_evidenced": {
    "record_kind": "nonconformity",
    "move": false,
    "by_people": true,
    "writes": [
      {
        "source": "photo",
        "field": "finding_evidence",
        "policy": "union",
        "key": "",
        "order": [],
        "remove": false,
        "none": "",
        "quiet": false
      }
    ]
  },
  "group_taken": {
    "record_kind": "task",
    "move": false,
    "by_people": true,
    "writes": [
      {
        "source": "taken_by",
        "field": "taken_by",
        "policy": "latest",
        "key": "group",
        "order": [],
        "remove": false,
        "none": "",
        "quiet": false
      }
    ]
  },
  "handover_evidenced": {
    "record_kind": "handover",
    "move": false,
    "by_people": true,
    "writes": [
      {
        "source": "photo",
        "field": "evidence",
        "policy": "union",
        "key": "",
        "order": [],
        "remove": false,
        "none": "",
        "quiet": false
      }
    ]
  },
  "handover_made": {
    "record_kind": "handover",
    "move": true,
    "by_people": true,
    "writes": [
      {
        "source": "site",
        "field": "site",
        "policy": "first",
        "key": "",
        "order": [],
        "remove": false,
        "none": "",
        "quiet": false
      },
      {
        "source": "post",
        "field": "post",
        "policy": "first",
        "key": "",
        "order": [],
        "remove": false,
        "none": "",
        "quiet": false
      },
      {
        "source": "on",
        "field": "on",
        "policy": "first",
        "key": "",
        "order": [],
        "remove": false,
        "none": "",
        "quiet": false
      },
      {
        "source": "shift",
        "field": "shift",
        "policy": "first",
        "key": "",
        "order": [],
        "remove": false,
        "none": "",
        "quiet": false
      },
      {
        "source": "left_by",
        "field": "left_by",
        "policy": "latest",
        "key": "",
        "order": [],
        "remove": false,
        "none": "",
        "quiet": false
      },
      {
        "source": "left_at",
        "field": "left_at",
        "policy": "first",
        "key": "",
        "order": [],
        "remove": false,
        "none": "",
        "quiet": false
      },
      {
        "source": "handover",
        "field": "handover",
        "policy": "latest",
        "key": "",
        "order": [],
        "remove": false,
        "none": "",
        "quiet": false
      }
    ]
  },
  "handover_taken": {
    "record_kind": "handover",
    "move": true,
    "by_people": true,
    "writes": [
      {
        "source": "taking",
        "field": "taking",
        "policy": "append",
        "key": "",
        "order": [],
        "remove": false,
        "none": "",
        "quiet": false
      },
      {
        "source": "taken_at",
        "field": "taken_at",
        "policy": "first",
        "key": "",
        "order": [],
        "remove": false,
        "none": "",
        "quiet": false
      }
    ]
  },
  "held_applied": {
    "record_kind": "held",
    "move": true,
    "by_people": true,
    "writes": [
      {
        "source": "author",
        "field": "author",
        "policy": "first",
        "key": "",
        "order": [],
        "remove": false,
        "none": "",
        "quiet": false
      },
      {
        "source": "reason",
        "field": "reasons",
        "policy": "append",
        "key": "",
        "order": [],
        "remove": false,
        "none": "",
        "quiet": false
      }
    ]
  },
  "held_changed": {
    "record_kind": "held",
    "move": true,
    "by_people": true,
    "writes": [
      {
        "source": "author",
        "field": "author",
        "policy": "first",
        "key": "",
        "order": [],
        "remove": false,
        "none": "",
        "quiet": false
      },
      {
        "source": "reason",
        "field": "reasons",
        "policy": "append",
        "key": "",
        "order": [],
        "remove": false,
        "none": "",
        "quiet": false
      },
      {
        "source": "record",
        "field": "changed_record",
        "policy": "append",
        "key": "",
        "order": [],
        "remove": false,
        "none": "",
        "quiet": false
      },
      {
        "source": "body",
        "field": "changed_body",
        "policy": "append",
        "key": "",
        "order": [],
        "remove": false,
        "none": "",
        "quiet": false
      }
    ]
  },
  "held_set_aside": {
    "record_kind": "held",
    "move": true,
    "by_people": true,
    "writes": [
      {
        "source": "author",
        "field": "author",
        "policy": "first",
        "key": "",
        "order": [],
        "remove": false,
        "none": "",
        "quiet": false
      },
      {
        "source": "reason",
        "field": "reasons",
        "policy": "append",
        "key": "",
        "order": [],
        "remove": false,
        "none": "",
        "quiet": false
      }
    ]
  },
  "held_taken_up": {
    "record_kind": "held",
    "move": true,
    "by_people": true,
    "writes": [
      {
        "source": "author",
        "field": "author",
        "policy": "first",
        "key": "",
        "order": [],
        "remove": false,
        "none": "",
        "quiet": false
      },
      {
        "source": "reason",
        "field": "reasons",
        "policy": "append",
        "key": "",
        "order": [],
        "remove": false,
        "none": "",
        "quiet": false
      }
    ]
  },
  "item_answered": {
    "record_kind": "task",
    "move": false,
    "by_people": true,
    "writes": [
      {
        "source": "answer",
        "field": "answer",
        "policy": "worst",
        "key": "item",
        "order": [
          "fail",
          "pass",
          "not_applicable",
          "unanswered"
        ],
        "remove": false,
        "none": "unanswered",
        "quiet": false
      },
      {
        "source": "value",
        "field": "value",
        "policy": "latest",
        "key": "item",
        "order": [],
        "remove": false,
        "none": "",
        "quiet": true
      },
      {
        "source": "estimated",
        "field": "estimated",
        "policy": "latest",
        "key": "item",
        "order": [],
        "remove": false,
        "none": "",
        "quiet": true
      },
      {
        "source": "bulk",
        "field": "bulk",
        "policy": "latest",
        "key": "item",
        "order": [],
        "remove": false,
        "none": "",
        "quiet": true
      },
      {
        "source": "tag",
        "field": "tag",
        "policy": "latest",
        "key": "item",
        "order": [],
        "remove": false,
        "none": "",
        "quiet": true
      }
    ]
  },
  "item_disputed": {
    "record_kind": "task",
    "move": false,
    "by_people": true,
    "writes": [
      {
        "source": "dispute",
        "field": "dispute",
        "policy": "latest",
        "key": "item",
        "order": [],
        "remove": false,
        "none": "",
        "quiet": false
      }
    ]
  },
  "item_noted": {
    "record_kind": "task",
    "move": false,
    "by_people": true,
    "writes": [
      {
        "source": "note",
        "field": "note",
        "policy": "latest",
        "key": "item",
        "order": [],
        "remove": false,
        "none": "",
        "quiet": false
      }
    ]
  },
  "matter_settled": {
    "record_kind": "handover",
    "move": false,
    "by_people": true,
    "writes": [
      {
        "source": "settled_words",
        "field": "settled_words",
        "policy": "latest",
        "key": "matter",
        "order": [],
        "remove": false,
        "none": "",
        "quiet": false
      }
    ]
  },
  "nonconformity_approved": {
    "record_kind": "nonconformity",
    "move": false,
    "by_people": false,
    "writes": [
      {
        "source": "approved_by",
        "field": "approved_by",
        "policy": "first",
        "key": "",
        "order": [],
        "remove": false,
        "none": "",
        "quiet": false
      },
      {
        "source": "approved_at",
        "field": "approved_at",
        "policy": "first",
        "key": "",
        "order": [],
        "remove": false,
        "none": "",
        "quiet": false
      }
    ]
  },
  "nonconformity_assigned": {
    "record_kind": "nonconformity",
    "move": false,
    "by_people": true,
    "writes": [
      {
        "source": "assignee",
        "field": "assignee",
        "policy": "latest",
        "key": "",
        "order": [],
        "remove": false,
        "none": "",
        "quiet": false
      }
    ]
  },
  "nonconformity_closed_on_spot": {
    "record_kind": "nonconformity",
    "move": true,
    "by_people": true,
    "writes": [
      {
        "source": "corrected_at",
        "field": "corrected_at",
        "policy": "first",
        "key": "",
        "order": [],
        "remove": false,
        "none": "",
        "quiet": false
      },
      {
        "source": "correction",
        "field": "correction",
        "policy": "latest",
        "key": "",
        "order": [],
        "remove": false,
        "none": "",
        "quiet": false
      }
    ]
  },
  "nonconformity_confirmed": {
    "record_kind": "nonconformity",
    "move": false,
    "by_people": true,
    "writes": [
      {
        "source": "confirmed_at",
        "field": "confirmed_at",
        "policy": "first",
        "key": "",
        "order": [],
        "remove": false,
        "none": "",
        "quiet": false
      }
    ]
  },
  "nonconformity_corrected": {
    "record_kind": "nonconformity",
    "move": true,
    "by_people": true,
    "writes": [
      {
        "source": "corrected_at",
        "field": "corrected_at",
        "policy": "first",
        "key": "",
        "order": [],
        "remove": false,
        "none": "",
        "quiet": false
      },
      {
        "source": "correction",
        "field": "correction",
        "policy": "latest",
        "key": "",
        "order": [],
        "remove": false,
        "none": "",
        "quiet": false
      }
    ]
  },
  "nonconformity_raised": {
    "record_kind": "nonconformity",
    "move": true,
    "by_people": false,
    "writes": [
      {
        "source": "task",
        "field": "task",
        "policy": "first",
        "key": "",
        "order": [],
        "remove": false,
        "none": "",
        "quiet": false
      },
      {
        "source": "item",
        "field": "item",
        "policy": "first",
        "key": "",
        "order": [],
        "remove": false,
        "none": "",
        "quiet": false
      },
      {
        "source": "title",
        "field": "title",
        "policy": "first",
        "key": "",
        "order": [],
        "remove": false,
        "none": "",
        "quiet": false
      },
      {
        "source": "indicator",
        "field": "indicator",
        "policy": "first",
        "key": "",
        "order": [],
        "remove": false,
        "none": "",
        "quiet": false
      },
      {
        "source": "use",
        "field": "use",
        "policy": "first",
        "key": "",
        "order": [],
        "remove": false,
        "none": "",
        "quiet": false
      },
      {
        "source": "severity",
        "field": "severity",
        "policy": "authority",
        "key": "",
        "order": [
          "management_representative",
          "quality_manager",
          "quality_clerk",
          "quality_inspector",
          "project_manager",
          "department_head",
          "team_leader"
        ],
        "remove": false,
        "none": "",
        "quiet": false
      },
      {
        "source": "found_by",
        "field": "found_by",
        "policy": "first",
        "key": "",
        "order": [],
        "remove": false,
        "none": "",
        "quiet": false
      },
      {
        "source": "found_at",
        "field": "found_at",
        "policy": "first",
        "key": "",
        "order": [],
        "remove": false,
        "none": "",
        "quiet": false
      },
      {
        "source": "workflow",
        "field": "workflow",
        "policy": "first",
        "key": "",
        "order": [],
        "remove": false,
        "none": "",
        "quiet": false
      }
    ]
  },
  "nonconformity_reopened": {
    "record_kind": "nonconformity",
    "move": true,
    "by_people": false,
    "writes": [
      {
        "source": "reason",
        "field": "reopened_because",
        "policy": "latest",
        "key": "",
        "order": [],
        "remove": false,
        "none": "",
        "quiet": false
      }
    ]
  },
  "nonconformity_reported": {
    "record_kind": "nonconformity",
    "move": true,
    "by_people": true,
    "writes": [
      {
        "source": "site",
        "field": "site",
        "policy": "first",
        "key": "",
        "order": [],
        "remove": false,
        "none": "",
        "quiet": false
      },
      {
        "source": "title",
        "field": "title",
        "policy": "first",
        "key": "",
        "order": [],
        "remove": false,
        "none": "",
        "quiet": false
      },
      {
        "source": "severity",
        "field": "severity",
        "policy": "authority",
        "key": "",
        "order": [
          "management_representative",
          "quality_manager",
          "quality_clerk",
          "quality_inspector",
          "project_manager",
          "department_head",
          "team_leader"
        ],
        "remove": false,
        "none": "",
        "quiet": false
      },
      {
        "source": "found_by",
        "field": "found_by",
        "policy": "first",
        "key": "",
        "order": [],
        "remove": false,
        "none": "",
        "quiet": false
      },
      {
        "source": "found_at",
        "field": "found_at",
        "policy": "first",
        "key": "",
        "order": [],
        "remove": false,
        "none": "",
        "quiet": false
      },
      {
        "source": "checkpoint",
        "field": "checkpoint",
        "policy": "first",
        "key": "",
        "order": [],
        "remove": false,
        "none": "",
        "quiet": false
      }
    ]
  },
  "nonconformity_withdrawn": {
    "record_kind": "nonconformity",
    "move": true,
    "by_people": false,
    "writes": [
      {
        "source": "reason",
        "field": "withdrawn_because",
        "policy": "latest",
        "key": "",
        "order": [],
        "remove": false,
        "none": "",
        "quiet": false
      }
    ]
  },
  "operation_redacted": {
    "record_kind": "*",
    "move": false,
    "by_people": true,
    "writes": [
      {
        "source": "operation",
        "field": "redacted",
        "policy": "append",
        "key": "",
        "order": [],
        "remove": false,
        "none": "",
        "quiet": false
      }
    ]
  },
  "part_recorded": {
    "record_kind": "task",
    "move": false,
    "by_people": true,
    "writes": [
      {
        "source": "part",
        "field": "part",
        "policy": "append",
        "key": "",
        "order": [],
        "remove": false,
        "none": "",
        "quiet": false
      }
    ]
  },
  "places_published": {
    "record_kind": "places",
    "move": false,
    "by_people": true,
    "writes": [
      {
        "source": "places",
        "field": "places",
        "policy": "latest",
        "key": "",
        "order": [],
        "remove": false,
        "none": "",
        "quiet": false
      }
    ]
  },
  "plan_published": {
    "record_kind": "plan",
    "move": false,
    "by_people": true,
    "writes": [
      {
        "source": "plan",
        "field": "plan",
        "policy": "latest",
        "key": "",
        "order": [],
        "remove": false,
        "none": "",
        "quiet": false
      }
    ]
  },
  "receipt_entered": {
    "record_kind": "round",
    "move": false,
    "by_people": true,
    "writes": [
      {
        "source": "route",
        "field": "route",
        "policy": "first",
        "key": "",
        "order": [],
        "remove": false,
        "none": "",
        "quiet": false
      },
      {
        "source": "receipt",
        "field": "receipt",
        "policy": "append",
        "key": "",
        "order": [],
        "remove": false,
        "none": "",
        "quiet": false
      }
    ]
  },
  "remark_added": {
    "record_kind": "task",
    "move": false,
    "by_people": true,
    "writes": [
      {
        "source": "remark",
        "field": "remark",
        "policy": "append",
        "key": "",
        "order": [],
        "remove": false,
        "none": "",
        "quiet": false
      }
    ]
  },
  "removal_evidenced": {
    "record_kind": "removal",
    "move": false,
    "by_people": true,
    "writes": [
      {
        "source": "photo",
        "field": "evidence",
        "policy": "union",
        "key": "",
        "order": [],
        "remove": false,
        "none": "",
        "quiet": false
      }
    ]
  },
  "removal_registered": {
    "record_kind": "removal",
    "move": false,
    "by_people": true,
    "writes": [
      {
        "source": "site",
        "field": "site",
        "policy": "first",
        "key": "",
        "order": [],
        "remove": false,
        "none": "",
        "quiet": false
      },
      {
        "source": "waste",
        "field": "waste",
        "policy": "latest",
        "key": "",
        "order": [],
        "remove": false,
        "none": "",
        "quiet": false
      },
      {
        "source": "quantity",
        "field": "quantity",
        "policy": "latest",
        "key": "",
        "order": [],
        "remove": false,
        "none": "",
        "quiet": false
      },
      {
        "source": "unit",
        "field": "unit",
        "policy": "latest",
        "key": "",
        "order": [],
        "remove": false,
        "none": "",
        "quiet": false
      },
      {
        "source": "removed_at",
        "field": "removed_at",
        "policy": "first",
        "key": "",
        "order": [],
        "remove": false,
        "none": "",
        "quiet": false
      },
      {
        "source": "hauler",
        "field": "hauler",
        "policy": "latest",
        "key": "",
        "order": [],
        "remove": false,
        "none": "",
        "quiet": false
      },
      {
        "source": "vehicle",
        "field": "vehicle",
        "policy": "latest",
        "key": "",
        "order": [],
        "remove": false,
        "none": "",
        "quiet": false
      },
      {
        "source": "words",
        "field": "words",
        "policy": "latest",
        "key": "",
        "order": [],
        "remove": false,
        "none": "",
        "quiet": false
      }
    ]
  },
  "results_remembered": {
    "record_kind": "memory",
    "move": false,
    "by_people": false,
    "writes": [
      {
        "source": "plan",
        "field": "plan",
        "policy": "first",
        "key": "",
        "order": [],
        "remove": false,
        "none": "",
        "quiet": false
      },
      {
        "source": "task",
        "field": "task",
        "policy": "latest",
        "key": "",
        "order": [],
        "remove": false,
        "none": "",
        "quiet": false
      },
      {
        "source": "finished_at",
        "field": "finished_at",
        "policy": "latest",
        "key": "",
        "order": [],
        "remove": false,
        "none": "",
        "quiet": false
      },
      {
        "source": "finished_by",
        "field": "finished_by",
        "policy": "latest",
        "key": "",
        "order": [],
        "remove": false,
        "none": "",
        "quiet": false
      },
      {
        "source": "results",
        "field": "results",
        "policy": "latest",
        "key": "",
        "order": [],
        "remove": false,
        "none": "",
        "quiet": false
      },
      {
        "source": "estimates",
        "field": "estimates",
        "policy": "latest",
        "key": "",
        "order": [],
        "remove": false,
        "none": "",
        "quiet": false
      }
    ]
  },
  "roster_published": {
    "record_kind": "roster",
    "move": false,
    "by_people": true,
    "writes": [
      {
        "source": "roster",
        "field": "roster",
        "policy": "latest",
        "key": "",
        "order": [],
        "remove": false,
        "none": "",
        "quiet": false
      }
    ]
  },
  "round_evidenced": {
    "record_kind": "round",
    "move": false,
    "by_people": true,
    "writes": [
      {
        "source": "photo",
        "field": "evidence",
        "policy": "union",
        "key": "checkpoint",
        "order": [],
        "remove": false,
        "none": "",
        "quiet": false
      }
    ]
  },
  "round_finished": {
    "record_kind": "round",
    "move": true,
    "by_people": true,
    "writes": [
      {
        "source": "finished_at",
        "field": "finished_at",
        "policy": "first",
        "key": "",
        "order": [],
        "remove": false,
        "none": "",
        "quiet": false
      }
    ]
  },
  "round_noted": {
    "record_kind": "round",
    "move": false,
    "by_people": true,
    "writes": [
      {
        "source": "note",
        "field": "note",
        "policy": "latest",
        "key": "checkpoint",
        "order": [],
        "remove": false,
        "none": "",
        "quiet": false
      }
    ]
  },
  "round_started": {
    "record_kind": "round",
    "move": true,
    "by_people": true,
    "writes": [
      {
        "source": "route",
        "field": "route",
        "policy": "first",
        "key": "",
        "order": [],
        "remove": false,
        "none": "",
        "quiet": false
      },
      {
        "source": "started_at",
        "field": "started_at",
        "policy": "first",
        "key": "",
        "order": [],
        "remove": false,
        "none": "",
        "quiet": false
      },
      {
        "source": "on",
        "field": "on",
        "policy": "first",
        "key": "",
        "order": [],
        "remove": false,
        "none": "",
        "quiet": false
      },
      {
        "source": "ordinal",
        "field": "ordinal",
        "policy": "first",
        "key": "",
        "order": [],
        "remove": false,
        "none": "",
        "quiet": false
      }
    ]
  },
  "round_transferred": {
    "record_kind": "round",
    "move": false,
    "by_people": true,
    "writes": [
      {
        "source": "assignee",
        "field": "assignee",
        "policy": "latest",
        "key": "",
        "order": [],
        "remove": false,
        "none": "",
        "quiet": false
      },
      {
        "source": "transfer_reason",
        "field": "transfer_reason",
        "policy": "latest",
        "key": "",
        "order": [],
        "remove": false,
        "none": "",
        "quiet": false
      }
    ]
  },
  "rounds_planned": {
    "record_kind": "round_agenda",
    "move": false,
    "by_people": false,
    "writes": [
      {
        "source": "route",
        "field": "route",
        "policy": "latest",
        "key": "",
        "order": [],
        "remove": false,
        "none": "",
        "quiet": false
      },
      {
        "source": "month",
        "field": "month",
        "policy": "latest",
        "key": "",
        "order": [],
        "remove": false,
        "none": "",
        "quiet": false
      },
      {
        "source": "windows",
        "field": "windows",
        "policy": "latest",
        "key": "",
        "order": [],
        "remove": false,
        "none": "",
        "quiet": false
      },
      {
        "source": "cancelled",
        "field": "cancelled",
        "policy": "latest",
        "key": "",
        "order": [],
        "remove": false,
        "none": "",
        "quiet": false
      }
    ]
  },
  "route_published": {
    "record_kind": "route",
    "move": false,
    "by_people": true,
    "writes": [
      {
        "source": "route",
        "field": "route",
        "policy": "latest",
        "key": "",
        "order": [],
        "remove": false,
        "none": "",
        "quiet": false
      }
    ]
  },
  "sample_announced": {
    "record_kind": "sample",
    "move": false,
    "by_people": true,
    "writes": [
      {
        "source": "site",
        "field": "site",
        "policy": "first",
        "key": "",
        "order": [],
        "remove": false,
        "none": "",
        "quiet": false
      },
      {
        "source": "title",
        "field": "title",
        "policy": "first",
        "key": "",
        "order": [],
        "remove": false,
        "none": "",
        "quiet": false
      },
      {
        "source": "population",
        "field": "population",
        "policy": "first",
        "key": "",
        "order": [],
        "remove": false,
        "none": "",
        "quiet": false
      },
      {
        "source": "rate_percent",
        "field": "rate_percent",
        "policy": "first",
        "key": "",
        "order": [],
        "remove": false,
        "none": "",
        "quiet": false
      },
      {
        "source": "seed",
        "field": "seed",
        "policy": "first",
        "key": "",
        "order": [],
        "remove": false,
        "none": "",
        "quiet": false
      },
      {
        "source": "from_on",
        "field": "from_on",
        "policy": "first",
        "key": "",
        "order": [],
        "remove": false,
        "none": "",
        "quiet": false
      },
      {
        "source": "closes_on",
        "field": "closes_on",
        "policy": "first",
        "key": "",
        "order": [],
        "remove": false,
        "none": "",
        "quiet": false
      },
      {
        "source": "again_of",
        "field": "again_of",
        "policy": "first",
        "key": "",
        "order": [],
        "remove": false,
        "none": "",
        "quiet": false
      }
    ]
  },
  "sample_drawn": {
    "record_kind": "sample",
    "move": false,
    "by_people": true,
    "writes": [
      {
        "source": "whole",
        "field": "whole",
        "policy": "first",
        "key": "",
        "order": [],
        "remove": false,
        "none": "",
        "quiet": false
      },
      {
        "source": "drawn",
        "field": "drawn",
        "policy": "first",
        "key": "",
        "order": [],
        "remove": false,
        "none": "",
        "quiet": false
      }
    ]
  },
  "scheme_published": {
    "record_kind": "scheme",
    "move": false,
    "by_people": true,
    "writes": [
      {
        "source": "scheme",
        "field": "scheme",
        "policy": "latest",
        "key": "",
        "order": [],
        "remove": false,
        "none": "",
        "quiet": false
      },
      {
        "source": "sites",
        "field": "sites",
        "policy": "latest",
        "key": "",
        "order": [],
        "remove": false,
        "none": "",
        "quiet": false
      }
    ]
  },
  "severity_judged": {
    "record_kind": "nonconformity",
    "move": false,
    "by_people": true,
    "writes": [
      {
        "source": "severity",
        "field": "severity",
        "policy": "authority",
        "key": "",
        "order": [
          "management_representative",
          "quality_manager",
          "quality_clerk",
          "quality_inspector",
          "project_manager",
          "department_head",
          "team_leader"
        ],
        "remove": false,
        "none": "",
        "quiet": false
      }
    ]
  },
  "substitute_named": {
    "record_kind": "roster",
    "move": false,
    "by_people": true,
    "writes": [
      {
        "source": "substitute",
        "field": "substitute",
        "policy": "latest",
        "key": "slot",
        "order": [],
        "remove": false,
        "none": "",
        "quiet": false
      }
    ]
  },
  "tag_issued": {
    "record_kind": "tag",
    "move": false,
    "by_people": true,
    "writes": [
      {
        "source": "tag",
        "field": "tag",
        "policy": "first",
        "key": "",
        "order": [],
        "remove": false,
        "none": "",
        "quiet": false
      }
    ]
  },
  "tag_revoked": {
    "record_kind": "tag",
    "move": false,
    "by_people": true,
    "writes": [
      {
        "source": "revoked_at",
        "field": "revoked_at",
        "policy": "first",
        "key": "",
        "order": [],
        "remove": false,
        "none": "",
        "quiet": false
      },
      {
        "source": "revoked_because",
        "field": "revoked_because",
        "policy": "latest",
        "key": "",
        "order": [],
        "remove": false,
        "none": "",
        "quiet": false
      }
    ]
  },
  "task_approved": {
    "record_kind": "task",
    "move": false,
    "by_people": true,
    "writes": [
      {
        "source": "approval",
        "field": "approval",
        "policy": "latest",
        "key": "",
        "order": [],
        "remove": false,
        "none": "",
        "quiet": false
      },
      {
        "source": "approval_words",
        "field": "approval_words",
        "policy": "latest",
        "key": "",
        "order": [],
        "remove": false,
        "none": "",
        "quiet": false
      }
    ]
  },
  "task_confirmed": {
    "record_kind": "task",
    "move": false,
    "by_people": true,
    "writes": [
      {
        "source": "confirmation",
        "field": "confirmation",
        "policy": "append",
        "key": "",
        "order": [],
        "remove": false,
        "none": "",
        "quiet": false
      }
    ]
  },
  "task_finished": {
    "record_kind": "task",
    "move": true,
    "by_people": true,
    "writes": [
      {
        "source": "finished_at",
        "field": "finished_at",
        "policy": "first",
        "key": "",
        "order": [],
        "remove": false,
        "none": "",
        "quiet": false
      }
    ]
  },
  "task_started": {
    "record_kind": "task",
    "move": true,
    "by_people": true,
    "writes": [
      {
        "source": "checklist",
        "field": "checklist",
        "policy": "first",
        "key": "",
        "order": [],
        "remove": false,
        "none": "",
        "quiet": false
      },
      {
        "source": "started_at",
        "field": "started_at",
        "policy": "first",
        "key": "",
        "order": [],
        "remove": false,
        "none": "",
        "quiet": false
      },
      {
        "source": "plan",
        "field": "plan",
        "policy": "first",
        "key": "",
        "order": [],
        "remove": false,
        "none": "",
        "quiet": false
      },
      {
        "source": "on",
        "field": "on",
        "policy": "first",
        "key": "",
        "order": [],
        "remove": false,
        "none": "",
        "quiet": false
      },
      {
        "source": "ordinal",
        "field": "ordinal",
        "policy": "first",
        "key": "",
        "order": [],
        "remove": false,
        "none": "",
        "quiet": false
      }
    ]
  },
  "task_transferred": {
    "record_kind": "task",
    "move": false,
    "by_people": true,
    "writes": [
      {
        "source": "assignee",
        "field": "assignee",
        "policy": "latest",
        "key": "",
        "order": [],
        "remove": false,
        "none": "",
        "quiet": false
      },
      {
        "source": "transfer_reason",
        "field": "transfer_reason",
        "policy": "latest",
        "key": "",
        "order": [],
        "remove": false,
        "none": "",
        "quiet": false
      }
    ]
  },
  "timeliness_judged": {
    "record_kind": "task",
    "move": false,
    "by_people": true,
    "writes": [
      {
        "source": "timeliness",
        "field": "timeliness",
        "policy": "latest",
        "key": "",
        "order": [],
        "remove": false,
        "none": "",
        "quiet": false
      },
      {
        "source": "timeliness_reason",
        "field": "timeliness_reason",
        "policy": "latest",
        "key": "",
        "order": [],
        "remove": false,
        "none": "",
        "quiet": false
      }
    ]
  },
  "variant_switched": {
    "record_kind": "day_variant",
    "move": false,
    "by_people": true,
    "writes": [
      {
        "source": "site",
        "field": "site",
        "policy": "first",
        "key": "",
        "order": [],
        "remove": false,
        "none": "",
        "quiet": false
      },
      {
        "source": "on",
        "field": "on",
        "policy": "first",
        "key": "",
        "order": [],
        "remove": false,
        "none": "",
        "quiet": false
      },
      {
        "source": "variant",
        "field": "variant",
        "policy": "latest",
        "key": "",
        "order": [],
        "remove": false,
        "none": "",
        "quiet": false
      }
    ]
  }
}

export const LIFECYCLES: Readonly<Record<string, LifecycleRule>> = {
  "handover": {
    "initial": "none",
    "moves": [
      {
        "name": "handover_made",
        "origins": [
          "none"
        ],
        "target": "made",
        "rank": 0
      },
      {
        "name": "handover_taken",
        "origins": [
          "none",
          "made"
        ],
        "target": "taken",
        "rank": 1
      }
    ]
  },
  "held": {
    "initial": "waiting",
    "moves": [
      {
        "name": "held_applied",
        "origins": [
          "waiting"
        ],
        "target": "applied",
        "rank": 0
      },
      {
        "name": "held_changed",
        "origins": [
          "waiting"
        ],
        "target": "changed",
        "rank": 0
      },
      {
        "name": "held_set_aside",
        "origins": [
          "waiting"
        ],
        "target": "set_aside",
        "rank": 0
      },
      {
        "name": "held_taken_up",
        "origins": [
          "set_aside"
        ],
        "target": "waiting",
        "rank": 0
      }
    ]
  },
  "nonconformity": {
    "initial": "none",
    "moves": [
      {
        "name": "nonconformity_raised",
        "origins": [
          "none",
          "open",
          "corrected",
          "closed"
        ],
        "target": "open",
        "rank": 0
      },
      {
        "name": "nonconformity_reported",
        "origins": [
          "none"
        ],
        "target": "open",
        "rank": 0
      },
      {
        "name": "nonconformity_closed_on_spot",
        "origins": [
          "open"
        ],
        "target": "closed",
        "rank": 1
      },
      {
        "name": "nonconformity_corrected",
        "origins": [
          "open"
        ],
        "target": "corrected",
        "rank": 2
      },
      {
        "name": "correction_verified",
        "origins": [
          "corrected"
        ],
        "target": "closed",
        "rank": 1
      },
      {
        "name": "nonconformity_withdrawn",
        "origins": [
          "open",
          "corrected",
          "closed"
        ],
        "target": "withdrawn",
        "rank": 3
      },
      {
        "name": "nonconformity_reopened",
        "origins": [
          "withdrawn"
        ],
        "target": "open",
        "rank": 3
      }
    ]
  },
  "round": {
    "initial": "due",
    "moves": [
      {
        "name": "round_started",
        "origins": [
          "due"
        ],
        "target": "in_progress",
        "rank": 0
      },
      {
        "name": "round_finished",
        "origins": [
          "due",
          "in_progress"
        ],
        "target": "finished",
        "rank": 1
      }
    ]
  },
  "task": {
    "initial": "due",
    "moves": [
      {
        "name": "task_started",
        "origins": [
          "due"
        ],
        "target": "in_progress",
        "rank": 0
      },
      {
        "name": "task_finished",
        "origins": [
          "due",
          "in_progress"
        ],
        "target": "finished",
        "rank": 1
      }
    ]
  }
}

export type ProblemRow = Omit<Problem, 'code' | 'details'>

export const PROBLEMS: Readonly<Record<string, ProblemRow>> = {
  "checklist_unknown": {
    "status": 404,
    "title_zh": "检查表版本尚未到达",
    "title_en": "This version of the checklist has not arrived",
    "next_zh": "已保留，到达后自动并入",
    "next_en": "Kept; it joins when the version arrives"
  },
  "clock_bounded": {
    "status": 200,
    "title_zh": "手机时间不准，已按服务器时间校正",
    "title_en": "The phone's clock is wrong and was bounded",
    "next_zh": "请在系统设置中打开自动校时",
    "next_en": "Turn on automatic time in the phone's settings"
  },
  "conflict": {
    "status": 409,
    "title_zh": "与现有内容冲突",
    "title_en": "It clashes with what is already there",
    "next_zh": "请刷新后再试",
    "next_en": "Reload and try again"
  },
  "conflict_unknown": {
    "status": 409,
    "title_zh": "这里没有需要核定的不同结果",
    "title_en": "There is nothing to decide here",
    "next_zh": "可能已由本人更正；请刷新后再看",
    "next_en": "Its author may have corrected it; look again after reloading"
  },
  "could_not_store": {
    "status": 500,
    "title_zh": "这条记录暂时无法写入",
    "title_en": "This operation could not be stored",
    "next_zh": "原文已保留，办公室会处理",
    "next_en": "Its text is kept; the office will deal with it"
  },
  "csrf_failed": {
    "status": 403,
    "title_zh": "安全校验未通过",
    "title_en": "The security check failed",
    "next_zh": "请重新打开页面再试",
    "next_en": "Open the page again and retry"
  },
  "database_unavailable": {
    "status": 503,
    "title_zh": "数据库暂时不可用",
    "title_en": "The database is not available",
    "next_zh": "记录仍在手机上，稍后会自动重试",
    "next_en": "The work is still on the phone and is retried"
  },
  "decided_changed": {
    "status": 200,
    "title_zh": "办公室改后并入了",
    "title_en": "The office applied it changed",
    "next_zh": "请看改后的内容；不同意请联系办公室",
    "next_en": "Look at what it says now; speak to the office if you disagree"
  },
  "decided_set_aside": {
    "status": 200,
    "title_zh": "已决定不并入",
    "title_en": "Set aside: it changes nothing",
    "next_zh": "原文仍然保留；不同意请联系办公室",
    "next_en": "Its text is kept; speak to the office if you disagree"
  },
  "decision_outdated": {
    "status": 409,
    "title_zh": "核定时又有人补充了结果",
    "title_en": "Somebody added to it while you decided",
    "next_zh": "请看过新的结果后重新核定",
    "next_en": "Look at what is new and decide again"
  },
  "decision_unknown": {
    "status": 409,
    "title_zh": "这次核定已不是现行的核定",
    "title_en": "This is not the decision that stands",
    "next_zh": "可能已撤销或被新的结果取代；请刷新后再看",
    "next_en": "It may have been undone or overtaken; look again after reloading"
  },
  "decision_value_wrong": {
    "status": 422,
    "title_zh": "只能在已有的结果中选择",
    "title_en": "Only one of the given values can be chosen",
    "next_zh": "请选其中一个；只有说明类文字可以合并",
    "next_en": "Choose one of them; only free words can be put together"
  },
  "desk_full": {
    "status": 409,
    "title_zh": "此人待核实的记录已达上限，暂不再收",
    "title_en": "Too much of this person already waits for the office",
    "next_zh": "记录仍在手机上，会自动重试；请办公室先处理待核实的记录",
    "next_en": "It stays on the phone and is sent again; the office must first deal with what waits"
  },
  "estimate_limit": {
    "status": 409,
    "title_zh": "已连续估抄两次，这次必须实抄",
    "title_en": "Two estimates in a row; this time the meter must be read",
    "next_zh": "请实抄并更正；井盖打不开或被占压请上报，由办公室决定",
    "next_en": "Read it and correct the entry; report a blocked well, and the office decides"
  },
  "evidence_undeclared": {
    "status": 422,
    "title_zh": "照片没有登记",
    "title_en": "The photo is not declared in the operation",
    "next_zh": "原文已保留，办公室会处理",
    "next_en": "Its text is kept; the office will deal with it"
  },
  "finding_taken": {
    "status": 409,
    "title_zh": "这个编号下已有另一项不合格",
    "title_en": "Another finding already has this number",
    "next_zh": "原文已保留，请重新上报一次",
    "next_en": "Its text is kept; report it anew"
  },
  "finding_withdrawn": {
    "status": 409,
    "title_zh": "该不符合项已撤销",
    "title_en": "The finding has been withdrawn",
    "next_zh": "如仍存在，请重新检查并记录",
    "next_en": "If it is still there, check again and record it"
  },
  "gaps_too_many": {
    "status": 409,
    "title_zh": "这台手机缺号的记录太多",
    "title_en": "Too many of this phone's records are missing in between",
    "next_zh": "记录仍在手机上，缺少的记录到达后自动补传；一直不行请联系办公室",
    "next_en": "It stays on the phone and is sent once the missing ones have come; else ask the office"
  },
  "hash_mismatch": {
    "status": 422,
    "title_zh": "照片内容与登记的不一致",
    "title_en": "The photo is not the one that was declared",
    "next_zh": "照片仍在手机上，应用会重新上传",
    "next_en": "The photo is still on the phone; the app sends it again"
  },
  "held_decided": {
    "status": 409,
    "title_zh": "这条记录已有决定，没有重复办理",
    "title_en": "It has been decided already; nothing was done twice",
    "next_zh": "请刷新查看决定；不并入的可以重新办理",
    "next_en": "Reload to see the decision; what was set aside can be taken up again"
  },
  "held_not_applicable": {
    "status": 422,
    "title_zh": "这条记录无法照原样并入",
    "title_en": "It cannot be applied as it is",
    "next_zh": "请改后并入，或写明原因不并入",
    "next_en": "Apply it changed, or set it aside with a reason"
  },
  "held_own": {
    "status": 403,
    "title_zh": "自己的记录不能由自己并入",
    "title_en": "Nobody lets in what they recorded themselves",
    "next_zh": "请另一位有权限的人员办理",
    "next_en": "Let another person with the right decide"
  },
  "held_unknown": {
    "status": 404,
    "title_zh": "没有这条待核实记录",
    "title_en": "There is no such held operation",
    "next_zh": "请刷新列表；可能已自动并入",
    "next_en": "Reload the list; it may have joined by itself"
  },
  "identity_clash": {
    "status": 409,
    "title_zh": "同一编号有两份不同内容",
    "title_en": "The same id carries two different contents",
    "next_zh": "两份都已保留，办公室会核对",
    "next_en": "Both are kept; the office will compare them"
  },
  "item_unknown": {
    "status": 422,
    "title_zh": "检查表里没有这一项",
    "title_en": "The checklist has no such item",
    "next_zh": "原文已保留，办公室会处理",
    "next_en": "Its text is kept; the office will deal with it"
  },
  "json_malformed": {
    "status": 400,
    "title_zh": "内容不是有效的 JSON",
    "title_en": "The body is not valid JSON",
    "next_zh": "记录仍在手机上，请更新应用后重试",
    "next_en": "The work is still on the phone; update the app and retry"
  },
  "kind_reserved": {
    "status": 403,
    "title_zh": "这种记录只能由系统产生",
    "title_en": "Only the system makes this kind",
    "next_zh": "原文已保留，办公室会处理",
    "next_en": "Its text is kept; the office will deal with it"
  },
  "kind_unknown": {
    "status": 422,
    "title_zh": "这种记录来自更新的应用",
    "title_en": "This kind comes from a newer app",
    "next_zh": "原文已保留，服务器更新后自动处理",
    "next_en": "Kept; it is applied once the server knows it"
  },
  "media_type_unsupported": {
    "status": 415,
    "title_zh": "不支持这种文件",
    "title_en": "This kind of file is not supported",
    "next_zh": "请用 JPEG、PNG 或 WebP 照片",
    "next_en": "Use a JPEG, PNG or WebP photo"
  },
  "method_not_allowed": {
    "status": 405,
    "title_zh": "不支持这种操作方式",
    "title_en": "This method is not supported here",
    "next_zh": "请更新应用后重试",
    "next_en": "Update the app and retry"
  },
  "not_allowed": {
    "status": 403,
    "title_zh": "没有这项权限",
    "title_en": "You do not have the right to do this",
    "next_zh": "如需办理，请联系办公室",
    "next_en": "Ask the office if you should have it"
  },
  "not_found": {
    "status": 404,
    "title_zh": "没有找到",
    "title_en": "Not found",
    "next_zh": "可能已移走或不属于您的项目",
    "next_en": "It may have moved or is not in your sites"
  },
  "not_on_spot": {
    "status": 409,
    "title_zh": "这类检查的不合格项不能即行关闭",
    "title_en": "A finding of this check cannot be closed on the spot",
    "next_zh": "请完成整改后由他人复查，或由办公室决定",
    "next_en": "Record the correction and let another person verify it, or the office decides"
  },
  "not_redactable": {
    "status": 422,
    "title_zh": "这类操作的内容不能移除",
    "title_en": "The content of this kind of operation cannot be removed",
    "next_zh": "发布的内容请发布新版本；裁定请撤回后重新裁定",
    "next_en": "Publish a new version, or withdraw the decision and decide again"
  },
  "not_the_verifier": {
    "status": 403,
    "title_zh": "按处理流程，这项不由您复查",
    "title_en": "By its workflow it is not yours to verify",
    "next_zh": "请由流程指定的人员复查，或由办公室决定",
    "next_en": "Let whoever the workflow names verify it, or the office decides"
  },
  "number_wrong": {
    "status": 422,
    "title_zh": "读数不是数字",
    "title_en": "What was read is not a number",
    "next_zh": "已保留；请由本人更正，或由办公室改后并入",
    "next_en": "Kept; let its author correct it, or the office apply it changed"
  },
  "operation_malformed": {
    "status": 422,
    "title_zh": "这条记录的格式无法识别",
    "title_en": "This operation cannot be read",
    "next_zh": "原文已保留，办公室会处理",
    "next_en": "Its text is kept; the office will deal with it"
  },
  "operation_unknown": {
    "status": 404,
    "title_zh": "这条记录里没有这一操作",
    "title_en": "This record has no such operation",
    "next_zh": "请刷新后再选",
    "next_en": "Reload and choose again"
  },
  "option_unknown": {
    "status": 422,
    "title_zh": "检查表里没有这个选项",
    "title_en": "The checklist has no such option",
    "next_zh": "已保留；请由本人重选，或由办公室改后并入",
    "next_en": "Kept; let its author choose again, or the office apply it changed"
  },
  "own_cause": {
    "status": 403,
    "title_zh": "涉及本人的结果不能由本人核定",
    "title_en": "Nobody decides on their own answer",
    "next_zh": "请由另一位有权限的人员核定",
    "next_en": "Let another person with the right decide"
  },
  "own_department": {
    "status": 403,
    "title_zh": "互查时不能检查自己的部门",
    "title_en": "In a mutual check nobody checks the own department",
    "next_zh": "已保留；请由其他部门的人员检查，或由办公室决定",
    "next_en": "Kept; let another department check it, or the office decides"
  },
  "pack_broken": {
    "status": 422,
    "title_zh": "规则包有错误",
    "title_en": "The pack is broken",
    "next_zh": "请按提示的文件和行号修改",
    "next_en": "Mend the file at the line named"
  },
  "password_change_needed": {
    "status": 403,
    "title_zh": "请先修改初始密码",
    "title_en": "The first password must be changed",
    "next_zh": "请在登录页设置新密码",
    "next_en": "Set a new password on the sign-in page"
  },
  "reason_needed": {
    "status": 422,
    "title_zh": "请写明原因",
    "title_en": "A reason is needed",
    "next_zh": "选一条常用原因或自己写一句",
    "next_en": "Choose a ready phrase or write a sentence"
  },
  "receipt_unreadable": {
    "status": 422,
    "title_zh": "这不是一张完整的巡更凭条",
    "title_en": "This is not a whole receipt of a round",
    "next_zh": "请重新扫码，或把手机上的文字完整粘贴过来",
    "next_en": "Scan it again, or paste the whole text off the phone"
  },
  "record_kind_wrong": {
    "status": 422,
    "title_zh": "记录类型与内容不符",
    "title_en": "The record kind does not fit the operation",
    "next_zh": "原文已保留，办公室会处理",
    "next_en": "Its text is kept; the office will deal with it"
  },
  "record_unknown": {
    "status": 404,
    "title_zh": "前一步尚未到达",
    "title_en": "What this builds on has not arrived",
    "next_zh": "已保留，到达后自动并入",
    "next_en": "Kept; it joins when that arrives"
  },
  "report_record_wrong": {
    "status": 422,
    "title_zh": "日报编号与项目、日期不符",
    "title_en": "The report is not that of this site and date",
    "next_zh": "原文已保留，请重新打开当天的日报再发出",
    "next_en": "Its text is kept; open that day's report again and issue it"
  },
  "request_invalid": {
    "status": 400,
    "title_zh": "请求缺少内容或格式不对",
    "title_en": "The request lacks something or has the wrong form",
    "next_zh": "请更新应用后重试",
    "next_en": "Update the app and retry"
  },
  "round_unknown": {
    "status": 409,
    "title_zh": "服务器上还没有这一轮巡更或它的路线",
    "title_en": "This round or its route is not known to the server yet",
    "next_zh": "先保留，等路线或开始记录到达后自动再试",
    "next_en": "It is kept and tried again when the route or its start arrives"
  },
  "rules_broken": {
    "status": 422,
    "title_zh": "发布的规则内容有错",
    "title_en": "What was published is not a working rule",
    "next_zh": "未生效；请按提示修改后重新发布",
    "next_en": "It is not in force; mend what is named and publish again"
  },
  "same_person": {
    "status": 403,
    "title_zh": "整改人不能自己复查",
    "title_en": "Whoever corrected cannot verify",
    "next_zh": "请由另一位人员复查",
    "next_en": "Let another person verify"
  },
  "scope_not_yours": {
    "status": 403,
    "title_zh": "这部分资料不属于您的岗位",
    "title_en": "This working set is not yours",
    "next_zh": "请同步一次，手机会更新为您岗位的资料",
    "next_en": "Sync once; the phone then holds what your roles may see"
  },
  "seal_broken": {
    "status": 422,
    "title_zh": "封存的记录打不开，可能被截断或改动",
    "title_en": "The sealed work cannot be opened; it was cut or changed",
    "next_zh": "原件已保留，请在原手机上重新导出",
    "next_en": "It is kept as it came; export it again on the first phone"
  },
  "seal_elsewhere": {
    "status": 409,
    "title_zh": "这份记录是封存给另一个企业或服务器的",
    "title_en": "This work is sealed to another organisation or server",
    "next_zh": "请带到所属企业的手机或办公室导入",
    "next_en": "Bring it to a phone or the office of that organisation"
  },
  "server_failed": {
    "status": 500,
    "title_zh": "服务器出错了",
    "title_en": "The server failed",
    "next_zh": "记录仍在手机上，稍后会自动重试",
    "next_en": "The work is still on the phone and is retried"
  },
  "shut_out": {
    "status": 401,
    "title_zh": "办公室已停用这个账号或这台手机",
    "title_en": "The office has shut out this account or this phone",
    "next_zh": "未上传的记录都还在本机，请联系办公室",
    "next_en": "Unsent work stays on this phone; ask the office"
  },
  "sign_in_failed": {
    "status": 401,
    "title_zh": "账号或密码不对",
    "title_en": "The user name or password is wrong",
    "next_zh": "请检查后再试，或请办公室重设密码",
    "next_en": "Check and try again, or ask the office for a new password"
  },
  "sign_in_needed": {
    "status": 401,
    "title_zh": "登录已过期",
    "title_en": "You are signed out",
    "next_zh": "请重新登录，未上传的记录都还在",
    "next_en": "Sign in again; nothing unsent is lost"
  },
  "signature_wrong": {
    "status": 403,
    "title_zh": "签名与登记的手机不符，没有采用",
    "title_en": "The signature is not that phone's; nothing was applied",
    "next_zh": "原件已保留，请向记录人核实",
    "next_en": "It is kept whole; ask the person who recorded it"
  },
  "tag_wrong": {
    "status": 422,
    "title_zh": "标签内容无法识别",
    "title_en": "The text of the tag cannot be read",
    "next_zh": "已保留；请重新扫码或手输编号",
    "next_en": "Kept; scan again or type the number"
  },
  "task_unknown": {
    "status": 404,
    "title_zh": "检查任务尚未下发",
    "title_en": "The check is not planned here",
    "next_zh": "已保留，任务下发后自动并入",
    "next_en": "Kept; it joins as soon as the plan arrives"
  },
  "too_large": {
    "status": 413,
    "title_zh": "内容太大",
    "title_en": "The body is too large",
    "next_zh": "应用会分成小份再传",
    "next_en": "The app will send it in smaller parts"
  },
  "too_many_requests": {
    "status": 429,
    "title_zh": "请求太频繁",
    "title_en": "Too many requests",
    "next_zh": "请稍候再试，记录不会丢失",
    "next_en": "Wait a little; nothing is lost"
  },
  "upload_offset_wrong": {
    "status": 409,
    "title_zh": "上传的位置对不上",
    "title_en": "The upload goes on from another place",
    "next_zh": "照片仍在手机上，应用会从断开的地方接着传",
    "next_en": "The photo is still on the phone; the app goes on from where it was cut"
  },
  "upload_version_unknown": {
    "status": 412,
    "title_zh": "服务器不认识这种上传方式",
    "title_en": "The server does not know this way of uploading",
    "next_zh": "照片仍在手机上，请更新应用后重试",
    "next_en": "The photo is still on the phone; update the app and retry"
  },
  "version_published": {
    "status": 409,
    "title_zh": "这个版本已发布，不能再改",
    "title_en": "This version is published and cannot change",
    "next_zh": "请用新的版本号发布",
    "next_en": "Publish the change as a new version"
  },
  "wire_too_new": {
    "status": 409,
    "title_zh": "手机应用比服务器新",
    "title_en": "The app is newer than the server",
    "next_zh": "记录已保留，服务器更新后自动处理",
    "next_en": "Kept; it is processed once the server is updated"
  },
  "wire_too_old": {
    "status": 426,
    "title_zh": "手机应用太旧，服务器已不再接收",
    "title_en": "The app is too old for the server",
    "next_zh": "记录都在手机上，请联网重新打开应用完成更新；更新不了可先导出记录",
    "next_en": "All work is on the phone; open the app online to update it, or export the work first"
  },
  "writer_not_yours": {
    "status": 403,
    "title_zh": "这些记录属于另一位人员",
    "title_en": "These operations belong to another person",
    "next_zh": "请由本人登录后上传，记录仍在手机上",
    "next_en": "Let that person sign in; the work stays on the phone"
  },
  "writer_unknown": {
    "status": 403,
    "title_zh": "这台手机尚未登记",
    "title_en": "This phone's writer is not bound",
    "next_zh": "请重新登录，记录会自动补传",
    "next_en": "Sign in again; the work is sent by itself"
  }
}

export const RECORD_KINDS: readonly string[] = [
  "places",
  "checklist",
  "plan",
  "agenda",
  "task",
  "memory",
  "day_variant",
  "sample",
  "daily_report",
  "nonconformity",
  "route",
  "round_agenda",
  "round",
  "tag",
  "roster",
  "handover",
  "removal",
  "scheme",
  "held"
]

export const POLICIES: readonly Policy[] = [
  "latest",
  "first",
  "worst",
  "union",
  "append",
  "lifecycle",
  "authority"
]

export const WIRE_VERSION = 2

export const OLDEST_SERVED = 1

export const PHOTO_LIMIT = 4000000

export const NEVER_IN_BULK: readonly ChecklistDomain[] = [
  "assessment",
  "fire",
  "lift",
  "post"
]
