-- The database as the migrations leave it, written by `python -m backend.kernel.schema_dump`.
-- tests/house/test_schema_is_committed.py compares. Read it to see; change it by a migration.

CREATE TABLE answers (
    organization_id text NOT NULL,
    id text NOT NULL,
    task_id text NOT NULL,
    site_id text NOT NULL,
    item text NOT NULL,
    indicator text NOT NULL,
    use text NOT NULL,
    answer text NOT NULL,
    contested boolean NOT NULL,
    person_id text NOT NULL,
    operation_id text NOT NULL,
    note text NOT NULL,
    photos text NOT NULL,
    stamp_ms bigint NOT NULL,
    position bigint NOT NULL,
    plan_id text DEFAULT ''::text NOT NULL,
    value text DEFAULT ''::text NOT NULL,
    dispute text DEFAULT ''::text NOT NULL,
    estimated boolean DEFAULT false NOT NULL,
    bulk boolean DEFAULT false NOT NULL,
    reading boolean DEFAULT false NOT NULL,
    PRIMARY KEY (organization_id, id)
);

CREATE TABLE areas (
    organization_id text NOT NULL,
    id text NOT NULL,
    site_id text NOT NULL,
    name_zh text NOT NULL,
    name_en text DEFAULT ''::text NOT NULL,
    position bigint DEFAULT 0 NOT NULL,
    PRIMARY KEY (organization_id, id),
    FOREIGN KEY (organization_id, site_id) REFERENCES sites(organization_id, id)
);

CREATE TABLE carried_bundles (
    organization_id text NOT NULL,
    id text NOT NULL,
    writer_id text NOT NULL,
    author_id text NOT NULL,
    carrier_id text NOT NULL,
    device_id text NOT NULL,
    kind text NOT NULL,
    size bigint NOT NULL,
    operations text NOT NULL,
    problem text NOT NULL,
    state text NOT NULL,
    received_ms bigint NOT NULL,
    content bytea,
    PRIMARY KEY (organization_id, id),
    CHECK ((state = ANY (ARRAY['opened'::text, 'held'::text])))
);

CREATE TABLE checklists (
    organization_id text NOT NULL,
    id text NOT NULL,
    code text NOT NULL,
    version bigint NOT NULL,
    title_zh text NOT NULL,
    title_en text NOT NULL,
    content text NOT NULL,
    PRIMARY KEY (organization_id, id)
);

CREATE TABLE checkpoints (
    organization_id text NOT NULL,
    id text NOT NULL,
    site_id text NOT NULL,
    area_id text NOT NULL,
    code text NOT NULL,
    name_zh text NOT NULL,
    name_en text DEFAULT ''::text NOT NULL,
    position bigint DEFAULT 0 NOT NULL,
    PRIMARY KEY (organization_id, id),
    FOREIGN KEY (organization_id, area_id) REFERENCES areas(organization_id, id),
    FOREIGN KEY (organization_id, site_id) REFERENCES sites(organization_id, id)
);

CREATE TABLE commits (
    organization_id text NOT NULL,
    position bigint NOT NULL,
    tag text NOT NULL,
    committed_at timestamp with time zone NOT NULL,
    PRIMARY KEY (organization_id, "position")
);

CREATE TABLE conflicts (
    organization_id text NOT NULL,
    id text NOT NULL,
    record_id text NOT NULL,
    record_kind text NOT NULL,
    site_id text NOT NULL,
    field text NOT NULL,
    first_op text NOT NULL,
    second_op text NOT NULL,
    state text NOT NULL,
    position bigint NOT NULL,
    PRIMARY KEY (organization_id, id)
);

CREATE TABLE contractors (
    organization_id text NOT NULL,
    id text NOT NULL,
    name_zh text NOT NULL,
    name_en text DEFAULT ''::text NOT NULL,
    PRIMARY KEY (organization_id, id),
    FOREIGN KEY (organization_id) REFERENCES organizations(id)
);

CREATE TABLE daily_reports (
    organization_id text NOT NULL,
    id text NOT NULL,
    site_id text NOT NULL,
    on_date text NOT NULL,
    issued_by text NOT NULL,
    issued_op text NOT NULL,
    words text NOT NULL,
    position bigint NOT NULL,
    PRIMARY KEY (organization_id, id)
);

CREATE TABLE day_variants (
    organization_id text NOT NULL,
    id text NOT NULL,
    site_id text NOT NULL,
    on_date text NOT NULL,
    variant text NOT NULL,
    PRIMARY KEY (organization_id, id)
);

CREATE TABLE departments (
    organization_id text NOT NULL,
    id text NOT NULL,
    site_id text DEFAULT ''::text NOT NULL,
    name_zh text NOT NULL,
    name_en text DEFAULT ''::text NOT NULL,
    PRIMARY KEY (organization_id, id),
    FOREIGN KEY (organization_id) REFERENCES organizations(id)
);

CREATE TABLE device_reports (
    organization_id text NOT NULL,
    device_id text NOT NULL,
    person_id text NOT NULL,
    reported_at timestamp with time zone NOT NULL,
    content text NOT NULL,
    wiped_at timestamp with time zone,
    wiped_lost_count bigint,
    PRIMARY KEY (organization_id, device_id),
    FOREIGN KEY (organization_id, device_id) REFERENCES devices(organization_id, id),
    FOREIGN KEY (organization_id, person_id) REFERENCES people(organization_id, id)
);

CREATE TABLE devices (
    organization_id text NOT NULL,
    id text NOT NULL,
    label text DEFAULT ''::text NOT NULL,
    person_id text NOT NULL,
    first_seen timestamp with time zone NOT NULL,
    last_contact timestamp with time zone NOT NULL,
    app_version text DEFAULT ''::text NOT NULL,
    revoked_at timestamp with time zone,
    PRIMARY KEY (organization_id, id),
    FOREIGN KEY (organization_id, person_id) REFERENCES people(organization_id, id)
);

CREATE TABLE equipment (
    organization_id text NOT NULL,
    id text NOT NULL,
    site_id text NOT NULL,
    area_id text NOT NULL,
    number text NOT NULL,
    equipment_kind text NOT NULL,
    name_zh text NOT NULL,
    name_en text DEFAULT ''::text NOT NULL,
    in_use_since date,
    position bigint DEFAULT 0 NOT NULL,
    PRIMARY KEY (organization_id, id),
    FOREIGN KEY (organization_id, area_id) REFERENCES areas(organization_id, id),
    FOREIGN KEY (organization_id, site_id) REFERENCES sites(organization_id, id)
);

CREATE TABLE evidence (
    organization_id text NOT NULL,
    sha256 text NOT NULL,
    size bigint NOT NULL,
    media_type text NOT NULL,
    uploader text NOT NULL,
    received_at timestamp with time zone NOT NULL,
    PRIMARY KEY (organization_id, sha256),
    FOREIGN KEY (organization_id, uploader) REFERENCES people(organization_id, id)
);

CREATE TABLE evidence_forgotten (
    organization_id text NOT NULL,
    sha256 text NOT NULL,
    PRIMARY KEY (organization_id, sha256)
);

CREATE TABLE evidence_uploads (
    organization_id text NOT NULL,
    sha256 text NOT NULL,
    person_id text NOT NULL,
    received_at timestamp with time zone NOT NULL,
    PRIMARY KEY (organization_id, sha256, person_id),
    FOREIGN KEY (organization_id, person_id) REFERENCES people(organization_id, id),
    FOREIGN KEY (organization_id, sha256) REFERENCES evidence(organization_id, sha256)
);

CREATE TABLE evidence_uses (
    organization_id text NOT NULL,
    sha256 text NOT NULL,
    record_id text NOT NULL,
    site_id text DEFAULT ''::text NOT NULL,
    record_kind text NOT NULL,
    person_id text NOT NULL,
    PRIMARY KEY (organization_id, sha256, record_id, person_id),
    FOREIGN KEY (organization_id) REFERENCES organizations(id)
);

CREATE TABLE handovers (
    organization_id text NOT NULL,
    id text NOT NULL,
    site_id text NOT NULL,
    post_id text NOT NULL,
    on_date text NOT NULL,
    shift text NOT NULL,
    state text NOT NULL,
    left_by text NOT NULL,
    left_op text NOT NULL,
    taken_by text NOT NULL,
    taken_op text NOT NULL,
    disputed boolean NOT NULL,
    open_count bigint NOT NULL,
    content text NOT NULL,
    settled text NOT NULL,
    position bigint NOT NULL,
    PRIMARY KEY (organization_id, id)
);

CREATE TABLE held_operations (
    organization_id text NOT NULL,
    id text NOT NULL,
    operation_id text NOT NULL,
    writer_id text NOT NULL,
    counter bigint NOT NULL,
    person_id text NOT NULL,
    device_id text NOT NULL,
    record_id text NOT NULL,
    waits_for text NOT NULL,
    sha256 text NOT NULL,
    problem text NOT NULL,
    outcome text NOT NULL,
    content text NOT NULL,
    context text NOT NULL,
    received_ms bigint NOT NULL,
    state text NOT NULL,
    PRIMARY KEY (organization_id, id)
);

CREATE TABLE log_heads (
    organization_id text NOT NULL,
    position bigint DEFAULT 0 NOT NULL,
    PRIMARY KEY (organization_id)
);

CREATE TABLE memberships (
    organization_id text NOT NULL,
    id text NOT NULL,
    person_id text NOT NULL,
    role text NOT NULL,
    site_id text DEFAULT ''::text NOT NULL,
    department_id text,
    post_id text,
    UNIQUE (organization_id, person_id, role, site_id),
    PRIMARY KEY (organization_id, id),
    FOREIGN KEY (organization_id, department_id) REFERENCES departments(organization_id, id),
    FOREIGN KEY (organization_id, person_id) REFERENCES people(organization_id, id),
    FOREIGN KEY (organization_id, post_id) REFERENCES posts(organization_id, id)
);

CREATE TABLE nonconformities (
    organization_id text NOT NULL,
    id text NOT NULL,
    site_id text NOT NULL,
    task_id text NOT NULL,
    item text NOT NULL,
    title_zh text NOT NULL,
    title_en text NOT NULL,
    indicator text NOT NULL,
    use text NOT NULL,
    severity text NOT NULL,
    state text NOT NULL,
    found_by text NOT NULL,
    found_ms bigint NOT NULL,
    confirmed_by text NOT NULL,
    confirmed_op text NOT NULL,
    corrected_by text NOT NULL,
    corrected_ms bigint NOT NULL,
    correction text NOT NULL,
    verified_by text NOT NULL,
    position bigint NOT NULL,
    workflow text DEFAULT ''::text NOT NULL,
    approved_by text DEFAULT ''::text NOT NULL,
    assignee text DEFAULT ''::text NOT NULL,
    checkpoint_id text DEFAULT ''::text NOT NULL,
    approved_ms bigint DEFAULT 0 NOT NULL,
    early boolean DEFAULT false NOT NULL,
    PRIMARY KEY (organization_id, id)
);

CREATE TABLE operations (
    organization_id text NOT NULL,
    id text NOT NULL,
    position bigint NOT NULL,
    writer_id text NOT NULL,
    counter bigint NOT NULL,
    person_id text NOT NULL,
    role text NOT NULL,
    device_id text NOT NULL,
    record_id text NOT NULL,
    record_kind text NOT NULL,
    kind text NOT NULL,
    site_id text NOT NULL,
    stamp bigint NOT NULL,
    saw bigint NOT NULL,
    best_ms bigint NOT NULL,
    earliest_ms bigint NOT NULL,
    latest_ms bigint NOT NULL,
    time_class text NOT NULL,
    received_ms bigint NOT NULL,
    caused_by text NOT NULL,
    sha256 text NOT NULL,
    outcome text NOT NULL,
    content text NOT NULL,
    PRIMARY KEY (organization_id, id)
);

CREATE TABLE organizations (
    id text NOT NULL,
    code text NOT NULL,
    name_zh text NOT NULL,
    name_en text DEFAULT ''::text NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    UNIQUE (code),
    PRIMARY KEY (id)
);

CREATE TABLE parked_periods (
    organization_id text NOT NULL,
    id text NOT NULL,
    site_id text NOT NULL,
    at_ms bigint NOT NULL,
    position bigint NOT NULL,
    PRIMARY KEY (organization_id, id)
);

CREATE TABLE people (
    organization_id text NOT NULL,
    id text NOT NULL,
    user_name text NOT NULL,
    name_zh text NOT NULL,
    name_en text DEFAULT ''::text NOT NULL,
    password_hash text NOT NULL,
    must_change_password boolean DEFAULT false NOT NULL,
    contractor_id text,
    active boolean DEFAULT true NOT NULL,
    disabled_at timestamp with time zone,
    UNIQUE (user_name, organization_id),
    PRIMARY KEY (organization_id, id),
    FOREIGN KEY (organization_id) REFERENCES organizations(id),
    FOREIGN KEY (organization_id, contractor_id) REFERENCES contractors(organization_id, id)
);

CREATE TABLE plans (
    organization_id text NOT NULL,
    id text NOT NULL,
    site_id text NOT NULL,
    checkpoint_id text NOT NULL,
    checklist_id text NOT NULL,
    title_zh text NOT NULL,
    title_en text NOT NULL,
    use text NOT NULL,
    cadence text NOT NULL,
    active boolean NOT NULL,
    content text NOT NULL,
    closed boolean DEFAULT false NOT NULL,
    variants text DEFAULT ''::text NOT NULL,
    checkers text DEFAULT ''::text NOT NULL,
    PRIMARY KEY (organization_id, id)
);

CREATE TABLE posts (
    organization_id text NOT NULL,
    id text NOT NULL,
    site_id text NOT NULL,
    department_id text,
    name_zh text NOT NULL,
    name_en text DEFAULT ''::text NOT NULL,
    PRIMARY KEY (organization_id, id),
    FOREIGN KEY (organization_id, department_id) REFERENCES departments(organization_id, id),
    FOREIGN KEY (organization_id, site_id) REFERENCES sites(organization_id, id)
);

CREATE TABLE records (
    organization_id text NOT NULL,
    id text NOT NULL,
    kind text NOT NULL,
    site_id text NOT NULL,
    position bigint NOT NULL,
    content text NOT NULL,
    sum bigint DEFAULT 0 NOT NULL,
    PRIMARY KEY (organization_id, id)
);

CREATE TABLE removals (
    organization_id text NOT NULL,
    id text NOT NULL,
    site_id text NOT NULL,
    on_date text NOT NULL,
    waste text NOT NULL,
    quantity text NOT NULL,
    unit text NOT NULL,
    hauler text NOT NULL,
    vehicle text NOT NULL,
    words text NOT NULL,
    photos text NOT NULL,
    removed_ms bigint NOT NULL,
    person_id text NOT NULL,
    operation_id text NOT NULL,
    position bigint NOT NULL,
    PRIMARY KEY (organization_id, id)
);

CREATE TABLE rosters (
    organization_id text NOT NULL,
    id text NOT NULL,
    site_id text NOT NULL,
    month text NOT NULL,
    content text NOT NULL,
    substitutes text NOT NULL,
    PRIMARY KEY (organization_id, id)
);

CREATE TABLE round_windows (
    organization_id text NOT NULL,
    id text NOT NULL,
    route_id text NOT NULL,
    site_id text NOT NULL,
    on_date text NOT NULL,
    ordinal bigint NOT NULL,
    opens_ms bigint NOT NULL,
    closes_ms bigint NOT NULL,
    cancelled boolean NOT NULL,
    PRIMARY KEY (organization_id, id)
);

CREATE TABLE rounds (
    organization_id text NOT NULL,
    id text NOT NULL,
    route_id text NOT NULL,
    site_id text NOT NULL,
    on_date text NOT NULL,
    ordinal bigint NOT NULL,
    state text NOT NULL,
    assignee text NOT NULL,
    started_by text NOT NULL,
    started_op text NOT NULL,
    finished_by text NOT NULL,
    finished_op text NOT NULL,
    scanned bigint NOT NULL,
    receipts bigint NOT NULL,
    began_ms bigint NOT NULL,
    position bigint NOT NULL,
    PRIMARY KEY (organization_id, id)
);

CREATE TABLE routes (
    organization_id text NOT NULL,
    id text NOT NULL,
    site_id text NOT NULL,
    code text NOT NULL,
    title_zh text NOT NULL,
    title_en text NOT NULL,
    active boolean NOT NULL,
    content text NOT NULL,
    PRIMARY KEY (organization_id, id)
);

CREATE TABLE scans (
    organization_id text NOT NULL,
    id text NOT NULL,
    round_id text NOT NULL,
    site_id text NOT NULL,
    checkpoint_id text NOT NULL,
    person_id text NOT NULL,
    how text NOT NULL,
    said text NOT NULL,
    tag_code text NOT NULL,
    tag_serial bigint NOT NULL,
    signature text NOT NULL,
    latitude text NOT NULL,
    longitude text NOT NULL,
    accuracy_m bigint NOT NULL,
    stamp_ms bigint NOT NULL,
    PRIMARY KEY (organization_id, id)
);

CREATE TABLE schemes (
    organization_id text NOT NULL,
    id text NOT NULL,
    code text NOT NULL,
    version bigint NOT NULL,
    from_on text NOT NULL,
    sites text NOT NULL,
    content text NOT NULL,
    PRIMARY KEY (organization_id, id)
);

CREATE TABLE scope_alarms (
    organization_id text NOT NULL,
    id text NOT NULL,
    person_id text NOT NULL,
    device_id text NOT NULL,
    scope text NOT NULL,
    at timestamp with time zone NOT NULL,
    PRIMARY KEY (organization_id, id)
);

CREATE TABLE scope_members (
    organization_id text NOT NULL,
    scope text NOT NULL,
    record_id text NOT NULL,
    position bigint NOT NULL,
    present boolean NOT NULL,
    PRIMARY KEY (organization_id, scope, record_id)
);

CREATE TABLE scope_sets (
    organization_id text NOT NULL,
    mark text NOT NULL,
    content text NOT NULL,
    PRIMARY KEY (organization_id, mark)
);

CREATE TABLE scope_sums (
    organization_id text NOT NULL,
    site_id text NOT NULL,
    kind text NOT NULL,
    sum numeric NOT NULL,
    count bigint NOT NULL,
    PRIMARY KEY (organization_id, site_id, kind)
);

CREATE TABLE scorecards (
    organization_id text NOT NULL,
    id text NOT NULL,
    scheme_code text NOT NULL,
    scheme_version bigint NOT NULL,
    site_id text NOT NULL,
    period_from text NOT NULL,
    period_to text NOT NULL,
    state text NOT NULL,
    measured boolean NOT NULL,
    edged boolean DEFAULT false NOT NULL,
    score text NOT NULL,
    grade text NOT NULL,
    content text NOT NULL,
    position bigint NOT NULL,
    computed_ms bigint NOT NULL,
    PRIMARY KEY (organization_id, id)
);

CREATE TABLE sessions (
    organization_id text NOT NULL,
    id text NOT NULL,
    token_hash text NOT NULL,
    person_id text NOT NULL,
    device_id text NOT NULL,
    csrf text NOT NULL,
    created_at timestamp with time zone NOT NULL,
    last_seen_at timestamp with time zone NOT NULL,
    expires_at timestamp with time zone NOT NULL,
    ended_at timestamp with time zone,
    UNIQUE (token_hash),
    PRIMARY KEY (organization_id, id),
    FOREIGN KEY (organization_id, device_id) REFERENCES devices(organization_id, id),
    FOREIGN KEY (organization_id, person_id) REFERENCES people(organization_id, id)
);

CREATE TABLE sign_in_tries (
    id text NOT NULL,
    account text NOT NULL,
    address text NOT NULL,
    at timestamp with time zone NOT NULL,
    PRIMARY KEY (id)
);

CREATE TABLE sites (
    organization_id text NOT NULL,
    id text NOT NULL,
    code text DEFAULT ''::text NOT NULL,
    name_zh text NOT NULL,
    name_en text DEFAULT ''::text NOT NULL,
    zone text DEFAULT 'Asia/Shanghai'::text NOT NULL,
    places_position bigint DEFAULT 0 NOT NULL,
    PRIMARY KEY (organization_id, id),
    FOREIGN KEY (organization_id) REFERENCES organizations(id)
);

CREATE TABLE stale_periods (
    organization_id text NOT NULL,
    id text NOT NULL,
    site_id text NOT NULL,
    at_ms bigint NOT NULL,
    position bigint NOT NULL,
    PRIMARY KEY (organization_id, id)
);

CREATE TABLE tags (
    organization_id text NOT NULL,
    id text NOT NULL,
    site_id text NOT NULL,
    checkpoint_id text NOT NULL,
    code text NOT NULL,
    serial bigint NOT NULL,
    form text NOT NULL,
    signature text NOT NULL,
    issued_op text NOT NULL,
    revoked_op text NOT NULL,
    revoked_ms bigint NOT NULL,
    revoked_because text NOT NULL,
    PRIMARY KEY (organization_id, id)
);

CREATE TABLE task_windows (
    organization_id text NOT NULL,
    id text NOT NULL,
    plan_id text NOT NULL,
    site_id text NOT NULL,
    on_date text NOT NULL,
    ordinal bigint NOT NULL,
    opens_ms bigint NOT NULL,
    closes_ms bigint NOT NULL,
    cancelled boolean DEFAULT false NOT NULL,
    closed boolean DEFAULT false NOT NULL,
    beside boolean DEFAULT false NOT NULL,
    PRIMARY KEY (organization_id, id)
);

CREATE TABLE tasks (
    organization_id text NOT NULL,
    id text NOT NULL,
    site_id text NOT NULL,
    state text NOT NULL,
    answered bigint NOT NULL,
    failed bigint NOT NULL,
    started_by text NOT NULL,
    started_op text NOT NULL,
    finished_by text NOT NULL,
    finished_op text NOT NULL,
    finished_ms bigint NOT NULL,
    position bigint NOT NULL,
    timeliness text DEFAULT ''::text NOT NULL,
    closed boolean DEFAULT false NOT NULL,
    assignee text DEFAULT ''::text NOT NULL,
    flags text DEFAULT '[]'::text NOT NULL,
    approval text DEFAULT ''::text NOT NULL,
    approved_by text DEFAULT ''::text NOT NULL,
    bulk bigint DEFAULT 0 NOT NULL,
    PRIMARY KEY (organization_id, id)
);

CREATE TABLE uploads (
    organization_id text NOT NULL,
    person_id text NOT NULL,
    sha256 text NOT NULL,
    media_type text NOT NULL,
    size bigint NOT NULL,
    received bigint DEFAULT 0 NOT NULL,
    parts text[] DEFAULT '{}'::text[] NOT NULL,
    touched_at timestamp with time zone NOT NULL,
    reply bytea,
    PRIMARY KEY (organization_id, person_id, sha256),
    FOREIGN KEY (organization_id, person_id) REFERENCES people(organization_id, id),
    CHECK (((received >= 0) AND (received <= size))),
    CHECK ((size > 0))
);

CREATE TABLE writer_progress (
    organization_id text NOT NULL,
    id text NOT NULL,
    contiguous bigint NOT NULL,
    beyond text NOT NULL,
    last_stamp bigint NOT NULL,
    last_counter bigint NOT NULL,
    last_wall_ms bigint NOT NULL,
    last_page text DEFAULT ''::text NOT NULL,
    PRIMARY KEY (organization_id, id)
);

CREATE TABLE writers (
    organization_id text NOT NULL,
    id text NOT NULL,
    person_id text NOT NULL,
    device_id text NOT NULL,
    public_key text DEFAULT ''::text NOT NULL,
    bound_at timestamp with time zone NOT NULL,
    PRIMARY KEY (organization_id, id),
    FOREIGN KEY (organization_id, device_id) REFERENCES devices(organization_id, id),
    FOREIGN KEY (organization_id, person_id) REFERENCES people(organization_id, id)
);

CREATE INDEX answers_reading ON public.answers USING btree (organization_id, plan_id, item, stamp_ms) WHERE reading;

CREATE INDEX answers_site ON public.answers USING btree (organization_id, site_id, stamp_ms);

CREATE INDEX answers_task ON public.answers USING btree (organization_id, task_id);

CREATE INDEX carried_bundles_held ON public.carried_bundles USING btree (organization_id, writer_id) WHERE (state = 'held'::text);

CREATE INDEX carried_bundles_of_carrier ON public.carried_bundles USING btree (organization_id, carrier_id) WHERE (state = 'held'::text);

CREATE INDEX conflicts_record ON public.conflicts USING btree (organization_id, record_id);

CREATE INDEX day_variants_site ON public.day_variants USING btree (organization_id, site_id, on_date);

CREATE INDEX handovers_site ON public.handovers USING btree (organization_id, site_id, on_date);

CREATE INDEX held_operations_by_age ON public.held_operations USING btree (organization_id, received_ms, id) WHERE (state = 'waiting'::text);

CREATE INDEX held_operations_of_person ON public.held_operations USING btree (organization_id, person_id) WHERE (state = 'waiting'::text);

CREATE INDEX held_operations_operation ON public.held_operations USING btree (organization_id, operation_id);

CREATE INDEX held_operations_waits ON public.held_operations USING btree (organization_id, waits_for);

CREATE INDEX nonconformities_site ON public.nonconformities USING btree (organization_id, site_id, found_ms);

CREATE INDEX operations_record ON public.operations USING btree (organization_id, record_id, "position");

CREATE INDEX records_position ON public.records USING btree (organization_id, "position");

CREATE INDEX removals_site ON public.removals USING btree (organization_id, site_id, on_date);

CREATE INDEX rosters_site ON public.rosters USING btree (organization_id, site_id, month);

CREATE INDEX round_windows_site ON public.round_windows USING btree (organization_id, site_id, closes_ms);

CREATE INDEX rounds_route ON public.rounds USING btree (organization_id, route_id, on_date);

CREATE INDEX rounds_site ON public.rounds USING btree (organization_id, site_id, began_ms);

CREATE INDEX scans_round ON public.scans USING btree (organization_id, round_id);

CREATE INDEX scans_tag ON public.scans USING btree (organization_id, tag_code, stamp_ms);

CREATE INDEX scope_alarms_device ON public.scope_alarms USING btree (organization_id, device_id);

CREATE INDEX scope_members_position ON public.scope_members USING btree (organization_id, scope, "position");

CREATE INDEX scorecards_site ON public.scorecards USING btree (organization_id, site_id, period_from);

CREATE INDEX sessions_by_device ON public.sessions USING btree (organization_id, device_id);

CREATE INDEX sign_in_tries_by_account ON public.sign_in_tries USING btree (account, at);

CREATE INDEX sign_in_tries_by_address ON public.sign_in_tries USING btree (address, at);

CREATE INDEX tags_checkpoint ON public.tags USING btree (organization_id, checkpoint_id, serial);

CREATE INDEX tags_code ON public.tags USING btree (organization_id, code);

CREATE INDEX task_windows_beside ON public.task_windows USING btree (organization_id, plan_id) WHERE beside;

CREATE INDEX task_windows_site ON public.task_windows USING btree (organization_id, site_id, closes_ms);

CREATE INDEX uploads_by_age ON public.uploads USING btree (touched_at);

CREATE UNIQUE INDEX operations_position ON public.operations USING btree (organization_id, "position");
