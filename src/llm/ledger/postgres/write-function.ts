// The function of the database that writes a group in one round trip and one transaction. All functions are part of schema 1.

/**
 * `winnow.write(worker, group number, lease in ms, group as JSON)` writes replies, releases, jobs and claims, in this order. It returns the
 * answers to the claims and which jobs the worker owns now; or `{"lost": true}` if the worker's lease was ended, and then has done nothing. A
 * group that is committed already, because its acknowledgement was lost, is not written again.
 *
 * Locks are taken in one order, and whatever another worker holds is looked at before it is waited for, so that groups seldom deadlock; the
 * client repeats one that does.
 */
export const WRITE_FUNCTION = `
CREATE FUNCTION winnow.write(me bigint, this_group bigint, lease_ms integer, batch json) RETURNS jsonb
LANGUAGE plpgsql AS $$
DECLARE
  known record;
  owned jsonb := '[]';
  asked record;
  answers jsonb := '[]';
BEGIN
  SELECT w.last_group, w.lost INTO known FROM winnow.workers w WHERE w.id = me FOR UPDATE;
  IF known.last_group >= this_group THEN
    RETURN winnow.written(me, this_group, batch);
  END IF;
  IF known.lost IS DISTINCT FROM false THEN
    RETURN '{"lost": true}';
  END IF;
  UPDATE winnow.workers w SET last_group = this_group, expires = clock_timestamp() + lease_ms * interval '1 ms' WHERE w.id = me;

  IF json_array_length(batch->'entries') > 0 THEN
    PERFORM winnow.append(me, batch->'entries');
  END IF;
  IF json_array_length(batch->'releases') > 0 THEN
    PERFORM winnow.release(me, batch->'releases');
  END IF;
  FOR asked IN SELECT value FROM json_array_elements(batch->'jobs') LOOP
    owned := owned || to_jsonb(winnow.own(me, asked.value));
  END LOOP;
  IF json_array_length(batch->'claims') > 0 THEN
    answers := winnow.claim(me, this_group, batch->'claims');
  END IF;
  RETURN jsonb_build_object('answers', answers, 'owned', owned);
END $$;

-- What was answered to a group that is committed already.
CREATE FUNCTION winnow.written(me bigint, this_group bigint, batch json) RETURNS jsonb
LANGUAGE sql AS $$
  SELECT jsonb_build_object(
    'answers', (
      SELECT coalesce(jsonb_agg(jsonb_build_object('state', CASE
        WHEN EXISTS (SELECT FROM winnow.claims c WHERE c.key = decode(asked.key, 'hex') AND c.worker = me AND c.group_number = this_group)
          OR EXISTS (SELECT FROM winnow.batched b JOIN winnow.batches j ON j.number = b.batch
            WHERE b.key = decode(asked.key, 'hex') AND j.id = asked.job)
          THEN 'granted'
        WHEN EXISTS (SELECT FROM winnow.keys k WHERE k.key = decode(asked.key, 'hex')) THEN 'answered'
        ELSE 'elsewhere' END) ORDER BY asked.place), '[]')
      FROM json_to_recordset(batch->'claims') AS asked(place integer, key text, job text)
    ),
    'owned', (
      SELECT coalesce(jsonb_agg(EXISTS (
        SELECT FROM winnow.batches j WHERE j.id = coalesce(value->>'takeOver', value->'begin'->>'id') AND j.owner = me
      ) ORDER BY ordinality), '[]')
      FROM json_array_elements(batch->'jobs') WITH ORDINALITY
    )
  )
$$;
`

/** Answers claims in the order of their keys, so that two groups never wait for each other's. */
export const CLAIM_FUNCTION = `
CREATE FUNCTION winnow.claim(me bigint, this_group bigint, claims json) RETURNS jsonb
LANGUAGE plpgsql AS $$
DECLARE
  asked record;
  capped_run text;
  spent bigint;
  held bigint;
  answer jsonb;
  answers jsonb[] := '{}';
BEGIN
  FOR asked IN
    SELECT c.place, decode(c.key, 'hex') AS key, c.run, c.amount, c.cap, c.job, c.about, c.most_attempts
    FROM json_to_recordset(claims)
      AS c(place integer, key text, run text, amount bigint, cap bigint, job text, about text, most_attempts integer)
    ORDER BY c.run, 2, c.place
  LOOP
    answer := winnow.taken(asked.key);
    IF answer IS NULL AND EXISTS (SELECT FROM winnow.claims c WHERE c.key = asked.key) THEN
      answer := '{"state": "elsewhere"}';
    END IF;
    IF answer IS NULL AND asked.job IS NOT NULL THEN
      SELECT jsonb_build_object('state', 'given-up', 'code', f.code, 'message', f.message) INTO answer
        FROM winnow.failures f WHERE f.key = asked.key
          AND ((f.run = asked.run AND (f.attempts >= asked.most_attempts OR f.code = 'filtered' AND f.attempts > 0)) OR f.code = 'too-long');
    END IF;
    IF answer IS NULL AND asked.cap IS NOT NULL THEN
      IF capped_run IS DISTINCT FROM asked.run THEN
        -- Whoever holds this lock decides alone about the money of the run, until its group is committed.
        PERFORM pg_advisory_xact_lock(hashtextextended(asked.run, 1464421966));
        capped_run := asked.run;
        -- In one statement, so that a reply that arrives meanwhile is in one of the sums.
        SELECT (SELECT coalesce(sum(t.cost), 0) FROM winnow.tallies t WHERE t.run = asked.run)
            + coalesce((SELECT r.unsettled FROM winnow.runs r WHERE r.id = asked.run), 0),
          (SELECT coalesce(sum(c.amount), 0) FROM winnow.claims c WHERE c.run = asked.run)
            + (SELECT coalesce(sum(j.held), 0) FROM winnow.batches j WHERE j.run = asked.run)
          INTO spent, held;
      END IF;
      IF spent + held + asked.amount > asked.cap THEN
        answer := jsonb_build_object('state', 'no-room', 'spent', spent, 'held', held);
      END IF;
    END IF;
    IF answer IS NULL THEN
      INSERT INTO winnow.claims VALUES (asked.key, me, this_group, asked.run, asked.amount) ON CONFLICT (key) DO NOTHING;
      -- The claim of another worker may have ended, with the reply, since the look above.
      answer := CASE WHEN FOUND THEN coalesce(winnow.taken(asked.key), '{"state": "granted"}') ELSE '{"state": "elsewhere"}' END;
      IF answer->>'state' = 'granted' AND capped_run = asked.run THEN
        held := held + asked.amount;
      END IF;
      IF answer->>'state' = 'granted' AND asked.job IS NOT NULL THEN
        PERFORM winnow.add_to_job(asked.job, asked.key, asked.amount, asked.about);
        DELETE FROM winnow.claims c WHERE c.key = asked.key;
      ELSIF answer->>'state' IN ('answered', 'batched') THEN
        DELETE FROM winnow.claims c WHERE c.key = asked.key;
      END IF;
    END IF;
    answers[asked.place] := answer;
  END LOOP;
  RETURN to_jsonb(answers);
END $$;

-- Why a request need not be sent; NULL if it has no reply and is in no open job.
CREATE FUNCTION winnow.taken(asked_key bytea) RETURNS jsonb
LANGUAGE plpgsql AS $$
BEGIN
  IF EXISTS (SELECT FROM winnow.keys k WHERE k.key = asked_key) THEN
    RETURN '{"state": "answered"}';
  END IF;
  IF EXISTS (SELECT FROM winnow.batched b WHERE b.key = asked_key) THEN
    RETURN '{"state": "batched"}';
  END IF;
  RETURN NULL;
END $$;
`
