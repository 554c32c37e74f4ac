// The functions of the database for the jobs of batch APIs. They are part of schema 1.

export const BATCH_FUNCTIONS = `
-- Makes a job the worker's own: a new one, or one whose worker is gone.
CREATE FUNCTION winnow.own(me bigint, change json) RETURNS boolean
LANGUAGE plpgsql AS $$
BEGIN
  IF change->'begin' IS NOT NULL THEN
    INSERT INTO winnow.batches (id, run, provider, endpoint, model, identity, price, owner, created_ms)
    SELECT b.id, b.run, b.provider, b.endpoint, b.model, b.identity, b.price, me, b.created_ms
    FROM json_to_record(change->'begin')
      AS b(id text, run text, provider text, endpoint text, model text, identity text, price text, created_ms bigint);
    RETURN true;
  END IF;
  UPDATE winnow.batches j SET owner = me WHERE j.id = change->>'takeOver' AND NOT winnow.lives(j.owner);
  RETURN FOUND;
END $$;

CREATE FUNCTION winnow.lives(worker bigint) RETURNS boolean
LANGUAGE sql STABLE AS $$
  SELECT EXISTS (SELECT FROM winnow.workers w WHERE w.id = worker AND NOT w.lost)
$$;

CREATE FUNCTION winnow.add_to_job(job text, asked_key bytea, amount bigint, about text) RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO winnow.batched SELECT asked_key, j.number, add_to_job.amount, add_to_job.about FROM winnow.batches j WHERE j.id = job;
  IF NOT FOUND THEN
    RAISE EXCEPTION 'there is no batch job %', job;
  END IF;
  UPDATE winnow.batches j SET requests = j.requests + 1, held = j.held + add_to_job.amount WHERE j.id = job;
END $$;

-- Takes a request without a reply out of its job; false if that job does not wait for it.
CREATE FUNCTION winnow.end_in_job(job text, asked_key bytea, ending text) RETURNS boolean
LANGUAGE plpgsql AS $$
DECLARE
  place record;
BEGIN
  DELETE FROM winnow.batched b USING winnow.batches j WHERE b.key = asked_key AND j.number = b.batch AND j.id = job
    RETURNING b.batch, b.amount INTO place;
  IF NOT FOUND THEN
    RETURN false;
  END IF;
  UPDATE winnow.batches j SET held = j.held - place.amount,
    failed = j.failed + (ending = 'failed')::integer, missing = j.missing + (ending = 'missing')::integer WHERE j.number = place.batch;
  RETURN true;
END $$;
`
