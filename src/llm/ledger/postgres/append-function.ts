// The functions of the database that store replies, end claims and end leases. They are part of schema 1.

/**
 * Stores replies, and ends this worker's claims of their requests; another worker that was granted one meanwhile keeps its own. The result of
 * a batch job is stored only while a job waits for it.
 */
export const APPEND_FUNCTION = `
CREATE FUNCTION winnow.append(me bigint, entries json) RETURNS void
LANGUAGE sql AS $$
  WITH given AS MATERIALIZED (
    SELECT decode(e.hex, 'hex') AS key, row_number() OVER (PARTITION BY e.hex ORDER BY e.place) AS nth, e.*
    FROM json_to_recordset(entries) AS e(
      place integer, hex text, body text, source integer, run text, row_id text, sample integer, finish_reason text,
      input integer, output integer, cached integer, reasoning integer, cost bigint, unsettled bigint,
      latency_ms integer, created_ms bigint, is_batched boolean
    )
  ), waited AS (
    DELETE FROM winnow.batched b USING given WHERE b.key = given.key AND given.nth = 1 RETURNING b.key, b.batch, b.amount
  ), counted AS (
    UPDATE winnow.batches j SET answered = j.answered + w.many, held = j.held - w.amount
    FROM (SELECT batch, count(*) AS many, sum(amount) AS amount FROM waited GROUP BY batch) w WHERE j.number = w.batch
  ), kept AS MATERIALIZED (
    SELECT nextval('winnow.reply_ids') AS id, g.*
    FROM (SELECT * FROM given ORDER BY place) g
    WHERE g.is_batched IS NOT TRUE OR (g.nth = 1 AND g.key IN (SELECT key FROM waited))
  ), stored AS (
    INSERT INTO winnow.replies
    SELECT id, source, run, row_id, sample, finish_reason, input, output, cached, reasoning, cost, latency_ms, created_ms,
      decode(body, 'base64')
    FROM kept
  ), named AS (
    INSERT INTO winnow.keys SELECT DISTINCT ON (key) key, id FROM kept ORDER BY key, id ON CONFLICT (key) DO NOTHING
  ), answered AS (
    DELETE FROM winnow.failures f USING kept WHERE f.key = kept.key
  ), ended AS (
    DELETE FROM winnow.claims c USING kept WHERE c.key = kept.key AND c.worker = me
  ), billed AS (
    UPDATE winnow.runs r SET unsettled = r.unsettled + due.amount
    FROM (SELECT run, sum(unsettled) AS amount FROM kept WHERE unsettled > 0 GROUP BY run) due WHERE r.id = due.run
  )
  INSERT INTO winnow.tallies AS t
  SELECT run, source, me % 16, count(*), count(*) - count(cost), coalesce(sum(cost), 0), coalesce(sum(input), 0),
    coalesce(sum(output), 0), coalesce(sum(cached), 0), coalesce(sum(reasoning), 0)
  FROM kept GROUP BY run, source ORDER BY run, source
  ON CONFLICT (run, source, slot) DO UPDATE SET
    replies = t.replies + excluded.replies, unpriced = t.unpriced + excluded.unpriced, cost = t.cost + excluded.cost,
    input_tokens = t.input_tokens + excluded.input_tokens, output_tokens = t.output_tokens + excluded.output_tokens,
    cached_tokens = t.cached_tokens + excluded.cached_tokens, reasoning_tokens = t.reasoning_tokens + excluded.reasoning_tokens
$$;
`

export const LEASE_FUNCTION = `
-- Ends claims of requests that got no reply, and what batch jobs waited for in vain.
CREATE FUNCTION winnow.release(me bigint, releases json) RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
  r record;
BEGIN
  FOR r IN
    SELECT decode(e.hex, 'hex') AS key, e.* FROM json_to_recordset(releases)
      AS e(place integer, hex text, run text, unsettled bigint, job text, ending text, is_attempt boolean, code text, message text, created_ms bigint)
    ORDER BY 1, e.place
  LOOP
    IF r.job IS NULL THEN
      DELETE FROM winnow.claims c WHERE c.key = r.key AND c.worker = me;
    ELSIF NOT winnow.end_in_job(r.job, r.key, r.ending) THEN
      CONTINUE;
    ELSE
      INSERT INTO winnow.failures AS f VALUES (r.key, r.run, r.code, r.message, r.created_ms, r.is_attempt::integer)
      ON CONFLICT (key) DO UPDATE SET run = excluded.run, code = excluded.code, message = excluded.message,
        created_ms = excluded.created_ms,
        attempts = CASE WHEN f.run = excluded.run THEN f.attempts ELSE 0 END + excluded.attempts;
    END IF;
    IF r.unsettled > 0 THEN
      UPDATE winnow.runs SET unsettled = runs.unsettled + r.unsettled WHERE id = r.run;
    END IF;
  END LOOP;
END $$;

-- Ends the leases that have run out, whose calls in flight may have been billed. After a start of the server all workers get the time to
-- report again.
CREATE FUNCTION winnow.end_leases(lease_ms integer) RETURNS void
LANGUAGE sql AS $$
  WITH gone AS (
    UPDATE winnow.workers SET lost = true WHERE id IN (
      SELECT id FROM winnow.workers
      WHERE NOT lost AND expires < clock_timestamp() AND pg_postmaster_start_time() < clock_timestamp() - lease_ms * interval '1 ms'
      FOR UPDATE SKIP LOCKED
    ) RETURNING id
  ), freed AS (
    DELETE FROM winnow.claims c USING gone WHERE c.worker = gone.id RETURNING c.run, c.amount
  )
  UPDATE winnow.runs r SET unsettled = r.unsettled + due.amount
  FROM (SELECT run, sum(amount) AS amount FROM freed GROUP BY run) due WHERE r.id = due.run
$$;
`
